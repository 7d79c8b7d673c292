/* fuzz_record.c - a record as a worker that was taken over might return it, and the entries in it. Magic,
 * schema and checksum are put around the input: they keep out accidents, not attackers, who can compute them
 * too. */
#include "fuzz.h"

#include "model/entries.h"
#include "model/record.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static struct entries_reader reader;

static void read_entries(struct str encoded)
{
    struct entry en;

    entries_open(&reader, encoded);
    while (entries_next(&reader, &en) > 0)
        if (!path_is_clean(en.path) || en.kind >= ENTRY_KINDS)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FACTS struct facts none = FACTS(1 << 16), f = FACTS(32u << 20);
    AUTO_BUF struct buf record = BUF(64u << 20);
    enum { HEAD = 16 };
    struct err e = { 0 };

    if (record_encode(&none, &record, &e) < 0 || record.n < HEAD)
        abort();
    record.n = HEAD;
    buf_add(&record, data, size);
    uint64_t sum = XXH3_64bits(record.p, record.n);
    buf_add(&record, &sum, sizeof sum);
    AUTO_FREE char *exact = exact_copy((const uint8_t *)record.p, record.n);

    int r = record_decode((struct str){ exact, record.n }, &f, &e);
    must_say(r, &e);
    if (r < 0)
        return 0;
    FACTS_EACH (&f, owned, o)
        read_entries(o->paths);
    FACTS_EACH (&f, tree_fact, t)
        read_entries(t->entries);
    return 0;
}
