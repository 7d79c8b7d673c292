/* range_semver.c - the range syntaxes built on semver: npm's, Cargo's, pub's and Hex's.
 *
 * A bound may be partial ("1.2", "1.x"): it then stands for all versions that begin so, and upper ends such
 * as "before 2.0.0, pre-releases of it excluded" are said as "begins with the same numbers". */
#include "model/version/pep440.h"
#include "model/version/range.h"
#include "model/version/semantic.h"

enum { ALLOWED = ALLOW_V | ALLOW_EQUALS | ALLOW_SHORT | ALLOW_ZEROS };

struct bound {
    struct semantic v; /* of a partial one the core only */
    size_t n;          /* numbers before the first wildcard: 0 to 3 */
    bool wild;
};

static bool is_wild(struct str s)
{
    return s.n == 1 && (s.p[0] == 'x' || s.p[0] == 'X' || s.p[0] == '*');
}

static bool parse_bound(struct str s, struct bound *b)
{
    struct str rest, part;

    *b = (struct bound){ 0 };
    cut_char(&s, '=');
    if (s.n > 1 && to_lower(s.p[0]) == 'v')
        s = str_skip(s, 1);
    if (semantic_parse(s, ALLOWED, &b->v)) {
        b->n = dotted_count(b->v.core);
        return b->n == 3 || (!b->v.pre.n && !b->v.build.n);
    }
    b->v = (struct semantic){ .core = { s.p, 0 } };
    for (rest = s; str_cut(&rest, '.', &part);) {
        b->wild = b->wild || is_wild(part);
        if (!is_wild(part) && (b->wild || !all_digits(part)))
            return false;
        if (!b->wild) {
            b->v.core.n = (size_t)(part.p + part.n - s.p);
            b->n++;
        }
    }
    return b->wild && dotted_count(s) <= 3;
}

static int first_number_is_zero(struct str core)
{
    struct str number = cut_digits(&core);

    return is_zero(number);
}

/* How many leading numbers a caret pins: up to the first that is not 0. */
static size_t caret_width(const struct bound *b)
{
    struct str core = b->v.core;
    size_t n = 1;

    while (n < b->n && first_number_is_zero(core)) {
        cut_digits(&core);
        cut_char(&core, '.');
        n++;
    }
    return n;
}

static bool same_start(const struct semantic *v, const struct bound *b, size_t n)
{
    return dotted_cmp(v->core, b->v.core, n) == 0;
}

/* Order against the bound; against a partial one, 0 for all that begin with it. */
static int bound_cmp(const struct semantic *v, const struct bound *b)
{
    return b->n == 3 ? semantic_cmp(v, &b->v) : dotted_cmp(v->core, b->v.core, b->n);
}

static enum tri bound_holds(const struct semantic *v, enum range_op op, const struct bound *b)
{
    switch (op) {
    case OP_TILDE:
    case OP_PESSIMISTIC:
        return range_tri(!b->n || (semantic_cmp(v, &b->v) >= 0 && same_start(v, b, MIN(b->n, (size_t)2))));
    case OP_CARET:
        return range_tri(bound_cmp(v, b) >= 0 && (!b->n || same_start(v, b, caret_width(b))));
    case OP_COMPATIBLE:
    case OP_SAME_TEXT:
        return UNKNOWN;
    default:
        return range_tri(range_order_holds(bound_cmp(v, b), op));
    }
}

