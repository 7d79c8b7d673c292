/* store.h - facts that live as long as the scan, with the records that their texts lie in. */
#pragma once
#include "core/buf.h"
#include "model/fact.h"

struct kept;
struct store {
    struct kept *first;
};
#define STORE \
    {         \
        NULL  \
    }

/* Decode `frame`, a record, and keep its facts. *record, the buffer that holds the frame, is taken over
 * (NULL: the store has it already, see store_bytes). NULL on error. */
struct facts *store_facts(struct store *s, struct buf *record, struct str frame, struct err *e);
/* The same of several frames, whose buffers the store has already, as facts of one, which take `bytes` at most. */
struct facts *store_many(struct store *s, const struct str *frame, size_t n, size_t bytes, struct err *e);
/* Take over a buffer that several frames lie in. */
int store_bytes(struct store *s, struct buf *bytes, struct err *e);
/* The same of a mapping, which is unmapped with the store, or at once on error. */
int store_mapped(struct store *s, struct str bytes, struct err *e);
void store_free(struct store *s);
