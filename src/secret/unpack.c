#include "secret/unpack.h"

#include "core/unzip.h"

enum { ZIP_HEADER = 30, NAME_MOST = 300, INFLATED = 64 << 10, DESCRIPTOR = 12, RESYNC_MOST = 24 };

enum unpack_state {
    AT_HEADER,  /* a local header of a ZIP is being gathered */
    IN_DEFLATE, /* a member's data */
    IN_STORED,
    PASSING, /* data that nobody wants, whose length is known */
    SEEKING, /* the same, but what tells the length stands behind it */
    ENDED
};

struct unpack {
    unpack_fn *take;
    void *ctx;
    enum unpack_state state;
    bool begun, gzip, wanted, over;
    bool length_known; /* of the member's data: `left` */
    unsigned skipped;  /* bytes of a data descriptor that were passed over */
    struct unzipper *unzipper;
    uint64_t left, passed, made; /* of the member's data; so much of it was sought through; unpacked in all */
    struct buf head;             /* the header; while seeking, the last bytes that passed */
    char name[NAME_MOST];
    size_t n_name;
    char out[INFLATED];
};

static uint32_t number(struct str s, size_t at, size_t n)
{
    uint32_t v = 0;

    while (n--)
        v = v << 8 | (unsigned char)s.p[at + n];
    return v;
}

bool unpack_knows(struct str start)
{
    return str_starts(start, STR("PK\3\4")) || str_starts(start, STR("\x1f\x8b\x08"));
}

struct unpack *unpack_open(unpack_fn *take, void *ctx)
{
    struct unpack *u = calloc(1, sizeof *u);

