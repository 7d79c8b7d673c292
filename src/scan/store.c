#include "scan/store.h"

#include "model/record.h"

#include <sys/mman.h>

enum { DECODE_BYTES = 512 << 20 };

struct kept {
    struct facts facts;
    struct buf record;
    struct str mapped;
    struct kept *next;
};

static struct kept *keep(struct store *s, struct err *e)
{
    struct kept *k = calloc(1, sizeof *k);

    if (!k) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    k->facts = (struct facts)FACTS(DECODE_BYTES);
    k->next = s->first;
    s->first = k;
    return k;
}

int store_bytes(struct store *s, struct buf *bytes, struct err *e)
{
    struct kept *k = keep(s, e);

    if (!k)
        return -1;
    k->record = *bytes;
    *bytes = (struct buf){ 0 };
    return 0;
}

int store_mapped(struct store *s, struct str bytes, struct err *e)
{
    struct kept *k = keep(s, e);

    if (!k) {
        munmap((void *)(uintptr_t)bytes.p, bytes.n);
        return -1;
    }
    k->mapped = bytes;
    return 0;
}

struct facts *store_facts(struct store *s, struct buf *record, struct str frame, struct err *e)
{
    struct kept *k = keep(s, e);

    if (!k)
        return NULL;
    if (record) {
        k->record = *record;
        *record = (struct buf){ 0 };
    }
    return record_decode(frame, &k->facts, e) < 0 ? NULL : &k->facts;
}

struct facts *store_many(struct store *s, const struct str *frame, size_t n, size_t bytes, struct err *e)
{
    struct kept *k = keep(s, e);

    if (!k)
        return NULL;
    k->facts.arena.budget = bytes;
    if (records_decode(frame, n, &k->facts, e) == 0)
        return &k->facts;
    facts_free(&k->facts);
    return NULL;
}

void store_free(struct store *s)
{
    for (struct kept *k = s->first, *next; k; k = next) {
        next = k->next;
        facts_free(&k->facts);
        buf_free(&k->record);
        if (k->mapped.n)
            munmap((void *)(uintptr_t)k->mapped.p, k->mapped.n);
        free(k);
    }
    s->first = NULL;
}
