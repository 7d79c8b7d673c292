/* db_read.h - what the readers of the database's sections share. */
#pragma once
#include "advisory/db_form.h"
#include "core/map.h"

#include <openssl/evp.h>

struct db {
    struct str file;
    bool mapped;
    struct db_head head; /* in this machine's order */
    bool *verified;      /* of each block */
    EVP_MD *sha256;      /* found once: OpenSSL's own look for it costs as much as hashing a small block */
    EVP_MD_CTX *hashing;
    struct map ecosystem;
};

/* n bytes of a section; a record: a length and as many bytes. The blocks are verified. */
int db_bytes(struct db *db, enum db_section s, uint64_t at, uint64_t n, struct str *out,
             struct err *e) MUST_USE;
int db_record(struct db *db, enum db_section s, uint64_t at, struct str *out, struct err *e) MUST_USE;
/* Number `i` of a section of u32. */
int db_u32(struct db *db, enum db_section s, uint64_t i, uint32_t *out, struct err *e) MUST_USE;
/* A text by its offset; by the offset that comes next in a record. */
int db_text(struct db *db, uint64_t at, struct str *out, struct err *e) MUST_USE;
int db_take(struct db *db, struct str *from, struct str *out, struct err *e) MUST_USE;
