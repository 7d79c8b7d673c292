#include "io/hash.h"

#include <openssl/evp.h>

static const struct {
    struct str prefix;
    const char *name;
    size_t hex;
} algorithm[] = {
    { STR("sha256:"), "sha256", 64 },
    { STR("sha512:"), "sha512", 128 },
};

static const EVP_MD *md_of(const char *name)
{
    return !strcmp(name, "sha512") ? EVP_sha512() : EVP_sha256();
}

static const char *algorithm_of(struct str digest)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithm); i++) {
        if (!str_starts(digest, algorithm[i].prefix) || digest.n != algorithm[i].prefix.n + algorithm[i].hex)
            continue;
        for (size_t k = algorithm[i].prefix.n; k < digest.n; k++)
            if (!memchr("0123456789abcdef", digest.p[k], 16))
                return NULL;
        return algorithm[i].name;
    }
    return NULL;
}

bool digest_valid(struct str digest)
{
    return algorithm_of(digest) != NULL;
}

int hash_open(struct hash *h, struct str digest, struct err *e)
{
    h->ctx = NULL;
    h->name = algorithm_of(digest);
    if (!h->name)
        return err_set(e, ERR_UNSUPPORTED, "not a digest that can be verified: %.80s",
                       digest.n ? "unknown form" : "empty");
    h->ctx = EVP_MD_CTX_new();
    if (!h->ctx || !EVP_DigestInit_ex(h->ctx, md_of(h->name), NULL)) {
        hash_free(h);
        return err_set(e, ERR_LIMIT, "cannot start %s", h->name);
    }
    return 0;
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    EVP_DigestUpdate(h->ctx, p, n);
}

void hash_end(struct hash *h, char out[DIGEST_TEXT_MOST])
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    EVP_DigestFinal_ex(h->ctx, raw, &n);
    size_t at = (size_t)snprintf(out, DIGEST_TEXT_MOST, "%s:", h->name);
    str_hex(raw, n, out + at);
    hash_free(h);
}

void hash_free(struct hash *h)
{
    EVP_MD_CTX_free(h->ctx);
    h->ctx = NULL;
}

int digest_check(struct str bytes, struct str digest, struct err *e)
{
    AUTO_HASH struct hash h = { 0 };
    char have[DIGEST_TEXT_MOST];

    if (hash_open(&h, digest, e) < 0)
        return -1;
    hash_add(&h, bytes.p, bytes.n);
    hash_end(&h, have);
    return str_eq(str_of(have), digest)
               ? 0
               : err_set(e, ERR_FORMAT, "digest is %s, not " STR_FMT, have, STR_ARG(digest));
}

void hash_warm_up(void)
{
    struct err ignored;
    static const char empty[] = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    (void)digest_check(STR(""), str_of(empty), &ignored);
}
