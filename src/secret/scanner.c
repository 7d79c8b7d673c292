/* scanner.c - bytes in blocks, anchors, and the windows around them. */
#include "secret/scanner.h"
#include "core/decode.h"

#include <ctype.h>

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

/* Long enough behind the anchor to hold something. */
static bool goes_on_encoded(const struct secret_anchor *a, struct str rest)
{
    enum { LEAST = 16 };

    for (size_t i = 0; i < LEAST && i < rest.n; i++)
        if (!is_base64(rest.p[i]) && !(rest.p[i] == '=' && i >= LEAST / 2))
            return false;
    return a->coding != CODED_PLAIN;
}

/* False: the anchor at `at` lies within a word, and no escape ends there, so that an expression which guards
 * its beginning cannot match. What lies ahead of the block is not looked at. */
static bool may_begin(struct str block, size_t at)
{
    enum { ESCAPE_MOST = 6 }; /* \n, %3D, \u003d */

    return at < ESCAPE_MOST || !isalnum((unsigned char)block.p[at - 1]) || block.p[at - 2] == '\\' ||
           block.p[at - 3] == '%' || block.p[at - 6] == '\\';
}

static bool may_match(const struct secret_scanner *s, const struct secret_anchor *a, size_t end)
{
    struct str rest = str_skip(s->block, end);

    if (a->coding != CODED_PLAIN)
        return goes_on_encoded(a, rest);
    bool begins = end < a->n || may_begin(s->block, end - a->n);
    for (size_t i = 0; i < a->n_kinds; i++) {
        const struct secret_kind *k = &secret_kinds[secret_anchor_kind[a->kind + i]];
        if (!(k->text_only && s->binary) && (begins || !k->guarded) && secret_follows(k, rest))
            return true;
    }
    return false;
}

static int on_anchor(unsigned id, unsigned long long from UNUSED, unsigned long long to,
                     unsigned flags UNUSED, void *ctx)
{
    struct secret_scanner *s = ctx;
    const struct secret_anchor *a = &secret_anchors[id];

    if (!may_match(s, a, (size_t)(to - s->block_at)))
        return 0;
    if (s->n_queue == s->cap_queue) {
        size_t cap = s->cap_queue ? 2 * s->cap_queue : 256;
        struct candidate *grown = cap <= QUEUE_MOST ? realloc(s->queue, cap * sizeof *grown) : NULL;
        if (!grown) {
            s->dropped = true;
            return 0;
        }
        s->queue = grown;
        s->cap_queue = cap;
    }
    s->queue[s->n_queue++] = (struct candidate){ to - a->n, id };
    return 0;
}

/* ---- windows ---- */

/* The bytes [from, to) of the file, which lie in the tail and the block. */
static struct window window_of(struct secret_scanner *s, uint64_t from, uint64_t to)
{
    uint64_t tail_at = s->block_at - s->tail.n;

    if (from >= s->block_at)
        return (struct window){ { s->block.p + (from - s->block_at), (size_t)(to - from) }, from, 3 };
    from = from < tail_at ? tail_at : from;
    if (to <= s->block_at)
        return (struct window){ { s->tail.p + (from - tail_at), (size_t)(to - from) }, from, 3 };
    buf_clear(&s->across);
    buf_add(&s->across, s->tail.p + (from - tail_at), (size_t)(s->block_at - from));
    buf_add(&s->across, s->block.p, (size_t)(to - s->block_at));
    return (struct window){ buf_view(&s->across), from, 3 };
}

static int on_inner_anchor(unsigned id, unsigned long long from UNUSED, unsigned long long to,
                           unsigned flags UNUSED, void *ctx)
{
    struct secret_scanner *s = ctx;

    if (secret_anchors[id].coding == CODED_PLAIN && s->n_inner < ARRAY_LEN(s->inner))
        s->inner[s->n_inner++] = (struct candidate){ to - secret_anchors[id].n, id };
    return 0;
}

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && !memchr("\t\n\r", s.p[i], 3))
            return false;
    return true;
}

