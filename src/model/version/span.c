#include "model/version/span.h"

#include "model/version/number.h"

enum { NUMBERS_MOST = 8, TERMS_MOST = 64 };

/* What a scheme's manifests mean by a version without an operator, and by "~". Where versions have three numbers,
 * fewer stand for all that begin so. */
struct dialect {
    const char *scheme;
    enum range_op bare, tilde;
    bool three;
    const char *before; /* behind a version: what comes before all of its pre-releases */
};
static const struct dialect dialects[] = {
    { "npm", OP_EQ, OP_TILDE, true, "-0" },
    { "semver", OP_EQ, OP_TILDE, true, "-0" },
    { "crates", OP_CARET, OP_TILDE, true, "-0" },
    { "pub", OP_EQ, OP_NONE, true, "-0" },
    { "hex", OP_EQ, OP_NONE, true, "-0" },
    { "pypi", OP_NONE, OP_NONE, false, ".dev0" },
    { "rubygems", OP_EQ, OP_NONE, false, "" },
    { "composer", OP_EQ, OP_PESSIMISTIC, false, "" },
    { "packagist", OP_EQ, OP_PESSIMISTIC, false, "" },
    { "nuget", OP_GE, OP_NONE, false, "" },
    { "maven", OP_NONE, OP_NONE, false, "" },
    { "go", OP_GE, OP_NONE, false, "" },
};

/* A version as it stands in a constraint. */
struct written {
    struct str text;                 /* without a wildcard and what follows it */
    struct str number[NUMBERS_MOST]; /* before a wildcard or anything that is no number */
    size_t n;
    bool wild, tail; /* "1.x"; "1.2-rc" */
};

static bool is_wild(struct str part)
{
    return part.n == 1 && (part.p[0] == 'x' || part.p[0] == 'X' || part.p[0] == '*');
}

static bool read_written(struct str s, struct written *w)
{
    struct str rest, part;

    *w = (struct written){ .text = s };
    if (str_has_char(s, '!')) /* an epoch of Python's: nobody asks for one */
        return false;
    if (s.n > 1 && (s.p[0] == 'v' || s.p[0] == 'V'))
        w->text = s = str_skip(s, 1);
    for (rest = s; !w->tail && str_cut(&rest, '.', &part);) {
        struct str digits = part, number = cut_digits(&digits);
        if (w->wild)
            return is_wild(part); /* "1.x.x" */
        w->wild = is_wild(part);
        w->tail = !w->wild && digits.n;
        if (!w->wild && ((!number.n && !w->n) || w->n == NUMBERS_MOST))
            return false;
        if (w->wild)
            w->text.n = (size_t)(part.p - s.p) - (w->n > 0);
        else if (number.n)
            w->number[w->n++] = number;
    }
    return w->n || w->wild;
}

static bool put(struct version_bound *b, struct str s)
{
    if (s.n >= sizeof b->text - b->n)
        return false;
    if (s.n)
        memcpy(b->text + b->n, s.p, s.n);
    b->n += s.n;
    return true;
}

/* As written, with zeros where a scheme has three numbers. */
static bool as_written(const struct dialect *d, const struct written *w, struct version_bound *b)
{
    *b = (struct version_bound){ 0 };
    if (!put(b, w->text) || (d->three && w->tail && w->n < 3))
        return false;
    for (size_t i = w->n; d->three && i < 3; i++)
        if (!put(b, STR(".0")))
            return false;
    return true;
}

/* The first that no longer begins with the same numbers up to `at`: 1.2.3 at 0 is 2.0.0, or rather what comes
 * before its pre-releases, which no installer takes for 1.x either. */
static bool next(const struct dialect *d, const struct written *w, size_t at, struct version_bound *b)
{
    char text[24];
    uint64_t number;

    *b = (struct version_bound){ 0 };
    if (!str_u64(w->number[at], 10, &number) || number == UINT64_MAX)
        return false;
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)number + 1);
    for (size_t i = 0; i < at; i++)
        if (!put(b, w->number[i]) || !put(b, STR(".")))
            return false;
    if (!put(b, (struct str){ text, (size_t)n }))
        return false;
    for (size_t i = at + 1; d->three && i < 3; i++)
        if (!put(b, STR(".0")))
            return false;
    return put(b, str_of(d->before));
}

/* The number that "^" pins last: the first that is not 0. To pub it is one of the first two. */
static size_t caret(const struct dialect *d, const struct written *w)
{
    size_t most = !strcmp(d->scheme, "pub") ? 2 : 3, at = 0;

    while (at + 1 < MIN(w->n, most) && is_zero(w->number[at]))
        at++;
    return at;
}

