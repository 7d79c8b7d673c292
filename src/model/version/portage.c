/* portage.c - Gentoo versions by the Package Manager Specification, section 3.3:
 * 1.2.3[letter]{_alpha|_beta|_pre|_rc|_p[n]}[-r n]. */
#include "model/version/number.h"
#include "model/version/range.h"

struct portage {
    struct str numbers, suffixes, revision;
    char letter;
};

static const struct str suffix_names[] = {
    STR("alpha"), STR("beta"), STR("pre"), STR("rc"), STR(""), STR("p")
};
enum { NO_SUFFIX = 4, BAD_SUFFIX = 99 };

/* Rank of the suffix at the front and, in *number, its digits; NO_SUFFIX at the end. */
static int cut_suffix(struct str *s, struct str *number)
{
    *number = (struct str){ 0 };
    if (!cut_char(s, '_'))
        return s->n ? BAD_SUFFIX : NO_SUFFIX;
    struct str word = cut_letters(s);
    *number = cut_digits(s);
    for (int i = 0; word.n && i < (int)ARRAY_LEN(suffix_names); i++)
        if (str_eq(word, suffix_names[i]))
            return i;
    return BAD_SUFFIX;
}

static bool parse(struct str s, struct portage *v)
{
    struct str number, rest;
    int rank;

    *v = (struct portage){ .numbers = s };
    do {
        if (!cut_digits(&s).n)
            return false;
    } while (cut_char(&s, '.'));
    v->numbers.n = (size_t)(s.p - v->numbers.p);
    if (is_lower(str_peek(s))) {
        v->letter = s.p[0];
        s = str_skip(s, 1);
    }
    if (str_split(s, '-', &v->suffixes, &v->revision) &&
        !(cut_char(&v->revision, 'r') && all_digits(v->revision)))
        return false;
    rest = v->suffixes;
    do {
        rank = cut_suffix(&rest, &number);
    } while (rank != NO_SUFFIX && rank != BAD_SUFFIX);
    return rank == NO_SUFFIX;
}

static struct str no_end_zeros(struct str s)
{
    while (s.n && s.p[s.n - 1] == '0')
        s.n--;
    return s;
}

static int numbers_cmp(struct str a, struct str b)
{
    struct str x = cut_digits(&a), y = cut_digits(&b);
    int c = number_cmp(x, y);

    while (!c && cut_char(&a, '.') && cut_char(&b, '.')) {
        x = cut_digits(&a);
        y = cut_digits(&b);
        c = x.p[0] == '0' || y.p[0] == '0' ? sign(str_cmp(no_end_zeros(x), no_end_zeros(y)))
                                           : number_cmp(x, y);
    }
    return c ? c : size_cmp(a.n > 0, b.n > 0);
}

static int suffixes_cmp(struct str a, struct str b)
{
    while (a.n || b.n) {
        struct str n, m;
        int x = cut_suffix(&a, &n), y = cut_suffix(&b, &m);
        int c = x != y ? sign(x - y) : number_cmp(n, m);
        if (c)
            return c;
    }
    return 0;
}

static int compare(struct str a, struct str b, int *order)
{
    struct portage x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = numbers_cmp(x.numbers, y.numbers);
    if (!*order)
        *order = sign(x.letter - y.letter);
    if (!*order)
        *order = suffixes_cmp(x.suffixes, y.suffixes);
    if (!*order)
        *order = number_cmp(x.revision, y.revision);
    return 0;
}

const struct version_scheme scheme_portage = {
    .name = "portage",
    .what = "Gentoo's order: Package Manager Specification 3.3",
    .also = "Gentoo ebuild",
    .compare = compare,
    .satisfies = range_relations,
};
