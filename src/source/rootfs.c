/* rootfs.c - a root file system in a directory: an unpacked image, a chroot, a mounted disk, or "/" itself.
 */
#include "source/folder.h"

#include <fcntl.h>
#include <sys/stat.h>

static int open_dir(const struct source_layer *l, struct blob *out, struct err *e)
{
    const char *path = l->from;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return err_errno(e, "%s", path);
    *out = (struct blob){ BLOB_DIR, fd, 0, 0 };
    return 0;
}

static bool recognises(struct str word)
{
    return folder_looks_like_root(word);
}

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    char *path = arena_cstr(env->arena, target);
    struct stat st;
    struct source_layer layer = { .open = open_dir, .directory = true, .from = path };
    struct source_image img = { .name = target, .kind = STR("rootfs"), .layer = &layer, .n_layers = 1 };

    if (!path || stat(path, &st) < 0)
        return err_errno(e, STR_FMT, STR_ARG(target));
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_FORMAT, "not a directory");
    return env->add_image(env, &img, e);
}

const struct source source_rootfs = {
    .name = "rootfs",
    .what = "root file system in a directory",
    .syntax = "rootfs:DIR",
    .recognises = recognises,
    .open = open_target,
};
