/* fuzz_tar.c - the bytes of a layer from a pipe: recognised, decompressed, hashed, taken apart. */
#include "fuzz.h"

#include "io/tar.h"

enum { PIECE = 1000 };

static int next_piece(void *ctx, struct str *block, struct err *e)
{
    struct str *rest = ctx;

    (void)e;
    *block = str_first(*rest, PIECE);
    *rest = str_skip(*rest, PIECE);
    return block->n > 0;
}

static int read_all(struct tar *t, struct err *e)
{
    struct entry en;
    struct str block;
    int r, body = 0;

    while ((r = tar_next(t, &en, e)) > 0) {
        if (en.kind >= ENTRY_KINDS)
            abort();
        while (en.kind == ENTRY_FILE && (body = tar_body(t, &block, e)) > 0)
            ;
        if (body < 0)
            return -1;
    }
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *exact = exact_copy(data, size);
    struct str rest = { exact, size };
    struct stream_feed feed = { next_piece, &rest };
    struct stream_want want = { .compute = true };
    struct stream_limits limits = { .bytes = 4u << 20, .ratio = 1000 };
    struct err e = { 0 };
    AUTO_STREAM struct stream *s = stream_open(NULL, &feed, &want, &limits, &e);
    AUTO_TAR struct tar *t = s ? tar_open(s, &e) : NULL;

    must_say(t ? 0 : -1, &e);
    if (!t)
        return 0;
    int r = read_all(t, &e);
    if (r == 0)
        r = stream_finish(s, &e);
    must_say(r, &e);
    return 0;
}
