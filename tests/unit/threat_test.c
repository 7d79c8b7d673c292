/* Attack rules, paths and fixes over models made by hand. */
#include "threat/attack.h"
#include "threat_model.h"

static uint32_t image(struct model *m, const char *name)
{
    struct err e = { 0 };
    uint32_t at = 0;

    no_error(model_add_element(m, ELEMENT_IMAGE, str_of(name), STR("image"), &at, &e), &e);
    return at;
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
    close_optimal(&m);
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

TESTS(T(checks_exist), T(records_are_complete), T(situations_are_connected), T(every_attack_both_ways),
      T(mild_holes_lead_nowhere), T(nothing_open_no_path), T(unknown_is_no_path), T(root_at_once),
      T(only_a_service_can_be_stopped), T(steps_are_one_sentence), T(every_fix_of_the_set_has_its_path),
      T(findings_of_one_check_share_a_fix), T(everything_open), T(hostile_names), T(full_model_is_an_error))
