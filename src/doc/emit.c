#include "doc/emit.h"

#include "core/text.h"

#include <math.h>
#include <yajl/yajl_gen.h>

enum { DEPTH_MOST = 64, ROOM = 64 << 10 };

struct emit {
    yajl_gen gen;
    FILE *to;
    bool failed;
    unsigned depth;
    bool is_list[DEPTH_MOST]; /* yajl_gen closes whatever it is told to */
    size_t n;
    char room[ROOM]; /* n bytes not written yet: yajl_gen prints millions of small pieces */
};

static void flush(struct emit *m)
{
    m->failed |= fwrite(m->room, 1, m->n, m->to) != m->n;
    m->n = 0;
}

static void print(void *ctx, const char *p, size_t n)
{
    struct emit *m = ctx;

    if (n == 1 && m->n < ROOM) { /* most pieces are: quotes, commas, each column of an indent */
        m->room[m->n++] = *p;
        return;
    }
    if (n > ROOM - m->n)
        flush(m);
    if (n > ROOM) {
        m->failed |= fwrite(p, 1, n, m->to) != n;
        return;
    }
    memcpy(m->room + m->n, p, n);
    m->n += n;
}

static void check(struct emit *m, yajl_gen_status s)
{
    m->failed |= s != yajl_gen_status_ok && s != yajl_gen_generation_complete;
}

struct emit *emit_new(FILE *to, bool indent)
{
    struct emit *m = malloc(sizeof *m);

    if (!m)
        return NULL;
    memset(m, 0, offsetof(struct emit, room));
    m->to = to;
    m->gen = yajl_gen_alloc(NULL);
    if (!m->gen) {
        free(m);
        return NULL;
    }
    yajl_gen_config(m->gen, yajl_gen_beautify, (int)indent);
    yajl_gen_config(m->gen, yajl_gen_indent_string, " ");
    yajl_gen_config(m->gen, yajl_gen_print_callback, print, m);
    return m;
}

bool emit_end(struct emit *m)
{
    if (!m)
        return false;
    print(m, "\n", 1);
    flush(m);
    bool ok = !m->failed && !fflush(m->to);
    yajl_gen_free(m->gen);
    free(m);
    return ok;
}

/* How many bytes of it are ASCII, at the least: eight at a time. */
static size_t ascii_start(const unsigned char *p, size_t n)
{
    size_t at = 0;
    uint64_t v;

    for (; at + sizeof v <= n; at += sizeof v) {
        memcpy(&v, p + at, sizeof v);
        if (v & 0x8080808080808080u)
            break;
    }
    return at;
}

static void string(struct emit *m, struct str s)
{
    static const char bad[] = "\xef\xbf\xbd";
    const unsigned char *p = (const unsigned char *)(s.p ? s.p : "");
    size_t at = ascii_start(p, s.n), len;

    while (at < s.n && (len = p[at] < 0x80 ? 1 : utf8_at(str_skip(s, at), NULL)))
        at += len;
    if (at == s.n) {
        check(m, yajl_gen_string(m->gen, p, s.n));
        return;
    }
    unsigned char *clean = malloc(s.n * 3), *to = clean;
    if (!clean) {
        m->failed = true;
        return;
    }
    for (at = 0; at < s.n; at += len ? len : 1) {
        len = utf8_at(str_skip(s, at), NULL);
        memcpy(to, len ? (const void *)(p + at) : bad, len ? len : 3);
        to += len ? len : 3;
    }
    check(m, yajl_gen_string(m->gen, clean, (size_t)(to - clean)));
    free(clean);
}

static void name(struct emit *m, const char *key)
{
    if (key)
        string(m, str_of(key));
}

void emit_key(struct emit *m, struct str key)
{
    string(m, key);
}

static void opened(struct emit *m, bool is_list)
{
    if (m->depth == DEPTH_MOST)
        abort(); /* our own documents are not that deep: a programming error */
    m->is_list[m->depth++] = is_list;
    check(m, is_list ? yajl_gen_array_open(m->gen) : yajl_gen_map_open(m->gen));
}

void emit_object(struct emit *m, const char *key)
{
    name(m, key);
    opened(m, false);
}

void emit_list(struct emit *m, const char *key)
{
    name(m, key);
    opened(m, true);
}

void emit_close(struct emit *m)
{
    check(m, m->is_list[--m->depth] ? yajl_gen_array_close(m->gen) : yajl_gen_map_close(m->gen));
}

void emit_str(struct emit *m, const char *key, struct str s)
{
    name(m, key);
    string(m, s);
}

void emit_text(struct emit *m, const char *key, const char *s)
{
    emit_str(m, key, str_of(s));
}

void emit_some(struct emit *m, const char *key, struct str s)
{
    if (s.n)
        emit_str(m, key, s);
}

void emit_u64(struct emit *m, const char *key, uint64_t v)
{
    char text[24];

    name(m, key);
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    check(m, yajl_gen_number(m->gen, text, (size_t)n));
}

void emit_real(struct emit *m, const char *key, double v)
{
    char text[64];

    name(m, key);
    int n = snprintf(text, sizeof text, "%.3f", isfinite(v) ? v : 0.0);
    while (n > 1 && text[n - 1] == '0' && text[n - 2] != '.')
        n--;
    check(m, yajl_gen_number(m->gen, text, (size_t)n));
}

void emit_bool(struct emit *m, const char *key, bool v)
{
    name(m, key);
    check(m, yajl_gen_bool(m->gen, v));
}

void emit_null(struct emit *m, const char *key)
{
    name(m, key);
    check(m, yajl_gen_null(m->gen));
}
