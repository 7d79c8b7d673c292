/* hex.c - versions of Hex packages, by Elixir's Version: semver.org to the letter. */
#include "model/version/range.h"
#include "model/version/semantic.h"

static int compare(struct str a, struct str b, int *order)
{
    return semantic_compare(a, b, 0, order);
}

const struct version_scheme scheme_hex = {
    .name = "hex",
    .what = "Elixir's Version",
    .also = "erlang elixir",
    .compare = compare,
    .satisfies = range_hex,
};
