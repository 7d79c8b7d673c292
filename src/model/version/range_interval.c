/* range_interval.c - intervals, as Maven and NuGet write them: "[1.0,2.0)", "(,1.0],[1.2,)", "[1.5]". */
#include "model/version/number.h"
#include "model/version/range.h"

/* One interval: "1.0,2.0" between its brackets. */
static enum tri inside(const struct version_scheme *s, struct str version, struct str text, bool from_too,
                       bool to_too)
{
    struct str from, to;
    bool two = str_split(text, ',', &from, &to);
    enum tri is = YES;

    from = str_trim(from);
    to = str_trim(to);
    if (!two)
        return from_too && to_too ? range_holds(s, version, OP_EQ, from) : UNKNOWN;
    if (!version_valid(s, version))
        return from.n || to.n ? UNKNOWN : YES;
    if (from.n)
        is = range_and(is, range_holds(s, version, from_too ? OP_GE : OP_GT, from));
    if (to.n)
        is = range_and(is, range_holds(s, version, to_too ? OP_LE : OP_LT, to));
    return is;
}

/* Any of a list of intervals; UNKNOWN when the text is something else. */
static enum tri any_interval(const struct version_scheme *s, struct str range, struct str version)
{
    enum tri any = NO;

    for (range = str_trim(range); range.n;) {
        char open = range.p[0];
        size_t end = 1;
        while (end < range.n && range.p[end] != ']' && range.p[end] != ')')
            end++;
        if ((open != '[' && open != '(') || end == range.n)
            return UNKNOWN;
        struct str text = { range.p + 1, end - 1 };
        any = range_or(any, inside(s, version, text, open == '[', range.p[end] == ']'));
        range = str_trim(str_skip(range, end + 1));
        if (range.n && (!cut_char(&range, ',') || !(range = str_trim(range)).n))
            return UNKNOWN;
        if (any == UNKNOWN)
            return UNKNOWN;
    }
    return any;
}

/* Maven's bare "1.0" is a wish that any version fulfils: it says nothing, so nothing can be told. */
enum tri range_maven(const struct version_scheme *s, struct str range, struct str version)
{
    range = str_trim(range);
    return range.n ? any_interval(s, range, version) : UNKNOWN;
}

/* NuGet's bare "1.0" is at least 1.0; floating ones ("1.*") choose a version and are no range. */
enum tri range_nuget(const struct version_scheme *s, struct str range, struct str version)
{
    range = str_trim(range);
    if (!range.n || memchr(range.p, '*', range.n))
        return UNKNOWN;
    if (range.p[0] != '[' && range.p[0] != '(')
        return range_holds(s, version, OP_GE, range);
    return any_interval(s, range, version);
}
