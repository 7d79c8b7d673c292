/* containers_storage.c - images in the store that Podman, Buildah and CRI-O share, read in place: no engine
 * runs.
 *
 * overlay-images/images.json      which images, by which names
 * overlay-images/ID/manifest      and the configuration beside it, as "=" and base64 of its digest
 * overlay-layers/layers.json      which layer lies on which
 * overlay/ID/diff                 the files of one layer, as overlayfs keeps them */
#include "io/fs.h"
#include "source/reference.h"
#include "source/source.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

enum { INDEX_MOST = 64 << 20, CONF_MOST = 1 << 20, LAYERS_MOST = 10000, ID_SHORTEST = 4 };

struct store {
    struct source_env *env;
    const char *root;
    int fd; /* of root */
    struct facts *images, *layers;
};

/* graphroot of a storage.conf: TOML, of which this one line is looked for. */
static const char *graph_root(struct arena *a, const char *path)
{
    AUTO_BUF struct buf text = BUF(CONF_MOST);
    struct err absent;
    struct str rest, line, key, value;

    if (!path || fs_read(AT_FDCWD, path, false, CONF_MOST, &text, &absent) < 0)
        return NULL;
    rest = buf_view(&text);
    while (str_cut(&rest, '\n', &line)) {
        if (!str_split(line, '=', &key, &value) || !str_eq(str_trim(key), STR("graphroot")))
            continue;
        value = str_trim(value);
        if (value.n > 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            return arena_cstr(a, str_first(str_skip(value, 1), value.n - 2));
    }
    return NULL;
}

static const char *home(struct arena *a, const char *variable, const char *tail, const char *in_home)
{
    const char *base = getenv(variable), *user = getenv("HOME");

    if (base && base[0])
        return arena_fmt(a, "%s/%s", base, tail).p;
    return user ? arena_fmt(a, "%s/%s", user, in_home).p : NULL;
}

static const char *default_root(struct arena *a)
{
    const char *named = getenv("CONTAINERS_STORAGE_CONF"), *root;

    if (geteuid() == 0) {
        root = graph_root(a, named ? named : "/etc/containers/storage.conf");
        return root ? root : "/var/lib/containers/storage";
    }
    const char *own =
        home(a, "XDG_CONFIG_HOME", "containers/storage.conf", ".config/containers/storage.conf");
    root = graph_root(a, named ? named : own);
    return root ? root : home(a, "XDG_DATA_HOME", "containers/storage", ".local/share/containers/storage");
}

/* "[overlay@/root+/run:options]NAME" or "NAME". */
static int split_target(struct source_env *env, struct str *name, const char **root, struct err *e)
{
    struct str inside, driver, path, rest;

    *root = NULL;
    if (!name->n || name->p[0] != '[') {
        *root = default_root(env->arena);
        return *root ? 0 : err_set(e, ERR_NOT_FOUND, "no storage.conf and no home folder");
    }
    if (!str_split(str_skip(*name, 1), ']', &inside, name))
        return err_set(e, ERR_USAGE, "\"[\" without \"]\"");
    if (!str_split(inside, '@', &driver, &path)) {
        path = driver;
        driver = STR("overlay");
    }
    if (!str_eq(driver, STR("overlay")))
        return err_set(e, ERR_UNSUPPORTED, "only the overlay driver is understood");
    str_split(path, '+', &path, &rest);
    str_split(path, ':', &path, &rest);
    *root = arena_cstr(env->arena, path);
    return *root ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

static int read_index(struct store *s, const char *path, const char *parser, struct facts **out,
                      struct err *e)
{
    AUTO_BUF struct buf text = BUF(INDEX_MOST);

    if (fs_read(s->fd, path, true, INDEX_MOST, &text, e) < 0)
        return err_wrap(e, "%s", s->root);
    return s->env->read_doc(s->env, parser, str_of(path), buf_view(&text), (struct str){ 0 }, out, e);
}

/* Ids become parts of paths: 64 hexadecimal digits or nothing. */
static bool id_ok(struct str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!((id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f')))
            return false;
    return id.n == 64;
}

/* Does this stored name stand for what the user wrote? Podman completes short names the same way. */
static bool names(struct str stored, struct str written, const struct reference *ref)
{
    struct reference have;
    struct err ignored;

    if (str_eq(stored, written))
        return true;
    if (reference_parse(stored, &have, &ignored) < 0 || !str_eq(have.tag, ref->tag))
        return false;
    if (str_eq(have.host, ref->host) && str_eq(have.repo, ref->repo))
        return true;
    struct str repo = ref->repo.p == ref->buffer ? str_skip(ref->repo, 8 /* "library/" */) : ref->repo;
    return str_eq(ref->host, STR("docker.io")) && str_eq(have.host, STR("localhost")) &&
           str_eq(have.repo, repo);
}

static const struct stored *find_image(const struct store *s, struct str name, struct err *e)
{
    struct reference ref = { 0 };
    struct err not_one = { 0 };
    bool parsed = reference_parse(name, &ref, &not_one) == 0;
    const struct stored *by_id = NULL;

    FACTS_EACH (s->images, stored, i) {
        if (parsed && ref.digest.n && str_eq(i->digest, ref.digest))
            return i;
        for (size_t k = 0; parsed && !ref.digest.n && k < i->names.n; k++)
            if (names(i->names.p[k], name, &ref))
                return i;
        if (name.n < ID_SHORTEST || !str_starts(i->id, name))
            continue;
        if (by_id) {
            err_set(e, ERR_USAGE, "more than one image's id begins like that");
            return NULL;
        }
        by_id = i;
    }
    if (!by_id)
        err_set(e, ERR_NOT_FOUND, "%s: no such image", s->root);
    return by_id;
}

static const struct stored *find_layer(const struct store *s, struct str id)
{
    FACTS_EACH (s->layers, stored, l)
        if (str_eq(l->id, id))
            return l;
    return NULL;
}

/* The layers' ids from the lowest up; *n of them. */
static const struct str *chain(const struct store *s, struct str top, size_t *n, struct err *e)
{
    const struct stored *l;
    size_t count = 0;

    for (struct str id = top; id.n; id = l->parent) {
        if (!(l = find_layer(s, id)) || !id_ok(id)) {
            err_set(e, ERR_FORMAT, "layer " STR_FMT " is not in the store", STR_ARG(str_first(id, 64)));
            return NULL;
        }
        if (++count > LAYERS_MOST) {
            err_set(e, ERR_FORMAT, "layers lie on each other in a circle");
            return NULL;
        }
    }
    struct str *ids = arena_array(s->env->arena, struct str, count + 1);
    if (!ids) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    *n = count;
    for (struct str id = top; id.n; id = find_layer(s, id)->parent)
        ids[--count] = id;
    return ids;
}

static int document(struct store *s, struct str id, const char *file, const char *parser, struct str digest,
                    struct facts **out, struct err *e)
{
    AUTO_BUF struct buf text = BUF(s->env->opt->document_bytes);
    struct str path = arena_fmt(s->env->arena, "overlay-images/" STR_FMT "/%s", STR_ARG(id), file);

    if (!path.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (fs_read(s->fd, path.p, true, s->env->opt->document_bytes, &text, e) < 0)
        return -1;
    return s->env->read_doc(s->env, parser, path, buf_view(&text), digest, out, e);
}

/* NULL, said as incomplete, when it cannot be had: the layers still can. */
static struct facts *configuration(struct store *s, struct str id, struct str digest, struct str name)
{
    unsigned char coded[256] = { 0 };
    struct facts *f = NULL;
    struct err e = { 0 };
    char file[260];

    if (digest.n > 180)
        return NULL;
    EVP_EncodeBlock(coded, (const unsigned char *)digest.p, (int)digest.n);
    snprintf(file, sizeof file, "=%s", (char *)coded);
    if (document(s, id, file, "oci_config", digest, &f, &e) < 0) {
        s->env->incomplete(s->env, name, "configuration: %s", e.text);
        return NULL;
    }
    return f;
}

static int open_layer(const struct source_layer *l, struct blob *out, struct err *e)
{
    const char *path = l->from;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return err_errno(e, "%s", path);
    *out = (struct blob){ BLOB_OVERLAY, fd, 0, 0 };
    return 0;
}

struct stack {
    const struct store *store;
    const struct str *ids;
    size_t n;
};

static int bind(struct source_env *env, const struct descriptor *d, size_t i, struct source_layer *l,
                void *ctx, struct err *e)
{
    const struct stack *stack = ctx;

    (void)d;
    if (i >= stack->n)
        return err_set(e, ERR_FORMAT, "the store has %zu layers and the manifest more", stack->n);
    struct str path =
        arena_fmt(env->arena, "%s/overlay/" STR_FMT "/diff", stack->store->root, STR_ARG(stack->ids[i]));
    if (!path.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    l->open = open_layer;
    l->from = (void *)(uintptr_t)path.p;
    l->directory = true;
    l->why_not = (struct str){ 0 }; /* foreign or not: here it is */
    return 0;
}

static int image(struct store *s, struct str name, struct err *e)
{
    struct source_image img = { .name = name, .kind = STR("image"), .reference = true };
    const struct stored *i = find_image(s, name, e);
    struct stack stack = { .store = s };
    struct facts *manifest;

    if (!i)
        return -1;
    if (!id_ok(i->id))
        return err_set(e, ERR_FORMAT, "not an image's id: " STR_FMT, STR_ARG(str_first(i->id, 80)));
    if (document(s, i->id, "manifest", "oci_manifest", i->digest, &manifest, e) < 0)
        return -1;
    const struct descriptor *d = source_image_config(manifest, e);
    stack.ids = d ? chain(s, i->top_layer, &stack.n, e) : NULL;
    if (!stack.ids)
        return -1;
    img.digest = i->digest;
    img.by_digest = str_has(name, STR("@"));
    struct facts *config = configuration(s, i->id, d->digest, name);
    return source_assemble(s->env, &img, manifest, 0, config, bind, &stack, e);
}

/* In a rootless store files belong to the sub-uids of a user namespace. */
static void say_rootless(const struct store *s, struct str name)
{
    struct stat st;

    if (fstat(s->fd, &st) == 0 && st.st_uid != 0)
        s->env->incomplete(s->env, name,
                           "rootless store: the owners of files are shifted by the user namespace");
}

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    struct store s = { .env = env };
    AUTO_CLOSE int fd = -1;

    if (split_target(env, &target, &s.root, e) < 0)
        return -1;
    s.fd = fd = open(s.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, "%s", s.root);
    if (read_index(&s, "overlay-images/images.json", "storage_images", &s.images, e) < 0 ||
        read_index(&s, "overlay-layers/layers.json", "storage_layers", &s.layers, e) < 0 ||
        image(&s, target, e) < 0)
        return -1;
    say_rootless(&s, target);
    return 0;
}

const struct source source_containers_storage = {
    .name = "containers-storage",
    .what = "an image in the store of Podman, Buildah and CRI-O",
    .syntax = "containers-storage:[[overlay@ROOT]]NAME[:TAG]|ID",
    .open = open_target,
};
