#include "source/archive.h"

#include "core/map.h"
#include "model/entries.h"
#include "source/layout.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { LINKS_MOST = 8 };

struct archive {
    struct source_env *env;
    const char *path;
    struct facts **layers; /* read on the way */
    size_t n_layers;
    const struct member *member;
    size_t n_members;
    struct map by_name; /* index + 1 */
};

/* The range of the archive that is one layer. */
struct range {
    const char *path;
    uint64_t offset, size;
};

/* By name; links (old `docker save` stores a layer once) are followed. */
static const struct member *find(const struct archive *a, struct str name)
{
    char path[ENTRY_PATH_MOST], target[ENTRY_PATH_MOST * 2];
    const struct member *m = NULL;
    size_t n;

    for (int i = 0; i < LINKS_MOST; i++) {
        const uint32_t *at = map_get(&a->by_name, name);
        if (!at || !*at)
            return NULL;
        m = &a->member[*at - 1];
        if (!m->link.n)
            return m;
        struct str dir, base;
        str_rsplit(m->name, '/', &dir, &base);
        int len = snprintf(target, sizeof target, STR_FMT "/" STR_FMT, STR_ARG(dir),
                           STR_ARG(str_first(m->link, ENTRY_PATH_MOST - 1)));
        if (path_clean((struct str){ target, (size_t)len }, path, &n) == PATH_TOO_LONG)
            return NULL;
        name = (struct str){ path, n };
    }
    return NULL;
}

static int open_range(const struct source_layer *l, struct blob *out, struct err *e)
{
    const struct range *r = l->from;
    int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return err_errno(e, "%s", r->path);
    *out = (struct blob){ BLOB_FILE, fd, r->offset, r->size };
    return 0;
}

/* The facts of a layer that was read while the archive streamed by. */
static const struct facts *read_on_the_way(const struct archive *a, const struct member *m)
{
    for (size_t i = 0; i < a->n_layers; i++)
        FACTS_EACH (a->layers[i], member, own)
            if (str_eq(own->name, m->name))
                return a->layers[i];
    return NULL;
}

static void bind_streamed(const struct archive *a, const struct member *m, struct source_layer *l)
{
    bool right = l->digest.n ? str_eq(m->digest, l->digest) : str_eq(m->diff_id, l->diff_id);

    if (!m->digest.n)
        l->why_not = arena_fmt(a->env->arena, STR_FMT ": could not be read", STR_ARG(m->name));
    else if (!right && (l->digest.n || l->diff_id.n))
        l->why_not = arena_fmt(a->env->arena, "digest is " STR_FMT ", not " STR_FMT, STR_ARG(m->digest),
                               STR_ARG(l->digest.n ? l->digest : l->diff_id));
    else
        l->facts = read_on_the_way(a, m);
}

static int bind_member(const struct archive *a, struct str name, struct source_layer *l, struct err *e)
{
    const struct member *m = find(a, name);

    if (l->why_not.n && !(m && source_is_foreign(l->media_type)))
        return 0;
    if (!m) {
        l->why_not =
            arena_fmt(a->env->arena, "the archive has no \"" STR_FMT "\"", STR_ARG(str_first(name, 120)));
        return 0;
    }
    l->why_not = (struct str){ 0 };
    l->size = m->size;
    if (!m->offset) {
        bind_streamed(a, m, l);
        return 0;
    }
    struct range *r = arena_new(a->env->arena, struct range);
    if (!r)
        return err_set(e, ERR_LIMIT, "out of memory");
    *r = (struct range){ a->path, m->offset, m->size };
    l->from = r;
    l->open = open_range;
    return 0;
}

/* ---- docker save: manifest.json names the files ---- */

static int bind_docker(struct source_env *env UNUSED, const struct descriptor *d, size_t i UNUSED,
                       struct source_layer *l, void *ctx, struct err *e)
{
    return bind_member(ctx, d->file, l, e);
}

static bool names(const struct facts *manifest, uint32_t group, struct str select, struct str *name)
{
    bool hit = !select.n;

    FACTS_EACH (manifest, descriptor, d) {
        if (d->group != group || !d->ref_name.n)
            continue;
        if (!name->n)
            *name = d->ref_name;
        struct str head, tag;
        hit |=
            str_eq(d->ref_name, select) || (str_rsplit(d->ref_name, ':', &head, &tag) && str_eq(tag, select));
    }
    return hit;
}

static int open_group(struct archive *a, const struct facts *manifest, const struct descriptor *c,
                      struct str name, struct err *e)
{
    struct source_image img = { .name = name, .kind = STR("image"), .reference = !a->path };
    const struct member *m = find(a, c->file);
    struct facts *config = NULL;
    struct err why;

    if (!m)
        err_set(&why, ERR_NOT_FOUND, "the archive has no \"" STR_FMT "\"", STR_ARG(str_first(c->file, 120)));
    else if (a->env->read_doc(a->env, "oci_config", m->name, m->body, c->digest, &config, &why) == 0)
        m = NULL;
    else
        config = NULL;
    if (!config)
        a->env->incomplete(a->env, name, "configuration: %s", why.text);
    return source_assemble(a->env, &img, manifest, c->group, config, bind_docker, a, e);
}

