/* Attacks, paths and fixes of thousands of generated models, against what the attacks mean, said once more and slowly. */
#include "threat/attack.h"
#include "threat_model.h"

/* ---- generated models, against brute force ---- */

static uint64_t seed = 7;
static uint32_t roll(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* What the attacks mean, said once more and slowly: sets of (element, situation), filled until nothing
 * changes. */
enum { HOST, CLUSTER, ACCOUNT = 4, SPACE = 8, ELEMENTS_MOST };
struct slow {
    const struct model *m;
    bool in[ELEMENTS_MOST][SITUATION_COUNT];
};

static bool related(const struct model *m, enum relation_kind kind, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < m->relation.n; i++)
        if (m->relation.p[i].kind == kind && m->relation.p[i].from == from && m->relation.p[i].to == to)
            return true;
    return false;
}

static bool stands_on(const struct model *m, uint32_t element, uint32_t host)
{
    uint32_t at = element;

    for (int up = 0; up < 4; up++) {
        if (m->element.p[at].kind == ELEMENT_HOST)
            return at == host;
        uint32_t next = UINT32_MAX;
        for (size_t i = 0; i < m->relation.n && next == UINT32_MAX; i++)
            if (m->relation.p[i].kind == RELATION_RUNS && m->relation.p[i].to == at)
                next = m->relation.p[i].from;
        if (next == UINT32_MAX)
            return false;
        at = next;
    }
    return false;
}

/* Is it in the boundary of the cluster, or in that of the namespace? */
static bool keeps(const struct model *m, uint32_t from, uint32_t to)
{
    return from == CLUSTER || (from == SPACE && str_eq(m->element.p[to].zone, STR("cluster/a")));
}

static bool leads(const struct model *m, enum way way, uint32_t from, uint32_t to)
{
    enum element_kind kind = m->element.p[to].kind;

    if (way == WAY_SAME || from == to)
        return way == WAY_SAME && from == to;
    switch (way) {
    case WAY_RUNS:
        return related(m, RELATION_RUNS, from, to) ||
               (from == SPACE && kind == ELEMENT_WORKLOAD && keeps(m, from, to));
    case WAY_RUN_BY:
        return related(m, RELATION_RUNS, to, from);
    case WAY_MOUNTS:
        return related(m, RELATION_MOUNTS, from, to);
    case WAY_MOUNTED_BY:
        return related(m, RELATION_MOUNTS, to, from);
    case WAY_EXPOSES:
        return related(m, RELATION_EXPOSES, from, to);
    case WAY_USES:
        return related(m, RELATION_USES, from, to);
    case WAY_USED_BY:
        return related(m, RELATION_USES, to, from);
    case WAY_TRUSTS:
        return related(m, RELATION_TRUSTS, from, to);
    case WAY_OPENS:
        return related(m, RELATION_OPENS, from, to);
    case WAY_FLOW:
        return related(m, RELATION_FLOW, from, to);
    case WAY_HOST:
        return stands_on(m, from == SPACE ? CLUSTER : from, to);
    case WAY_GUESTS:
        return kind == ELEMENT_WORKLOAD && stands_on(m, to, from);
    case WAY_CLUSTER: /* all of a generated model is in one cluster */
        return to == CLUSTER;
    case WAY_KEEPS:
        return keeps(m, from, to) && (kind == ELEMENT_SECRET || kind == ELEMENT_VOLUME);
    case WAY_ACCOUNTS:
        return keeps(m, from, to) && kind == ELEMENT_IDENTITY && to == ACCOUNT;
    case WAY_SPACE:
        return kind == ELEMENT_ORCHESTRATOR && to == SPACE && m->element.p[from].kind == ELEMENT_IDENTITY &&
               str_eq(m->element.p[from].zone, STR("cluster/a"));
    default:
        return false;
    }
}

/* The role of a binding: the first that is said. */
static uint32_t role_of(const struct model *m, uint32_t element)
{
    for (size_t i = 0; m->element.p[element].kind == ELEMENT_IDENTITY && i < m->relation.n; i++)
        if (m->relation.p[i].kind == RELATION_USES && m->relation.p[i].from == element &&
            str_eq(m->relation.p[i].label, STR("role")))
            return m->relation.p[i].to;
    return element;
}

static bool open_here(const struct model *m, uint32_t element, const char *id, enum severity least)
{
    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *f = &m->finding.p[i];
        if (f->element == element && f->state == STATE_OPEN && f->severity >= least &&
            (!strcmp(f->check->id, id) || (f->vulnerability && str_eq(f->vulnerability->id, str_of(id)))))
            return true;
    }
    return false;
}

static bool open_on(const struct model *m, uint32_t element, const char *id, enum severity least)
{
    return open_here(m, element, id, least) || open_here(m, role_of(m, element), id, least);
}

static bool one_open(const struct model *m, uint32_t element, const char *const *ids, enum severity least)
{
    bool any = !ids;

    for (; ids && *ids; ids++)
        any |= open_on(m, element, *ids, least);
    return any;
}

