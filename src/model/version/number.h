/* number.h - the pieces that every version scheme is read with: ASCII classes (never the locale's), runs of
 * digits or letters, and numbers compared as text, so that none is too long. */
#pragma once
#include "core/str.h"

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool is_alpha(char c)
{
    return is_lower(to_lower(c));
}

static inline bool is_alnum(char c)
{
    return is_digit(c) || is_alpha(c);
}

/* The first byte, 0 when there is none. */
static inline char str_peek(struct str s)
{
    return s.n ? s.p[0] : '\0';
}

/* -1, 0 or 1. */
static inline int sign(int n)
{
    return (n > 0) - (n < 0);
}

static inline int size_cmp(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

/* Cut the run of digits (letters) off the front of *s; empty when it starts with something else. */
static inline struct str cut_digits(struct str *s)
{
    size_t n = 0;

    while (n < s->n && is_digit(s->p[n]))
        n++;
    struct str run = { s->p, n };
    *s = str_skip(*s, n);
    return run;
}

static inline struct str cut_letters(struct str *s)
{
    size_t n = 0;

    while (n < s->n && is_alpha(s->p[n]))
        n++;
    struct str run = { s->p, n };
    *s = str_skip(*s, n);
    return run;
}

/* Drop one byte at the front if it is c. */
static inline bool cut_char(struct str *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    s->p++;
    s->n--;
    return true;
}

/* Cut the epoch "12:" off the front, of RPM and of pacman: none is 0, also before the colon. Without a colon behind
 * digits there is none: "a:1" is a version with a colon in it. */
static inline struct str cut_epoch(struct str *s)
{
    struct str rest = *s, digits = cut_digits(&rest);

    if (!cut_char(&rest, ':'))
        return (struct str){ 0 };
    *s = rest;
    return digits;
}

static inline struct str no_zeros(struct str digits)
{
    while (digits.n && digits.p[0] == '0')
        digits = (struct str){ digits.p + 1, digits.n - 1 };
    return digits;
}

static inline bool is_zero(struct str digits)
{
    return !no_zeros(digits).n;
}

static inline bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* Two runs of digits as numbers; an empty one is 0. -1, 0 or 1. */
static inline int number_cmp(struct str a, struct str b)
{
    a = no_zeros(a);
    b = no_zeros(b);
    if (a.n != b.n)
        return a.n > b.n ? 1 : -1;
    return a.n ? sign(memcmp(a.p, b.p, a.n)) : 0;
}

/* By bytes, capitals as small letters. */
static inline int nocase_cmp(struct str a, struct str b)
{
    size_t n = MIN(a.n, b.n);

    for (size_t i = 0; i < n; i++) {
        unsigned char x = (unsigned char)to_lower(a.p[i]), y = (unsigned char)to_lower(b.p[i]);
        if (x != y)
            return x > y ? 1 : -1;
    }
    return size_cmp(a.n, b.n);
}

/* Numbers with one of `separators` between two. */
static inline bool all_numbers(struct str s, const char *separators)
{
    while (cut_digits(&s).n) {
        if (!s.n)
            return true;
        if (!s.p[0] || !strchr(separators, s.p[0]))
            return false;
        s = str_skip(s, 1);
    }
    return false;
}

/* Two such versions: the first difference decides, and more numbers are newer (1.0 < 1.0.0). -1: one is none. */
static inline int numbers_compare(struct str a, struct str b, const char *separators, int *order)
{
    if (!all_numbers(a, separators) || !all_numbers(b, separators))
        return -1;
    for (*order = 0; !*order && a.n && b.n;) {
        *order = number_cmp(cut_digits(&a), cut_digits(&b));
        a = str_skip(a, 1);
        b = str_skip(b, 1);
    }
    if (!*order)
        *order = size_cmp(a.n > 0, b.n > 0);
    return 0;
}

/* The runs at the front of both, digits if a begins with one, else letters, cut off and compared: digits as numbers and
 * newer than letters, letters by bytes: the order of RPM and of pacman. Both begin with a letter or a digit. */
static inline int run_cmp(struct str *a, struct str *b)
{
    bool number = is_digit(a->p[0]);
    struct str x = number ? cut_digits(a) : cut_letters(a);
    struct str y = number ? cut_digits(b) : cut_letters(b);

    if (!y.n)
        return number ? 1 : -1;
    return number ? number_cmp(x, y) : sign(str_cmp(x, y));
}
