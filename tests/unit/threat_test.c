/* Attack rules, paths and fixes over models made by hand. */
#include "rule/rule.h"
#include "threat/attack.h"
#include "threat/threat.h"

#include "tap.h"

#define MODEL                    \
    {                            \
        .arena = ARENA(16 << 20) \
    }
static void no_error(int r, const struct err *e)
{
    CHECK_INT(r, 0);
    if (r < 0)
        printf("# %s\n", e->text);
}

static uint32_t image(struct model *m, const char *name)
{
    struct err e = { 0 };
    uint32_t at = 0;

    no_error(model_add_element(m, ELEMENT_IMAGE, str_of(name), STR("image"), &at, &e), &e);
    return at;
}

/* A finding of the check as the registry has it. */
static void found(struct model *m, uint32_t element, const char *id, enum state state, const char *about)
{
    static const struct str hole = STR("CVE-");
    bool is_hole = str_starts(str_of(id), hole);
    const struct rule *r = rule_by_id(is_hole ? STR("vulnerable-kernel") : str_of(id));
    struct err e = { 0 };

    CHECK(r != NULL);
    if (!r)
        return;
    struct finding f = {
        .check = &r->check, .state = state, .severity = r->check.severity, .element = element
    };
    struct vulnerability *v = is_hole ? arena_new(&m->arena, struct vulnerability) : NULL;
    if (v)
        v->id = str_of(id);
    f.vulnerability = v;
    no_error(model_add_finding(m, &f, str_of(about), &e), &e);
}

static void analyse(struct model *m)
{
    struct err e = { 0 };

    model_sort_findings(m);
    no_error(threat_analyse(m, &e), &e);
}

static const struct path *path_to(const struct model *m, const char *goal)
{
    for (size_t i = 0; i < m->path.n; i++)
        if (str_eq(m->path.p[i].goal, str_of(goal)))
            return &m->path.p[i];
    return NULL;
}

static bool text_is(struct str s, const char *want)
{
    bool same = str_eq(s, str_of(want));

    if (!same)
        printf("# got  \"" STR_FMT "\"\n# want \"%s\"\n", STR_ARG(s), want);
    return same;
}

/* ---- the table ---- */

/* A check that an attack names but no rule decides would silently never be a path. */
static void checks_exist(void)
{
    for (size_t i = 0; attack_at(i); i++) {
        const char *const *const list[] = { attack_at(i)->all, attack_at(i)->any, attack_at(i)->there };
        for (size_t l = 0; l < ARRAY_LEN(list); l++)
            for (const char *const *id = list[l]; id && *id; id++)
                if (!rule_by_id(str_of(*id)) && !str_starts(str_of(*id), STR("CVE-20"))) {
                    tap_bad_++;
                    printf("# attack %s names %s, which no rule decides\n", attack_at(i)->id, *id);
                }
    }
}

static void records_are_complete(void)
{
    for (size_t i = 0; attack_at(i); i++) {
        const struct attack *a = attack_at(i);
        CHECK(a->id && a->cost > 0);
        CHECK(a->does ? a->does[0] != '\0' : !a->all && !a->any && !a->there);
        CHECK((a->from != a->to || a->way != WAY_SAME) && situation_info[a->to].step);
        CHECK(!a->on || (a->on & situation_info[a->from].on));
        CHECK(a->way != WAY_SAME || !a->there);
        CHECK(!a->any || a->any[0]);
        CHECK(!a->does || a->does[strlen(a->does) - 1] != '.');
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(attack_at(k)->id, a->id));
    }
}

/* Every situation is assumed or can be got into from one that is, and leads to a goal. */
static void situations_are_connected(void)
{
    bool got[SITUATION_COUNT], leads[SITUATION_COUNT];

    for (int s = 0; s < SITUATION_COUNT; s++) {
        got[s] = situation_info[s].who != NULL;
        leads[s] = situation_info[s].goal != NULL;
    }
    for (int round = 0; round < SITUATION_COUNT; round++)
        for (size_t i = 0; attack_at(i); i++) {
            got[attack_at(i)->to] |= got[attack_at(i)->from];
            leads[attack_at(i)->from] |= leads[attack_at(i)->to];
        }
    for (int s = 0; s < SITUATION_COUNT; s++) {
        CHECK(got[s] && leads[s]);
        if (!got[s] || !leads[s])
            printf("# %s\n", situation_info[s].step);
    }
}

