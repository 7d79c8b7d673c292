/* registry_manifest.c - manifests and indexes of a registry: fetched, verified, and what they say they are.
 */
#include "io/hash.h"
#include "source/registry_client.h"

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
                      struct str announced, struct registry_manifest *out, struct err *e)
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

int registry_manifest(struct registry *r, struct str tag_or_digest, struct str digest, struct str announced,
                      struct registry_manifest *out, struct err *e)
{
    static const struct http_header header[] = { { "Accept", accept_all }, { NULL, NULL } };
    struct str path = arena_fmt(r->env->arena, "manifests/" STR_FMT, STR_ARG(tag_or_digest));
    struct http_reply reply;

    if (!path.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (registry_get(r, path.p, header, r->env->opt->document_bytes, &reply, e) < 0)
        return -1;
    int got = understand(r, &reply, digest, announced, out, e);
    http_reply_free(&reply);
    return got;
}
