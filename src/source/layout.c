#include "source/layout.h"

#include "io/hash.h"

enum { INDEXES_MOST = 4 }; /* an index in an index ...: loops end here */

struct str layout_blob_path(struct source_env *env, struct str digest)
{
    struct str algorithm, hex;

    if (!digest_valid(digest) || !str_split(digest, ':', &algorithm, &hex))
        return (struct str){ 0 };
    return arena_fmt(env->arena, "blobs/" STR_FMT "/" STR_FMT, STR_ARG(algorithm), STR_ARG(hex));
}

static int read_blob(struct layout *l, const char *parser, struct str digest, struct facts **out,
                     struct err *e)
{
    struct str path = layout_blob_path(l->env, digest), bytes;

    if (!path.n)
        return err_set(e, ERR_FORMAT, "\"" STR_FMT "\" is not a digest", STR_ARG(str_first(digest, 80)));
    if (l->document(l, path, &bytes, e) < 0)
        return -1;
    return l->env->read_doc(l->env, parser, path, bytes, digest, out, e);
}

static bool is_index(const struct descriptor *d)
{
    return str_eq(d->media_type, STR("application/vnd.oci.image.index.v1+json")) ||
           str_eq(d->media_type, STR("application/vnd.docker.distribution.manifest.list.v2+json"));
}

static int open_manifest(struct layout *l, const struct descriptor *d, struct str name, bool pinned,
                         struct err *e)
{
    struct facts *manifest, *config = NULL;
    struct source_image img = {
        .name = name, .kind = STR("image"), .digest = d->digest, .by_digest = pinned
    };
    struct err why;

    if (read_blob(l, "oci_manifest", d->digest, &manifest, e) < 0)
        return -1;
    const struct descriptor *c = source_image_config(manifest, e);
    if (!c)
        return -1;
    if (read_blob(l, "oci_config", c->digest, &config, &why) < 0) {
        config = NULL; /* layers still say a lot: the rest goes on and is marked */
        l->env->incomplete(l->env, name, "configuration: %s", why.text);
    }
    return source_assemble(l->env, &img, manifest, c->group, config, l->bind, l, e);
}

static int open_any(struct layout *l, const struct descriptor *d, struct str name, bool pinned, struct err *e)
{
    for (int depth = 0; is_index(d); depth++) {
        struct facts *index;
        if (depth == INDEXES_MOST)
            return err_set(e, ERR_LIMIT, "indexes are nested deeper than %d", INDEXES_MOST);
        if (read_blob(l, "oci_index", d->digest, &index, e) < 0)
            return -1;
        d = source_choose_platform(l->env, index, e);
        if (!d)
            return -1;
    }
    return open_manifest(l, d, name, pinned, e);
}

/* skopeo and umoci write the tag, others the whole reference. */
static bool has_tag(const struct descriptor *d, struct str tag)
{
    struct str name, last;

    return str_eq(d->ref_name, tag) || (str_rsplit(d->ref_name, ':', &name, &last) && str_eq(last, tag));
}

static bool selected(const struct descriptor *d, struct str select)
{
    if (!select.n)
        return true;
    return select.p[0] == '@' ? str_eq(d->digest, str_skip(select, 1)) : has_tag(d, select);
}

static struct str image_name(struct layout *l, const struct descriptor *d, size_t n)
{
    if (!d->ref_name.n || n == 1)
        return l->name;
    return arena_fmt(l->env->arena, STR_FMT ":" STR_FMT, STR_ARG(l->name), STR_ARG(d->ref_name));
}

static int open_selected(struct layout *l, const struct facts *index, struct str select, struct err *e)
{
    size_t n = 0, good = 0;

    FACTS_EACH (index, descriptor, d)
        n += selected(d, select);
    if (!n && !select.n)
        return err_set(e, ERR_NOT_FOUND, "index.json lists no image");
    if (!n)
        return err_set(e, ERR_NOT_FOUND, "index.json has no \"" STR_FMT "\"", STR_ARG(select));
    FACTS_EACH (index, descriptor, d) {
        if (!selected(d, select))
            continue;
        struct str name = image_name(l, d, n);
        if (open_any(l, d, name, select.n && select.p[0] == '@', e) == 0)
            good++;
        else if (n == 1)
            return -1;
        else
            l->env->incomplete(l->env, name, "%s", e->text);
    }
    return good ? 0 : err_wrap(e, "none of %zu images could be opened", n);
}

int layout_images(struct layout *l, struct str select, struct err *e)
{
    struct facts *index;
    struct str bytes;

    if (l->document(l, STR("index.json"), &bytes, e) < 0)
        return -1;
    if (l->env->read_doc(l->env, "oci_index", STR("index.json"), bytes, (struct str){ 0 }, &index, e) < 0)
        return -1;
    return open_selected(l, index, select, e);
}
