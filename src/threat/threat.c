#include "threat/threat.h"

#include "core/map.h"
#include "threat/fixes.h"
#include "threat/story.h"

enum {
    PATHS_MOST = 10000,           /* told; that there are more is said */
    EXPLAIN_MOST = 100,           /* fixes that get a path of their own ... */
    EXPLAIN_RULES_MOST = 10000000 /* ... as long as that takes no more rules to look at: half a second */
};

struct prize {
    fact_no fact;
    uint32_t goal, element;
    uint64_t cost;
};
struct analysis {
    struct model *m;
    struct attack_graph a;
    struct reached r;
    struct prize *prize; /* goals that can be reached, worst first */
    uint32_t n_prizes;
    struct fixes best;
    size_t n_set;            /* fixes of the best set: the first ones */
    bool *without;           /* facts */
    bool several;            /* elements with open findings: fixes must say where */
    uint32_t *fix_of, *seen; /* finding -> 1 + its fix; fix -> 1 + the path it was last counted for */
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

static int worse_prize(const void *x, const void *y)
{
    const struct prize *a = x, *b = y;

    if (a->goal != b->goal)
        return a->goal < b->goal ? -1 : 1;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return (a->element > b->element) - (a->element < b->element);
}

static int find_prizes(struct analysis *s, struct err *e)
{
    size_t cap = 0;

    reach_cheapest(&s->a.g, &s->r, NULL);
    for (uint32_t el = 0; el < s->m->element.n; el++)
        for (uint32_t k = 0; k < SITUATION_COUNT; k++) {
            fact_no f = situation_info[k].goal ? attack_situation(&s->a, s->m, el, k) : FACT_NONE;
            if (f == FACT_NONE || !reach_holds(&s->r, f))
                continue;
            if (!arena_grow(&s->a.g.arena, &s->prize, s->n_prizes, &cap, sizeof *s->prize))
                return full(e);
            s->prize[s->n_prizes++] = (struct prize){ f, k, el, s->r.cost[f] };
        }
    if (s->n_prizes)
        qsort(s->prize, s->n_prizes, sizeof *s->prize, worse_prize);
    return 0;
}

static int add_path(struct analysis *s, fact_no goal, struct err *e)
{
    struct model *m = s->m;

    if (!arena_grow(&m->arena, &m->path.p, m->path.n, &m->path.cap, sizeof *m->path.p))
        return full(e);
    if (story_tell(m, &s->a, &s->r, goal, &m->path.p[m->path.n], e) < 0)
        return -1;
    m->path.n++;
    return 0;
}

static int tell_prizes(struct analysis *s, struct err *e)
{
    for (uint32_t i = 0; i < s->n_prizes && i < PATHS_MOST; i++)
        if (add_path(s, s->prize[i].fact, e) < 0)
            return -1;
    if (s->n_prizes > PATHS_MOST)
        model_incomplete(s->m, STR("attack paths"), "%u more goals can be reached than the %d shown",
                         s->n_prizes - PATHS_MOST, PATHS_MOST);
    return 0;
}

/* One change closes all findings of a check on an element; each change counts as one. */
static int find_best(struct analysis *s, struct err *e)
{
    struct arena *arena = &s->a.g.arena;
    struct choice *choice = arena_array(arena, struct choice, (size_t)s->a.n_causes + 1);
    fact_no *goal = arena_array(arena, fact_no, (size_t)s->n_prizes + 1);

    if (!choice || !goal)
        return full(e);
    for (uint32_t i = 0; i < s->a.n_causes; i++)
        choice[i] = (struct choice){ 1, s->a.cause[i].leaf, s->a.cause[i].n };
    for (uint32_t i = 0; i < s->n_prizes; i++)
        goal[i] = s->prize[i].fact;
    const struct fixes_problem p = {
        .graph = &s->a.g, .goal = goal, .n_goals = s->n_prizes, .choice = choice, .n_choices = s->a.n_causes
    };
    if (fixes_find(&p, &s->best, e) < 0)
        return -1;
    if (!s->best.optimal)
        model_incomplete(s->m, STR("attack paths"),
                         "the %llu changes break all paths, but whether %llu would do was not settled",
                         (unsigned long long)s->best.cost, (unsigned long long)s->best.bound);
    return 0;
}

/* Causes in the order of their checks' worst findings; those of one check together, the set's before the
 * rest. */
struct ranked {
    uint32_t cause, element;
    bool in_set;
    uint32_t first; /* finding that met the check first: findings are sorted worst first */
};

static int by_check(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->in_set != b->in_set)
        return a->in_set ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->element > b->element) - (a->element < b->element);
}

