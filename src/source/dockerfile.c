#include "source/deployment.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, "dockerfile", e);
}

const struct source source_dockerfile = {
    .name = "dockerfile",
    .what = "Dockerfile or Containerfile",
    .syntax = "dockerfile:FILE|-",
    .open = open_target,
};
