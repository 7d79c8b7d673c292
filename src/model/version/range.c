/* range.c - the events of OSV, simple relations, and what all range syntaxes share. */
#include "model/version/range.h"

#include "model/version/number.h"

/* Is the event at or below the version (below, for a last affected one)? */
static enum tri applies(const struct version_scheme *s, struct str version, const struct version_event *e)
{
    int order;

    if (e->kind == EVENT_INTRODUCED && str_eq(e->version, STR("0")))
        return YES;
    if (version_compare(s, version, e->version, &order) < 0)
        return UNKNOWN;
    return range_tri(e->kind == EVENT_LAST_AFFECTED ? order > 0 : order >= 0);
}

/* Does the event come after `last`, which applies too? At the same version the later of the list, but the end
 * of the affected ones always after their begin. */
static enum tri is_later(const struct version_scheme *s, const struct version_event *e,
                         const struct version_event *last)
{
    int order;
    bool e_zero = e->kind == EVENT_INTRODUCED && str_eq(e->version, STR("0"));

    if (!last)
        return YES;
    if (last->kind == EVENT_INTRODUCED && str_eq(last->version, STR("0")))
        return YES;
    if (e_zero)
        return NO;
    if (version_compare(s, e->version, last->version, &order) < 0)
        return UNKNOWN;
    if (order == 0 && (last->kind == EVENT_LAST_AFFECTED) != (e->kind == EVENT_LAST_AFFECTED))
        return range_tri(e->kind == EVENT_LAST_AFFECTED);
    return range_tri(order >= 0);
}

/* Limits are alternatives: below one of them is enough, and no limit is none. */
static enum tri within_limits(const struct version_scheme *s, struct str version,
                              const struct version_event *events, size_t n)
{
    enum tri within = YES;
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (events[i].kind != EVENT_LIMIT)
            continue;
        if (str_eq(events[i].version, STR("*")))
            return YES;
        enum tri below = range_holds(s, version, OP_LT, events[i].version);
        within = any ? range_or(within, below) : below;
        any = true;
    }
    return within;
}

/* Is it in one of several pairs (begin, end), in the order of both, that overlap? */
static bool in_a_pair(const struct version_scheme *s, struct str version, const struct version_event *events,
                      size_t n)
{
    bool within = false;

    for (size_t i = 0; i < n; i += 2) {
        const struct version_event *e = &events[i];
        if (n % 2 || e[0].kind != EVENT_INTRODUCED ||
            (e[1].kind != EVENT_FIXED && e[1].kind != EVENT_LAST_AFFECTED) ||
            (i && (is_later(s, &e[0], &e[-2]) != YES || is_later(s, &e[1], &e[-1]) != YES)))
            return false;
        within |= applies(s, version, &e[0]) == YES && applies(s, version, &e[1]) == NO;
    }
    return within;
}

enum tri version_in_range(const struct version_scheme *s, struct str version,
                          const struct version_event *events, size_t n)
{
    const struct version_event *last = NULL;

    for (size_t i = 0; i < n; i++) {
        if (events[i].kind == EVENT_LIMIT)
            continue;
        enum tri does = applies(s, version, &events[i]);
        enum tri later = does == YES ? is_later(s, &events[i], last) : NO;
        if (does == UNKNOWN || later == UNKNOWN)
            return UNKNOWN;
        if (later == YES)
            last = &events[i];
    }
    if (!last || last->kind != EVENT_INTRODUCED)
        return range_tri(in_a_pair(s, version, events, n));
    return within_limits(s, version, events, n);
}

enum tri version_satisfies(const struct version_scheme *s, struct str range, struct str version)
{
    if (!s)
        return UNKNOWN;
    return (s->satisfies ? s->satisfies : range_relations)(s, range, version);
}

enum range_op range_cut_op(struct str *s)
{
    static const struct {
        struct str text;
        enum range_op op;
    } ops[] = {
        /* what begins alike, the longer first */
        { STR("==="), OP_SAME_TEXT },  { STR("=="), OP_EQ },         { STR("<="), OP_LE },
        { STR("<<"), OP_LT },          { STR("<"), OP_LT },          { STR(">="), OP_GE },
        { STR(">>"), OP_GT },          { STR(">"), OP_GT },          { STR("=<"), OP_LE },
        { STR("=>"), OP_GE },          { STR("="), OP_EQ },          { STR("!="), OP_NE },
        { STR("~>"), OP_PESSIMISTIC }, { STR("~="), OP_COMPATIBLE }, { STR("~"), OP_TILDE },
        { STR("^"), OP_CARET },
    };

    *s = str_trim(*s);
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        if (str_starts(*s, ops[i].text)) {
            *s = str_trim(str_skip(*s, ops[i].text.n));
            return ops[i].op;
        }
    return OP_NONE;
}

bool range_order_holds(int order, enum range_op op)
{
    switch (op) {
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_NE:
        return order != 0;
    case OP_GE:
        return order >= 0;
    case OP_GT:
        return order > 0;
    default:
        return order == 0;
    }
}

enum tri range_holds(const struct version_scheme *s, struct str version, enum range_op op, struct str bound)
{
    int order;

    if (op > OP_GT || version_compare(s, version, bound, &order) < 0)
        return UNKNOWN;
    return range_tri(range_order_holds(order, op));
}

bool range_cut_alternative(struct str *rest, bool single, struct str *one)
{
    if (!rest->p)
        return false;
    const char *bar = rest->n ? memchr(rest->p, '|', rest->n) : NULL;
    *one = (struct str){ rest->p, bar ? (size_t)(bar - rest->p) : rest->n };
    if (!bar) {
        *rest = (struct str){ 0 };
        return true;
    }
    *rest = str_skip(*rest, one->n + 1);
    if (!cut_char(rest, '|') && !single)
        *one = (struct str){ one->p, one->n + 1 }; /* a lone bar stays, for the reader of one to refuse */
    return true;
}

/* apk's "~1.2": 1.2, 1.2.3, 1.2-r1, but not 1.20. */
static enum tri begins_with(const struct version_scheme *s, struct str version, struct str bound)
{
    if (strcmp(s->name, "apk") != 0 || !version_valid(s, version) || !version_valid(s, bound))
        return UNKNOWN;
    struct str rest = str_skip(version, bound.n);
    return range_tri(str_starts(version, bound) &&
                     !(is_digit(str_peek(rest)) && is_digit(bound.p[bound.n - 1])));
}

enum tri range_relations(const struct version_scheme *s, struct str range, struct str version)
{
    struct str one, relation;
    enum tri any = NO;

    if (str_eq(str_trim(range), STR("*")))
        return YES;
    while (range_cut_alternative(&range, false, &one)) {
        enum tri all = YES;
        while (str_cut(&one, ',', &relation)) {
            enum range_op op = range_cut_op(&relation);
            all = range_and(all, op == OP_TILDE ? begins_with(s, version, relation)
                                                : range_holds(s, version, op, relation));
        }
        any = range_or(any, all);
    }
    return any;
}
