/* crates.c - versions of crates, by Cargo: semver.org to the letter. */
#include "model/version/range.h"
#include "model/version/semantic.h"

static int compare(struct str a, struct str b, int *order)
{
    return semantic_compare(a, b, 0, order);
}

const struct version_scheme scheme_crates = {
    .name = "crates",
    .what = "Cargo's order: semver 2.0.0, strict",
    .also = "crates.io cargo rust",
    .compare = compare,
    .satisfies = range_cargo,
};
