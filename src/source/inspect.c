#include "source/deployment.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, "inspect", e);
}

const struct source source_inspect = {
    .name = "inspect",
    .what = "output of docker, podman or crictl inspect",
    .syntax = "inspect:FILE|-",
    .open = open_target,
};
