/* deployment.h - documents that say what is to run or runs: Compose files, Kubernetes manifests, Dockerfiles,
 * the output of inspect, bundles, configuration files; single ones or all of a folder.
 *
 * Files that a document names are read too, never outside the folder of the target: RESOLVE_BENEATH. */
#pragma once
#include "source/source.h"

/* A file (for Compose several, with commas between) as a document of that kind (NULL: by its name and
 * content), or all documents of a folder. */
/* "-": what standard input holds; the files that it names lie beside where the user is. */
int deployment_open(struct source_env *env, struct str target, const char *kind, struct err *e) MUST_USE;
/* The same of bytes that were read: `name` is what their provenance says. */
int deployment_open_bytes(struct source_env *env, struct str name, struct str bytes, const char *kind,
                          struct err *e) MUST_USE;
