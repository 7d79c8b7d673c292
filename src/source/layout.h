/* layout.h - an OCI image layout (image-layout.md), wherever its files lie: a directory or an archive. */
#pragma once
#include "source/source.h"

/* How to get at the files of one layout. */
struct layout {
    struct source_env *env;
    struct str name; /* of the target, for people */
    /* The bytes of a document by its path in the layout ("index.json", "blobs/sha256/..."), alive as long as
     * the scan. ERR_NOT_FOUND when it is not there. */
    int (*document)(struct layout *l, struct str path, struct str *bytes, struct err *e);
    source_layer_fn *bind; /* of a layer's descriptor; its ctx is the layout */
    void *from;            /* the caller's */
};

/* Hand out the images that `select` names: "" (all tags), TAG, or "@DIGEST". */
int layout_images(struct layout *l, struct str select, struct err *e);

/* "sha256:hex" -> "blobs/sha256/hex" in the env's arena; empty when it is no digest. */
struct str layout_blob_path(struct source_env *env, struct str digest);
