/* go.c - versions of Go modules and of Go itself.
 *
 * Modules: semver with a "v" that advisories leave out, v1 and v1.2 for v1.0.0 and v1.2.0; pseudo-versions
 * (v0.0.0-20191109021931-daa7c04131f5) are pre-releases and order by their dates; "+incompatible" does not
 * count. The toolchain: "go1.21rc2" is 1.21.0-rc.2, what advisories of the standard library call it. */
#include "model/version/pep440.h"
#include "model/version/range.h"
#include "model/version/semantic.h"

struct version {
    struct semantic s;
    struct str candidate, number; /* of "go1.21rc2": "rc" and "2" */
};

static bool parse_toolchain(struct str s, struct version *v)
{
    struct str rest = s;

    *v = (struct version){ 0 };
    for (int i = 0; i < 3; i++)
        if (!cut_digits(&rest).n || !cut_char(&rest, '.'))
            break;
    v->s.core = (struct str){ s.p, s.n - rest.n };
    v->candidate = cut_letters(&rest);
    v->number = cut_digits(&rest);
    if (v->candidate.n &&
        !(v->number.n && (str_eq(v->candidate, STR("rc")) || str_eq(v->candidate, STR("beta")))))
        return false;
    /* "go1.22.1 X:boringcrypto", "go1.21.3-vendor": the version is in front */
    return is_digit(str_peek(v->s.core)) && is_digit(v->s.core.p[v->s.core.n - 1]) &&
           (!rest.n || rest.p[0] == ' ' || rest.p[0] == '-' || rest.p[0] == '+');
}

static bool parse(struct str s, struct version *v)
{
    if (str_starts(s, STR("go")))
        return parse_toolchain(str_skip(s, 2), v);
    *v = (struct version){ 0 };
    if (semantic_parse(s, ALLOW_V | ALLOW_SHORT, &v->s) && (!v->s.pre.n || dotted_count(v->s.core) == 3))
        return true;
    return str_find(s, STR("-")) < 0 && parse_toolchain(s, v); /* "1.21rc2", of the standard library */
}

/* The next of a pre-release's identifiers, wherever they come from. */
static struct str next(struct version *v)
{
    struct str one = v->candidate;

    if (one.n) {
        v->candidate = v->number;
        v->number = (struct str){ 0 };
    } else {
        str_cut(&v->s.pre, '.', &one);
    }
    return one;
}

static int compare(struct str a, struct str b, int *order)
{
    struct version x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    if (!x.candidate.n && !y.candidate.n) {
        *order = semantic_cmp(&x.s, &y.s);
        return 0;
    }
    *order = dotted_cmp(x.s.core, y.s.core, SIZE_MAX);
    bool m = x.candidate.n || x.s.pre.n, n = y.candidate.n || y.s.pre.n;
    if (!*order)
        *order = n - m;
    while (!*order) {
        struct str p = next(&x), q = next(&y);
        if (!p.n && !q.n)
            break;
        *order = p.n && q.n ? identifiers_cmp(p, q, false) : size_cmp(p.n, q.n);
    }
    return 0;
}

const struct version_scheme scheme_go = {
    .name = "go",
    .what = "Go's order: modules, pseudo-versions, toolchains",
    .also = "golang stdlib toolchain",
    .compare = compare,
    .satisfies = range_relations,
};
