#include "source/deployment.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, "docker-run", e);
}

const struct source source_docker_run = {
    .name = "docker-run",
    .what = "command lines of docker run and podman run in a script",
    .syntax = "docker-run:FILE|-",
    .open = open_target,
};