static bool same_start(const struct dialect *d, const struct written *w, size_t at, struct version_span *out)
{
    return as_written(d, w, &out->least) && next(d, w, at, &out->end);
}

/* "op version" alone. */
static bool term(const struct dialect *d, enum range_op op, struct str text, struct version_span *out)
{
    struct written w;

    *out = (struct version_span){ 0 };
    if (!read_written(text, &w))
        return false;
    if (!w.n || op == OP_NE)
        return true; /* "*", or nearly everything */
    bool begins = w.wild || (d->three && w.n < 3);
    switch (op) {
    case OP_GE:
    case OP_GT:
        return as_written(d, &w, &out->least);
    case OP_LT:
        return as_written(d, &w, &out->end);
    case OP_LE:
        out->with_end = !begins;
        return begins ? next(d, &w, w.n - 1, &out->end) : as_written(d, &w, &out->end);
    case OP_EQ:
    case OP_SAME_TEXT:
        if (begins)
            return same_start(d, &w, w.n - 1, out);
        out->with_end = true;
        return as_written(d, &w, &out->least) && as_written(d, &w, &out->end);
    case OP_TILDE:
        return same_start(d, &w, w.n > 1, out);
    case OP_CARET:
        return same_start(d, &w, caret(d, &w), out);
    case OP_PESSIMISTIC:
    case OP_COMPATIBLE:
        return same_start(d, &w, w.n > 1 ? w.n - 2 : 0, out);
    default:
        return false;
    }
}

/* *a becomes what is in both. An end that is missing is beyond all. */
static bool both(const struct version_scheme *s, struct version_span *a, const struct version_span *b)
{
    int order;

    if (b->least.n) {
        order = -1;
        if (a->least.n && version_compare(s, version_bound(&a->least), version_bound(&b->least), &order) < 0)
            return false;
        if (order < 0)
            a->least = b->least;
    }
    if (b->end.n) {
        order = 1;
        if (a->end.n && version_compare(s, version_bound(&a->end), version_bound(&b->end), &order) < 0)
            return false;
        if (order > 0 || (order == 0 && a->with_end))
            a->end = b->end, a->with_end = b->with_end;
    }
    return true;
}

/* *a becomes what spans both. */
static bool either(const struct version_scheme *s, struct version_span *a, const struct version_span *b)
{
    int order = 0;

    if (a->least.n && b->least.n &&
        version_compare(s, version_bound(&a->least), version_bound(&b->least), &order) < 0)
        return false;
    if (!b->least.n || order > 0)
        a->least = b->least;
    order = 0;
    if (a->end.n && b->end.n &&
        version_compare(s, version_bound(&a->end), version_bound(&b->end), &order) < 0)
        return false;
    if (!b->end.n || order < 0 || (order == 0 && a->end.n && b->with_end))
        a->end = b->end, a->with_end = b->with_end;
    return true;
}

/* Nothing lies in it: two demands that contradict each other. Every bound has to be a version. */
static bool is_empty(const struct version_scheme *s, const struct version_span *a)
{
    int order = -1;

    if ((a->least.n && !version_valid(s, version_bound(&a->least))) ||
        (a->end.n && !version_valid(s, version_bound(&a->end))))
        return true;
    if (a->least.n && a->end.n)
        version_compare(s, version_bound(&a->least), version_bound(&a->end), &order);
    return order > 0 || (order == 0 && !a->with_end);
}

/* "[1.0,2.0)" up to its end, which is cut off *rest. */
static bool interval(const struct dialect *d, struct str *rest, struct version_span *out)
{
    struct str from, to;
    struct version_span end = { 0 };
    size_t n = 1;

    *out = end;
    while (n < rest->n && rest->p[n] != ')' && rest->p[n] != ']')
        n++;
    if (n == rest->n)
        return false;
    bool with_end = rest->p[n] == ']', two = str_split((struct str){ rest->p + 1, n - 1 }, ',', &from, &to);
    *rest = str_trim(str_skip(*rest, n + 1));
    from = str_trim(from);
    to = two ? str_trim(to) : from;
    if ((from.n && !term(d, OP_GE, from, out)) || (to.n && !term(d, with_end ? OP_LE : OP_LT, to, &end)))
        return false;
    out->end = end.end;
    out->with_end = end.with_end;
    return from.n || two;
}

static bool intervals(const struct version_scheme *s, const struct dialect *d, struct str rest,
                      struct version_span *out)
{
    struct version_span one;

    for (bool first = true; rest.n; first = false) {
        if (!first && (!cut_char(&rest, ',') || !(rest = str_trim(rest)).n || !memchr("[(", rest.p[0], 2)))
            return false;
        if (!interval(d, &rest, &one) || is_empty(s, &one) || (!first && !either(s, out, &one)))
            return false;
        if (first)
            *out = one;
    }
    return true;
}

