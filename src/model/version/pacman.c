/* pacman.c - Arch Linux versions as alpm orders them: [epoch:]version[-release]. Like RPM's of old, but a
 * rest of letters is older than none (1.0rc1 before 1.0), and a longer separator is newer. */
#include "model/version/number.h"
#include "model/version/range.h"

struct pacman {
    struct str epoch, version, release;
};

static bool parse(struct str s, struct pacman *v)
{
    v->epoch = cut_epoch(&s);
    if (!str_rsplit(s, '-', &v->version, &v->release)) {
        v->version = s;
        v->release = (struct str){ 0 };
    }
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ':' || s.p[i] == '/')
            return false;
    return v->version.n && !memchr(v->version.p, '-', v->version.n);
}

static size_t separators(struct str *s)
{
    size_t n = 0;

    while (n < s->n && !is_alnum(s->p[n]))
        n++;
    *s = str_skip(*s, n);
    return n;
}

static int part_cmp(struct str a, struct str b)
{
    while (a.n && b.n) {
        size_t i = separators(&a), k = separators(&b);
        if (!a.n || !b.n)
            break;
        if (i != k)
            return i < k ? -1 : 1;
        int c = run_cmp(&a, &b);
        if (c)
            return c;
    }
    if (!a.n && !b.n)
        return 0;
    return (!a.n && !is_alpha(b.p[0])) || is_alpha(str_peek(a)) ? -1 : 1;
}

static int compare(struct str a, struct str b, int *order)
{
    struct pacman x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    *order = number_cmp(x.epoch, y.epoch);
    if (!*order)
        *order = part_cmp(x.version, y.version);
    if (!*order && x.release.n && y.release.n)
        *order = part_cmp(x.release, y.release);
    return 0;
}

const struct version_scheme scheme_pacman = {
    .name = "pacman",
    .what = "alpm's order: vercmp(8)",
    .also = "Arch Arch-Linux archlinux alpm manjaro msys2",
    .compare = compare,
    .satisfies = range_relations,
};