/* Where decoding begins: some groups ahead of the anchor, for expressions look back. */
static size_t start_of_run(const struct secret_anchor *a, struct str text, size_t anchor)
{
    size_t group = a->coding == CODED_BASE64 ? 4 : 2, at = anchor - MIN(anchor, (size_t)a->phase);

    for (size_t back = 0; back < CONTEXT / 4 && at >= group; back++, at -= group)
        for (size_t i = 1; i <= group; i++)
            if (!is_base64(text.p[at - i]))
                return at;
    return at;
}

/* An anchor's encoded form was met: decode what it stands in and look there, one level deep. */
static void look_into(struct secret_scanner *s, const struct secret_anchor *a, const struct window *w,
                      size_t anchor)
{
    size_t at = start_of_run(a, w->text, anchor), n;
    bool binary = s->binary;

    if (w->at + anchor < s->decoded_to)
        return;
    buf_clear(&s->decoded);
    n = a->coding == CODED_BASE64 ? decode_base64(str_skip(w->text, at), &s->decoded)
                                  : decode_hex(str_skip(w->text, at), &s->decoded);
    s->decoded_to = w->at + at + n;
    struct window inner = { buf_view(&s->decoded), w->at + at, a->coding == CODED_BASE64 ? 4 : 6 };
    s->n_inner = 0;
    s->binary = !is_text(inner.text);
    if (hs_scan_stream(s->decoded_stream, inner.text.p, (unsigned)inner.text.n, 0, s->scratch,
                       on_inner_anchor, s) == HS_SUCCESS)
        for (size_t i = 0; i < s->n_inner; i++) {
            const struct secret_anchor *b = &secret_anchors[s->inner[i].anchor];
            for (size_t k = 0; k < b->n_kinds; k++)
                (void)secret_confirm(s, secret_anchor_kind[b->kind + k], &inner, (size_t)s->inner[i].at,
                                     b->n);
        }
    hs_reset_stream(s->decoded_stream, 0, s->scratch, NULL, NULL);
    s->binary = binary;
}

static void look_at(struct secret_scanner *s, const struct candidate *c, uint64_t end)
{
    const struct secret_anchor *a = &secret_anchors[c->anchor];
    uint64_t ahead = (uint64_t)a->before + CONTEXT, from = c->at > ahead ? c->at - ahead : 0;
    struct window w = window_of(s, from, MIN(end, c->at + a->n + a->after));
    size_t anchor = (size_t)(c->at - w.at);

    if (anchor + a->n > w.text.n) { /* memory ended while the window was put together */
        s->dropped = true;
        return;
    }
    if (a->coding != CODED_PLAIN)
        look_into(s, a, &w, anchor);
    else
        for (size_t i = 0; i < a->n_kinds; i++)
            (void)secret_confirm(s, secret_anchor_kind[a->kind + i], &w, anchor, a->n);
}

/* Look at all candidates whose window is there; the rest waits for the next block. */
static void settle(struct secret_scanner *s, bool last)
{
    uint64_t end = s->block_at + s->block.n;
    size_t kept = 0;

    for (size_t i = 0; i < s->n_queue; i++) {
        const struct candidate *c = &s->queue[i];
        const struct secret_anchor *a = &secret_anchors[c->anchor];
        if (!last && c->at + a->n + a->after > end)
            s->queue[kept++] = *c;
        else
            look_at(s, c, end);
    }
    s->n_queue = kept;
}

