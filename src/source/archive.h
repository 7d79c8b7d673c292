/* archive.h - images in one tar: `docker save` output of all generations, or an OCI layout. */
#pragma once
#include "source/source.h"

/* Hand out the images of an archive. `path` opens it again for its layers; NULL for a stream, whose layers
 * are read on the way. `select` as in layout_images, also "NAME:TAG" as docker save writes it. `prefer_oci`:
 * where an archive is both, follow index.json instead of manifest.json. */
int archive_images(struct source_env *env, const struct blob *blob, const char *path, struct str name,
                   struct str select, bool prefer_oci, struct err *e);

/* FILE or FILE:SELECT; "-" is standard input. */
int archive_open(struct source_env *env, struct str target, bool prefer_oci, struct err *e);