    if (u && !(u->unzipper = unzipper_open(UNZIP_GZIP))) {
        free(u);
        u = NULL;
    }
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

static void end_member(struct unpack *u, enum unpack_state next)
{
    if (u->wanted)
        u->take(u->ctx, name_of(u), STR_NONE, false, true);
    u->wanted = false;
    u->state = next;
}

static void begin_member(struct unpack *u, struct str name)
{
    u->n_name = MIN(name.n, sizeof u->name);
    memcpy(u->name, name.p, u->n_name);
    u->wanted = true;
    u->take(u->ctx, name_of(u), STR_NONE, true, false);
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
    struct str head = buf_view(&u->head), name = str_first(str_skip(head, ZIP_HEADER), number(head, 26, 2));
    uint32_t flags = number(head, 6, 2), method = number(head, 8, 2);
    bool wanted = is_wanted(name) && !(flags & ENCRYPTED);

    u->left = number(head, 18, 4);
    u->length_known = !(flags & SIZE_LATER) && u->left != UINT32_MAX;
    u->skipped = 0;
    u->passed = 0;
    if (!wanted) {
        u->state = u->length_known ? PASSING : SEEKING;
    } else if (method == DEFLATED) {
        u->state = IN_DEFLATE;
        unzipper_again(u->unzipper, UNZIP_RAW);
    } else {
        u->state =
            method == STORED && u->length_known ? IN_STORED : ENDED; /* where does the next one begin? */
    }
    if (wanted && u->state != ENDED)
        begin_member(u, name);
    buf_clear(&u->head);
}

static void drop_front(struct buf *b, size_t n)
{
    b->n -= MIN(n, b->n);
    memmove(b->p, b->p + n, b->n);
}

/* Gather a header; a data descriptor, which a reader of a stream cannot tell from it, is passed over. */
static void header(struct unpack *u, struct str *in)
{
    struct str head = buf_view(&u->head);
    size_t want = ZIP_HEADER + (head.n < ZIP_HEADER ? 0 : number(head, 26, 2) + number(head, 28, 2));
    size_t n = MIN(want - head.n, in->n);

    buf_str(&u->head, str_first(*in, n));
    *in = str_skip(*in, n);
    while (u->head.n >= 4 && memcmp(u->head.p, "PK\3\4", 4) != 0) {
        if (!memcmp(u->head.p, "PK\1\2", 4) || u->skipped++ == RESYNC_MOST) {
            u->state = ENDED;
            return;
        }
        drop_front(&u->head, 1);
    }
    head = buf_view(&u->head);
    if (head.n >= ZIP_HEADER && head.n == ZIP_HEADER + number(head, 26, 2) + number(head, 28, 2))
        understand(u);
}

/* Where in `s`, of which the first byte follows `passed` ones of a member, its descriptor stands: it tells
 * just the length that has passed. -1: not in it. */
static ptrdiff_t find_descriptor(struct str s, uint64_t passed)
{
    const char *end = s.p + s.n;

    for (const char *p = s.p; s.n && (p = memchr(p, 'P', (size_t)(end - p))); p++) {
        size_t at = (size_t)(p - s.p);
        if (str_starts(str_skip(s, at), STR("PK\7\10")) && s.n - at >= DESCRIPTOR &&
            number(s, at + 8, 4) == (uint32_t)(passed + at))
            return (ptrdiff_t)at;
    }
    return -1;
}

/* To the end of a member that nobody wants, without unpacking it: in a jar that would be most of the work. A
 * descriptor may lie across blocks: u->head keeps what may be the beginning of one. */
static void seek(struct unpack *u, struct str *in)
{
    enum { KEPT = DESCRIPTOR - 1 };
    size_t kept = u->head.n;
    struct str block = *in;

    buf_str(&u->head, str_first(block, KEPT));
    ptrdiff_t at = find_descriptor(buf_view(&u->head), u->passed - kept);
    if (at < 0 && (at = find_descriptor(block, u->passed)) >= 0)
        at += (ptrdiff_t)kept;
    u->head.n = kept;
    if (at >= 0) { /* header() passes over the descriptor */
        u->state = AT_HEADER;
        drop_front(&u->head, (size_t)at);
        *in = str_skip(block, (size_t)at - MIN((size_t)at, kept));
        return;
    }
    buf_str(&u->head, str_skip(block, block.n - MIN(block.n, (size_t)KEPT)));
    drop_front(&u->head, u->head.n - MIN(u->head.n, (size_t)KEPT));
    u->passed += block.n;
    *in = STR_NONE;
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
    struct str part = u->length_known ? str_first(*in, (size_t)MIN(u->left, (uint64_t)in->n)) : *in;
    size_t before = part.n, made;
    int r;

    do {
        r = unzipper_next(u->unzipper, &part, u->out, INFLATED, &made);
        give(u, (struct str){ u->out, made });
    } while (r > 0 && made == INFLATED && u->state == IN_DEFLATE);
    *in = str_skip(*in, before - part.n);
    u->left -= u->length_known ? before - part.n : 0;
    if (u->state != IN_DEFLATE || (r > 0 && !part.n && !(u->length_known && !u->left)))
        return;
    if (u->length_known) /* whatever became of this member, the next one stands behind it */
        end_member(u, u->left ? PASSING : AT_HEADER);
    else
        end_member(u, r == 0 && !u->gzip ? AT_HEADER : ENDED);
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

void unpack_begin(struct unpack *u)
{
    u->begun = u->gzip = u->wanted = u->over = false;
    u->state = AT_HEADER;
    u->skipped = 0;
    u->made = 0;
    buf_clear(&u->head);
}

void unpack_block(struct unpack *u, struct str block)
{
    if (!u->begun) {
        u->begun = true;
        u->gzip = block.n && block.p[0] == '\x1f';
        if (u->gzip) {
            u->state = IN_DEFLATE;
            u->length_known = false;
            unzipper_again(u->unzipper, UNZIP_GZIP);
            begin_member(u, STR("data"));
        }
    }
    while (block.n && u->state != ENDED)
        switch (u->state) {
        case AT_HEADER:
            header(u, &block);
            break;
        case IN_DEFLATE:
            deflated(u, &block);
            break;
        case SEEKING:
            seek(u, &block);
            break;
        default:
            counted(u, &block);
        }
}

bool unpack_end(struct unpack *u)
{
    end_member(u, ENDED);
    return !u->over;
}

void unpack_close(struct unpack **u)
{
    if (!*u)
        return;
    unzipper_close(&(*u)->unzipper);
    buf_free(&(*u)->head);
    free(*u);
    *u = NULL;
}