static bool works(const struct slow *s, const struct attack *a, uint32_t from, uint32_t to)
{
    uint32_t kind = 1u << s->m->element.p[from].kind;

    if (!s->in[from][a->from] || (a->on && !(a->on & kind)) || !leads(s->m, a->way, from, to) ||
        !(situation_info[a->to].on & (1u << s->m->element.p[to].kind)) || (a->also && !s->in[to][*a->also]))
        return false;
    for (const char *const *id = a->all; id && *id; id++)
        if (!open_on(s->m, from, *id, SEVERITY_INFO))
            return false;
    return one_open(s->m, from, a->any, a->least) && one_open(s->m, to, a->there, a->least);
}

static void fill_slowly(struct slow *s)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; attack_at(i); i++)
            for (uint32_t from = 0; from < s->m->element.n; from++)
                for (uint32_t to = 0; to < s->m->element.n; to++)
                    if (!s->in[to][attack_at(i)->to] && works(s, attack_at(i), from, to))
                        more = s->in[to][attack_at(i)->to] = true;
    }
}

/* Two workloads and what is around them; a handful of findings of checks that attacks name. */
static void generate(struct model *m)
{
    static const enum element_kind kinds[ELEMENTS_MOST] = {
        ELEMENT_HOST,     ELEMENT_ORCHESTRATOR, ELEMENT_WORKLOAD, ELEMENT_WORKLOAD,    ELEMENT_IDENTITY,
        ELEMENT_IDENTITY, ELEMENT_SECRET,       ELEMENT_VOLUME,   ELEMENT_ORCHESTRATOR
    };
    static const enum relation_kind some[] = { RELATION_FLOW, RELATION_MOUNTS, RELATION_USES, RELATION_TRUSTS,
                                               RELATION_OPENS };
    struct err e = { 0 };
    char name[32];

    for (uint32_t i = 0; i < ELEMENTS_MOST; i++) {
        snprintf(name, sizeof name,
                 i == ACCOUNT ? "a/ServiceAccount/%u"
                 : i == SPACE ? "Namespace/a"
                              : "%u",
                 i);
        (void)element(m, kinds[i], i == CLUSTER ? "cluster" : name,
                      i > CLUSTER && i != SPACE && roll(2) ? "cluster/a" : "cluster");
    }
    no_error(model_relate(m, RELATION_RUNS, HOST, CLUSTER, STR(""), &e), &e);
    no_error(model_relate(m, RELATION_RUNS, CLUSTER, 2, STR(""), &e), &e);
    if (roll(2))
        no_error(model_relate(m, RELATION_RUNS, CLUSTER, 3, STR(""), &e), &e);
    uint32_t n_attacks = 0;
    while (attack_at(n_attacks))
        n_attacks++;
    for (uint32_t i = roll(7); i--;)
        no_error(model_relate(m, some[roll(ARRAY_LEN(some))], 2 + roll(4), 2 + roll(6),
                              roll(2) ? STR("role") : STR(""), &e),
                 &e);
    for (uint32_t i = 1 + roll(6); i--;) {
        const struct attack *a = attack_at(roll(n_attacks));
        const char *const *lists[] = { a->all, a->any, a->there };
        const char *const *list = lists[roll(3)];
        uint32_t n = 0;
        while (list && list[n])
            n++;
        if (n)
            found(m, roll(ELEMENTS_MOST), list[roll(n)], roll(8) ? STATE_OPEN : STATE_MITIGATED, "");
    }
    model_sort_findings(m);
}

/* The same situations hold, and without what the proven fixes close no goal does. */
static void agrees_with_brute_force(void)
{
    for (int round = 0; round < 3000; round++) {
        struct model m = MODEL;
        struct attack_graph g;
        struct reached r;
        struct err e = { 0 };
        struct slow s = { .m = &m };
        uint32_t differ = 0;

        generate(&m);
        no_error(attack_graph_make(&g, &m, &e), &e);
        no_error(reached_new(&g.g, &r, &e), &e);
        reach_fixpoint(&g.g, &r, NULL);
        for (uint32_t i = 0; i < g.g.n_given; i++)
            if (g.meaning[g.g.given[i]].is == MEANS_SITUATION)
                s.in[g.meaning[g.g.given[i]].element][g.meaning[g.g.given[i]].what] = true;
        fill_slowly(&s);
        for (uint32_t el = 0; el < ELEMENTS_MOST; el++)
            for (enum situation k = 0; k < SITUATION_COUNT; k++) {
                fact_no f = attack_situation(&g, &m, el, k);
                differ += (f != FACT_NONE && reach_holds(&r, f)) != s.in[el][k];
            }
        CHECK_INT(differ, 0);
        reach_free(&g.g);
        analyse(&m);
        close_optimal(&m);
        CHECK_INT(m.path.n, 0);
        arena_free(&m.arena);
    }
}

TESTS(T(agrees_with_brute_force))
