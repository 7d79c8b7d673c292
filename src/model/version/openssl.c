/* openssl.c - versions as OpenSSL wrote them before 3.0, and others still do: 1.0.2k is newer than 1.0.2,
 * 0.9.8zh than 0.9.8z, and 1.1.1-pre9, 3.0.0-alpha1 and 3.2.0-dev come before the release. "-fips" and what
 * follows "+" do not count. */
#include "model/version/pep440.h"
#include "model/version/range.h"

enum { RELEASED = 9 };

struct openssl {
    struct str core, letters, number;
    int stage;
};

static bool parse(struct str s, struct openssl *v)
{
    static const char *const stages[] = { "dev", "alpha", "beta", "pre", "rc" };
    struct str build, word;

    *v = (struct openssl){ .core = s, .stage = RELEASED };
    do {
        if (!cut_digits(&s).n)
            return false;
    } while (cut_char(&s, '.'));
    v->core.n -= s.n;
    str_split(s, '+', &s, &build);
    if (str_ends(s, STR("-fips")))
        s.n -= 5;
    v->letters = cut_letters(&s);
    for (size_t i = 0; i < v->letters.n; i++)
        if (!is_lower(v->letters.p[i]))
            return false;
    if (!cut_char(&s, '-'))
        return !s.n;
    word = cut_letters(&s);
    v->number = cut_digits(&s);
    for (int i = 0; i < (int)ARRAY_LEN(stages); i++)
        if (str_eq(word, str_of(stages[i])))
            v->stage = i;
    return v->stage != RELEASED && (!s.n || str_eq(s, STR("-dev")));
}

static int compare(struct str a, struct str b, int *order)
{
    struct openssl x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = dotted_cmp(x.core, y.core, SIZE_MAX);
    if (!*order)
        *order = size_cmp(x.letters.n, y.letters.n);
    if (!*order)
        *order = sign(str_cmp(x.letters, y.letters));
    if (!*order)
        *order = sign(x.stage - y.stage);
    if (!*order)
        *order = number_cmp(x.number, y.number);
    return 0;
}

const struct version_scheme scheme_openssl = {
    .name = "openssl",
    .what = "OpenSSL's order: letters behind the numbers are newer",
    .also = "",
    .compare = compare,
    .satisfies = range_relations,
};
