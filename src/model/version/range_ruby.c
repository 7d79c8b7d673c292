/* range_ruby.c - requirements of gems: ">= 1.2, < 3", "~> 1.2.3". */
#include "model/version/range.h"
#include "model/version/ruby.h"

/* Cut the next of the numbers that a version starts with; false behind the last. */
static bool cut_number(struct str *s, struct str *number)
{
    struct str rest = *s;

    cut_char(&rest, '.');
    *number = cut_digits(&rest);
    if (!number->n)
        return false;
    *s = rest;
    return true;
}

/* "~> 1.2.3" is at least 1.2.3 and, whatever pre-release it is, below 1.3: the numbers of the requirement,
 * but for the last when there are several, are not exceeded. */
static bool not_exceeded(struct str version, struct str bound)
{
    struct str x, y, rest = bound;
    size_t n = 0;

    while (cut_number(&rest, &y))
        n++;
    for (size_t i = 0; i == 0 || i + 1 < n; i++) {
        cut_number(&bound, &y);
        cut_number(&version, &x);
        int c = number_cmp(x, y);
        if (c)
            return c < 0;
    }
    return true;
}

static enum tri holds(const struct version_scheme *s, struct str text, struct str version)
{
    enum range_op op = range_cut_op(&text);

    if (op != OP_PESSIMISTIC)
        return range_holds(s, version, op, text);
    enum tri least = range_holds(s, version, OP_GE, text);
    return range_and(least, range_tri(least == YES && not_exceeded(str_trim(version), text)));
}

enum tri range_ruby(const struct version_scheme *s, struct str range, struct str version)
{
    struct str one;
    enum tri all = YES;

    if (!version_valid(s, version))
        return UNKNOWN;
    while (str_cut(&range, ',', &one))
        all = range_and(all, holds(s, one, version));
    return all;
}
