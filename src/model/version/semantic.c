/* semantic.c - reading and ordering semantic versions. */
#include "model/version/semantic.h"

#include "model/version/pep440.h"

static bool padded(struct str number)
{
    return number.n > 1 && number.p[0] == '0';
}

static bool core_is_valid(struct str core, unsigned allow)
{
    struct str number;
    size_t n = 0;

    while (str_cut(&core, '.', &number)) {
        if (!all_digits(number) || (padded(number) && !(allow & ALLOW_ZEROS)))
            return false;
        n++;
    }
    return n == 3 || (n < 3 && (allow & ALLOW_SHORT)) || (n > 3 && (allow & ALLOW_LONG));
}

static bool identifiers_are_valid(struct str list, bool zeros)
{
    struct str one;

    while (str_cut(&list, '.', &one)) {
        for (size_t i = 0; i < one.n; i++)
            if (!is_alnum(one.p[i]) && one.p[i] != '-')
                return false;
        if (!one.n || (!zeros && padded(one) && all_digits(one)))
            return false;
    }
    return true;
}

bool semantic_parse(struct str s, unsigned allow, struct semantic *v)
{
    struct str rest;
    bool has_build, has_pre;

    if ((allow & ALLOW_EQUALS))
        cut_char(&s, '=');
    if ((allow & ALLOW_V) && s.n && to_lower(s.p[0]) == 'v')
        s = str_skip(s, 1);
    has_build = str_split(s, '+', &rest, &v->build);
    has_pre = str_split(rest, '-', &v->core, &v->pre);
    return v->core.n && core_is_valid(v->core, allow) &&
           (!has_pre || (v->pre.n && identifiers_are_valid(v->pre, allow & ALLOW_ZEROS))) &&
           (!has_build || (v->build.n && identifiers_are_valid(v->build, true)));
}

static int identifier_cmp(struct str a, struct str b, bool nocase)
{
    bool m = all_digits(a), n = all_digits(b);

    if (m && n)
        return number_cmp(a, b);
    if (m != n)
        return m ? -1 : 1;
    return nocase ? nocase_cmp(a, b) : sign(str_cmp(a, b));
}

int identifiers_cmp(struct str a, struct str b, bool nocase)
{
    struct str x = { 0 }, y = { 0 };

    while (a.n && b.n) {
        str_cut(&a, '.', &x);
        str_cut(&b, '.', &y);
        int c = identifier_cmp(x, y, nocase);
        if (c)
            return c;
    }
    return size_cmp(a.n > 0, b.n > 0);
}

int semantic_cmp(const struct semantic *a, const struct semantic *b)
{
    int c = dotted_cmp(a->core, b->core, SIZE_MAX);

    if (c)
        return c;
    if (!a->pre.n || !b->pre.n)
        return size_cmp(b->pre.n > 0, a->pre.n > 0);
    return identifiers_cmp(a->pre, b->pre, false);
}

int semantic_compare(struct str a, struct str b, unsigned allow, int *order)
{
    struct semantic x, y;

    if (!semantic_parse(a, allow, &x) || !semantic_parse(b, allow, &y))
        return -1;
    *order = semantic_cmp(&x, &y);
    return 0;
}