/* What the next block's windows need of this one: what waits, and some context. */
static void keep_tail(struct secret_scanner *s)
{
    enum { ALWAYS = 512 };
    uint64_t end = s->block_at + s->block.n, from = end > ALWAYS ? end - ALWAYS : 0,
             tail_at = s->block_at - s->tail.n;

    for (size_t i = 0; i < s->n_queue; i++) {
        uint64_t ahead = (uint64_t)secret_anchors[s->queue[i].anchor].before + CONTEXT;
        uint64_t need = s->queue[i].at > ahead ? s->queue[i].at - ahead : 0;
        from = MIN(from, need);
    }
    from = from < tail_at ? tail_at : from;
    if (from >= s->block_at) {
        buf_clear(&s->tail);
        buf_str(&s->tail, str_skip(s->block, (size_t)(from - s->block_at)));
        return;
    }
    size_t drop = (size_t)(from - tail_at);
    memmove(s->tail.p, s->tail.p + drop, s->tail.n - drop);
    s->tail.n -= drop;
    buf_str(&s->tail, s->block);
    if (!buf_ok(&s->tail)) { /* memory ended: what waited is lost, and said to be */
        buf_clear(&s->tail);
        s->dropped = s->dropped || s->n_queue;
        s->n_queue = 0;
    }
}

/* ---- lines ---- */

#ifdef __clang__ /* makes vectors of a loop anyway */
#define VECTORS
#else
#define VECTORS __attribute__((optimize("O3")))
#endif
VECTORS static uint64_t newlines(struct str s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < s.n;) {
        uint8_t few = 0; /* counts in bytes, so that it goes many at a time */
        for (size_t end = MIN(s.n, i + 255); i < end; i++)
            few = (uint8_t)(few + (s.p[i] == '\n'));
        n += few;
    }
    return n;
}

static uint64_t newlines_in(const struct secret_scanner *s, uint64_t from, uint64_t to)
{
    uint64_t tail_at = s->block_at - s->tail.n, n = 0;

    if (from < s->block_at && from >= tail_at)
        n += newlines((struct str){ s->tail.p + (from - tail_at), (size_t)(MIN(to, s->block_at) - from) });
    from = from < s->block_at ? s->block_at : from;
    return to > from ? n + newlines((struct str){ s->block.p + (from - s->block_at), (size_t)(to - from) })
                     : n;
}

uint32_t secret_line(struct secret_scanner *s, uint64_t at)
{
    if (at >= s->line_at)
        s->line_no += newlines_in(s, s->line_at, at);
    else
        s->line_no -= newlines_in(s, at, s->line_at);
    s->line_at = at;
    return (uint32_t)MIN(s->line_no + 1, (uint64_t)UINT32_MAX);
}

/* ---- a file ---- */

/* UTF-16, by its mark or by every other byte of its beginning being zero. */
static void tell_wide(struct secret_scanner *s, struct str block)
{
    size_t n = MIN(block.n, (size_t)512) & ~(size_t)1, zeros[2] = { 0 };

    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += block.p[i] == 0;
    bool little = str_starts(block, STR("\xff\xfe")) && n > 2,
         big = str_starts(block, STR("\xfe\xff")) && n > 2;
    little |= n >= 16 && zeros[1] * 10 >= n / 2 * 8 && !zeros[0];
    big |= n >= 16 && zeros[0] * 10 >= n / 2 * 8 && !zeros[1];
    s->wide = (little || big) && zeros[big] * 2 <= n / 2;
    s->big_endian = big;
}

/* The characters of a block; what is not ASCII becomes a byte that no expression wants. */
static struct str narrowed(struct secret_scanner *s, struct str block)
{
    size_t i = 0;

    buf_clear(&s->narrow);
    while (i < block.n) {
        char first = s->odd ? s->half : block.p[i++];
        s->odd = i >= block.n;
        s->half = first;
        if (s->odd)
            break;
        char second = block.p[i++];
        char low = s->big_endian ? second : first, high = s->big_endian ? first : second;
        buf_char(&s->narrow, high || (unsigned char)low > 0x7e ? '\xff' : low);
    }
    return buf_view(&s->narrow);
}

void secret_file_begin(struct secret_scanner *s, struct str path, uint64_t size)
{
    s->place = SECRET_IN_FILE;
    s->path = path;
    s->size = size;
    s->block = (struct str){ 0 };
    s->block_at = s->decoded_to = s->line_at = s->line_no = 0;
    s->inner_file = false;
    s->begun = s->binary = s->wide = s->odd = false;
    s->n_queue = 0;
    buf_clear(&s->tail);
}

