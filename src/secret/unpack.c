#include "secret/unpack.h"

#include <zlib.h>

enum { ZIP_HEADER = 30, NAME_MOST = 300, INFLATED = 64 << 10, RESYNC_MOST = 24 };

enum unpack_state {
    AT_HEADER,  /* a local header of a ZIP is being gathered */
    IN_DEFLATE, /* a member's data */
    IN_STORED,
    PASSING, /* data that nobody wants, whose length is known */
    ENDED
};

struct unpack {
    unpack_fn *take;
    void *ctx;
    enum unpack_state state;
    bool begun, gzip, inflating, wanted, over;
    unsigned skipped; /* bytes of a data descriptor that were passed over */
    z_stream z;
    uint64_t left, made; /* of the member's data; unpacked in all */
    struct buf head;
    char name[NAME_MOST];
    size_t n_name;
    char out[INFLATED];
};

static unsigned number(const struct unpack *u, size_t at, size_t n)
{
    unsigned v = 0;

    while (n--)
        v = v << 8 | (unsigned char)u->head.p[at + n];
    return v;
}

bool unpack_knows(struct str start)
{
    return str_starts(start, STR("PK\3\4")) || str_starts(start, STR("\x1f\x8b\x08"));
}

struct unpack *unpack_open(unpack_fn *take, void *ctx)
{
    struct unpack *u = calloc(1, sizeof *u);

    if (!u)
        return NULL;
    u->take = take;
    u->ctx = ctx;
    u->head.max = (size_t)2 * (ZIP_HEADER + 2 * 65536);
    return u;
}

static struct str name_of(const struct unpack *u)
{
    return (struct str){ u->name, u->n_name };
}

static void stop_inflating(struct unpack *u)
{
    if (u->inflating)
        inflateEnd(&u->z);
    u->inflating = false;
}

static void end_member(struct unpack *u, enum unpack_state next)
{
    if (u->wanted)
        u->take(u->ctx, name_of(u), STR_NONE, false, true);
    u->wanted = false;
    u->state = next;
}

static void begin_member(struct unpack *u, struct str name, bool wanted)
{
    u->n_name = MIN(name.n, sizeof u->name);
    memcpy(u->name, name.p, u->n_name);
    u->wanted = wanted;
    if (wanted)
        u->take(u->ctx, name_of(u), STR_NONE, true, false);
}

static bool start_inflating(struct unpack *u, int window)
{
    u->z = (z_stream){ 0 };
    u->inflating = inflateInit2(&u->z, window) == Z_OK;
    u->state = u->inflating ? IN_DEFLATE : ENDED;
    return u->inflating;
}

/* Names of what has no text worth a search. */
static bool is_wanted(struct str name)
{
    static const char *const not [] = { ".class", ".png", ".gif", ".jpg", ".woff",
                                        ".woff2", ".ttf", ".RSA", "/" };

    for (size_t i = 0; i < ARRAY_LEN(not ); i++)
        if (str_ends(name, str_of(not [i])))
            return false;
    return true;
}

/* A whole header is there: what does the member look like? */
static void understand(struct unpack *u)
{
    enum { ENCRYPTED = 1, SIZE_LATER = 8, STORED = 0, DEFLATED = 8 };
    unsigned flags = number(u, 6, 2), method = number(u, 8, 2), n = number(u, 26, 2);
    struct str name = { u->head.p + ZIP_HEADER, n };
    bool length_known = !(flags & SIZE_LATER) && number(u, 18, 4) != UINT32_MAX;
    bool wanted = is_wanted(name) && !(flags & ENCRYPTED);

    u->left = number(u, 18, 4);
    if (!wanted && length_known)
        u->state = PASSING;
    else if (method == DEFLATED && !(flags & ENCRYPTED) && start_inflating(u, -MAX_WBITS))
        begin_member(u, name, wanted);
    else if (method == STORED && length_known) {
        u->state = wanted ? IN_STORED : PASSING;
        begin_member(u, name, wanted);
    } else
        u->state = ENDED; /* where the next one begins cannot be known */
    buf_clear(&u->head);
    u->skipped = 0;
}

/* Gather a header; a data descriptor, which a reader of a stream cannot tell from it, is passed over. */
static void header(struct unpack *u, struct str *in)
{
    size_t want = u->head.n < ZIP_HEADER ? ZIP_HEADER : ZIP_HEADER + number(u, 26, 2) + number(u, 28, 2);
    size_t n = MIN(want - u->head.n, in->n);

    buf_str(&u->head, str_first(*in, n));
    *in = str_skip(*in, n);
    while (u->head.n >= 4 && memcmp(u->head.p, "PK\3\4", 4) != 0) {
        if (!memcmp(u->head.p, "PK\1\2", 4) || u->skipped++ == RESYNC_MOST) {
            u->state = ENDED;
            return;
        }
        memmove(u->head.p, u->head.p + 1, --u->head.n);
    }
    if (u->head.n >= ZIP_HEADER && u->head.n == ZIP_HEADER + number(u, 26, 2) + number(u, 28, 2))
        understand(u);
}

static void give(struct unpack *u, struct str block)
{
    u->made += block.n;
    if (u->made > UNPACKED_MOST) {
        u->over = true;
        end_member(u, ENDED);
    } else if (u->wanted && block.n) {
        u->take(u->ctx, name_of(u), block, false, false);
    }
}

static void deflated(struct unpack *u, struct str *in)
{
    int r = Z_OK;

    u->z.next_in = (Bytef *)(uintptr_t)in->p;
    u->z.avail_in = (uInt)MIN(in->n, (size_t)1 << 30);
    size_t before = u->z.avail_in;
    while (r == Z_OK && u->state == IN_DEFLATE) {
        u->z.next_out = (Bytef *)u->out;
        u->z.avail_out = INFLATED;
        r = inflate(&u->z, Z_NO_FLUSH);
        give(u, (struct str){ u->out, INFLATED - u->z.avail_out });
        if (!u->z.avail_in && u->z.avail_out)
            break;
    }
    *in = str_skip(*in, before - u->z.avail_in);
    if (r == Z_OK && u->state == IN_DEFLATE)
        return;
    stop_inflating(u);
    if (u->state == IN_DEFLATE)
        end_member(u, r == Z_STREAM_END && !u->gzip ? AT_HEADER : ENDED);
}

static void counted(struct unpack *u, struct str *in)
{
    struct str part = str_first(*in, (size_t)MIN(u->left, (uint64_t)in->n));

    if (u->state == IN_STORED)
        give(u, part);
    *in = str_skip(*in, part.n);
    u->left -= part.n;
    if (!u->left && u->state != ENDED)
        end_member(u, AT_HEADER);
}

void unpack_block(struct unpack *u, struct str block)
{
    if (!u->begun) {
        u->begun = true;
        u->gzip = block.n && block.p[0] == '\x1f';
        if (u->gzip && start_inflating(u, 16 + MAX_WBITS))
            begin_member(u, STR("data"), true);
    }
    while (block.n && u->state != ENDED)
        switch (u->state) {
        case AT_HEADER:
            header(u, &block);
            break;
        case IN_DEFLATE:
            deflated(u, &block);
            break;
        default:
            counted(u, &block);
        }
}

bool unpack_close(struct unpack **u)
{
    bool all = !*u || !(*u)->over;

    if (*u) {
        end_member(*u, ENDED);
        stop_inflating(*u);
        buf_free(&(*u)->head);
        free(*u);
        *u = NULL;
    }
    return all;
}
