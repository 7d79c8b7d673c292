/* cran.c - versions of R packages: numbers between dots or dashes, and more of them are newer (1.0 < 1.0.0).
 */
#include "model/version/number.h"
#include "model/version/range.h"

static bool valid(struct str s)
{
    do {
        if (!cut_digits(&s).n)
            return false;
    } while (cut_char(&s, '.') || cut_char(&s, '-'));
    return !s.n;
}

static int compare(struct str a, struct str b, int *order)
{
    if (!valid(a) || !valid(b))
        return -1;
    for (*order = 0; !*order && a.n && b.n;) {
        struct str x = cut_digits(&a), y = cut_digits(&b);
        *order = number_cmp(x, y);
        a = str_skip(a, 1);
        b = str_skip(b, 1);
    }
    if (!*order)
        *order = size_cmp(a.n > 0, b.n > 0);
    return 0;
}

const struct version_scheme scheme_cran = {
    .name = "cran",
    .what = "R's order: package_version",
    .also = "R Bioconductor",
    .compare = compare,
    .satisfies = range_relations,
};
