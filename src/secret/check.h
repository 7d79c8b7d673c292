/* check.h - validators: what a format itself says about whether a match is a real secret. Offline: nothing is
 * ever asked of a service. */
#pragma once
#include "core/buf.h"
#include "secret/kind.h"

/* A match on its way to a fact. */
struct secret_seen {
    const struct secret_kind *kind;
    struct str whole, secret; /* whole match and the secret in it: views */
    struct str identity;      /* what is hashed where one secret has several spellings; empty: the secret */
    struct buf *room;         /* for what validators decode; identity may lie in it */
    enum confidence confidence;
    char proof[160], doubt[160];
    char until[24]; /* when it expires by its own words, RFC 3339 */
    bool is_key;    /* `key` holds what is known of a private key */
    struct key key; /* texts are literals, or point into public_key */
    char public_key[65];
};

/* Each may raise confidence with proof, lower it with doubt, or refuse. */
enum { CHECK_REFUSED = -1, CHECK_DONE = 0 };
typedef int secret_check_fn(struct secret_seen *s);
void secret_proof(struct secret_seen *s, const char *fmt, ...) PRINTF(2, 3);
/* At most `most` afterwards. */
void secret_doubt(struct secret_seen *s, enum confidence most, const char *fmt, ...) PRINTF(3, 4);

#define SECRET_CHECK(name) secret_check_fn secret_check_##name;
#include "secret/check_list.h"
#undef SECRET_CHECK
