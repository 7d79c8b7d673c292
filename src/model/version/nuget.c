/* nuget.c - versions of .NET packages, by NuGet: one to four numbers, pre-releases whatever their case, and
 * what follows "+" does not count. */
#include "model/version/pep440.h"
#include "model/version/range.h"
#include "model/version/semantic.h"

static bool parse(struct str s, struct semantic *v)
{
    return semantic_parse(s, ALLOW_SHORT | ALLOW_LONG | ALLOW_ZEROS, v) && dotted_count(v->core) <= 4;
}

static int compare(struct str a, struct str b, int *order)
{
    struct semantic x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = dotted_cmp(x.core, y.core, 4);
    if (!*order && (!x.pre.n || !y.pre.n))
        *order = size_cmp(y.pre.n > 0, x.pre.n > 0);
    else if (!*order)
        *order = identifiers_cmp(x.pre, y.pre, true);
    return 0;
}

const struct version_scheme scheme_nuget = {
    .name = "nuget",
    .what = "NuGet's order",
    .also = ".net dotnet",
    .compare = compare,
    .satisfies = range_nuget,
};