static enum element_kind first_kind(uint32_t kinds)
{
    enum element_kind k = 0;

    while (!(kinds & (1u << k)))
        k++;
    return k;
}

static uint32_t element(struct model *m, enum element_kind kind, const char *name, const char *zone)
{
    struct err e = { 0 };
    uint32_t at = 0;

    no_error(model_add_element(m, kind, str_of(name), str_of(zone), &at, &e), &e);
    return at;
}

/* Two elements and what joins them, as the attack wants it. */
static void stage(struct model *m, const struct attack *a, uint32_t *from, uint32_t *to)
{
    static const struct {
        enum relation_kind kind;
        bool back;
    } joined[WAY_COUNT] = {
        [WAY_RUNS] = { RELATION_RUNS, false },       [WAY_RUN_BY] = { RELATION_RUNS, true },
        [WAY_MOUNTS] = { RELATION_MOUNTS, false },   [WAY_MOUNTED_BY] = { RELATION_MOUNTS, true },
        [WAY_EXPOSES] = { RELATION_EXPOSES, false }, [WAY_USES] = { RELATION_USES, false },
        [WAY_USED_BY] = { RELATION_USES, true },     [WAY_TRUSTS] = { RELATION_TRUSTS, false },
        [WAY_FLOW] = { RELATION_FLOW, false },       [WAY_HOST] = { RELATION_RUNS, true },
        [WAY_GUESTS] = { RELATION_RUNS, false },     [WAY_OPENS] = { RELATION_OPENS, false }
    };
    uint32_t kinds = situation_info[a->from].on & (a->on ? a->on : UINT32_MAX);
    bool keeper = a->way == WAY_KEEPS || a->way == WAY_ACCOUNTS;
    if (a->way == WAY_SAME)
        kinds &= situation_info[a->to].on;
    struct err e = { 0 };

    *from = element(m, first_kind(kinds & ON(WORKLOAD) ? ON(WORKLOAD) : kinds), keeper ? "cluster" : "from",
                    "cluster/a");
    *to = *from;
    if (a->way == WAY_SAME)
        return;
    kinds = situation_info[a->to].on & (a->way == WAY_HOST                             ? ON(HOST)
                                        : a->way == WAY_CLUSTER || a->way == WAY_SPACE ? ON(ORCHESTRATOR)
                                        : a->way == WAY_KEEPS ? ON(SECRET) | ON(VOLUME)
                                                              : UINT32_MAX);
    *to = element(m, first_kind(kinds & ON(WORKLOAD) ? ON(WORKLOAD) : kinds),
                  a->way == WAY_CLUSTER    ? "cluster"
                  : a->way == WAY_SPACE    ? "Namespace/a"
                  : a->way == WAY_ACCOUNTS ? "a/ServiceAccount/to"
                                           : "to",
                  "cluster");
    if (a->way == WAY_SPACE) /* a namespace is one of a cluster */
        (void)element(m, ELEMENT_ORCHESTRATOR, "cluster", "cluster");
    if (a->way != WAY_CLUSTER && a->way != WAY_SPACE && !keeper)
        no_error(model_relate(m, joined[a->way].kind, joined[a->way].back ? *to : *from,
                              joined[a->way].back ? *from : *to, STR(""), &e),
                 &e);
}

static uint32_t number_of(const struct attack *a)
{
    uint32_t number = 0;

    while (attack_at(number) != a)
        number++;
    return number;
}

