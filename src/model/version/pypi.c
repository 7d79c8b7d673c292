/* pypi.c - Python versions, by PEP 440. What it does not know ("trunk", "0.1-bulbasaur") has no order. */
#include "model/version/pep440.h"
#include "model/version/range.h"

static int compare(struct str a, struct str b, int *order)
{
    struct pep440 x, y;

    if (!pep440_parse(a, &x) || !pep440_parse(b, &y))
        return -1;
    *order = pep440_cmp(&x, &y);
    return 0;
}

const struct version_scheme scheme_pypi = {
    .name = "pypi",
    .what = "Python's order: PEP 440",
    .also = "python pip",
    .compare = compare,
    .satisfies = range_pep440,
};