/* "1.2 - 2.3.4"; true when the text is one, with the answer in *is. */
static bool hyphen(struct str s, const struct semantic *v, enum tri *is)
{
    ptrdiff_t at = str_find(s, STR(" - "));
    struct bound from, to;

    if (at < 0)
        return false;
    *is = UNKNOWN;
    if (parse_bound(str_trim(str_first(s, (size_t)at)), &from) &&
        parse_bound(str_trim(str_skip(s, (size_t)at + 3)), &to))
        *is = range_tri(bound_cmp(v, &from) >= 0 && bound_cmp(v, &to) <= 0);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Cut the bound up to a blank, a comma or, since ">1<2" is written too, the next operator. */
static struct str cut_bound(struct str *s)
{
    size_t n = 0;

    while (n < s->n && !is_blank(s->p[n]) && !memchr(",<>^~!", s->p[n], 6) && (s->p[n] != '=' || !n))
        n++;
    struct str bound = str_first(*s, n);
    *s = str_trim(str_skip(*s, n));
    cut_char(s, ',');
    *s = str_trim(*s);
    return bound;
}

/* Blank- or comma-separated comparators, all of which must hold; a bare version means `bare`. */
static enum tri all_hold(struct str s, const struct semantic *v, enum range_op bare)
{
    enum tri all = YES;

    for (s = str_trim(s); s.n && all != UNKNOWN;) {
        struct bound b;
        enum range_op op = range_cut_op(&s);
        struct str text = cut_bound(&s);
        if (!text.n || !parse_bound(text, &b))
            return UNKNOWN;
        all = range_and(all, bound_holds(v, op ? op : bare, &b));
    }
    return all;
}

enum tri range_npm(const struct version_scheme *s, struct str range, struct str version)
{
    struct semantic v;
    struct str one;
    enum tri any = NO, is;

    if (!version_valid(s, version) || !semantic_parse(version, ALLOWED | ALLOW_LONG, &v))
        return UNKNOWN;
    while (range_cut_alternative(&range, false, &one))
        any = range_or(any, hyphen(one, &v, &is) ? is : all_hold(one, &v, OP_EQ));
    return any;
}

enum tri range_cargo(const struct version_scheme *s UNUSED, struct str range, struct str version)
{
    struct semantic v;
    struct bound b;

    if (!semantic_parse(version, 0, &v))
        return UNKNOWN;
    range = str_trim(range);
    /* a lone "1.*" is not "^1.*" but all that begin so, which is the same but for 0.x */
    if (range.n && parse_bound(range, &b) && b.wild)
        return bound_holds(&v, OP_EQ, &b);
    return range.n ? all_hold(range, &v, OP_CARET) : UNKNOWN;
}

/* pub: "<2.0.0" leaves out the pre-releases of 2.0.0, and ^0.0.1 ends at 0.1.0. */
static enum tri pub_holds(const struct semantic *v, enum range_op op, const struct bound *b)
{
    bool pre_of_bound = v->pre.n && !b->v.pre.n && same_start(v, b, 3);

    if (b->n != 3 || b->wild || op == OP_TILDE || op == OP_NE)
        return UNKNOWN;
    if (op == OP_CARET)
        return range_tri(semantic_cmp(v, &b->v) >= 0 &&
                         same_start(v, b, first_number_is_zero(b->v.core) ? 2 : 1));
    if (op == OP_LT && pre_of_bound)
        return NO;
    return bound_holds(v, op, b);
}

enum tri range_pub(const struct version_scheme *s, struct str range, struct str version)
{
    struct semantic v;
    enum tri all = YES;

    if (!version_valid(s, version) || !semantic_parse(version, ALLOWED | ALLOW_LONG, &v))
        return UNKNOWN;
    range = str_trim(range);
    if (!range.n || str_eq(range, STR("any")))
        return YES;
    while (range.n && all != UNKNOWN) {
        struct bound b;
        enum range_op op = range_cut_op(&range);
        struct str text = cut_bound(&range);
        if (!text.n || !parse_bound(text, &b))
            return UNKNOWN;
        all = range_and(all, pub_holds(&v, op, &b));
    }
    return all;
}

/* One of Elixir's comparisons; "~> 1.2" pins the first number, "~> 1.2.3" the first two. */
static enum tri hex_holds(struct str text, const struct semantic *v)
{
    struct bound b;
    enum range_op op = range_cut_op(&text);

    if (!parse_bound(text, &b) || b.wild)
        return UNKNOWN;
    if (op == OP_PESSIMISTIC)
        return b.n < 2 ? UNKNOWN : range_tri(semantic_cmp(v, &b.v) >= 0 && same_start(v, &b, b.n - 1));
    return op > OP_GT || b.n != 3 ? UNKNOWN : bound_holds(v, op, &b);
}

/* Cut at the next word " or " or " and ". */
static bool cut_at_word(struct str *rest, struct str word, struct str *one)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = str_find(*rest, word);
    *one = at < 0 ? *rest : str_first(*rest, (size_t)at);
    *rest = at < 0 ? STR_NONE : str_skip(*rest, (size_t)at + word.n);
    return true;
}

enum tri range_hex(const struct version_scheme *s UNUSED, struct str range, struct str version)
{
    struct semantic v;
    struct str one, text;
    enum tri any = NO;

    if (!semantic_parse(version, 0, &v) || !str_trim(range).n)
        return UNKNOWN;
    while (cut_at_word(&range, STR(" or "), &one)) {
        enum tri all = YES;
        while (cut_at_word(&one, STR(" and "), &text))
            all = range_and(all, hex_holds(text, &v));
        any = range_or(any, all);
    }
    return any;
}
