#include "rule/flag.h"

enum { LONGEST = 40 };

/* The parameter that decides, under whichever of its names. */
static const struct parameter *find(const struct component *c, const char *names)
{
    struct str rest = str_of(names), name;
    const struct parameter *p = NULL;

    while (!p && str_cut(&rest, ' ', &name))
        p = component_get(c, name);
    return p;
}

/* Is one of the words, which commas or blanks part, in the list; with `starts`: does one begin so? */
static bool any_word(struct str value, const char *words, bool starts)
{
    struct str list = str_of(words), one;

    while (value.n) {
        size_t n = 0;
        while (n < value.n && value.p[n] != ',' && value.p[n] != ' ')
            n++;
        struct str word = str_trim(str_first(value, n));
        value = str_skip(value, n + 1);
        if (word.n && !starts && str_one_of(word, words))
            return true;
        for (list = str_of(words); starts && str_cut(&list, ' ', &one);)
            if (str_starts(word, one))
                return true;
    }
    return false;
}

/* The same of the value or of the parameters that repeat it. */
static bool has_word(const struct component *c, const struct parameter *said, const char *words, bool starts)
{
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->parameter[i]->name, said->name) && any_word(c->parameter[i]->value, words, starts))
            return true;
    return false;
}

/* "90s", "24h" and plain numbers: only whether it is more than nothing, and how many of its unit. */
static uint64_t number(struct str s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i < 18; i++)
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    return n;
}

static bool is_fine(const struct flag_rule *t, const struct component *c, const struct parameter *p)
{
    switch (t->want) {
    case FLAG_IS:
        return str_one_of(p->value, t->words);
    case FLAG_IS_NOT:
        return !str_one_of(p->value, t->words);
    case FLAG_SET:
        return p->value.n > 0;
    case FLAG_NOT_SET:
        return !p->value.n;
    case FLAG_HAS:
        return has_word(c, p, t->words, false);
    case FLAG_LACKS:
        return !has_word(c, p, t->words, false);
    case FLAG_LACKS_START:
        return !has_word(c, p, t->words, true);
    case FLAG_LACKS_TEXT:
        return !str_has(p->value, str_of(t->words));
    case FLAG_AT_LEAST:
        return number(p->value) >= t->least;
    }
    return false;
}

/* kubeadm, files that add to others and engines that tell of themselves say a part: the rest is not known. */
static bool says_all(const struct component *c)
{
    if (str_has(c->path, STR(".d/")) || component_get(c, STR(PARAMETERS_IN_PART)))
        return false;
    return !c->resource || !str_one_of(c->resource->object->kind, "ClusterConfiguration InitConfiguration "
                                                                  "JoinConfiguration");
}

static bool applies(const struct flag_rule *t, const struct component *c)
{
    for (size_t i = 0; t->when && i < c->n; i++)
        if (str_eq(c->parameter[i]->name, str_of(t->when)) &&
            str_has(c->parameter[i]->value, str_of(t->when_text)))
            return true;
    return !t->when;
}

static void tell(const struct flag_rule *t, const struct parameter *said, struct proof *p)
{
    if (t->secret)
        proof_add(p, AT(said), STR_FMT " is %s", STR_ARG(said->name), said->value.n ? "set" : "empty");
    else
        proof_add(p, AT(said), STR_FMT " is " STR_FMT "%s", STR_ARG(said->name),
                  STR_ARG(str_first(said->value, LONGEST)), said->value.n > LONGEST ? "..." : "");
}

/* "*name" and "*name." */
static bool names_it(const char *names, struct str name)
{
    struct str rest = str_of(names), one;

    while (str_cut(&rest, ' ', &one)) {
        one = str_skip(one, 1);
        if (str_ends(one, STR(".")) ? str_starts(name, one) : str_ends(name, one))
            return true;
    }
    return false;
}

/* Each parameter of such a name by itself. */
static enum verdict judge_each(const struct flag_rule *t, const struct component *c, struct proof *p)
{
    const struct parameter *fine = NULL;

    for (size_t i = 0; i < c->n; i++) {
        if (!names_it(t->names, c->parameter[i]->name))
            continue;
        if (is_fine(t, c, c->parameter[i]))
            fine = c->parameter[i];
        else
            tell(t, c->parameter[i], p);
    }
    if (p->found)
        return VERDICT_OPEN;
    if (!fine)
        return VERDICT_NOT_APPLICABLE;
    tell(t, fine, p);
    return VERDICT_MITIGATED;
}

enum verdict judge_flag(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    const struct flag_rule *t = r->with;
    const struct parameter *said = find(c, t->names);
    struct evidence at = { .path = c->path, .line = c->n ? c->parameter[0]->line : 0 };

    if (!applies(t, c))
        return VERDICT_NOT_APPLICABLE;
    if (t->names[0] == '*') {
        enum verdict v = judge_each(t, c, p);
        if (v != VERDICT_NOT_APPLICABLE)
            return v;
    }
    if (!said && (!says_all(c) || !t->silence))
        return VERDICT_NOT_APPLICABLE;
    if (said) {
        bool fine = is_fine(t, c, said);
        tell(t, said, p);
        if (!fine)
            return VERDICT_OPEN;
        if (t->also && !find(c, t->also)) {
            proof_add(p, &at, "%s is not set", t->also);
            return VERDICT_OPEN;
        }
        return VERDICT_MITIGATED;
    }
    struct str first, rest;
    str_split(str_of(t->names), ' ', &first, &rest);
    if (str_starts(first, STR("*")))
        first = str_skip(first, 1 + str_starts(first, STR("*.")));
    if (str_ends(first, STR(".")))
        first.n--;
    proof_add(p, &at, STR_FMT " is not set: %s", STR_ARG(first), t->silence);
    return t->fine ? VERDICT_MITIGATED : VERDICT_OPEN;
}