/* Each attack is possible with just its checks open, and with any of them mitigated it is not. */
static bool possible(const struct attack *a, const char *any, const char *there, const char *closed)
{
    struct model m = MODEL;
    struct attack_graph g;
    struct reached r;
    struct err e = { 0 };
    uint32_t from, to;
    bool fired = false;

    stage(&m, a, &from, &to);
    for (const char *const *id = a->all; id && *id; id++)
        found(&m, from, *id, *id == closed ? STATE_MITIGATED : STATE_OPEN, "");
    if (any)
        found(&m, from, any, any == closed ? STATE_ACCEPTED : STATE_OPEN, "");
    if (there)
        found(&m, to, there, there == closed ? STATE_UNKNOWN : STATE_OPEN, "");
    for (size_t i = 0; i < m.finding.n; i++)
        m.finding.p[i].severity = SEVERITY_CRITICAL;
    no_error(attack_graph_make(&g, &m, &e), &e);
    no_error(reached_new(&g.g, &r, &e), &e);
    reach_fixpoint(&g.g, &r, NULL);
    for (uint32_t i = 0; i < g.g.n_rules; i++)
        fired |= g.g.rule[i].tag == number_of(a);
    reach_free(&g.g);
    arena_free(&m.arena);
    return fired;
}

static void both_ways(const struct attack *a, const char *any, const char *there)
{
    bool on = possible(a, any, there, NULL);

    CHECK(on);
    if (!on)
        printf("# %s with %s, %s\n", a->id, any ? any : "-", there ? there : "-");
    CHECK(!any || !possible(a, any, there, any));
    CHECK(!there || !possible(a, any, there, there));
    for (const char *const *id = a->all; id && *id; id++)
        CHECK(!possible(a, any, there, *id));
}

static void every_attack_both_ways(void)
{
    static const char *const none[] = { NULL, NULL };

    for (size_t i = 0; attack_at(i); i++) {
        const struct attack *a = attack_at(i);
        const char *const *any = a->any ? a->any : none, *const *there = a->there ? a->there : none;
        for (size_t k = 0; k == 0 || any[k]; k++)
            both_ways(a, any[k], there[0]);
        for (size_t k = 0; k == 0 || there[k]; k++)
            both_ways(a, any[0], there[k]);
    }
}

/* What is milder than an attack needs leads nowhere. */
static void mild_holes_lead_nowhere(void)
{
    for (enum severity s = SEVERITY_INFO; s < SEVERITY_COUNT; s++) {
        struct model m = MODEL;
        uint32_t el = image(&m, "x");
        found(&m, el, "vulnerable-application-package", STATE_OPEN, "");
        found(&m, el, "image-root-user", STATE_OPEN, "");
        for (size_t i = 0; i < m.finding.n; i++)
            m.finding.p[i].severity = s;
        analyse(&m);
        CHECK_INT(path_to(&m, "foreign code run in x") != NULL, s >= SEVERITY_HIGH);
        arena_free(&m.arena);
    }
}

/* ---- paths ---- */

static void nothing_open_no_path(void)
{
    struct model m = MODEL;
    uint32_t el = image(&m, "hardened:1");

    found(&m, el, "image-root-user", STATE_MITIGATED, "");
    found(&m, el, "image-no-healthcheck", STATE_ACCEPTED, "");
    analyse(&m);
    CHECK_INT(m.path.n, 0);
    CHECK_INT(m.fix.n, 0);
    arena_free(&m.arena);
}

static void unknown_is_no_path(void)
{
    struct model m = MODEL;

    found(&m, image(&m, "x"), "image-root-user", STATE_UNKNOWN, "");
    analyse(&m);
    CHECK_INT(m.path.n, 0);
    arena_free(&m.arena);
}

static void root_at_once(void)
{
    struct model m = MODEL;
    const struct check *c = &rule_by_id(STR("image-root-user"))->check;

    found(&m, image(&m, "debian:12"), c->id, STATE_OPEN, "");
    analyse(&m);
    const struct path *p = path_to(&m, "root in debian:12");
    CHECK(p != NULL);
    if (p) {
        char want[400];
        snprintf(want, sizeof want, "Whoever gets code running in debian:12 is root in it at once: %c%s (%s)",
                 c->title[0] | 0x20, c->title + 1, c->id);
        CHECK(text_is(p->sentence, want));
        CHECK_INT(p->n_step, 1);
        CHECK(text_is(p->step[0].from, "code running in debian:12"));
        CHECK(text_is(p->step[0].to, "root in debian:12"));
        CHECK_INT(p->step[0].n_finding, 1);
        CHECK_INT(p->step[0].finding[0], 0);
    }
    CHECK_INT(m.fix.n, 1);
    CHECK(m.fix.p[0].optimal && m.fix.p[0].paths == m.path.n && m.fix.p[0].n_finding == 1);
    CHECK(text_is(m.fix.p[0].text, c->fix));
    arena_free(&m.arena);
}

