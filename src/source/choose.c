/* choose.c - what all sources of images share: the platform, the kinds of layers, the image put together. */
#include "core/buf.h"
#include "source/source.h"

#include <sys/utsname.h>

struct platform {
    struct str os, arch, variant;
};

/* The kernel's names for machines, as image platforms call them. */
static struct platform this_machine(void)
{
    static const struct {
        const char *machine, *arch, *variant;
    } known[] = {
        { "x86_64", "amd64", "" },        { "aarch64", "arm64", "" }, { "armv7l", "arm", "v7" },
        { "armv6l", "arm", "v6" },        { "i686", "386", "" },      { "i386", "386", "" },
        { "ppc64le", "ppc64le", "" },     { "s390x", "s390x", "" },   { "riscv64", "riscv64", "" },
        { "loongarch64", "loong64", "" },
    };
    struct utsname u;

    if (uname(&u) == 0)
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (!strcmp(u.machine, known[i].machine))
                return (struct platform){ STR("linux"), str_of(known[i].arch), str_of(known[i].variant) };
    return (struct platform){ STR("linux"), STR("amd64"), { 0 } };
}

static struct platform wanted(const struct source_env *env)
{
    struct platform p = this_machine();
    struct str rest = env->opt->platform;

    if (!rest.n)
        return p;
    p.variant = (struct str){ 0 };
    str_split(rest, '/', &p.os, &rest);
    str_split(rest, '/', &p.arch, &p.variant);
    if (str_eq(p.arch, STR("x86_64")))
        p.arch = STR("amd64");
    if (str_eq(p.arch, STR("aarch64")))
        p.arch = STR("arm64");
    return p;
}

/* What an architecture without a variant means. */
static struct str variant_of(struct str arch, struct str variant)
{
    if (variant.n)
        return variant;
    return str_eq(arch, STR("arm64")) ? STR("v8") : str_eq(arch, STR("arm")) ? STR("v7") : (struct str){ 0 };
}

/* 0: another platform, 1: fits when no variant was asked for, 2: the very one. */
static int fits(const struct platform *p, const struct descriptor *d)
{
    if (!str_eq(p->os, d->os) || !str_eq(p->arch, d->arch))
        return 0;
    if (str_eq(variant_of(p->arch, p->variant), variant_of(d->arch, d->variant)))
        return 2;
    return p->variant.n ? 0 : 1;
}

/* Builders put attestations beside images, as a platform that cannot exist. */
static bool is_choice(const struct descriptor *d)
{
    return d->role == ROLE_MANIFEST && !(str_eq(d->os, STR("unknown")) && str_eq(d->arch, STR("unknown")));
}

static const struct descriptor *none_fits(const struct platform *p, const struct facts *index, struct err *e)
{
    AUTO_BUF struct buf list = BUF(256);
    size_t n = 0;

    FACTS_EACH (index, descriptor, d) {
        if (!is_choice(d) || list.n > 150)
            continue;
        buf_fmt(&list, "%s" STR_FMT "/" STR_FMT "%s" STR_FMT, n++ ? ", " : "", STR_ARG(str_first(d->os, 20)),
                STR_ARG(str_first(d->arch, 20)), d->variant.n ? "/" : "", STR_ARG(str_first(d->variant, 20)));
    }
    err_set(e, ERR_NOT_FOUND, "nothing for " STR_FMT "/" STR_FMT "%s" STR_FMT "; %s" STR_FMT, STR_ARG(p->os),
            STR_ARG(p->arch), p->variant.n ? "/" : "", STR_ARG(p->variant),
            n ? "choose with --platform: " : "the index is empty", STR_ARG(buf_view(&list)));
    return NULL;
}

const struct descriptor *source_choose_platform(const struct source_env *env, const struct facts *index,
                                                struct err *e)
{
    struct platform p = wanted(env);
    const struct descriptor *best = NULL, *only = NULL;
    int best_fit = 0, choices = 0;

    FACTS_EACH (index, descriptor, d) {
        int fit = is_choice(d) ? fits(&p, d) : 0;
        if (fit > best_fit) {
            best_fit = fit;
            best = d;
        }
        if (is_choice(d)) {
            only = d;
            choices++;
        }
    }
    if (best)
        return best;
    if (choices == 1 && (!env->opt->platform.n || !only->os.n))
        return only;
    return none_fits(&p, index, e);
}

const struct descriptor *source_image_config(const struct facts *manifest, struct err *e)
{
    static const struct str types[] = {
        STR("application/vnd.oci.image.config.v1+json"),
        STR("application/vnd.docker.container.image.v1+json"),
    };

    FACTS_EACH (manifest, manifest, m)
        if (m->schema == 1) {
            err_set(e, ERR_UNSUPPORTED, "Docker image manifest schema 1: not followed, push the image anew");
            return NULL;
        }
    FACTS_EACH (manifest, descriptor, d) {
        if (d->role != ROLE_CONFIG)
            continue;
        if (str_eq(d->media_type, types[0]) || str_eq(d->media_type, types[1]))
            return d;
        err_set(e, ERR_UNSUPPORTED, "an artifact, not an image: its configuration is " STR_FMT,
                STR_ARG(str_first(d->media_type, 120)));
        return NULL;
    }
    err_set(e, ERR_FORMAT, "manifest without a configuration");
    return NULL;
}

