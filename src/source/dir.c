/* dir.c - a source tree: packages by lock files and manifests, secrets and certificates in all files, and the
 * deployment that its documents describe. Unlike rootfs it is no system: it has no distribution, no accounts
 * and no programs that could run. */
#include "source/deployment.h"
#include "source/folder.h"

#include <errno.h>
#include <sys/stat.h>

static bool is_dir(struct str word)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof path, STR_FMT, STR_ARG(word));
    if (stat(path, &st) < 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return true;
    errno = ENOTDIR;
    return false;
}

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    if (!is_dir(target))
        return err_errno(e, STR_FMT, STR_ARG(target));
    return deployment_open(env, target, NULL, e);
}

/* What is not a root file system by its folders. */
static bool recognises(struct str word)
{
    return is_dir(word) && !folder_looks_like_root(word);
}

const struct source source_dir = {
    .name = "dir",
    .what = "source tree: packages, secrets, and the deployment that its documents describe",
    .syntax = "dir:DIR",
    .recognises = recognises,
    .open = open_target,
};