/* Nobody hangs a service that an image does not have. */
static void only_a_service_can_be_stopped(void)
{
    static const struct str port = { "80/tcp", 6 };
    static const struct config quiet = { 0 }, serves = { .ports = { &port, 1 } };

    for (int ports = 0; ports < 2; ports++) {
        struct model m = MODEL;
        struct image img = { .element = image(&m, "x"), .config = ports ? &serves : &quiet };
        struct image *list[] = { &img };
        m.image.p = list;
        m.image.n = 1;
        found(&m, img.element, "image-no-healthcheck", STATE_OPEN, "");
        analyse(&m);
        CHECK_INT(m.path.n, ports);
        CHECK_INT(path_to(&m, "the service of x down unnoticed") != NULL, ports);
        CHECK_INT(m.fix.n, 1); /* on a path or not, it can be fixed */
        CHECK_INT(m.fix.p[0].optimal, ports);
        arena_free(&m.arena);
    }
}

/* From outside to root in two steps; what is assumed is told only where there is no way from outside. */
static void steps_are_one_sentence(void)
{
    struct model m = MODEL;
    char want[600];
    uint32_t el = image(&m, "x");

    found(&m, el, "image-login-port", STATE_OPEN, "");
    found(&m, el, "image-root-user", STATE_OPEN, "");
    analyse(&m);
    CHECK_INT(m.path.n, 2);
    const struct path *p = path_to(&m, "root in x");
    const struct check *a = &rule_by_id(STR("image-login-port"))->check;
    const struct check *b = &rule_by_id(STR("image-root-user"))->check;
    snprintf(
        want, sizeof want,
        "Whoever reaches a port of x can guess or steal a password and log in: %c%s (%s), and then is root "
        "in it at once: %c%s (%s)",
        a->title[0] | 0x20, a->title + 1, a->id, b->title[0] | 0x20, b->title + 1, b->id);
    CHECK(p && text_is(p->sentence, want));
    CHECK(p && p->n_step == 2 && text_is(p->step[0].from, "a port of x") &&
          text_is(p->step[0].to, "code running in x") && text_is(p->step[1].from, "code running in x"));
    CHECK(path_to(&m, "foreign code run in x") != NULL);
    CHECK_INT(m.fix.n, 2);
    CHECK(m.fix.p[0].optimal && m.fix.p[1].optimal);
    arena_free(&m.arena);
}

/* ---- fixes ---- */

/* Two ways to the same goal: both must go, and each fix has the path that it breaks. */
static void every_fix_of_the_set_has_its_path(void)
{
    struct model m = MODEL;
    uint32_t el = image(&m, "x");
    uint32_t set = 0, rest = 0;

    found(&m, el, "image-root-user", STATE_OPEN, "");
    for (size_t i = 0; attack_at(i); i++)
        if (attack_at(i)->to == SITUATION_ROOT && !attack_at(i)->all && attack_at(i)->on != ON(WORKLOAD))
            for (const char *const *id = attack_at(i)->any; id && *id; id++)
                if (strcmp(*id, "image-root-user"))
                    found(&m, el, *id, STATE_OPEN, "");
    analyse(&m);
    for (size_t i = 0; i < m.fix.n; i++) {
        set += m.fix.p[i].optimal;
        rest += !m.fix.p[i].optimal;
        CHECK(!m.fix.p[i].optimal || m.fix.p[i].paths > 0);
    }
    CHECK(set > 1);
    CHECK_INT(rest, 0);
    CHECK(m.path.n >= set);
    arena_free(&m.arena);
}

