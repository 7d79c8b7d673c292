#include "source/deployment.h"
#include "source/folder.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, NULL, e);
}

/* A file whose name or beginning says so. */
static bool recognises(struct str word)
{
    char path[4096];

    snprintf(path, sizeof path, STR_FMT, STR_ARG(word));
    return folder_file_looks_like_document(path);
}

const struct source source_file = {
    .name = "file",
    .what = "document of a deployment: Compose, Kubernetes, Dockerfile, configuration",
    .syntax = "file:FILE|-",
    .recognises = recognises,
    .open = open_target,
};
