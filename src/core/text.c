#include "core/text.h"

size_t utf8_at(struct str s, uint32_t *c)
{
    static const struct {
        unsigned char lead, mask;
        uint32_t least;
    } form[] = { { 0x00, 0x80, 0 }, { 0xc0, 0xe0, 0x80 }, { 0xe0, 0xf0, 0x800 }, { 0xf0, 0xf8, 0x10000 } };
    const unsigned char *p = (const unsigned char *)s.p;

    for (size_t i = 0; i < ARRAY_LEN(form); i++) {
        if (!s.n || (p[0] & form[i].mask) != form[i].lead)
            continue;
        uint32_t point = p[0] & (unsigned char)~form[i].mask;
        if (i + 1 > s.n)
            return 0;
        for (size_t k = 1; k <= i; k++) {
            if ((p[k] & 0xc0) != 0x80)
                return 0;
            point = point << 6 | (p[k] & 0x3f);
        }
        if (point < form[i].least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return 0;
        if (c)
            *c = point;
        return i + 1;
    }
    return 0;
}

struct range {
    uint32_t first, last;
};

static bool within(const struct range *r, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= r[i].first && c <= r[i].last)
            return true;
    return false;
}

/* Obeyed or invisible: controls, soft hyphen, bidi controls and isolates, zero-width characters, line
 * separators, interlinear and tag characters. */
static bool must_show(uint32_t c)
{
    static const struct range r[] = {
        { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x61c, 0x61c },
        { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
        { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe0fff },
    };
    return within(r, ARRAY_LEN(r), c);
}

static void show(struct buf *out, uint32_t c)
{
    if (c == '\n' || c == '\t' || c == '\r')
        buf_fmt(out, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
    else if (c < 0x100)
        buf_fmt(out, "\\x%02x", (unsigned)c);
    else if (c < 0x10000)
        buf_fmt(out, "\\u%04x", (unsigned)c);
    else
        buf_fmt(out, "\\U%08x", (unsigned)c);
}

void text_safe(struct buf *out, struct str s, bool ascii)
{
    while (s.n) {
        uint32_t c = (unsigned char)s.p[0];
        size_t n = utf8_at(s, &c);
        if (!n || must_show(c) || (ascii && c > 0x7e))
            show(out, c);
        else
            buf_add(out, s.p, n);
        s = str_skip(s, n ? n : 1);
    }
}

size_t text_columns(struct str s)
{
    static const struct range none[] = { { 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },
                                         { 0x610, 0x61a },   { 0x64b, 0x65f },   { 0x1ab0, 0x1aff },
                                         { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
                                         { 0xfe20, 0xfe2f } };
    static const struct range wide[] = { { 0x1100, 0x115f },   { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },
                                         { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
                                         { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
                                         { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } };
    size_t columns = 0;

    while (s.n) {
        uint32_t c = 0;
        size_t n = utf8_at(s, &c);
        columns += within(wide, ARRAY_LEN(wide), c) ? 2 : !within(none, ARRAY_LEN(none), c);
        s = str_skip(s, n ? n : 1);
    }
    return columns;
}
