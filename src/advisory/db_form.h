/* db_form.h - the form of the database file, for those who write and read it. */
#pragma once
#include "advisory/db.h"

#include <endian.h>

/* A record is its length and as many bytes; texts in it are offsets into TEXT. */
#define DB_SECTIONS(X)                                                                 \
    X(TEXT)      /* records: bytes; offset 0 is the empty text */                      \
    X(VULN)      /* records */                                                         \
    X(VULN_AT)   /* u32 each: their offsets, in the order of their ids */              \
    X(ALIAS)     /* two u32 each: text, vulnerability; in the order of the texts */    \
    X(ADVISORY)  /* records, referred to by offset */                                  \
    X(PACKAGE)   /* records: ecosystem, name, statements */                            \
    X(HASH)      /* u32 each, a power of two of them: offset of a package + 1, or 0 */ \
    X(ECOSYSTEM) /* u32 each: text */                                                  \
    X(RELEASE)   /* five u32 each: the texts of struct release_end */                  \
    X(SOURCE)    /* three u32 each: name, date, records */
#define DB_SECTION_ENUM(id) DB_##id,
enum db_section { DB_SECTIONS(DB_SECTION_ENUM) DB_SECTION_COUNT };

#define DB_MAGIC "SCANTLDB"
/* What the digest and the signature are over begins behind them, and ends where the first block begins. */
struct db_head {
    char magic[8];
    unsigned char digest[32];
    unsigned char signature[DB_SIGNATURE_BYTES]; /* zeros: none */
    uint32_t version, block;
    uint64_t size, built;
    uint64_t data; /* where the blocks begin: behind their digests */
    uint64_t count[DB_SECTION_COUNT];
    struct {
        uint64_t at, n;
    } section[DB_SECTION_COUNT];
};
/* A block is what has one digest. Small ones: few look-ups need more than a part of the file, and hashing what they
 * touch is most of what they cost. Files may have others, powers of two within these bounds. */
enum { DB_BLOCK = 2 << 10, DB_BLOCK_LEAST = 1 << 10, DB_BLOCK_MOST = 1 << 20 };
enum { DB_SIGNED_FROM = offsetof(struct db_head, version), DB_DIGEST = 32 };
static_assert(sizeof(struct db_head) == 8 + 32 + 64 + 8 + 8 * 3 + DB_SECTION_COUNT * 24, "no holes");

/* Statements: the usual shapes of events have one text or two and no count. */
enum db_shape { SHAPE_ANY, SHAPE_FIXED, SHAPE_ALL, SHAPE_BETWEEN, SHAPE_NONE };
enum db_flag {
    FLAG_SAYS = 7,
    FLAG_BINARY = 8,
    FLAG_ARCH = 16,
    FLAG_MODULE = 32,
    FLAG_SEVERITY = 64,
    FLAG_MORE = 128 /* versions and vectors follow */
};
static_assert(STATEMENT_COUNT <= FLAG_SAYS + 1, "three bits");

/* The place of a package in the table, before probing. The same on every machine. */
static inline uint64_t db_name_hash(uint64_t ecosystem, struct str name)
{
    uint64_t h = 14695981039346656037u ^ ecosystem;

    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

/* Ed25519 (sign.c); keys are raw. */
int sign_bytes(const unsigned char *seed, struct str bytes, unsigned char *signature, struct err *e);
int sign_verify(const unsigned char *raw, struct str bytes, const unsigned char *signature, struct err *e);
