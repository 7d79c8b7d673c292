/* composer.c - versions of PHP packages in Composer's order: four numbers (1.0 = 1.0.0.0), then the
 * stability. */
#include "model/version/composer.h"

#include "model/version/range.h"

static bool is_joint(char c)
{
    return c == '.' || c == '-' || c == '_' || c == ':';
}

static bool is_any(char c)
{
    return c == 'x' || c == 'X' || c == '*';
}

/* "1.2.3", "1.2.x", "20240102", "2024-01-02": up to four numbers, or a date, whose joints may be dashes. */
static bool cut_core(struct str *s, struct composer *v)
{
    struct str rest = *s, number = cut_digits(&rest);
    bool date = number.n >= 4;

    if (!number.n)
        return false;
    for (size_t n = 1; rest.n > 1 && (rest.p[0] == '.' || (date && is_joint(rest.p[0]))); n++) {
        struct str at = str_skip(rest, 1);
        bool any = is_any(at.p[0]) && (at.n == 1 || !is_alnum(at.p[1]));
        if (any)
            at = str_skip(at, 1);
        else if (v->any || !cut_digits(&at).n)
            break;
        if (n >= (date ? 9 : 4))
            return false;
        v->any = v->any || any;
        rest = at;
    }
    v->core = (struct str){ s->p, s->n - rest.n };
    *s = rest;
    return true;
}

static bool cut_stability(struct str *s, struct composer *v)
{
    static const struct {
        const char *words;
        enum composer_stability is;
    } names[] = {
        { "alpha Alpha ALPHA a A", STABILITY_ALPHA },
        { "beta Beta BETA b B", STABILITY_BETA },
        { "RC rc Rc", STABILITY_RC },
        { "stable Stable STABLE", STABILITY_STABLE },
        { "patch Patch pl PL p P", STABILITY_PATCH },
    };
    struct str rest = *s, word;

    if (is_joint(str_peek(rest)))
        rest = str_skip(rest, 1);
    word = cut_letters(&rest);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!str_one_of(word, names[i].words))
            continue;
        v->stability = names[i].is;
        v->marked = names[i].is != STABILITY_STABLE;
        size_t n = 0;
        while (n < rest.n &&
               (is_digit(rest.p[n]) ||
                (n + 1 < rest.n && (rest.p[n] == '.' || rest.p[n] == '-') && is_digit(rest.p[n + 1]))))
            n++;
        v->number = str_first(rest, n);
        if (n && is_joint(v->number.p[0]))
            v->number = str_skip(v->number, 1);
        *s = str_skip(rest, n);
        return true;
    }
    return false;
}

bool composer_parse(struct str s, struct composer *v)
{
    struct str build;

    *v = (struct composer){ .stability = STABILITY_STABLE };
    s = str_trim(s);
    str_split(s, '+', &s, &build);
    if (s.n && to_lower(s.p[0]) == 'v')
        s = str_skip(s, 1);
    if (!cut_core(&s, v))
        return false;
    cut_stability(&s, v);
    if (s.n) {
        if (is_joint(s.p[0]))
            s = str_skip(s, 1);
        if (!str_eq_nocase(s, STR("dev")))
            return false;
        if (v->marked)
            v->dev = true;
        else
            v->stability = STABILITY_DEV;
        v->marked = true;
    }
    return true;
}

/* The next number, "*" for "x" and for all that follows one. */
static struct str cut_number(struct str *s)
{
    struct str number;

    if (is_any(str_peek(*s))) {
        *s = str_first(*s, 1);
        return *s;
    }
    number = cut_digits(s);
    if (s->n && is_joint(s->p[0]))
        *s = str_skip(*s, 1);
    return number;
}

int composer_core_cmp(struct str a, struct str b, size_t most)
{
    for (size_t i = 0; (a.n || b.n) && i < most; i++) {
        struct str x = cut_number(&a), y = cut_number(&b);
        bool m = is_any(str_peek(x)), n = is_any(str_peek(y));
        if (m && n)
            return 0;
        int c = m != n ? m - n : number_cmp(x, y);
        if (c)
            return c;
    }
    return 0;
}

int composer_cmp(const struct composer *a, const struct composer *b)
{
    int c = composer_core_cmp(a->core, b->core, SIZE_MAX);
    struct str x = a->number, y = b->number;

    if (!c)
        c = sign((int)a->stability - (int)b->stability);
    while (!c && (x.n || y.n)) {
        if (!x.n || !y.n)
            return x.n ? 1 : -1;
        c = number_cmp(cut_number(&x), cut_number(&y));
    }
    return c ? c : b->dev - a->dev;
}

static int compare(struct str a, struct str b, int *order)
{
    struct composer x, y;

    if (!composer_parse(a, &x) || !composer_parse(b, &y))
        return -1;
    if ((x.any && x.stability != STABILITY_DEV) || (y.any && y.stability != STABILITY_DEV))
        return -1;
    *order = composer_cmp(&x, &y);
    return 0;
}

const struct version_scheme scheme_composer = {
    .name = "composer",
    .what = "Composer's order: versions as it normalises them",
    .also = "",
    .compare = compare,
    .satisfies = range_composer,
};
