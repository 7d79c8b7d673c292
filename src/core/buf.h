/* buf.h - bytes that grow up to a named maximum. Failure is sticky and asked for once, at the end:
 * after the maximum or memory is spent, further additions do nothing and buf_ok says false. */
#pragma once
#include "core/str.h"

struct buf {
    char *p;
    size_t n, cap, max;
    bool failed;
};
#define BUF(most)     \
    {                 \
        .max = (most) \
    }
#define AUTO_BUF CLEANUP(buf_free)

void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
/* Unsigned LEB128: seven bits a byte, least first. */
void buf_varint(struct buf *b, uint64_t v);
/* Room for n bytes in all at once instead of by and by, where so many are expected: no additions, no promise.
 */
void buf_expect(struct buf *b, size_t n);
/* Room for n more bytes at the end, or NULL; the caller fills them and adds to ->n. */
char *buf_room(struct buf *b, size_t n) MUST_USE;

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}
static inline struct str buf_view(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}
void buf_clear(struct buf *b); /* forget the contents, keep the memory */
void buf_free(struct buf *b);

/* Reading back what buf_varint and buf_str wrote: false at the end or on nonsense; *s moves on. */
bool take_long_varint(struct str *s, uint64_t *v) MUST_USE;
static inline MUST_USE bool take_varint(struct str *s, uint64_t *v)
{
    if (!s->n || (s->p[0] & 0x80))
        return take_long_varint(s, v);
    *v = (unsigned char)s->p[0]; /* most are below 128 */
    s->p++;
    s->n--;
    return true;
}
static inline MUST_USE bool take_bytes(struct str *s, size_t n, struct str *out)
{
    if (n > s->n)
        return false;
    *out = str_first(*s, n);
    *s = str_skip(*s, n);
    return true;
}