/* "Fix text (debian:12, redis:7 and 3 more)" where more than one element could be meant. */
static struct str fix_text(struct analysis *s, const struct ranked *r, size_t n)
{
    const struct cause *g = s->a.cause;
    const struct check *c = g[r[0].cause].check;
    struct model *m = s->m;
    AUTO_BUF struct buf b = BUF(4096);

    buf_str(&b, str_of(c->fix));
    for (size_t i = 0; s->several && i < n && i < 3; i++) {
        buf_str(&b, i ? STR(", ") : STR(" ("));
        buf_str(&b, str_first(m->element.p[g[r[i].cause].element].name, 200));
    }
    if (s->several && n > 3)
        buf_fmt(&b, " and %zu more", n - 3);
    if (s->several)
        buf_char(&b, ')');
    return arena_str(&m->arena, buf_view(&b));
}

/* r[0 .. n) are causes of one check. */
static int add_fix(struct analysis *s, const struct ranked *r, size_t n, struct err *e)
{
    struct model *m = s->m;
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += s->a.cause[r[i].cause].n;
    uint32_t *finding = arena_array(&m->arena, uint32_t, total);
    struct fix f = { .text = fix_text(s, r, n),
                     .snippet = str_of(s->a.cause[r[0].cause].check->snippet),
                     .finding = finding,
                     .n_finding = total,
                     .optimal = r[0].in_set && s->best.optimal };
    if (!finding || !f.text.p || !arena_grow(&m->arena, &m->fix.p, m->fix.n, &m->fix.cap, sizeof f))
        return full(e);
    for (size_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < s->a.cause[r[i].cause].n; j++) {
            finding[k++] = s->a.meaning[s->a.cause[r[i].cause].leaf[j]].what;
            s->fix_of[finding[k - 1]] = (uint32_t)m->fix.n + 1;
        }
    m->fix.p[m->fix.n++] = f;
    s->n_set += r[0].in_set;
    return 0;
}

static int add_fixes(struct analysis *s, struct err *e)
{
    struct arena *arena = &s->a.g.arena;
    uint32_t n = s->a.n_causes;
    struct ranked *r = arena_array(arena, struct ranked, (size_t)n + 1);

    s->fix_of = arena_array(arena, uint32_t, s->m->finding.n + 1);
    if (!r || !s->fix_of)
        return full(e);
    for (uint32_t i = 0; i < n; i++) {
        r[i] = (struct ranked){ .cause = i, .element = s->a.cause[i].element };
        s->several |= s->a.cause[i].element != s->a.cause[0].element;
    }
    for (uint32_t i = 0; i < s->best.n; i++)
        r[s->best.choice[i]].in_set = true;
    AUTO_MAP struct map first = MAP;
    for (uint32_t i = 0; i < n; i++) {
        bool is_new;
        uint32_t *at = map_put(&first, str_of(s->a.cause[i].check->id), &is_new);
        if (!at)
            return full(e);
        if (is_new)
            *at = s->a.meaning[s->a.cause[i].leaf[0]].what;
        r[i].first = *at;
    }
    if (n)
        qsort(r, n, sizeof *r, by_check);
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && r[end].first == r[i].first && r[end].in_set == r[i].in_set;)
            end++;
        if (add_fix(s, r + i, end - i, e) < 0)
            return -1;
    }
    s->seen = arena_array(arena, uint32_t, s->m->fix.n + 1);
    return s->seen ? 0 : full(e);
}

