/* rubygems.c - versions of Ruby gems, by Gem::Version: numbers and words in turn, a word makes a pre-release.
 */
#include "model/version/range.h"
#include "model/version/ruby.h"

static bool part_is_valid(struct str s, const char *more)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && !strchr(more, s.p[i]))
            return false;
    return s.n > 0 && !memchr(s.p, '\0', s.n);
}

/* 1.2.rc1-x.y: a number first, dots between words, and a pre-release in semver's manner. */
static bool valid(struct str s)
{
    struct str main, pre, one;
    bool has_pre = str_split(s, '-', &main, &pre), first = true;

    while (str_cut(&main, '.', &one)) {
        if (!part_is_valid(one, "") || (first && !all_digits(one)))
            return false;
        first = false;
    }
    while (has_pre && str_cut(&pre, '.', &one))
        if (!part_is_valid(one, "-"))
            return false;
    return !first;
}

static bool next(struct str *s, struct str *segment)
{
    while (s->n && !is_alnum(s->p[0])) {
        bool dash = s->p[0] == '-';
        *s = str_skip(*s, 1);
        if (dash) {
            *segment = STR("pre");
            return true;
        }
    }
    *segment = is_digit(str_peek(*s)) ? cut_digits(s) : cut_letters(s);
    return segment->n > 0;
}

bool ruby_parse(struct str s, struct ruby *v)
{
    struct str segment;

    s = str_trim(s);
    if (!valid(s))
        return false;
    v->numbers = (struct str){ s.p, 0 };
    v->rest = s;
    while (next(&s, &segment) && is_digit(segment.p[0])) {
        if (!is_zero(segment))
            v->numbers.n = (size_t)(segment.p + segment.n - v->numbers.p);
        v->rest = s;
    }
    return true;
}

bool ruby_next(struct ruby *v, struct str *segment)
{
    return next(&v->numbers, segment) || next(&v->rest, segment);
}

int ruby_cmp(struct ruby a, struct ruby b)
{
    for (;;) {
        struct str x, y;
        bool more = ruby_next(&a, &x);
        more = ruby_next(&b, &y) || more;
        if (!more)
            return 0;
        bool m = is_alpha(str_peek(x)), n = is_alpha(str_peek(y));
        int c = m != n ? n - m : m ? sign(str_cmp(x, y)) : number_cmp(x, y);
        if (c)
            return c;
    }
}

static int compare(struct str a, struct str b, int *order)
{
    struct ruby x, y;

    if (!ruby_parse(a, &x) || !ruby_parse(b, &y))
        return -1;
    *order = ruby_cmp(x, y);
    return 0;
}

const struct version_scheme scheme_rubygems = {
    .name = "rubygems",
    .what = "Ruby's order: Gem::Version",
    .also = "gem ruby bundler",
    .compare = compare,
    .satisfies = range_ruby,
};