static void tell_what(struct secret_scanner *s, struct str block)
{
    struct str start = str_first(block, TEXT_TELLING);
    bool zeros = str_has_char(start, 0);

    if (zeros || str_starts(start, STR("\xff\xfe")) || str_starts(start, STR("\xfe\xff")))
        tell_wide(s, start);
    s->binary = !s->wide && zeros;
    s->begun = true;
}

static hs_stream_t *stream_of(const struct secret_scanner *s)
{
    return s->stream[s->binary ? FOR_BINARY : FOR_TEXT];
}

static void narrow_block(struct secret_scanner *s, struct str block)
{
    s->block = block;
    if (hs_scan_stream(stream_of(s), block.p, (unsigned)block.n, 0, s->scratch, on_anchor, s) != HS_SUCCESS)
        s->dropped = true;
    settle(s, false);
    uint64_t end = s->block_at + block.n;
    if (!s->binary && (s->wide || s->size > end || !s->size || s->n_queue)) /* while the block is there */
        (void)secret_line(s, end);
    keep_tail(s);
    s->block_at = end;
    s->block = (struct str){ 0 };
}

/* ---- archives ---- */

static void take_member(void *ctx, struct str name, struct str block, bool begins, bool ends)
{
    struct secret_scanner *s = ctx;
    struct err ignored;

    if (begins) {
        buf_clear(&s->member);
        buf_str(&s->member, s->path);
        buf_str(&s->member, STR("!/"));
        buf_str(&s->member, name);
        secret_file_begin(s->within, buf_view(&s->member), 0);
        s->within->inner_file = true;
    }
    secret_file_block(s->within, block);
    if (ends && secret_file_end(s->within, &ignored) < 0)
        s->dropped = true;
}

/* What a distribution packs is documentation by the thousand, and libraries that everybody has. */
static bool is_distributed(struct str path)
{
    return str_starts(path, STR("usr/")) && !str_starts(path, STR("usr/local/"));
}

static void open_archive(struct secret_scanner *s, struct str block)
{
    struct err ignored;

    if (s->inner_file || s->place != SECRET_IN_FILE || !unpack_knows(block) || is_distributed(s->path))
        return;
    if (!s->within)
        s->within = secret_open(s->setup, s->out, &ignored);
    if (s->within && !s->unpack)
        s->unpack = unpack_open(take_member, s);
    s->unpacking = s->unpack != NULL;
    s->dropped = s->dropped || !s->unpacking;
    if (s->unpacking)
        unpack_begin(s->unpack);
}

void secret_file_block(struct secret_scanner *s, struct str block)
{
    enum { MOST = 1 << 30 }; /* Vectorscan counts a call's bytes in 32 bits */

    if (block.n && !s->begun) {
        tell_what(s, block);
        open_archive(s, block);
    }
    if (s->unpacking && block.n)
        unpack_block(s->unpack, block);
    while (block.n) {
        struct str piece = str_first(block, s->wide ? 64 << 10 : MOST);
        narrow_block(s, s->wide ? narrowed(s, piece) : piece);
        block = str_skip(block, piece.n);
    }
}

int secret_file_end(struct secret_scanner *s, struct err *e)
{
    if (s->unpacking && !unpack_end(s->unpack))
        facts_remark(s->out, NOTE_INCOMPLETE, s->path,
                     "unpacks to more than %d bytes: the rest was not searched for secrets", UNPACKED_MOST);
    s->unpacking = false;
    settle(s, true);
    hs_reset_stream(stream_of(s), 0, s->scratch, NULL, NULL);
    return s->n_found || s->n_dropped || s->dropped ? secret_flush(s, e) : 0;
}

int secret_scan_text(struct secret_scanner *s, enum secret_place place, struct str name, struct str text,
                     struct err *e)
{
    secret_file_begin(s, name, text.n);
    s->place = place;
    secret_file_block(s, text);
    return secret_file_end(s, e);
}

