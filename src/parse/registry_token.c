/* registry_token.c - the answer of a registry's token server. */
#include "parse/oci.h"

static const char *const keys[] = { "token", "access_token", "expires_in", NULL };

enum { DEFAULT_SECONDS = 60 }; /* what the protocol says when the server does not */

/* It goes into a header line: visible ASCII only. */
static bool token_ok(struct str t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] <= ' ' || t.p[i] > '~')
            return false;
    return t.n > 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    struct token t = { .expires_in = DEFAULT_SECONDS };
    struct doc *root;

    if (oci_open(in, keys, &a, &root, out, e) < 0 || oci_text(root, "token", &t.token, e) < 0)
        return -1;
    if (!t.token.n && oci_text(root, "access_token", &t.token, e) < 0)
        return -1;
    if (!token_ok(t.token))
        return err_set(e, ERR_FORMAT, "line %u: %s", root->line, t.token.n ? "not a token" : "no token");
    if (doc_get(root, "expires_in") && !doc_u64(doc_get(root, "expires_in"), &t.expires_in))
        t.expires_in = DEFAULT_SECONDS;
    return facts_add_token(out, &t, e);
}

const struct parser parser_registry_token = {
    .name = "registry_token",
    .what = "answer of a registry's token server",
    .version = 1,
    .max_size = 1 << 20,
    .parse = parse,
};
