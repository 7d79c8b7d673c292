/* podman.c - images that Podman has, through its API. */
#include "source/engine.h"

static int open_image(struct source_env *env, struct str target, struct err *e)
{
    static const char *const sockets[] = { "$XDG_RUNTIME_DIR/podman/podman.sock", "/run/podman/podman.sock",
                                           NULL };

    return engine_open(env, "CONTAINER_HOST", sockets, target, e);
}

const struct source source_podman = {
    .name = "podman",
    .what = "an image that Podman has, through its socket",
    .syntax = "podman:NAME[:TAG]|ID",
    .open = open_image,
};
