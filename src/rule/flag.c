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

/* Is one of the comma-separated words of the value, or of the parameters that repeat it, in the list? */
static bool has_word(const struct component *c, const struct parameter *said, const char *words)
{
    for (size_t i = 0; i < c->n; i++) {
        struct str rest = c->parameter[i]->value, word;
        if (!str_eq(c->parameter[i]->name, said->name))
            continue;
        while (str_cut(&rest, ',', &word))
            if (str_one_of(str_trim(word), words))
                return true;
    }
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
        return has_word(c, p, t->words);
    case FLAG_LACKS:
        return !has_word(c, p, t->words);
    case FLAG_AT_LEAST:
        return number(p->value) >= t->least;
    }
    return false;
}

/* kubeadm and aggregated files say only what differs: the rest is not known from them. */
static bool says_all(const struct component *c)
{
    return !c->resource || !str_one_of(c->resource->object->kind, "ClusterConfiguration InitConfiguration "
                                                                  "JoinConfiguration");
}

enum verdict judge_flag(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    const struct flag_rule *t = r->with;
    const struct parameter *said = find(c, t->names);
    struct evidence at = { .path = c->path, .line = c->n ? c->parameter[0]->line : 0 };

    if (!said && !says_all(c))
        return VERDICT_NOT_APPLICABLE;
    if (said) {
        bool fine = is_fine(t, c, said);
        proof_add(p, AT(said), STR_FMT " is " STR_FMT "%s", STR_ARG(said->name),
                  STR_ARG(str_first(said->value, LONGEST)), said->value.n > LONGEST ? "..." : "");
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
    proof_add(p, &at, STR_FMT " is not set: %s", STR_ARG(first), t->silence);
    return t->fine ? VERDICT_MITIGATED : VERDICT_OPEN;
}
