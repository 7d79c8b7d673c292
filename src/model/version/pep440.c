/* pep440.c - reading and ordering Python versions. */
#include "model/version/pep440.h"

int dotted_cmp(struct str a, struct str b, size_t most)
{
    for (size_t i = 0; (a.n || b.n) && i < most; i++) {
        struct str x = cut_digits(&a), y = cut_digits(&b);
        int c = number_cmp(x, y);
        if (c)
            return c;
        cut_char(&a, '.');
        cut_char(&b, '.');
    }
    return 0;
}

size_t dotted_count(struct str s)
{
    size_t n = s.n > 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '.';
    return n;
}

static bool cut_separator(struct str *s)
{
    return cut_char(s, '.') || cut_char(s, '-') || cut_char(s, '_');
}

static bool cut_word(struct str *s, const char *word)
{
    size_t n = strlen(word);

    if (s->n < n || !str_eq_nocase(str_first(*s, n), (struct str){ word, n }))
        return false;
    *s = str_skip(*s, n);
    return true;
}

/* "[sep]WORD[sep][digits]", where WORD is one of the list; its place in the list, or -1 with *s as it was. */
static int cut_tagged(struct str *s, const char *const *words, struct str *number)
{
    struct str rest = *s;

    cut_separator(&rest);
    if (!is_alpha(str_peek(rest)))
        return -1;
    for (int i = 0; words[i]; i++)
        if (words[i][0] == to_lower(rest.p[0]) && cut_word(&rest, words[i])) {
            cut_separator(&rest);
            *number = cut_digits(&rest);
            *s = rest;
            return i;
        }
    return -1;
}

static bool cut_release(struct str *s, struct str *release)
{
    struct str rest = *s;

    if (!cut_digits(&rest).n)
        return false;
    while (rest.n > 1 && rest.p[0] == '.' && is_digit(rest.p[1])) {
        rest = str_skip(rest, 1);
        cut_digits(&rest);
    }
    *release = (struct str){ s->p, s->n - rest.n };
    *s = rest;
    return true;
}

static void cut_post(struct str *s, struct pep440 *v)
{
    static const char *const words[] = { "post", "rev", "r", NULL };

    if (s->n > 1 && s->p[0] == '-' && is_digit(s->p[1])) {
        *s = str_skip(*s, 1);
        v->post_n = cut_digits(s);
        v->has_post = true;
    } else {
        v->has_post = cut_tagged(s, words, &v->post_n) >= 0;
    }
}

static bool local_is_valid(struct str s)
{
    bool in_part = false;

    for (size_t i = 0; i < s.n; i++) {
        bool separator = s.p[i] == '.' || s.p[i] == '-' || s.p[i] == '_';
        if (!separator && !is_alnum(s.p[i]))
            return false;
        if (separator && !in_part)
            return false;
        in_part = !separator;
    }
    return in_part;
}

bool pep440_parse(struct str s, struct pep440 *v)
{
    static const char *const stages[] = { "alpha", "a", "beta", "b", "preview", "pre", "c", "rc", NULL };
    static const char *const devs[] = { "dev", NULL };
    static const enum pep440_stage stage_of[] = { STAGE_A,  STAGE_A,  STAGE_B,  STAGE_B,
                                                  STAGE_RC, STAGE_RC, STAGE_RC, STAGE_RC };
    struct str rest;

    *v = (struct pep440){ 0 };
    s = str_trim(s);
    if (str_peek(s) == 'v' || str_peek(s) == 'V')
        s = str_skip(s, 1);
    rest = s;
    v->epoch = cut_digits(&rest);
    if (v->epoch.n && cut_char(&rest, '!'))
        s = rest;
    else
        v->epoch = (struct str){ 0 };
    if (!cut_release(&s, &v->release))
        return false;
    int stage = cut_tagged(&s, stages, &v->stage_n);
    v->stage = stage < 0 ? STAGE_NONE : stage_of[stage];
    cut_post(&s, v);
    v->has_dev = cut_tagged(&s, devs, &v->dev_n) >= 0;
    if (cut_char(&s, '+')) {
        v->local = s;
        return local_is_valid(s);
    }
    return !s.n;
}

/* A bare .dev release comes before every pre-release, and those before the release. */
static int stage_rank(const struct pep440 *v)
{
    if (v->stage != STAGE_NONE)
        return (int)v->stage;
    return v->has_dev && !v->has_post ? 0 : 10;
}

int pep440_base_cmp(const struct pep440 *a, const struct pep440 *b)
{
    int c = number_cmp(a->epoch, b->epoch);

    return c ? c : dotted_cmp(a->release, b->release, SIZE_MAX);
}

int pep440_public_cmp(const struct pep440 *a, const struct pep440 *b)
{
    int c = pep440_base_cmp(a, b);

    if (!c)
        c = sign(stage_rank(a) - stage_rank(b));
    if (!c)
        c = number_cmp(a->stage_n, b->stage_n);
    if (!c)
        c = sign(a->has_post - b->has_post);
    if (!c)
        c = number_cmp(a->post_n, b->post_n);
    if (!c)
        c = sign(b->has_dev - a->has_dev);
    return c ? c : number_cmp(a->dev_n, b->dev_n);
}

static struct str cut_local(struct str *s)
{
    size_t n = 0;

    while (n < s->n && is_alnum(s->p[n]))
        n++;
    struct str part = str_first(*s, n);
    *s = str_skip(*s, n);
    cut_separator(s);
    return part;
}

/* Numbers are above words, and more parts above fewer. */
static int local_cmp(struct str a, struct str b)
{
    while (a.n && b.n) {
        struct str x = cut_local(&a), y = cut_local(&b);
        bool m = all_digits(x), n = all_digits(y);
        int c = m != n ? m - n : m ? number_cmp(x, y) : nocase_cmp(x, y);
        if (c)
            return c;
    }
    return size_cmp(a.n > 0, b.n > 0);
}

int pep440_cmp(const struct pep440 *a, const struct pep440 *b)
{
    int c = pep440_public_cmp(a, b);

    return c ? c : local_cmp(a->local, b->local);
}
