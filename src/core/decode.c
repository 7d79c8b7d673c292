#include "core/decode.h"

static int digit64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static int digit16(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A line break within, as it is or escaped: how many characters. */
static size_t break_at(struct str s)
{
    if (str_starts(s, STR("\r\n")) || str_starts(s, STR("\\n")))
        return 2;
    return s.n && s.p[0] == '\n' ? 1 : 0;
}

size_t decode_base64(struct str text, struct buf *out)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t i = 0;

    while (i < text.n) {
        int d = digit64(text.p[i]);
        size_t skip = d < 0 ? break_at(str_skip(text, i)) : 0;
        if (d < 0 && (!skip || i + skip >= text.n || digit64(text.p[i + skip]) < 0))
            break;
        if (d < 0) {
            i += skip;
            continue;
        }
        bits = bits << 6 | (uint32_t)d;
        i++;
        if ((have += 6) >= 8) {
            have -= 8;
            buf_char(out, (char)(bits >> have & 0xff));
        }
    }
    return i;
}

size_t decode_hex(struct str text, struct buf *out)
{
    size_t i = 0;

    while (i + 1 < text.n && digit16(text.p[i]) >= 0 && digit16(text.p[i + 1]) >= 0) {
        buf_char(out, (char)(digit16(text.p[i]) << 4 | digit16(text.p[i + 1])));
        i += 2;
    }
    return i;
}