/* Many findings of one check on two images: one fix, naming both; a check on no path comes after. */
static void findings_of_one_check_share_a_fix(void)
{
    struct model m = MODEL;
    uint32_t a = image(&m, "a"), b = image(&m, "b");
    const struct check *c = &rule_by_id(STR("image-root-user"))->check;
    char want[400];

    found(&m, a, c->id, STATE_OPEN, "one");
    found(&m, a, c->id, STATE_OPEN, "two");
    found(&m, b, c->id, STATE_OPEN, "");
    analyse(&m);
    CHECK_INT(m.fix.n, 1);
    CHECK_INT(m.fix.p[0].n_finding, 3);
    CHECK_INT(m.fix.p[0].paths, m.path.n);
    snprintf(want, sizeof want, "%s (a, b)", c->fix);
    CHECK(text_is(m.fix.p[0].text, want));
    CHECK(path_to(&m, "root in a") && path_to(&m, "root in b"));
    arena_free(&m.arena);
}

/* Everything of the registry open on 200 images: all paths broken by the set, each finding has one fix. */
static void everything_open(void)
{
    enum { IMAGES = 200 };
    struct model m = { .arena = ARENA(256 << 20) };
    size_t closed = 0;

    for (int i = 0; i < IMAGES; i++) {
        char name[20];
        snprintf(name, sizeof name, "image-%d", i);
        uint32_t el = image(&m, name);
        for (size_t s = 0; s < n_rule_sets; s++)
            for (size_t k = 0; k < rule_sets[s]->n; k++)
                found(&m, el, rule_sets[s]->rule[k].check.id, STATE_OPEN, "");
    }
    analyse(&m);
    for (size_t i = 0; i < m.fix.n; i++)
        closed += m.fix.p[i].n_finding;
    CHECK_INT(closed, m.finding.n);
    CHECK(m.path.n >= IMAGES);
    for (size_t i = 0; i < m.path.n; i++)
        CHECK(m.path.p[i].n_step > 0 && m.path.p[i].sentence.n > 20 && m.path.p[i].goal.n > 0);

    /* Close what the optimal fixes name: nothing is left. */
    for (size_t i = 0; i < m.fix.n; i++)
        for (size_t k = 0; m.fix.p[i].optimal && k < m.fix.p[i].n_finding; k++)
            m.finding.p[m.fix.p[i].finding[k]].state = STATE_MITIGATED;
    m.path.n = m.fix.n = 0;
    analyse(&m);
    CHECK_INT(m.path.n, 0);
    arena_free(&m.arena);
}

/* A hostile name neither breaks the template nor drowns the sentence. */
static void hostile_names(void)
{
    struct model m = MODEL;
    char name[5000];

    memset(name, '{', sizeof name);
    memcpy(name, "{}%s%n{}", 8);
    name[sizeof name - 1] = '\0';
    found(&m, image(&m, name), "image-root-user", STATE_OPEN, "");
    analyse(&m);
    CHECK(m.path.n > 0);
    CHECK(m.path.n && m.path.p[0].sentence.n < 1000 && str_has(m.path.p[0].sentence, STR("{}%s%n{}")) &&
          str_has(m.path.p[0].sentence, STR("image-root-user")));
    arena_free(&m.arena);
}

static void full_model_is_an_error(void)
{
    struct model m = MODEL;
    struct err e = { 0 };

    found(&m, image(&m, "x"), "image-root-user", STATE_OPEN, "");
    m.arena.budget = m.arena.used + 40;
    CHECK_INT(threat_analyse(&m, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
    arena_free(&m.arena);
}

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
        for (size_t i = 0; i < m.fix.n; i++)
            for (size_t k = 0; m.fix.p[i].optimal && k < m.fix.p[i].n_finding; k++)
                m.finding.p[m.fix.p[i].finding[k]].state = STATE_MITIGATED;
        m.path.n = m.fix.n = 0;
        analyse(&m);
        CHECK_INT(m.path.n, 0);
        arena_free(&m.arena);
    }
}

TESTS(T(checks_exist), T(records_are_complete), T(situations_are_connected), T(every_attack_both_ways),
      T(mild_holes_lead_nowhere), T(nothing_open_no_path), T(unknown_is_no_path), T(root_at_once),
      T(only_a_service_can_be_stopped), T(steps_are_one_sentence), T(every_fix_of_the_set_has_its_path),
      T(findings_of_one_check_share_a_fix), T(everything_open), T(hostile_names), T(full_model_is_an_error),
      T(agrees_with_brute_force))
