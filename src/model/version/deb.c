/* deb.c - Debian versions, by deb-version(7): [epoch:]upstream[-revision]. */
#include "model/version/number.h"
#include "model/version/range.h"

struct deb {
    struct str epoch, upstream, revision;
};

static bool is_of_version(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '+' && s.p[i] != '~' && s.p[i] != '-' &&
            s.p[i] != ':')
            return false;
    return true;
}

static bool parse(struct str s, struct deb *v)
{
    s = str_trim(s);
    v->epoch = (struct str){ 0 };
    if (str_split(s, ':', &v->upstream, &v->revision)) {
        if (!all_digits(v->upstream))
            return false;
        v->epoch = v->upstream;
        s = v->revision;
    }
    if (!str_rsplit(s, '-', &v->upstream, &v->revision)) {
        v->upstream = s;
        v->revision = (struct str){ 0 };
    } else if (!v->revision.n) {
        return false;
    }
    return v->upstream.n && is_of_version(v->upstream) && is_of_version(v->revision) &&
           !str_has_char(v->revision, ':');
}

/* '~' before the end, the end before letters, letters before everything else. */
static int weight(struct str s)
{
    if (!s.n || is_digit(s.p[0]))
        return 0;
    if (s.p[0] == '~')
        return -1;
    return is_alpha(s.p[0]) ? s.p[0] : s.p[0] + 256;
}

static int part_cmp(struct str a, struct str b)
{
    while (a.n || b.n) {
        while ((a.n && !is_digit(a.p[0])) || (b.n && !is_digit(b.p[0]))) {
            int x = weight(a), y = weight(b);
            if (x != y)
                return x > y ? 1 : -1;
            a = str_skip(a, 1);
            b = str_skip(b, 1);
        }
        struct str x = cut_digits(&a), y = cut_digits(&b);
        int c = number_cmp(x, y);
        if (c)
            return c;
    }
    return 0;
}

static int compare(struct str a, struct str b, int *order)
{
    struct deb x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = number_cmp(x.epoch, y.epoch);
    if (!*order)
        *order = part_cmp(x.upstream, y.upstream);
    if (!*order)
        *order = part_cmp(x.revision, y.revision);
    return 0;
}

const struct version_scheme scheme_deb = {
    .name = "deb",
    .what = "dpkg's order: deb-version(7)",
    .also = "Debian Ubuntu Echo opkg opam raspbian",
    .compare = compare,
    .satisfies = range_relations,
};
