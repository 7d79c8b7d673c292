/* registry.c - images in a registry: by reference over HTTPS, and over HTTP only when told. */
#include "source/registry_client.h"

#include "io/hash.h"

enum { INDEX_DEPTH = 3 };

static const char accept_all[] = "application/vnd.oci.image.manifest.v1+json, "
                                 "application/vnd.oci.image.index.v1+json, "
                                 "application/vnd.docker.distribution.manifest.v2+json, "
                                 "application/vnd.docker.distribution.manifest.list.v2+json, "
                                 "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.5, "
                                 "application/vnd.docker.distribution.manifest.v1+json;q=0.5";

/* What reads a manifest that comes as this type; NULL: nothing does. */
static const char *parser_for(struct str type)
{
    static const struct {
        struct str type;
        const char *parser;
    } known[] = {
        { STR("application/vnd.oci.image.manifest.v1+json"), "oci_manifest" },
        { STR("application/vnd.docker.distribution.manifest.v2+json"), "oci_manifest" },
        { STR("application/vnd.docker.distribution.manifest.v1+prettyjws"), "oci_manifest" },
        { STR("application/vnd.docker.distribution.manifest.v1+json"), "oci_manifest" },
        { STR("application/vnd.oci.image.index.v1+json"), "oci_index" },
        { STR("application/vnd.docker.distribution.manifest.list.v2+json"), "oci_index" },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_eq(type, known[i].type))
            return known[i].parser;
    return NULL;
}

/* One manifest or index, as fetched. */
struct fetched {
    struct facts *facts;
    struct str digest, type;
};

/* The digest of what came; the one we asked for, or by a tag the one the registry says, has to be the same.
 */
static int verify(struct registry *r, const struct http_reply *reply, struct str want, struct str *digest,
                  struct err *e)
{
    struct str said = http_header(reply, "docker-content-digest");
    AUTO_HASH struct hash h = { 0 };
    char text[DIGEST_TEXT_MOST];

    if (!want.n)
        want = said;
    if (hash_open(&h,
                  want.n ? want
                         : STR("sha256:"
                               "0000000000000000000000000000000000000000000000000000000000000000"),
                  e) < 0)
        return -1;
    hash_add(&h, reply->body.p, reply->body.n);
    hash_end(&h, text);
    *digest = arena_str(r->env->arena, str_of(text));
    if (want.n && !str_eq(*digest, want))
        return err_set(e, ERR_FORMAT, "the manifest does not have its digest: expected " STR_FMT ", found %s",
                       STR_ARG(str_first(want, 80)), text);
    return digest->p ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

/* What the document says of itself, what the registry says, and what an index said must agree: who reads it
 * by one and who reads it by the other would see different images. */
static int same_type(const struct facts *f, struct str sent, struct str announced, struct err *e)
{
    if (announced.n && !str_eq(announced, sent))
        return err_set(e, ERR_FORMAT, "media type " STR_FMT ", but the index says " STR_FMT, STR_ARG(sent),
                       STR_ARG(str_first(announced, 100)));
    FACTS_EACH (f, manifest, m)
        if (m->media_type.n && !str_eq(m->media_type, sent) && m->schema == 2)
            return err_set(e, ERR_FORMAT, "sent as " STR_FMT ", but says it is " STR_FMT, STR_ARG(sent),
                           STR_ARG(str_first(m->media_type, 100)));
    return 0;
}

static int understand(struct registry *r, const struct http_reply *reply, struct str want,
                      struct str announced, struct fetched *out, struct err *e)
{
    struct str type, parameters;

    str_split(http_header(reply, "content-type"), ';', &type, &parameters);
    type = str_trim(type);
    const char *parser = parser_for(type);
    if (!parser)
        return err_set(e, ERR_UNSUPPORTED, "unknown media type " STR_FMT, STR_ARG(str_first(type, 120)));
    out->type = arena_str(r->env->arena, type);
    /* schema 1 is signed inside: its digest is of less than what came. Nothing in it is followed, so nothing
     * is verified either */
    bool old = str_starts(type, STR("application/vnd.docker.distribution.manifest.v1+"));
    if ((!old && verify(r, reply, want, &out->digest, e) < 0) ||
        r->env->read_doc(r->env, parser, STR("manifest"), buf_view(&reply->body), out->digest, &out->facts,
                         e) < 0)
        return -1;
    return same_type(out->facts, out->type, announced, e);
}

static int fetch(struct registry *r, struct str tag_or_digest, struct str digest, struct str announced,
                 struct fetched *out, struct err *e)
{
    struct str path = arena_fmt(r->env->arena, "manifests/" STR_FMT, STR_ARG(tag_or_digest));
    struct http_reply reply;

    if (!path.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (registry_get(r, path.p, accept_all, r->env->opt->document_bytes, &reply, e) < 0)
        return -1;
    int got = understand(r, &reply, digest, announced, out, e);
    http_reply_free(&reply);
    return got;
}

static bool is_index(const struct fetched *f)
{
    size_t n = 0;
    const struct manifest *m = facts_manifest(f->facts, &n);

    return n && m->index;
}

/* From the reference down to the manifest of one image. */
static int resolve(struct registry *r, struct fetched *out, struct err *e)
{
    struct str by = r->ref.digest.n ? r->ref.digest : r->ref.tag;

    if (fetch(r, by, r->ref.digest, (struct str){ 0 }, out, e) < 0)
        return err_wrap(e, "manifest");
    for (int depth = 0; is_index(out); depth++) {
        const struct descriptor *d = source_choose_platform(r->env, out->facts, e);
        if (!d)
            return -1;
        if (depth == INDEX_DEPTH)
            return err_set(e, ERR_LIMIT, "indexes nested deeper than %d", INDEX_DEPTH);
        if (fetch(r, d->digest, d->digest, d->media_type, out, e) < 0)
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
    struct fetched manifest = { 0 };

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