/* Which fixes break which path. */
static void count_paths(struct analysis *s, size_t from)
{
    for (size_t p = from; p < s->m->path.n; p++) {
        const struct path *path = &s->m->path.p[p];
        for (size_t i = 0; i < path->n_step; i++)
            for (size_t k = 0; k < path->step[i].n_finding; k++) {
                uint32_t fix = s->fix_of[path->step[i].finding[k]] - 1;
                if (s->seen[fix] == p + 1)
                    continue;
                s->seen[fix] = (uint32_t)p + 1;
                s->m->fix.p[fix].paths++;
            }
    }
}

/* A fix of the set that breaks none of the paths told is there for another way to a goal: the one that stays
 * open when all other changes are made. Tell it. */
static int explain(struct analysis *s, struct err *e)
{
    s->without = arena_array(&s->a.g.arena, bool, (size_t)s->a.g.n_facts + 1);
    if (!s->without)
        return full(e);
    for (uint32_t i = 0; i < s->best.n; i++)
        for (uint32_t k = 0; k < s->a.cause[s->best.choice[i]].n; k++)
            s->without[s->a.cause[s->best.choice[i]].leaf[k]] = true;
    uint32_t more = MIN((uint32_t)EXPLAIN_MOST, EXPLAIN_RULES_MOST / (s->a.g.n_rules + 1));
    for (uint32_t i = 0; i < s->best.n && more; i++) {
        const struct cause *g = &s->a.cause[s->best.choice[i]];
        size_t told = s->m->path.n;
        if (s->m->fix.p[s->fix_of[s->a.meaning[g->leaf[0]].what] - 1].paths)
            continue;
        more--;
        for (uint32_t k = 0; k < g->n; k++)
            s->without[g->leaf[k]] = false;
        reach_cheapest(&s->a.g, &s->r, s->without);
        for (uint32_t p = 0; p < s->n_prizes && s->m->path.n == told; p++)
            if (!s->best.stands[p] && reach_holds(&s->r, s->prize[p].fact) &&
                add_path(s, s->prize[p].fact, e) < 0)
                return -1;
        count_paths(s, told);
        for (uint32_t k = 0; k < g->n; k++)
            s->without[g->leaf[k]] = true;
    }
    return 0;
}

static int fix_first(const void *x, const void *y, void *model)
{
    const struct fix *a = x, *b = y;
    const struct finding *f = ((const struct model *)model)->finding.p;

    if (a->paths != b->paths)
        return a->paths > b->paths ? -1 : 1;
    if (f[a->finding[0]].severity != f[b->finding[0]].severity)
        return f[a->finding[0]].severity > f[b->finding[0]].severity ? -1 : 1;
    if (a->n_finding != b->n_finding)
        return a->n_finding > b->n_finding ? -1 : 1;
    return (a->finding[0] > b->finding[0]) - (a->finding[0] < b->finding[0]);
}

static int analyse(struct analysis *s, struct err *e)
{
    struct model *m = s->m;

    if (attack_graph_make(&s->a, m, e) < 0 || reached_new(&s->a.g, &s->r, e) < 0 || find_prizes(s, e) < 0 ||
        tell_prizes(s, e) < 0 || find_best(s, e) < 0 || add_fixes(s, e) < 0)
        return -1;
    count_paths(s, 0);
    if (explain(s, e) < 0)
        return -1;
    if (m->fix.n) {
        qsort_r(m->fix.p, s->n_set, sizeof *m->fix.p, fix_first, m);
        qsort_r(m->fix.p + s->n_set, m->fix.n - s->n_set, sizeof *m->fix.p, fix_first, m);
    }
    return 0;
}

int threat_analyse(struct model *m, struct err *e)
{
    struct analysis s = { .m = m };
    int r = analyse(&s, e);

    reach_free(&s.a.g);
    return r;
}
