/* hash.h - SHA-256 and SHA-512 by OpenSSL, for digests in the form "sha256:<hex>". */
#pragma once
#include "core/err.h"
#include "core/str.h"

enum { DIGEST_TEXT_MOST = 7 + 128 + 1 };

struct hash {
    void *ctx; /* EVP_MD_CTX */
    const char *name;
};
/* By the algorithm in a digest ("sha256:...", "sha512:..."); ERR_UNSUPPORTED for others and for bad hex. */
int hash_open(struct hash *h, struct str digest, struct err *e);
void hash_add(struct hash *h, const void *p, size_t n);
/* The digest as text, with its algorithm. Frees. */
void hash_end(struct hash *h, char out[DIGEST_TEXT_MOST]);
void hash_free(struct hash *h);
#define AUTO_HASH CLEANUP(hash_free)

/* Is `digest` an algorithm that we know and hex of the right length, lower case? */
bool digest_valid(struct str digest);
/* Do the bytes have the digest? ERR_FORMAT when not. */
int digest_check(struct str bytes, struct str digest, struct err *e);
/* Load what OpenSSL loads lazily: call once before confining. */
void hash_warm_up(void);
