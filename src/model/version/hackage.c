/* hackage.c - versions of Haskell packages: dotted numbers, and more of them are newer (1.0 < 1.0.0). */
#include "model/version/number.h"
#include "model/version/range.h"

static int compare(struct str a, struct str b, int *order)
{
    return numbers_compare(a, b, ".", order);
}

const struct version_scheme scheme_hackage = {
    .name = "hackage",
    .what = "Cabal's order: Data.Version without tags",
    .also = "haskell GHC",
    .compare = compare,
    .satisfies = range_relations,
};
