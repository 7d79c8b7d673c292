/* semver.c - semantic versions as tags and advisories write them: a "v" in front, fewer or more numbers than
 * three. */
#include "model/version/range.h"
#include "model/version/semantic.h"

static int compare(struct str a, struct str b, int *order)
{
    return semantic_compare(a, b, ALLOW_V | ALLOW_SHORT | ALLOW_LONG | ALLOW_ZEROS, order);
}

const struct version_scheme scheme_semver = {
    .name = "semver",
    .what = "semantic versions as they are written: with v, short or long",
    .also = "SwiftURL swift Julia Kubernetes GitHub-Actions github githubactions cocoapods bower",
    .compare = compare,
    .satisfies = range_npm,
};
