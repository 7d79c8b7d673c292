/* db_update.h - get a newer advisory database from a mirror and put it in the place of the old one.
 *
 * A mirror is a URL: see mirror.h. Whatever goes wrong, and wherever it is interrupted, the old database
 * stays and is used: the new one is renamed into its place only when it is whole, verified and written. What
 * was downloaded so far is kept beside it and continued. */
#pragma once
#include "advisory/db.h"
#include "scan/mirror.h"

struct db_update {
    const char *const *mirror; /* asked in this order until one answers */
    size_t n_mirror;
    const char *to; /* the database; its folder is made */
    const unsigned char
        *key; /* public key that it has to be signed by; NULL: its digest is all that is asked */
    struct mirror_options options;
};
/* 1: it was replaced; 0: the mirror has nothing newer; -1: it failed, the old one is as it was. */
int db_update(const struct db_update *u, struct err *e) MUST_USE;
