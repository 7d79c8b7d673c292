/* cache.h - records by content, of layers and of what the layers of an image make together (squash.h): one file
 * each, written whole by rename, no lock, shared by any number of processes.
 *
 * The key is the digest that was verified while reading, the version of the parser set, the record schema,
 * the limits, and the kinds of secret with the key of their hashes: a record is found only where reading
 * again would give the same. Size-bounded: the least recently used go first. Who can write here can make
 * scans lie: the directory is the user's own, mode 0700.
 */
#pragma once
#include "scan/limits.h"

struct cache {
    int dir;          /* -1: no cache */
    uint64_t most;    /* bytes */
    uint64_t version; /* of everything but the digest */
};
#define CACHE     \
    {             \
        .dir = -1 \
    }

/* `secrets`: secrets_version, 0 when none are looked for. In `path`, or
 * ${XDG_CACHE_HOME:-~/.cache}/scantling/records when NULL. An error leaves it off. */
int cache_open(struct cache *c, const char *path, uint64_t most, const struct limits *limits,
               uint64_t secrets, struct err *e);
/* The record of a digest into *out; false when there is none. */
bool cache_get(struct cache *c, struct str digest, struct buf *out);
/* The same, mapped: records are only ever replaced as a whole. For store_mapped. */
bool cache_map(struct cache *c, struct str digest, struct str *out);
/* Keep a record. Failing (false) is not an error: it costs time later. */
bool cache_put(struct cache *c, struct str digest, struct str record);
/* Delete the least recently used until the rest is within bounds; returns how many bytes are left. */
uint64_t cache_trim(struct cache *c);
void cache_close(struct cache *c);