bool source_is_foreign(struct str media_type)
{
    return str_has(media_type, STR(".nondistributable.")) || str_has(media_type, STR(".foreign."));
}

/* Why a layer of this kind is not read; empty: it is. */
static struct str refused(const struct source_env *env, const struct descriptor *d)
{
    static const struct str readable[] = {
        STR("application/vnd.oci.image.layer.v1.tar"),
        STR("application/vnd.oci.image.layer.v1.tar+gzip"),
        STR("application/vnd.oci.image.layer.v1.tar+zstd"),
        STR("application/vnd.docker.image.rootfs.diff.tar"),
        STR("application/vnd.docker.image.rootfs.diff.tar.gzip"),
        STR("application/vnd.docker.image.rootfs.diff.tar.zstd"),
    };

    if (!d->media_type.n)
        return (struct str){ 0 };
    for (size_t i = 0; i < ARRAY_LEN(readable); i++)
        if (str_eq(d->media_type, readable[i]))
            return (struct str){ 0 };
    if (source_is_foreign(d->media_type))
        return arena_fmt(env->arena, "foreign layer, not kept with the image%s%.*s", d->urls.n ? ": " : "",
                         d->urls.n ? (int)MIN(d->urls.p[0].n, (size_t)200) : 0,
                         d->urls.n ? d->urls.p[0].p : "");
    if (str_ends(d->media_type, STR("+encrypted")))
        return STR("encrypted layer");
    struct str why =
        arena_fmt(env->arena, "unknown media type " STR_FMT, STR_ARG(str_first(d->media_type, 120)));
    return why.n ? why : STR("unknown media type");
}

static const struct config *config_of(const struct facts *config)
{
    size_t n = 0;
    const struct config *c = config ? facts_config(config, &n) : NULL;

    return n ? c : NULL;
}

static size_t count_layers(const struct facts *manifest, uint32_t group)
{
    size_t n = 0;

    FACTS_EACH (manifest, descriptor, d)
        n += d->role == ROLE_LAYER && d->group == group;
    return n;
}

bool source_schema_1(const struct facts *manifest)
{
    size_t n = 0;
    const struct manifest *m = facts_manifest(manifest, &n);

    return n && m->schema == 1;
}

/* Both documents' facts under one roof. Texts stay where they are: both live as long as the scan. */
static const struct facts *both(struct arena *a, const struct facts *x, const struct facts *y)
{
    struct facts *to = arena_new(a, struct facts);

    for (size_t k = 0; to && k < FACT_KIND_COUNT; k++) {
        size_t size = fact_info[k].size, n = x->list[k].n + y->list[k].n;
        char *items = n ? arena_alloc(a, n * size, _Alignof(max_align_t)) : NULL;
        if (n && !items)
            return NULL;
        if (items && x->list[k].n)
            memcpy(items, x->list[k].items, x->list[k].n * size);
        if (items && y->list[k].n)
            memcpy(items + x->list[k].n * size, y->list[k].items, y->list[k].n * size);
        to->list[k].items = items;
        to->list[k].n = to->list[k].cap = n;
    }
    return to;
}

int source_assemble(struct source_env *env, struct source_image *img, const struct facts *manifest,
                    uint32_t group, const struct facts *config, source_layer_fn *bind, void *ctx,
                    struct err *e)
{
    const struct config *c = config_of(config);
    size_t i = 0, n = count_layers(manifest, group);
    bool paired = c && c->diff_ids.n == n;

    img->config = config ? both(env->arena, config, manifest) : manifest;
    img->n_layers = n;
    img->layer = arena_array(env->arena, struct source_layer, n + 1);
    if (!img->layer || !img->config)
        return err_set(e, ERR_LIMIT, "out of memory for %zu layers", n);
    if (c && !paired)
        env->incomplete(env, img->name,
                        "the configuration has %zu diff IDs for %zu layers: they are not compared",
                        c->diff_ids.n, n);
    FACTS_EACH (manifest, descriptor, d) {
        if (d->role != ROLE_LAYER || d->group != group)
            continue;
        struct source_layer *l = &img->layer[i];
        *l = (struct source_layer){ .digest = d->digest, .media_type = d->media_type, .size = d->size };
        l->diff_id = paired ? c->diff_ids.p[i] : (struct str){ 0 };
        l->why_not = refused(env, d);
        if (bind(env, d, i, l, ctx, e) < 0)
            return err_wrap(e, "layer %zu", i + 1);
        i++;
    }
    return env->add_image(env, img, e);
}
