/* oci_archive.c - an OCI image layout in a tar. */
#include "source/archive.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return archive_open(env, target, true, e);
}

const struct source source_oci_archive = {
    .name = "oci-archive",
    .what = "OCI image layout in a tar, compressed or not",
    .syntax = "oci-archive:FILE[:TAG|:@DIGEST]",
    .open = open_target,
};
