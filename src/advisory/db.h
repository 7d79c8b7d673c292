/* db.h - the advisory database: one immutable file, mapped read-only, shared by any number of processes
 * without a lock.
 *
 * In the file (all numbers little-endian or LEB128): a head with the sections' places, the digest of every
 * block of the rest, and over both a digest and, when it was signed, an Ed25519 signature. A block is
 * compared with its digest when it is first touched, so that opening costs microseconds, whatever the size,
 * and nothing unverified is ever used. Digests do not make it honest: every offset, length and count is
 * checked where it is used, and errors say what is wrong.
 *
 * Sections: texts, interned; vulnerabilities, sorted by id, with their aliases, scores, KEV and EPSS;
 * advisories, each of one publisher; packages with what is said of them, found by a hash table over
 * (ecosystem, name); releases and their ends; sources. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "model/fact.h"
#include "model/version/range.h"

enum { DB_VERSION = 1, DB_KEY_BYTES = 32, DB_SIGNATURE_BYTES = 64 };

struct db; /* opaque */

/* Map the file at `path`. With a public key (DB_KEY_BYTES raw bytes) it has to be signed by it. ERR_FORMAT:
 * damaged, cut off, or not signed so; ERR_DENIED: others may write to it. */
int db_open(const char *path, const unsigned char *key, struct db **out, struct err *e) MUST_USE;
/* The same of bytes in memory, which stay the caller's. */
int db_open_bytes(struct str bytes, const unsigned char *key, struct db **out, struct err *e) MUST_USE;
void db_close(struct db **at);
#define AUTO_DB CLEANUP(db_close)
/* Compare every block and walk through every record. */
int db_check(struct db *db, struct err *e) MUST_USE;

struct db_summary {
    uint64_t bytes, built; /* built: seconds since 1970 */
    uint64_t vulnerabilities, advisories, packages, statements, ecosystems, releases, sources;
    bool is_signed;
    char digest[65]; /* over the head and thereby over everything, hex */
};
void db_summarise(const struct db *db, struct db_summary *out);

struct db_source {
    struct str name, date; /* date: of the feed, or of its newest record */
    uint64_t records;
};
/* Of source `i`; -1 with the reason, also when there is no such one. The same for the others. */
int db_source_at(struct db *db, uint64_t i, struct db_source *out, struct err *e) MUST_USE;
int db_release_at(struct db *db, uint64_t i, struct release_end *out, struct err *e) MUST_USE;
int db_ecosystem_at(struct db *db, uint64_t i, struct str *out, struct err *e) MUST_USE;
/* Number of the ecosystem "Debian:12", or -1: the database says nothing about it. */
int64_t db_ecosystem(struct db *db, struct str name);

/* ---- packages ---- */

struct db_statement {
    uint32_t advisory; /* for db_advisory */
    enum statement says;
    bool binary;
    struct str arch, module, severity;
    const struct version_event *event; /* in the walk, until the next step */
    size_t n_event;
    struct strs versions, cvss;
};
struct db_walk {
    struct db *db;
    struct str rest;
    uint64_t left;
    uint32_t advisory;
    struct version_event near[4]; /* the usual number of events needs no memory */
    struct arena arena;
};
/* What is said of a package: 1 and a walk over it (to be closed), 0: nothing, -1: the database is damaged. */
int db_find(struct db *db, int64_t ecosystem, struct str name, struct db_walk *w, struct err *e) MUST_USE;
/* 1, 0 at the end, -1. */
int db_next(struct db_walk *w, struct db_statement *out, struct err *e) MUST_USE;
void db_walk_close(struct db_walk *w);
#define AUTO_WALK CLEANUP(db_walk_close)

/* ---- advisories and vulnerabilities ---- */

struct db_advisory {
    struct str id, source, severity, title, modified;
    struct str stops;     /* for people: what stops it where no update is possible; mostly empty */
    struct strs cvss;     /* of this publisher; none: those of the vulnerability */
    const uint32_t *vuln; /* the vulnerabilities that it is about */
    size_t n_vuln;
};
int db_advisory(struct db *db, uint32_t at, struct arena *a, struct db_advisory *out, struct err *e) MUST_USE;
/* Only the vulnerabilities that it is about, one after the other: most advisories about a package say that it is
 * fixed, and who asks no more reads a tenth of the file. */
struct db_about {
    struct db *db;
    struct str rest;
    uint64_t left;
};
int db_about(struct db *db, uint32_t at, struct db_about *out, struct err *e) MUST_USE;
/* 1 with the number of a vulnerability, 0 at the end, -1. */
int db_about_next(struct db_about *about, uint32_t *vuln, struct err *e) MUST_USE;

struct db_vuln {
    struct str id, title, published, modified, kev_added;
    struct strs aliases, cvss;
    bool kev_ransomware, has_epss;
    uint32_t epss_ppm;
};
int db_vuln(struct db *db, uint32_t number, struct arena *a, struct db_vuln *out, struct err *e) MUST_USE;
/* By its id or an alias: 1 with its number, 0: not known, -1. */
int db_vuln_by_id(struct db *db, struct str id, uint32_t *number, struct err *e) MUST_USE;

/* ---- one after the other: for who asks the other way round, what is said of a vulnerability ---- */

struct db_advisories { /* in the order of their publishers and ids */
    struct db *db;
    uint64_t next;
};
/* 1 with the place for db_advisory and db_about, 0 at the end, -1. */
int db_next_advisory(struct db_advisories *w, uint32_t *at, struct err *e) MUST_USE;

struct db_packages { /* in the order of their ecosystems and names */
    struct db *db;
    uint64_t next;
};
struct db_package {
    struct str ecosystem, name;
    struct db_walk said; /* to be closed */
};
/* 1, 0 at the end, -1. */
int db_next_package(struct db_packages *w, struct db_package *out, struct err *e) MUST_USE;

/* ---- making one ---- */

struct db_builder;                       /* opaque */
struct db_builder *db_builder_new(void); /* NULL: out of memory */
void db_builder_free(struct db_builder **at);
/* Add what a feed said: a record of ADVISORY, AFFECTS and RELEASE_END. Nothing of it is kept. ERR_FORMAT when
 * it contradicts itself. */
int db_builder_add(struct db_builder *b, const struct facts *said, struct err *e) MUST_USE;
/* The file's bytes, the same for the same facts in whatever order they came. `seed`: private key
 * (DB_KEY_BYTES raw bytes), or NULL. */
int db_builder_write(struct db_builder *b, uint64_t built, const unsigned char *seed, struct buf *out,
                     struct err *e) MUST_USE;