/* ---- life ---- */

bool secret_supported(void)
{
    return true;
}

uint64_t secret_version(void)
{
    enum { CODE = 3 }; /* bump on any change of what the code makes of the same kinds */

    return (secret_kinds_version ^ CODE) * 1099511628211u;
}

size_t secret_kind_count(void)
{
    return n_secret_kinds;
}

const struct secret_info *secret_info_of(struct str id)
{
    for (size_t i = 0; i < n_secret_kinds; i++)
        if (str_eq(id, str_of(secret_kinds[i].info.id)))
            return &secret_kinds[i].info;
    return NULL;
}

bool secret_is_generic(struct str kind)
{
    for (size_t i = 0; i < n_secret_kinds; i++)
        if (str_eq(kind, str_of(secret_kinds[i].info.id)))
            return secret_kinds[i].generic;
    return false;
}

static bool load(const struct secret_database *from, void **to, void **scratch)
{
    hs_database_t *db = NULL;
    hs_scratch_t *enough = *scratch; /* for all databases */
    bool good = hs_deserialize_database((const char *)from->bytes, from->n, &db) == HS_SUCCESS &&
                hs_alloc_scratch(db, &enough) == HS_SUCCESS;

    *to = db;
    *scratch = enough;
    return good;
}

int secret_setup_open(struct secret_setup *s, struct err *e)
{
    for (size_t i = 0; i < N_SECRET_DATABASES; i++)
        if (!load(&secret_databases[i], &s->database[i], &s->scratch)) {
            secret_setup_close(s);
            return err_set(e, ERR_UNSUPPORTED,
                           "Vectorscan does not take its database: built for another processor or version");
        }
    return 0;
}

void secret_setup_close(struct secret_setup *s)
{
    hs_free_scratch(s->scratch);
    s->scratch = NULL;
    for (size_t i = 0; i < N_SECRET_DATABASES; i++) {
        hs_free_database(s->database[i]);
        s->database[i] = NULL;
    }
}

static bool open_streams(struct secret_scanner *s)
{
    static_assert(ARRAY_LEN(((struct secret_setup *)NULL)->database) == N_SECRET_DATABASES, "one for each");
    bool good = hs_open_stream(s->setup->database[FOR_TEXT], 0, &s->decoded_stream) == HS_SUCCESS;

    for (size_t i = 0; good && i < N_SECRET_DATABASES; i++)
        good = hs_open_stream(s->setup->database[i], 0, &s->stream[i]) == HS_SUCCESS;
    return good;
}

struct secret_scanner *secret_open(const struct secret_setup *setup, struct facts *out, struct err *e)
{
    enum { TAIL_MOST = 1 << 30 };
    struct secret_scanner *s = calloc(1, sizeof *s);

    if (s) {
        s->setup = setup;
        s->scratch = setup->scratch;
        s->out = out;
        s->tail.max = s->across.max = s->narrow.max = s->member.max = TAIL_MOST;
        s->decoded.max = DECODED_MOST;
    }
    if (!s || !secret_confirm_open(s) || !open_streams(s)) {
        secret_close(&s);
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    return s;
}

void secret_close(struct secret_scanner **scanner)
{
    struct secret_scanner *s = *scanner;

    if (!s)
        return;
    for (size_t i = 0; i < N_SECRET_DATABASES; i++)
        if (s->stream[i])
            hs_close_stream(s->stream[i], s->scratch, NULL, NULL);
    if (s->decoded_stream)
        hs_close_stream(s->decoded_stream, s->scratch, NULL, NULL);
    unpack_close(&s->unpack);
    secret_close(&s->within);
    secret_confirm_close(s);
    buf_free(&s->member);
    buf_free(&s->tail);
    buf_free(&s->across);
    buf_free(&s->narrow);
    buf_free(&s->decoded);
    free(s->queue);
    free(s);
    *scanner = NULL;
}
