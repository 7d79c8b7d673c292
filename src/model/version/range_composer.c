/* range_composer.c - Composer's constraints: "^1.2 || ~2.3.4", "1.0 - 2.0", ">=1.0,<1.1", "1.*", "!=1.3".
 * Versions are compared as Composer normalises them, whichever scheme asks. */
#include "model/version/composer.h"
#include "model/version/pep440.h"
#include "model/version/range.h"

static size_t numbers_before_x(const struct composer *b)
{
    size_t n = 0;
    struct str core = b->core;

    while (core.n && is_digit(core.p[0])) {
        cut_digits(&core);
        core = str_skip(core, 1);
        n++;
    }
    return n;
}

static bool same_start(const struct composer *v, const struct composer *b, size_t n)
{
    return composer_core_cmp(v->core, b->core, n) == 0;
}

/* Against a bound that is meant with its development versions: >=1.0 has 1.0-beta in it, and <1.0 has not. */
static int from_dev_cmp(const struct composer *v, const struct composer *b)
{
    struct composer low = *b;

    if (!b->marked)
        low.stability = STABILITY_DEV;
    return composer_cmp(v, &low);
}

static size_t caret_width(const struct composer *b, size_t n)
{
    struct str core = b->core;
    size_t width = 1;

    for (; width < MIN(n, (size_t)3); width++) {
        struct str number = cut_digits(&core);
        if (!is_zero(number))
            break;
        core = str_skip(core, 1);
    }
    return width;
}

static enum tri bound_holds(const struct composer *v, enum range_op op, const struct composer *b)
{
    size_t n = numbers_before_x(b);

    if (b->any) {
        if (op == OP_NONE || op == OP_EQ || op == OP_NE)
            return range_tri(same_start(v, b, n) == (op != OP_NE));
        return UNKNOWN;
    }
    switch (op) {
    case OP_TILDE:
        return range_tri(from_dev_cmp(v, b) >= 0 && same_start(v, b, n > 1 ? n - 1 : 1));
    case OP_CARET:
        return range_tri(from_dev_cmp(v, b) >= 0 && same_start(v, b, caret_width(b, n)));
    case OP_LT:
        return range_tri(from_dev_cmp(v, b) < 0);
    case OP_GE:
        return range_tri(from_dev_cmp(v, b) >= 0);
    default:
        return op > OP_GT ? UNKNOWN : range_tri(range_order_holds(composer_cmp(v, b), op));
    }
}

static bool parse_bound(struct str s, struct composer *b)
{
    struct str version, flag;

    str_split(s, '@', &version, &flag);
    return composer_parse(version, b);
}

/* "1.0 - 2.0" ends with all of 2.0.*; "1.0.0 - 2.1.0" with 2.1.0. */
static enum tri hyphen(const struct composer *v, struct str from, struct str to)
{
    struct composer a, b;

    if (!parse_bound(str_trim(from), &a) || !parse_bound(str_trim(to), &b) || a.any || b.any)
        return UNKNOWN;
    size_t n = numbers_before_x(&b);
    bool below = n < 3 && !b.marked ? composer_core_cmp(v->core, b.core, n) <= 0 : composer_cmp(v, &b) <= 0;
    return range_tri(from_dev_cmp(v, &a) >= 0 && below);
}

static bool is_gap(char c)
{
    return c == ' ' || c == ',' || c == '\t';
}

static enum tri all_hold(const struct composer *v, struct str s)
{
    enum tri all = YES;

    for (s = str_trim(s); s.n && all != UNKNOWN;) {
        struct composer b;
        enum range_op op = range_cut_op(&s);
        size_t n = 0;
        while (n < s.n && !is_gap(s.p[n]))
            n++;
        struct str text = str_first(s, n);
        s = str_skip(s, n);
        while (s.n && is_gap(s.p[0]))
            s = str_skip(s, 1);
        if (op == OP_NONE && str_eq(text, STR("*")))
            continue;
        if (!parse_bound(text, &b))
            return UNKNOWN;
        all = range_and(all, bound_holds(v, op, &b));
    }
    return all;
}

enum tri range_composer(const struct version_scheme *s UNUSED, struct str range, struct str version)
{
    struct composer v;
    struct str one;
    enum tri any = NO;

    if (!composer_parse(version, &v) || (v.any && v.stability != STABILITY_DEV) || !str_trim(range).n)
        return UNKNOWN;
    while (range_cut_alternative(&range, true, &one)) {
        one = str_trim(one);
        ptrdiff_t at = str_find(one, STR(" - "));
        if (!one.n)
            return UNKNOWN;
        any = range_or(any, at < 0 ? all_hold(&v, one)
                                   : hyphen(&v, str_first(one, (size_t)at), str_skip(one, (size_t)at + 3)));
    }
    return any;
}
