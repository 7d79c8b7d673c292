#include "doc/emit.h"

#include "core/text.h"

#include <math.h>

enum { DEPTH_MOST = 64, ROOM = 64 << 10 };

struct emit {
    FILE *to;
    bool indent, failed;
    unsigned depth;
    bool is_list[DEPTH_MOST];
    bool begun[DEPTH_MOST + 1]; /* something stands there already */
    bool has_key;               /* the value of a key comes next */
    size_t n;
    char room[ROOM]; /* n bytes not written yet: a report is millions of small pieces */
};

static void flush(struct emit *m)
{
    m->failed |= fwrite(m->room, 1, m->n, m->to) != m->n;
    m->n = 0;
}

static void put(struct emit *m, const char *p, size_t n)
{
    while (n > ROOM - m->n) {
        size_t part = ROOM - m->n;
        memcpy(m->room + m->n, p, part);
        m->n = ROOM;
        flush(m);
        p += part;
        n -= part;
    }
    if (n)
        memcpy(m->room + m->n, p, n);
    m->n += n;
}

static void put_char(struct emit *m, char c)
{
    if (m->n == ROOM)
        flush(m);
    m->room[m->n++] = c;
}

struct emit *emit_new(FILE *to, bool indent)
{
    struct emit *m = malloc(sizeof *m);

    if (!m)
        return NULL;
    memset(m, 0, offsetof(struct emit, room));
    m->to = to;
    m->indent = indent;
    return m;
}

bool emit_end(struct emit *m)
{
    if (!m)
        return false;
    put(m, "\n\n", m->indent ? 2 : 1);
    flush(m);
    bool ok = !m->failed && !fflush(m->to);
    free(m);
    return ok;
}

static void new_line(struct emit *m)
{
    if (!m->indent)
        return;
    put_char(m, '\n');
    for (unsigned i = 0; i < m->depth; i++)
        put_char(m, ' ');
}

/* What stands before a key, or before a value that has none. */
static void before(struct emit *m)
{
    if (m->has_key) {
        m->has_key = false;
        return;
    }
    if (m->begun[m->depth])
        put_char(m, ',');
    if (m->depth)
        new_line(m);
    m->begun[m->depth] = true;
}

/* RFC 8259, 7: quotes, backslashes and controls are escaped. */
static void escaped(struct emit *m, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF", named[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    const char *at = c ? strchr(named, c) : NULL;

    put_char(m, '\\');
    if (at) {
        put_char(m, letter[at - named]);
        return;
    }
    put(m, "u00", 3);
    put_char(m, hex[c >> 4]);
    put_char(m, hex[c & 15]);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void string(struct emit *m, struct str s)
{
    put_char(m, '"');
    for (size_t at = 0, end; at < s.n; at = end) {
        for (end = at; end < s.n && is_plain((unsigned char)s.p[end]);)
            end++;
        put(m, s.p + at, end - at);
        if (end == s.n)
            break;
        if ((unsigned char)s.p[end] < 0x80) {
            escaped(m, (unsigned char)s.p[end++]);
            continue;
        }
        size_t len = utf8_at(str_skip(s, end), NULL);
        put(m, len ? s.p + end : "\xef\xbf\xbd", len ? len : 3);
        end += len ? len : 1;
    }
    put_char(m, '"');
}

void emit_key(struct emit *m, struct str key)
{
    before(m);
    string(m, key);
    put_char(m, ':');
    if (m->indent)
        put_char(m, ' ');
    m->has_key = true;
}

static void name(struct emit *m, const char *key)
{
    if (key)
        emit_key(m, str_of(key));
    before(m);
}

static void opened(struct emit *m, const char *key, bool is_list)
{
    if (m->depth == DEPTH_MOST)
        abort(); /* our own documents are not that deep: a programming error */
    name(m, key);
    put_char(m, is_list ? '[' : '{');
    m->is_list[m->depth++] = is_list;
    m->begun[m->depth] = false;
}

void emit_object(struct emit *m, const char *key)
{
    opened(m, key, false);
}

void emit_list(struct emit *m, const char *key)
{
    opened(m, key, true);
}

void emit_close(struct emit *m)
{
    bool empty = !m->begun[m->depth--];

    if (empty && m->indent)
        put_char(m, '\n');
    new_line(m);
    put_char(m, m->is_list[m->depth] ? ']' : '}');
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
    put(m, text, (size_t)snprintf(text, sizeof text, "%llu", (unsigned long long)v));
}

void emit_real(struct emit *m, const char *key, double v)
{
    char text[64];

    name(m, key);
    int n = snprintf(text, sizeof text, "%.3f", isfinite(v) && fabs(v) < 1e40 ? v : 0.0);
    while (n > 1 && text[n - 1] == '0' && text[n - 2] != '.')
        n--;
    put(m, text, (size_t)n);
}

void emit_bool(struct emit *m, const char *key, bool v)
{
    name(m, key);
    put(m, v ? "true" : "false", v ? 4 : 5);
}

void emit_null(struct emit *m, const char *key)
{
    name(m, key);
    put(m, "null", 4);
}
