#include "source/deployment.h"
#include "source/folder.h"

#include <sys/stat.h>

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, NULL, e);
}

/* A file whose name or beginning says so; a folder with a document at its top, or that is no root file
 * system.
 */
static bool recognises(struct str word)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof path, STR_FMT, STR_ARG(word));
    if (stat(path, &st) < 0)
        return false;
    return S_ISDIR(st.st_mode) ? folder_looks_like_deployment(path) : folder_file_looks_like_document(path);
}

const struct source source_file = {
    .name = "file",
    .what = "deployment: Compose, Kubernetes, Dockerfile, configuration; one file or a folder of them",
    .syntax = "file:FILE|DIR",
    .recognises = recognises,
    .open = open_target,
};
