/* registry.c - images in a registry: by reference over HTTPS, and over HTTP only when told. */
#include "source/registry_client.h"

enum { INDEX_DEPTH = 3 };

static bool is_index(const struct registry_manifest *f)
{
    size_t n = 0;
    const struct manifest *m = facts_manifest(f->facts, &n);

    return n && m->index;
}

/* From the reference down to the manifest of one image. */
static int resolve(struct registry *r, struct registry_manifest *out, struct err *e)
{
    struct str by = r->ref.digest.n ? r->ref.digest : r->ref.tag;

    if (registry_manifest(r, by, r->ref.digest, STR_NONE, out, e) < 0)
        return err_wrap(e, "manifest");
    for (int depth = 0; is_index(out); depth++) {
        const struct descriptor *d = source_choose_platform(r->env, out->facts, e);
        if (!d)
            return -1;
        if (depth == INDEX_DEPTH)
            return err_set(e, ERR_LIMIT, "indexes nested deeper than %d", INDEX_DEPTH);
        if (registry_manifest(r, d->digest, d->digest, d->media_type, out, e) < 0)
            return err_wrap(e, "manifest " STR_FMT, STR_ARG(str_first(d->digest, 19)));
    }
    return 0;
}

/* The configuration; NULL, said as incomplete, when it cannot be had: the layers still can. */
static struct facts *configuration(struct registry *r, const struct descriptor *d, struct str name)
{
    struct str path = arena_fmt(r->env->arena, "blobs/" STR_FMT, STR_ARG(d->digest));
    struct http_reply reply = { 0 };
    struct facts *f = NULL;
    struct err e = { 0 };

    if (!path.p || registry_get(r, path.p, NULL, r->env->opt->document_bytes, &reply, &e) < 0 ||
        r->env->read_doc(r->env, "oci_config", name, buf_view(&reply.body), d->digest, &f, &e) < 0) {
        r->env->incomplete(r->env, name, "configuration: %s", e.text);
        f = NULL;
    }
    http_reply_free(&reply);
    return f;
}

/* Of one layer, in the env's arena. */
struct remote_layer {
    struct registry *registry;
    struct download *download;
};

static int open_layer(const struct source_layer *l, struct blob *out, struct err *e)
{
    struct remote_layer *from = l->from;
    int fd = -1;

    if (registry_download(from->registry, l->digest, &fd, &from->download, e) < 0)
        return -1;
    *out = (struct blob){ BLOB_STREAM, fd, 0, l->size };
    return 0;
}

static int finish_layer(const struct source_layer *l, struct err *e)
{
    struct remote_layer *from = l->from;

    return http_download_end(&from->download, e);
}

static int bind(struct source_env *env, const struct descriptor *d, size_t i, struct source_layer *l,
                void *ctx, struct err *e)
{
    struct remote_layer *from = arena_new(env->arena, struct remote_layer);

    (void)d, (void)i;
    if (!from)
        return err_set(e, ERR_LIMIT, "out of memory");
    from->registry = ctx;
    l->once = true;
    l->open = open_layer;
    l->finish = finish_layer;
    l->from = from;
    return 0;
}

/* Did whoever sent the image prove who he is? A pinned digest proves the contents, whoever sent them. */
static void say_sender(struct registry *r, struct facts *f)
{
    bool plain = !strncmp(r->base, "http:", 5);

    if (r->ref.digest.n)
        facts_remark(f, NOTE_VERIFIED, r->ref.host, "the digest was pinned and is right");
    else if (!plain && !r->http.insecure_tls)
        facts_remark(f, NOTE_VERIFIED, r->ref.host,
                     "fetched over TLS, the registry's certificate was verified");
    else
        facts_remark(f, NOTE_UNVERIFIED, r->ref.host, "%s: whoever is in between can give another image",
                     plain ? "fetched without TLS" : "the registry's certificate was not verified");
}

static int image(struct registry *r, struct str target, struct err *e)
{
    struct source_image img = {
        .name = target,
        .kind = STR("image"),
        .reference = true,
        .by_digest = r->ref.digest.n > 0,
    };
    struct registry_manifest manifest = { 0 };

    if (resolve(r, &manifest, e) < 0)
        return -1;
    img.digest = manifest.digest;
    say_sender(r, manifest.facts);
    if (source_schema_1(manifest.facts))
        return source_assemble(r->env, &img, manifest.facts, 0, NULL, bind, r, e);
    const struct descriptor *d = source_image_config(manifest.facts, e);
    if (!d)
        return -1;
    struct facts *config = configuration(r, d, target);
    return source_assemble(r->env, &img, manifest.facts, 0, config, bind, r, e);
}

static int open_reference(struct source_env *env, struct str target, struct err *e)
{
    struct registry *r;
    struct reference ref;

    if (str_starts(target, STR("//"))) /* "docker://example.org/app" */
        target = str_skip(target, 2);
    if (reference_parse(target, &ref, e) < 0)
        return -1;
    if (env->opt->offline)
        return err_set(e, ERR_DENIED, "would need the network, and --offline forbids it");
    if (registry_open(env, &ref, &r, e) < 0)
        return -1;
    int got = image(r, target, e);
    registry_close(r);
    return got < 0 ? err_wrap(e, STR_FMT, STR_ARG(str_first(r->ref.host, 100))) : 0;
}

static bool recognises(struct str word)
{
    struct reference ref;
    struct err e = { 0 };

    return reference_parse(word, &ref, &e) == 0;
}

const struct source source_registry = {
    .name = "registry",
    .what = "an image in a registry, by its reference",
    .syntax = "[registry:][HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]",
    .schemes = (const char *const[]){ "docker-registry", NULL },
    .recognises = recognises,
    .open = open_reference,
};
