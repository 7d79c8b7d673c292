#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>

static bool grow(struct buf *b, size_t cap)
{
    char *grown = realloc(b->p, cap);

    if (!grown)
        return false;
    b->p = grown;
    b->cap = cap;
    return true;
}

void buf_expect(struct buf *b, size_t n)
{
    if (n > b->cap && n <= b->max)
        (void)grow(b, n);
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->failed || n > b->max - b->n) {
        b->failed = true;
        return NULL;
    }
    size_t cap = b->cap ? b->cap : 256;
    while (cap < b->n + n)
        cap += cap / 2 + 1;
    if (b->n + n > b->cap && !grow(b, MIN(cap, b->max))) {
        b->failed = true;
        return NULL;
    }
    return b->p + b->n;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!n)
        return;
    char *to = buf_room(b, n);
    if (to) {
        memcpy(to, p, n);
        b->n += n;
    }
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

void buf_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

/* Into the room that there is; where that is too little, a second time. */
void buf_fmt(struct buf *b, const char *fmt, ...)
{
    size_t room = b->failed ? 0 : b->cap - b->n;
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
    va_end(ap);
    char *to = n < 0 ? NULL : buf_room(b, (size_t)n + 1);
    if (to && (size_t)n >= room)
        vsnprintf(to, (size_t)n + 1, fmt, again);
    if (to)
        b->n += (size_t)n;
    va_end(again);
}

void buf_varint(struct buf *b, uint64_t v)
{
    char out[10];
    size_t n = 0;

    for (; v >= 0x80; v >>= 7)
        out[n++] = (char)(v | 0x80);
    out[n++] = (char)v;
    buf_add(b, out, n);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ .max = b->max };
}

bool take_long_varint(struct str *s, uint64_t *v)
{
    uint64_t out = 0;

    for (unsigned shift = 0, i = 0; i < s->n && shift < 64; i++, shift += 7) {
        unsigned char c = (unsigned char)s->p[i];
        if (shift == 63 && c > 1)
            return false;
        out |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            *s = str_skip(*s, i + 1);
            *v = out;
            return true;
        }
    }
    return false;
}
