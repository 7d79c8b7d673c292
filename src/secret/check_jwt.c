/* check_jwt.c - JSON Web Tokens and keys, and what else is JSON (RFC 7515, 7517, 7519). */
#include "core/decode.h"
#include "doc/doc.h"
#include "secret/scanner.h"

#include <openssl/evp.h>
#include <time.h>

enum { JSON_BYTES = 64 << 10 };

/* One part of a token as a tree in *a; NULL when it is not JSON. */
static struct doc *part(struct secret_seen *s, struct str text, struct arena *a)
{
    struct doc *root = NULL;
    struct err ignored;

    buf_clear(s->room);
    if (decode_base64(text, s->room) != text.n || !buf_ok(s->room) ||
        doc_json(buf_view(s->room), a, &root, &ignored) < 0)
        return NULL;
    return root->kind == DOC_OBJECT ? root : NULL;
}

/* What the token says of its own end. Whether that has come, the run decides that reports it. */
static void note_expiry(struct secret_seen *s, const struct doc *payload)
{
    uint64_t until;
    struct tm tm;

    if (!doc_u64(doc_get(payload, "exp"), &until) || until > 253402300799u) { /* the year 9999 */
        secret_proof(s, "decodes to a token that never expires");
        return;
    }
    time_t at = (time_t)until;
    strftime(s->until, sizeof s->until, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
    secret_proof(s, "decodes to a token valid until %.10s", s->until);
}

static bool decode(struct secret_seen *s, struct arena *a, struct doc **header, struct doc **payload)
{
    struct str rest = s->secret, one, two;

    if (!str_cut(&rest, '.', &one) || !str_cut(&rest, '.', &two) || rest.n < 16)
        return false;
    *header = part(s, one, a);
    *payload = *header ? part(s, two, a) : NULL;
    return *payload && doc_text(doc_get(*header, "alg")).n;
}

static bool of_kubernetes(const struct doc *payload)
{
    return str_has(doc_text(doc_get(payload, "iss")), STR("kubernetes")) ||
           doc_get(payload, "kubernetes.io") ||
           str_starts(doc_text(doc_get(payload, "sub")), STR("system:serviceaccount:"));
}

int secret_check_jwt(struct secret_seen *s)
{
    AUTO_ARENA struct arena a = ARENA(JSON_BYTES);
    struct doc *header, *payload;

    if (!decode(s, &a, &header, &payload) || of_kubernetes(payload))
        return CHECK_REFUSED;
    if (str_eq(doc_text(doc_get(payload, "sub")), STR("1234567890")))
        return CHECK_REFUSED; /* the one that tutorials show */
    if (str_eq(doc_text(doc_get(payload, "role")), STR("anon"))) {
        secret_doubt(s, CONFIDENCE_LOW, "made for anonymous clients: public by design");
        return CHECK_DONE;
    }
    note_expiry(s, payload);
    return CHECK_DONE;
}

int secret_check_service_account(struct secret_seen *s)
{
    AUTO_ARENA struct arena a = ARENA(JSON_BYTES);
    struct doc *header, *payload;

    if (!decode(s, &a, &header, &payload) || !of_kubernetes(payload))
        return CHECK_REFUSED;
    s->confidence = CONFIDENCE_PROVEN;
    note_expiry(s, payload);
    return CHECK_DONE;
}

/* A private JSON Web Key: "d" beside the members that its kind has. */
int secret_check_jwk(struct secret_seen *s)
{
    static const struct {
        const char *has, *type;
    } rows[] = { { "\"RSA\"", "rsa" }, { "\"EC\"", "ec" }, { "\"OKP\"", "ed25519" }, { "\"oct\"", "oct" } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_has(s->whole, str_of(rows[i].has))) {
            s->is_key = true;
            s->key = (struct key){ .form = STR("jwk"), .type = str_of(rows[i].type) };
            secret_proof(s, "a private key of kind %s", rows[i].type);
            return CHECK_DONE;
        }
    return CHECK_REFUSED;
}
