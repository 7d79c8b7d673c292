/* bitnami.c - versions of Bitnami's components: semver, but "-3" is the third build of that release and not a
 * pre-release, and above the release itself. */
#include "model/version/pep440.h"
#include "model/version/range.h"
#include "model/version/semantic.h"

enum { ALLOWED = ALLOW_V | ALLOW_SHORT | ALLOW_LONG | ALLOW_ZEROS };

static bool parse(struct str s, struct semantic *v, struct str *revision)
{
    *revision = (struct str){ 0 };
    if (!semantic_parse(s, ALLOWED, v))
        return false;
    if (all_digits(v->pre)) {
        *revision = v->pre;
        v->pre = (struct str){ 0 };
    }
    return true;
}

static int compare(struct str a, struct str b, int *order)
{
    struct semantic x, y;
    struct str r, q;

    if (!parse(a, &x, &r) || !parse(b, &y, &q))
        return -1;
    *order = semantic_cmp(&x, &y);
    if (!*order)
        *order = number_cmp(r, q);
    return 0;
}

const struct version_scheme scheme_bitnami = {
    .name = "bitnami",
    .what = "Bitnami's order: semver with revisions",
    .also = "",
    .compare = compare,
    .satisfies = range_relations,
};
