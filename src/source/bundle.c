#include "source/deployment.h"

#include <sys/stat.h>

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    struct str file = arena_fmt(env->arena, STR_FMT "/config.json", STR_ARG(target));
    struct stat st;

    if (file.p && stat(file.p, &st) == 0)
        target = file;
    return deployment_open(env, target, "oci", e);
}

const struct source source_bundle = {
    .name = "bundle",
    .what = "OCI runtime bundle",
    .syntax = "bundle:DIR|FILE",
    .open = open_target,
};