/* The next "op version" of a conjunction, whose parts blanks, commas and "and" separate. */
static bool cut_term(struct str *rest, enum range_op *op, struct str *text)
{
    size_t n = 0;

    do {
        while (rest->n && memchr(" \t,", rest->p[0], 3))
            *rest = str_skip(*rest, 1);
        *op = range_cut_op(rest);
        for (n = 0; n < rest->n && !memchr(" \t,", rest->p[n], 3);)
            n++;
        *text = str_first(*rest, n);
        *rest = str_skip(*rest, n);
    } while (*op == OP_NONE && str_eq(*text, STR("and")));
    return text->n || *op != OP_NONE;
}

static bool conjunction(const struct version_scheme *s, const struct dialect *d, struct str rest,
                        struct version_span *out)
{
    ptrdiff_t hyphen = str_find(rest, STR(" - ")); /* "1.2 - 2.3" */
    struct version_span one;
    enum range_op op;
    struct str text;

    *out = (struct version_span){ 0 };
    if (hyphen > 0)
        return d->three && term(d, OP_GE, str_trim(str_first(rest, (size_t)hyphen)), out) &&
               term(d, OP_LE, str_trim(str_skip(rest, (size_t)hyphen + 3)), &one) && both(s, out, &one);
    for (int terms = 0; cut_term(&rest, &op, &text); terms++) {
        op = op == OP_NONE ? d->bare : op == OP_TILDE ? d->tilde : op;
        if (terms == TERMS_MOST || !term(d, op, text, &one) || !both(s, out, &one))
            return false;
    }
    return true;
}

/* Up to "||", a single "|" or the word "or". */
static bool cut_alternative(struct str *rest, struct str *one)
{
    ptrdiff_t word = rest->p ? str_find(*rest, STR(" or ")) : -1;

    if (word < 0)
        return range_cut_alternative(rest, true, one);
    *one = str_first(*rest, (size_t)word);
    *rest = str_skip(*rest, (size_t)word + 4);
    return true;
}

bool version_span(const struct version_scheme *s, struct str constraint, struct version_span *out)
{
    const struct dialect *d = NULL;
    struct version_span one;
    struct str part;

    for (size_t i = 0; s && i < ARRAY_LEN(dialects); i++)
        if (!strcmp(dialects[i].scheme, s->name))
            d = &dialects[i];
    constraint = str_trim(constraint);
    if (!d || !constraint.n)
        return false;
    if (constraint.p[0] == '[' || (constraint.p[0] == '(' && str_has_char(constraint, ',')))
        return intervals(s, d, constraint, out);
    for (bool first = true; cut_alternative(&constraint, &part); first = false) {
        if (!str_trim(part).n || !conjunction(s, d, str_trim(part), &one) || is_empty(s, &one) ||
            (!first && !either(s, out, &one)))
            return false;
        if (first)
            *out = one;
    }
    return true;
}

enum tri version_span_has(const struct version_scheme *s, const struct version_span *span, struct str version)
{
    enum tri above = span->least.n ? range_holds(s, version, OP_GE, version_bound(&span->least)) : YES;
    enum tri below = span->end.n
                         ? range_holds(s, version, span->with_end ? OP_LE : OP_LT, version_bound(&span->end))
                         : YES;

    return range_and(above, below);
}

/* Between the first version of the span and its last, can the answer turn at this event? */
static enum tri turns(const struct version_scheme *s, const struct version_span *span, enum tri at_least,
                      const struct version_event *e)
{
    bool begins = e->kind == EVENT_INTRODUCED, whole = str_eq(e->version, begins ? STR("0") : STR("*"));
    struct version_span within = *span;

    if (begins == (at_least == YES) || (whole && (begins || e->kind == EVENT_LIMIT)))
        return NO;
    if (e->kind == EVENT_LAST_AFFECTED) /* turns behind it: the last of the span may be it */
        within.with_end = false;
    return version_span_has(s, &within, e->version);
}

enum tri version_span_in_range(const struct version_scheme *s, const struct version_span *span,
                               const struct version_event *events, size_t n)
{
    enum tri at_least = NO; /* of the first version of all: only what was there from the beginning */

    if (span->least.n)
        at_least = version_in_range(s, version_bound(&span->least), events, n);
    for (size_t i = 0; !span->least.n && i < n; i++)
        if (events[i].kind == EVENT_INTRODUCED && str_eq(events[i].version, STR("0")))
            at_least = YES;
    for (size_t i = 0; at_least != UNKNOWN && i < n; i++)
        if (turns(s, span, at_least, &events[i]) != NO)
            return UNKNOWN;
    return at_least;
}
