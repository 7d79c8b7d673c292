/* docker.c - images that a Docker engine has. */
#include "source/engine.h"

static int open_image(struct source_env *env, struct str target, struct err *e)
{
    static const char *const sockets[] = { "/var/run/docker.sock", "$XDG_RUNTIME_DIR/docker.sock", NULL };

    return engine_open(env, "DOCKER_HOST", sockets, target, e);
}

const struct source source_docker = {
    .name = "docker",
    .what = "an image that the Docker engine has, through its socket",
    .syntax = "docker:NAME[:TAG]|ID",
    .schemes = (const char *const[]){ "docker-daemon", NULL },
    .open = open_image,
};
