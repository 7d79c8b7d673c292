/* generic.c - versions of which nobody says how they are ordered: programs found by a string in the binary, C
 * packages. Numbers decide, known words decide, and where an unknown word would have to decide, nobody can
 * tell: whether 1.0a is before or after 1.0 is each project's own choice. */
#include "model/version/number.h"
#include "model/version/range.h"

enum rank { RANK_DEV, RANK_ALPHA, RANK_BETA, RANK_PRE, RANK_RC, RANK_END, RANK_LATER, RANK_UNKNOWN };

struct piece {
    enum rank rank; /* RANK_END: a number, or the end */
    struct str text;
    bool end;
};

static enum rank rank_of(struct str word)
{
    static const struct {
        const char *words;
        enum rank rank;
    } names[] = {
        { "dev snapshot SNAPSHOT nightly", RANK_DEV },
        { "alpha Alpha ALPHA", RANK_ALPHA },
        { "beta Beta BETA", RANK_BETA },
        { "pre preview Preview", RANK_PRE },
        { "rc RC Rc cr CR", RANK_RC },
        { "p pl patch post sp SP", RANK_LATER },
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_one_of(word, names[i].words))
            return names[i].rank;
    return RANK_UNKNOWN;
}

static struct piece next(struct str *s)
{
    struct piece t = { RANK_END, { 0 }, false };

    while (s->n && !is_alnum(s->p[0]))
        *s = str_skip(*s, 1);
    t.end = !s->n;
    t.text = cut_digits(s);
    if (!t.end && !t.text.n) {
        t.text = cut_letters(s);
        t.rank = rank_of(t.text);
    }
    return t;
}

static bool valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && !memchr(".-_+~", s.p[i], 5))
            return false;
    return is_digit(str_peek(s));
}

/* The token after the numbers that are 0: 1 is 1.0 is 1.0.0. */
static struct piece next_not_zero(struct str *s)
{
    struct piece t;

    do {
        t = next(s);
    } while (!t.end && t.rank == RANK_END && is_zero(t.text));
    return t;
}

static bool is_number(const struct piece *t)
{
    return t->rank == RANK_END && !t->end;
}

static int token_cmp(const struct piece *a, const struct piece *b, int *order)
{
    bool m = is_number(a), n = is_number(b);

    if (m && n)
        *order = number_cmp(a->text, b->text);
    else if (a->rank == b->rank && str_eq(a->text, b->text))
        *order = 0;
    else if (a->rank == RANK_UNKNOWN || b->rank == RANK_UNKNOWN)
        return -1;
    else if ((m && b->rank == RANK_LATER) || (n && a->rank == RANK_LATER))
        return -1;
    else if (a->rank == b->rank && a->rank == RANK_LATER)
        return -1;
    else
        *order = a->rank != b->rank ? sign((int)a->rank - (int)b->rank) : m - n;
    return 0;
}

static int compare(struct str a, struct str b, int *order)
{
    *order = 0;
    cut_char(&a, 'v');
    cut_char(&b, 'v');
    if (!valid(a) || !valid(b))
        return -1;
    while (!*order) {
        struct piece x = next(&a), y = next(&b);
        if (is_number(&x) && !is_number(&y) && is_zero(x.text))
            x = next_not_zero(&a);
        else if (is_number(&y) && !is_number(&x) && is_zero(y.text))
            y = next_not_zero(&b);
        if (x.end && y.end)
            break;
        if (token_cmp(&x, &y, order) < 0)
            return -1;
    }
    return 0;
}

const struct version_scheme scheme_generic = {
    .name = "generic",
    .what = "numbers and known words; cannot tell where an unknown word decides",
    .also = "conan ConanCenter vcpkg Linux upstream",
    .compare = compare,
    .satisfies = range_relations,
};
