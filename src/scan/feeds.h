/* feeds.h - feeds of advisories: archives, folders and documents are read in confined jobs, whose records the
 * builder of a database joins. */
#pragma once
#include "advisory/db.h"
#include "io/proc.h"
#include "model/fact.h"

/* A proc_fn: its blob is one feed; returns records of what is said, the last with a FEED_COUNT. */
struct read_feed {
    struct str path; /* for the count; of a document alone: what it is recognised by */
    uint64_t bytes;  /* uncompressed, in all */
};
int read_feed(void *arg, const struct blob *in, struct err *e);

struct feeds_options {
    unsigned jobs;
    /* About each document that was left out, as far as they are noted. */
    void (*note)(void *ctx, struct str where, struct str why);
    void *ctx;
};
/* Read all `paths` (each a folder, an archive or a document) into the builder; *total sums up. -1: one of
 * them could not be read whole: a database that silently lacks half a feed is worse than none. */
int feeds_read(const char *const *paths, size_t n, const struct feeds_options *o, struct db_builder *b,
               struct feed_count *total, struct err *e) MUST_USE;
