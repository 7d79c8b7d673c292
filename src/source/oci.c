/* oci.c - an OCI image layout in a directory. */
#include "io/fs.h"
#include "source/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static int document(struct layout *l, struct str path, struct str *bytes, struct err *e)
{
    const char *dir = l->from;
    AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_BUF struct buf text = BUF(0);
    const char *name = arena_cstr(l->env->arena, path);

    if (at < 0)
        return err_errno(e, "%s", dir);
    if (!name || fs_read(at, name, true, l->env->opt->document_bytes, &text, e) < 0)
        return -1;
    *bytes = arena_str(l->env->arena, buf_view(&text));
    return bytes->p ? 0 : err_set(e, ERR_LIMIT, "%s: too many documents", name);
}

struct place {
    const char *dir, *blob; /* the second below the first */
};

static bool is_here(const struct place *p)
{
    AUTO_CLOSE int at = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int fd = at < 0 ? -1 : fs_open_beneath(at, p->blob);

    return fd >= 0;
}

static int open_blob(const struct source_layer *l, struct blob *out, struct err *e)
{
    const struct place *p = l->from;
    AUTO_CLOSE int at = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int fd = at < 0 ? -1 : fs_open_beneath(at, p->blob);
    struct stat st;

    if (fd < 0 && errno == EXDEV)
        return err_set(e, ERR_FORMAT, "%s/%s: a link out of the layout", p->dir, p->blob);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(e, "%s/%s", p->dir, p->blob);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_FORMAT, "%s/%s: not a regular file", p->dir, p->blob);
    if ((uint64_t)st.st_size != l->size)
        return err_set(e, ERR_FORMAT, "%s/%s: %lld bytes, and the manifest says %llu", p->dir, p->blob,
                       (long long)st.st_size, (unsigned long long)l->size);
    *out = (struct blob){ BLOB_FILE, TAKE_FD(fd), 0, (uint64_t)st.st_size };
    return 0;
}

static int bind(struct source_env *env, const struct descriptor *d, size_t i UNUSED, struct source_layer *l,
                void *ctx, struct err *e)
{
    const struct layout *layout = ctx;
    struct str blob = layout_blob_path(env, d->digest);
    struct place *p = arena_new(env->arena, struct place);

    if (!blob.n || !p)
        return err_set(e, ERR_FORMAT, "a layer without a digest");
    *p = (struct place){ layout->from, blob.p };
    if (l->why_not.n && !(source_is_foreign(l->media_type) && is_here(p)))
        return 0;
    l->why_not = (struct str){ 0 };
    l->from = p;
    l->open = open_blob;
    return 0;
}

static bool is_layout(struct str word)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof path, STR_FMT "/oci-layout", STR_ARG(word));
    return stat(path, &st) == 0;
}

/* DIR, DIR:TAG or DIR@DIGEST; a directory may have a colon in its name. */
static void split_target(struct str target, struct str *dir, struct str *select)
{
    struct str head, tail;

    *dir = target;
    *select = (struct str){ 0 };
    if (is_layout(target))
        return;
    ptrdiff_t at = str_find(target, STR("@sha"));
    if (at > 0) {
        *dir = str_first(target, (size_t)at);
        *select = str_skip(target, (size_t)at);
    } else if (str_rsplit(target, ':', &head, &tail)) {
        *dir = head;
        *select = tail;
    }
}

static bool recognises(struct str word)
{
    struct str dir, select;

    split_target(word, &dir, &select);
    return is_layout(dir);
}

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    struct str dir, select;

    split_target(target, &dir, &select);
    char *path = arena_cstr(env->arena, dir);
    if (!path)
        return err_set(e, ERR_LIMIT, "out of memory");
    struct layout l = { env, target, document, bind, path };
    return layout_images(&l, select, e);
}

const struct source source_oci = {
    .name = "oci",
    .what = "OCI image layout in a directory",
    .syntax = "oci:DIR[:TAG|@DIGEST]",
    .recognises = recognises,
    .open = open_target,
};
