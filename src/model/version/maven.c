/* maven.c - versions of Java artefacts, as Maven's version order specification and ComparableVersion to
 * 3.8 order them, by which advisories are written. (3.9 reads ".rc" as "-rc"; docs/versions.md has the
 * difference.).
 *
 * There a version is a list of numbers and words whose last element may be a list again: "-", and a change
 * between letters and digits, open one. Since only the last element can be a list, the nest is kept flat,
 * with an OPEN where a list starts; zeros and "final" at the end of each list do not count. */
#include "model/version/number.h"
#include "model/version/range.h"

enum { ITEMS_MOST = 128 }; /* more than any version has; a longer one cannot be told */

enum kind { NUMBER, WORD, OPEN };

struct item {
    enum kind kind;
    int rank; /* of a word */
    struct str text;
};

struct items {
    size_t n, from; /* from: the first that counts */
    bool too_many;
    struct item v[ITEMS_MOST];
};

enum { RANK_RELEASE = 5, RANK_OTHER = 7 };

static int rank_of(struct str word, bool before_digit)
{
    static const struct {
        struct str name;
        int rank;
    } names[] = {
        { STR("alpha"), 0 },
        { STR("beta"), 1 },
        { STR("milestone"), 2 },
        { STR("rc"), 3 },
        { STR("cr"), 3 },
        { STR("snapshot"), 4 },
        { STR("ga"), RANK_RELEASE },
        { STR("final"), RANK_RELEASE },
        { STR("release"), RANK_RELEASE },
        { STR("sp"), 6 },
    };

    if (before_digit && word.n == 1) {
        const char *at = memchr("abm", to_lower(word.p[0]), 3);
        return !at ? RANK_OTHER : to_lower(word.p[0]) == 'a' ? 0 : to_lower(word.p[0]) == 'b' ? 1 : 2;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (word.n == names[i].name.n && to_lower(word.p[0]) == names[i].name.p[0] &&
            str_eq_nocase(word, names[i].name))
            return names[i].rank;
    return RANK_OTHER;
}

static void add(struct items *l, enum kind kind, struct str text, bool before_digit)
{
    if (l->n == ITEMS_MOST) {
        l->too_many = true;
        return;
    }
    l->v[l->n++] = (struct item){ kind, kind == WORD ? rank_of(text, before_digit) : 0, text };
}

static void read_items(struct str s, struct items *l)
{
    size_t start = 0;
    bool digits = false;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        struct str run = { s.p + start, i - start };
        if (c == '.' || c == '-') {
            add(l, run.n && !digits ? WORD : NUMBER, run, false);
            start = i + 1;
            if (c == '-')
                add(l, OPEN, (struct str){ 0 }, false);
        } else if (is_digit(c) != digits && run.n) {
            add(l, digits ? NUMBER : WORD, run, !digits);
            start = i;
            add(l, OPEN, (struct str){ 0 }, false);
            digits = is_digit(c);
        } else {
            digits = is_digit(c);
        }
    }
    struct str run = { s.p + start, s.n - start };
    if (run.n)
        add(l, digits ? NUMBER : WORD, run, false);
}

static bool is_null(const struct item *i)
{
    return i->kind == NUMBER ? is_zero(i->text) : i->rank == RANK_RELEASE;
}

/* Drop what does not count at the end of each list, from the innermost out, and lists that become empty or
 * hold but a list (1-ga-1 is 1-1): what is kept behind an OPEN is all of its list. */
static void normalise(struct items *l)
{
    size_t to = l->n;
    bool trimming = true;

    for (size_t i = l->n; i-- > 0;) {
        bool open = l->v[i].kind == OPEN;
        if (open ? to < l->n && l->v[to].kind != OPEN : !trimming || !is_null(&l->v[i]))
            l->v[--to] = l->v[i];
        trimming = open || (trimming && is_null(&l->v[i]));
    }
    l->from = to;
}

/* What one has more than the other, against nothing. */
static int against_nothing(const struct item *i)
{
    if (i->kind == NUMBER)
        return !is_zero(i->text);
    return i->kind == OPEN ? 0 : sign(i->rank - RANK_RELEASE);
}

static int item_cmp(const struct item *a, const struct item *b)
{
    static const int order[] = { [WORD] = 0, [OPEN] = 1, [NUMBER] = 2 };

    if (a->kind != b->kind)
        return sign(order[a->kind] - order[b->kind]);
    if (a->kind == NUMBER)
        return number_cmp(a->text, b->text);
    if (a->kind == OPEN)
        return 0;
    if (a->rank != b->rank)
        return sign(a->rank - b->rank);
    return a->rank == RANK_OTHER ? nocase_cmp(a->text, b->text) : 0;
}

/* A property that was never filled in, a range, or Maven's own words for "whatever is newest" is no version.
 */
static bool readable(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!is_alnum(c) && c != '.' && c != '-' && c >= 0 &&
            (c <= ' ' || c == 0x7f || strchr("[](),${}", c)))
            return false;
    }
    return s.n && !str_eq(s, STR("LATEST")) && !str_eq(s, STR("RELEASE"));
}

static bool parse(struct str s, struct items *l)
{
    l->n = l->from = 0;
    l->too_many = false;
    if (!readable(s))
        return false;
    read_items(s, l);
    normalise(l);
    return !l->too_many;
}

static int compare(struct str a, struct str b, int *order)
{
    struct items x, y;

    if (!parse(a, &x) || !parse(b, &y))
        return -1;
    size_t i = x.from, k = y.from;
    for (*order = 0; !*order && (i < x.n || k < y.n);) {
        if (i == x.n)
            *order = -against_nothing(&y.v[k++]);
        else if (k == y.n)
            *order = against_nothing(&x.v[i++]);
        else
            *order = item_cmp(&x.v[i++], &y.v[k++]);
    }
    return 0;
}

const struct version_scheme scheme_maven = {
    .name = "maven",
    .what = "Maven's order: ComparableVersion",
    .also = "java gradle sbt clojars ivy",
    .compare = compare,
    .satisfies = range_maven,
};
