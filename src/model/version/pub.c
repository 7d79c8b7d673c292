/* pub.c - versions of Dart packages, by pub: semver, but builds count, and are above none. */
#include "model/version/range.h"
#include "model/version/semantic.h"

enum { ALLOWED = ALLOW_V | ALLOW_SHORT | ALLOW_LONG | ALLOW_ZEROS };

static int compare(struct str a, struct str b, int *order)
{
    struct semantic x, y;

    if (!semantic_parse(a, ALLOWED, &x) || !semantic_parse(b, ALLOWED, &y))
        return -1;
    *order = semantic_cmp(&x, &y);
    if (!*order)
        *order = identifiers_cmp(x.build, y.build, false);
    return 0;
}

const struct version_scheme scheme_pub = {
    .name = "pub",
    .what = "Dart's order: semver with builds that count",
    .also = "dart flutter",
    .compare = compare,
    .satisfies = range_pub,
};