static int docker_images(struct archive *a, struct str target, struct str select, struct err *e)
{
    const struct member *m = find(a, STR("manifest.json"));
    struct facts *manifest;
    size_t n = 0;

    if (a->env->read_doc(a->env, "docker_manifest", m->name, m->body, (struct str){ 0 }, &manifest, e) < 0)
        return -1;
    FACTS_EACH (manifest, descriptor, d) {
        struct str name = { 0 };
        if (d->role != ROLE_CONFIG || !names(manifest, d->group, select, &name))
            continue;
        n++;
        if (open_group(a, manifest, d, name.n ? name : target, e) < 0)
            return -1;
    }
    return n ? 0 : err_set(e, ERR_NOT_FOUND, "manifest.json has no image \"" STR_FMT "\"", STR_ARG(select));
}

/* ---- an OCI layout in the archive ---- */

static int layout_document(struct layout *l, struct str path, struct str *bytes, struct err *e)
{
    const struct member *m = find(l->from, path);

    if (!m || !m->body.n)
        return err_set(e, m ? ERR_FORMAT : ERR_NOT_FOUND, STR_FMT ": %s", STR_ARG(path),
                       m ? "is not a document" : "is not in the archive");
    *bytes = m->body;
    return 0;
}

static int bind_layout(struct source_env *env, const struct descriptor *d, size_t i UNUSED,
                       struct source_layer *l, void *ctx, struct err *e)
{
    const struct layout *layout = ctx;
    struct str path = layout_blob_path(env, d->digest);

    if (!path.n)
        return err_set(e, ERR_FORMAT, "a layer without a digest");
    return bind_member(layout->from, path, l, e);
}

/* ---- both ---- */

static int index_members(struct archive *a, const struct facts *members, struct err *e)
{
    a->member = facts_member(members, &a->n_members);
    for (size_t i = 0; i < a->n_members; i++) {
        uint32_t *at = map_put(&a->by_name, a->member[i].name, NULL);
        if (!at)
            return err_set(e, ERR_LIMIT, "out of memory");
        *at = (uint32_t)i + 1; /* a name that comes twice: the last one, as engines do */
    }
    FACTS_EACH (members, note, note)
        a->env->incomplete(a->env, note->where, STR_FMT, STR_ARG(note->reason));
    return 0;
}

int archive_images(struct source_env *env, const struct blob *blob, const char *path, struct str name,
                   struct str select, bool prefer_oci, struct err *e)
{
    struct archive a = { .env = env, .path = path };
    struct facts *members;
    int r = -1;

    if (env->read_archive(env, blob, &members, &a.layers, &a.n_layers, e) < 0)
        return -1;
    if (index_members(&a, members, e) < 0)
        goto out;
    bool docker = find(&a, STR("manifest.json")) != NULL, oci = find(&a, STR("index.json")) != NULL;
    struct layout l = { env, name, layout_document, bind_layout, &a };
    if (oci && (prefer_oci || !docker))
        r = layout_images(&l, select, e);
    else if (docker)
        r = docker_images(&a, name, select, e);
    else
        err_set(e, ERR_FORMAT, "neither manifest.json nor index.json in it: not an image archive");
out:
    map_free(&a.by_name);
    return r;
}

/* ---- from a file ---- */

static bool is_file(struct str word)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof path, STR_FMT, STR_ARG(word));
    return word.n < sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int archive_open(struct source_env *env, struct str target, bool prefer_oci, struct err *e)
{
    struct str file = target, select = { 0 };
    struct stat st;

    if (!is_file(target) && str_split(target, ':', &file, &select) && !is_file(file))
        file = target;
    bool input = str_eq(file, STR("-"));
    const char *path = arena_cstr(env->arena, file);
    AUTO_BLOB struct blob b = { BLOB_STREAM,
                                input ? dup(STDIN_FILENO) : open(path ? path : "", O_RDONLY | O_CLOEXEC), 0,
                                0 };
    if (b.fd < 0 || fstat(b.fd, &st) < 0)
        return err_errno(e, STR_FMT, STR_ARG(file));
    if (S_ISDIR(st.st_mode))
        return err_set(e, ERR_FORMAT, STR_FMT ": is a directory", STR_ARG(file));
    if (S_ISREG(st.st_mode) && !input) {
        b.kind = BLOB_FILE;
        b.size = (uint64_t)st.st_size;
    }
    return archive_images(env, &b, path, target, select, prefer_oci, e);
}

static int open_docker(struct source_env *env, struct str target, struct err *e)
{
    return archive_open(env, target, false, e);
}

const struct source source_archive = {
    .name = "docker-archive",
    .what = "`docker save` or `podman save` output, compressed or not",
    .syntax = "docker-archive:FILE[:TAG]",
    .recognises = is_file,
    .open = open_docker,
};
