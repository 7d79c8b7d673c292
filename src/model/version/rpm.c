/* rpm.c - RPM versions as librpm orders them, rpm-version(7): [epoch:]version[-release], with "~" below and
 * "^" above the end. What librpm compares, this compares: it refuses only the empty text. */
#include "model/version/number.h"
#include "model/version/range.h"

struct rpm {
    struct str epoch, version, release;
    bool has_release;
};

static bool parse(struct str s, struct rpm *v)
{
    v->epoch = cut_epoch(&s);
    v->has_release = str_rsplit(s, '-', &v->version, &v->release);
    if (!v->has_release)
        v->version = s;
    return !memchr(s.p, '\0', s.n);
}

static void to_segment(struct str *s)
{
    while (s->n && !is_alnum(s->p[0]) && s->p[0] != '~' && s->p[0] != '^')
        *s = str_skip(*s, 1);
}

/* A mark that stands in one or both; true when *order is decided or both had it (*order 0). `end`: the order
 * of a, which has the mark, against the end of b. */
static bool mark(struct str *a, struct str *b, char c, int against_end, int *order)
{
    bool x = str_peek(*a) == c, y = str_peek(*b) == c;

    *order = 0;
    if (!x && !y)
        return false;
    if (x && y) {
        cut_char(a, c);
        cut_char(b, c);
    } else if (c == '~') {
        *order = x ? -1 : 1;
    } else {
        *order = x ? (b->n ? -1 : against_end) : (a->n ? 1 : -against_end);
    }
    return true;
}

static int part_cmp(struct str a, struct str b)
{
    int order;

    if (str_eq(a, b))
        return 0;
    while (a.n || b.n) {
        to_segment(&a);
        to_segment(&b);
        if (mark(&a, &b, '~', -1, &order) || mark(&a, &b, '^', 1, &order)) {
            if (order)
                return order;
            continue;
        }
        if (!a.n || !b.n)
            break;
        int c = run_cmp(&a, &b);
        if (c)
            return c;
    }
    return size_cmp(a.n > 0, b.n > 0);
}

static int compare(struct str a, struct str b, int *order)
{
    struct rpm x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = number_cmp(x.epoch, y.epoch);
    if (!*order)
        *order = part_cmp(x.version, y.version);
    if (!*order)
        *order = size_cmp(x.has_release, y.has_release);
    if (!*order && x.has_release)
        *order = part_cmp(x.release, y.release);
    return 0;
}

const struct version_scheme scheme_rpm = {
    .name = "rpm",
    .what = "librpm's order: rpm-version(7)",
    .also = "redhat Red-Hat rhel centos fedora AlmaLinux alma rocky Rocky-Linux Oracle oraclelinux amazon "
            "amzn SUSE "
            "openSUSE sles openEuler Mageia Azure-Linux mariner azurelinux photon Photon-OS",
    .compare = compare,
    .satisfies = range_relations,
};
