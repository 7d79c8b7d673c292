#include "core/str.h"

#include <ctype.h>

bool str_split(struct str s, char sep, struct str *head, struct str *tail)
{
    const char *hit = s.n ? memchr(s.p, sep, s.n) : NULL;

    if (!hit) {
        *head = s;
        *tail = (struct str){ 0 };
        return false;
    }
    *head = (struct str){ s.p, (size_t)(hit - s.p) };
    *tail = (struct str){ hit + 1, s.n - head->n - 1 };
    return true;
}

bool str_rsplit(struct str s, char sep, struct str *head, struct str *tail)
{
    const char *hit = s.n ? memrchr(s.p, sep, s.n) : NULL;

    if (!hit) {
        *head = (struct str){ s.p, 0 };
        *tail = s;
        return false;
    }
    *head = (struct str){ s.p, (size_t)(hit - s.p) };
    *tail = (struct str){ hit + 1, s.n - head->n - 1 };
    return true;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.p[0]))
        s = str_skip(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

ptrdiff_t str_find(struct str s, struct str what)
{
    if (!what.n)
        return 0;
    const char *hit = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
    return hit ? hit - s.p : -1;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (tolower((unsigned char)a.p[i]) != tolower((unsigned char)b.p[i]))
            return false;
    return true;
}

bool str_has_nocase(struct str s, struct str what)
{
    if (!what.n)
        return true;
    for (size_t i = 0; i + what.n <= s.n; i++)
        if (str_eq_nocase((struct str){ s.p + i, what.n }, what))
            return true;
    return false;
}

bool str_one_of(struct str s, const char *list)
{
    struct str rest = str_of(list), one;

    while (s.n && str_cut(&rest, ' ', &one))
        if (str_eq(one, s))
            return true;
    return false;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

bool str_u64(struct str s, int base, uint64_t *out)
{
    uint64_t v = 0;

    if (!s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit(s.p[i]);
        if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
            __builtin_add_overflow(v, (uint64_t)d, &v))
            return false;
    }
    *out = v;
    return true;
}

void str_hex(const void *bytes, size_t n, char *to)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[p[i] >> 4];
        to[2 * i + 1] = digits[p[i] & 15];
    }
    to[2 * n] = '\0';
}

int str_cmp(struct str a, struct str b)
{
    size_t n = MIN(a.n, b.n);
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}
