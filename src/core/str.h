/* str.h - a borrowed, length-counted, read-only piece of text or bytes. Never owns, never NUL-terminated:
 * strlen on attacker bytes does not occur. */
#pragma once
#include "core/base.h"

#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(lit)   ((struct str){ "" lit "", sizeof(lit) - 1 })
#define STR_NONE   ((struct str){ 0 }) /* no text; unlike STR("") not even an empty one */
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *c)
{
    return (struct str){ c, c ? strlen(c) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static inline bool str_starts(struct str s, struct str with)
{
    return s.n >= with.n && (!with.n || !memcmp(s.p, with.p, with.n));
}

static inline bool str_ends(struct str s, struct str end)
{
    return s.n >= end.n && (!end.n || !memcmp(s.p + s.n - end.n, end.p, end.n));
}

/* What is left after dropping the first n bytes (all of them when there are fewer). */
static inline struct str str_skip(struct str s, size_t n)
{
    n = MIN(n, s.n);
    return (struct str){ n ? s.p + n : s.p, s.n - n };
}

static inline struct str str_first(struct str s, size_t n)
{
    return (struct str){ s.p, MIN(n, s.n) };
}

/* Cut the next piece up to `sep` off the front of *rest; false when *rest is used up. "a:" has two pieces. */
static inline bool str_cut(struct str *rest, char sep, struct str *piece)
{
    if (!rest->p)
        return false;
    const char *hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    *piece = (struct str){ rest->p, hit ? (size_t)(hit - rest->p) : rest->n };
    *rest = hit ? (struct str){ hit + 1, rest->n - piece->n - 1 } : (struct str){ 0 };
    return true;
}

/* Split at the first `sep`: *head before it, *tail behind; false (and *head whole) when there is none. */
bool str_split(struct str s, char sep, struct str *head, struct str *tail);
/* The same at the last `sep`; without one *tail is the whole and *head empty. */
bool str_rsplit(struct str s, char sep, struct str *head, struct str *tail);

/* Drop blanks (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/* Position of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, struct str what);
static inline bool str_has(struct str s, struct str what)
{
    return str_find(s, what) >= 0;
}
static inline bool str_has_char(struct str s, char c)
{
    return s.n && memchr(s.p, c, s.n);
}
bool str_eq_nocase(struct str a, struct str b);
bool str_has_nocase(struct str s, struct str what);
/* Is it one of the words in `list`, which are separated by single blanks: "sh bash dash"? */
bool str_one_of(struct str s, const char *list);

/* A whole number in the given base (8, 10, 16) and nothing else; false on anything odd or on overflow. */
bool str_u64(struct str s, int base, uint64_t *out);

/* The bytes in hexadecimal, small letters, NUL-terminated, into `to` of 2 * n + 1. */
void str_hex(const void *bytes, size_t n, char *to);

/* Order for sorting: bytes, then length; <0, 0, >0. */
int str_cmp(struct str a, struct str b);
