/* cran.c - versions of R packages: numbers between dots or dashes, and more of them are newer (1.0 < 1.0.0).
 */
#include "model/version/number.h"
#include "model/version/range.h"

static int compare(struct str a, struct str b, int *order)
{
    return numbers_compare(a, b, ".-", order);
}

const struct version_scheme scheme_cran = {
    .name = "cran",
    .what = "R's order: package_version",
    .also = "R Bioconductor",
    .compare = compare,
    .satisfies = range_relations,
};
