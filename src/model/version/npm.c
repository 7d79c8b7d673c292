/* npm.c - versions of npm packages, by node-semver: strict, but for a "v" or "=" in front. */
#include "model/version/range.h"
#include "model/version/semantic.h"

static int compare(struct str a, struct str b, int *order)
{
    return semantic_compare(a, b, ALLOW_V | ALLOW_EQUALS, order);
}

const struct version_scheme scheme_npm = {
    .name = "npm",
    .what = "node-semver's order",
    .also = "node javascript",
    .compare = compare,
    .satisfies = range_npm,
};
