#include "threat/threat.h"

#include "core/map.h"
#include "threat/fixes.h"
#include "threat/patch.h"
#include "threat/story.h"
#include "threat/updates.h"

enum {
    PATHS_MOST = 1000,            /* told, and of one kind of goal ... */
    KIND_MOST = 100,              /* ... so many; that there are more is said */
    CLOSE_MOST = 20,              /* paths whose own fixes are looked for, as long as ... */
    CLOSE_RULES_MOST = 100000,    /* ... that takes no more rules to look at, each a thousand times */
    EXPLAIN_MOST = 100,           /* fixes that get a path of their own ... */
    EXPLAIN_RULES_MOST = 10000000 /* ... as long as that takes no more rules to look at: half a second */
};

struct prize {
    fact_no fact;
    uint32_t goal, element;
    uint64_t cost;
};
/* What an operator does at one place. */
struct change {
    uint32_t cost;
    uint32_t lead; /* the cause of its worst finding: it names the change */
    fact_no *leaf; /* findings that it closes */
    uint32_t n;
};
struct analysis {
    struct model *m;
    struct attack_graph a;
    struct reached r;
    struct prize *prize; /* goals that can be reached, worst first */
    uint32_t n_prizes;
    struct change *change;
    uint32_t n_changes;
    struct choice *choice; /* of each change */
    fact_no *goal;         /* of each prize */
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

/* The worst of each kind of goal; what is not told is counted. */
static int tell_prizes(struct analysis *s, struct err *e)
{
    uint32_t told = 0, of_kind = 0;

    for (uint32_t i = 0; i < s->n_prizes; i++) {
        of_kind = i && s->prize[i].goal == s->prize[i - 1].goal ? of_kind + 1 : 0;
        if (told == PATHS_MOST || of_kind >= KIND_MOST)
            continue;
        if (add_path(s, s->prize[i].fact, e) < 0)
            return -1;
        told++;
    }
    if (s->n_prizes > told)
        model_incomplete(s->m, STR("attack paths"), "%u more goals can be reached than the %u shown",
                         s->n_prizes - told, told);
    return 0;
}

/* ---- changes ---- */

/* How much work a change is, by where it is made. */
static const uint32_t layer_cost[LAYER_COUNT] = {
    [LAYER_HOST] = 2,     [LAYER_ENGINE] = 1,       [LAYER_IMAGE] = 2,
    [LAYER_REGISTRY] = 2, [LAYER_ORCHESTRATOR] = 1, [LAYER_APPLICATION] = 5,
};

static uint32_t finding_of(const struct analysis *s, uint32_t cause, uint32_t i)
{
    return s->a.meaning[s->a.cause[cause].leaf[i]].what;
}

/* One change closes all findings of a check on an element; causes that go with the same line of a document
 * are one change. Its number, new or known. */
static int change_of(struct analysis *s, struct map *by_line, uint32_t cause, uint32_t *number, struct err *e)
{
    const struct cause *c = &s->a.cause[cause];
    const struct finding *f = &s->m->finding.p[finding_of(s, cause, 0)];
    struct str path;
    uint32_t line;
    bool is_new = true;

    *number = s->n_changes;
    if (c->n == 1 && patch_drops(s->m, f, &path, &line)) {
        struct str key = arena_fmt(&s->a.g.arena, STR_FMT ":" STR_FMT ":%u", STR_ARG(f->evidence[0].target),
                                   STR_ARG(path), line);
        uint32_t *at = key.p ? map_put(by_line, key, &is_new) : NULL;
        if (!at)
            return full(e);
        if (is_new)
            *at = s->n_changes;
        *number = *at;
    }
    if (is_new) {
        s->change[s->n_changes] = (struct change){ .cost = layer_cost[c->check->layer], .lead = cause };
        s->n_changes++;
    }
    return 0;
}

static bool leads(const struct analysis *s, uint32_t a, uint32_t b)
{
    return finding_of(s, a, 0) < finding_of(s, b, 0); /* they are sorted worst first */
}

static int find_changes(struct analysis *s, struct err *e)
{
    struct arena *arena = &s->a.g.arena;
    uint32_t n = s->a.n_causes, *number = arena_array(arena, uint32_t, (size_t)n + 1);
    AUTO_MAP struct map by_line = MAP;

    s->change = arena_array(arena, struct change, (size_t)n + 1);
    if (!number || !s->change)
        return full(e);
    for (uint32_t i = 0; i < n; i++) {
        if (change_of(s, &by_line, i, &number[i], e) < 0)
            return -1;
        struct change *c = &s->change[number[i]];
        c->n += s->a.cause[i].n;
        if (leads(s, i, c->lead))
            c->lead = i;
    }
    for (uint32_t i = 0; i < s->n_changes; i++) {
        fact_no *leaf = arena_array(arena, fact_no, (size_t)s->change[i].n + 1);
        if (!leaf)
            return full(e);
        s->change[i].leaf = leaf;
        s->change[i].n = 0;
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < s->a.cause[i].n; k++)
            s->change[number[i]].leaf[s->change[number[i]].n++] = s->a.cause[i].leaf[k];
    return 0;
}

static int find_best(struct analysis *s, struct err *e)
{
    struct arena *arena = &s->a.g.arena;

    s->choice = arena_array(arena, struct choice, (size_t)s->n_changes + 1);
    s->goal = arena_array(arena, fact_no, (size_t)s->n_prizes + 1);
    if (!s->choice || !s->goal)
        return full(e);
    for (uint32_t i = 0; i < s->n_changes; i++)
        s->choice[i] = (struct choice){ s->change[i].cost, s->change[i].leaf, s->change[i].n };
    for (uint32_t i = 0; i < s->n_prizes; i++)
        s->goal[i] = s->prize[i].fact;
    const struct fixes_problem p = { .graph = &s->a.g,
                                     .goal = s->goal,
                                     .n_goals = s->n_prizes,
                                     .choice = s->choice,
                                     .n_choices = s->n_changes };
    if (fixes_find(&p, &s->best, e) < 0)
        return -1;
    if (!s->best.optimal)
        model_incomplete(s->m, STR("attack paths"),
                         "the changes that break all paths cost %llu; whether %llu would do was not settled",
                         (unsigned long long)s->best.cost, (unsigned long long)s->best.bound);
    return 0;
}

/* What closes a goal by itself is often one change, however many all goals together need. */
static int find_closers(struct analysis *s, struct err *e)
{
    uint32_t more = MIN((uint32_t)CLOSE_MOST, CLOSE_RULES_MOST / (s->a.g.n_rules + 1));

    for (uint32_t i = 0; i < MIN((uint32_t)KIND_MOST, s->n_prizes) && i < more; i++) { /* told one for one */
        struct path *path = &s->m->path.p[i];
        struct fixes found;
        const struct fixes_problem p = { .graph = &s->a.g,
                                         .goal = &s->goal[i],
                                         .n_goals = 1,
                                         .choice = s->choice,
                                         .n_choices = s->n_changes };
        if (fixes_find(&p, &found, e) < 0)
            return -1;
        uint32_t *closer = arena_array(&s->m->arena, uint32_t, (size_t)found.n + 1);
        if (!closer)
            return full(e);
        for (uint32_t k = 0; found.optimal && k < found.n; k++)
            closer[path->n_closer++] = finding_of(s, s->change[found.choice[k]].lead, 0);
        path->closer = closer;
    }
    return 0;
}

/* Changes in the order of their checks' worst findings; those of one check together, the set's before the
 * rest. */
struct ranked {
    uint32_t change, element;
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
    if (a->element != b->element)
        return a->element < b->element ? -1 : 1;
    return (a->change > b->change) - (a->change < b->change);
}

static const struct cause *lead_of(const struct analysis *s, const struct ranked *r)
{
    return &s->a.cause[s->change[r->change].lead];
}

/* "Fix text (debian:12, redis:7 and 3 more)" where more than one element could be meant. */
static struct str fix_text(struct analysis *s, struct str text, const struct ranked *r, size_t n)
{
    struct model *m = s->m;
    AUTO_BUF struct buf b = BUF(32 << 10);

    buf_str(&b, text);
    for (size_t i = 0; s->several && i < n && i < 3; i++) {
        buf_str(&b, i ? STR(", ") : STR(" ("));
        buf_str(&b, str_first(m->element.p[lead_of(s, &r[i])->element].name, 200));
    }
    if (s->several && n > 3)
        buf_fmt(&b, " and %zu more", n - 3);
    if (s->several)
        buf_char(&b, ')');
    return arena_str(&m->arena, buf_view(&b));
}

/* r[0 .. n) are changes led by one check. */
static int add_fix(struct analysis *s, const struct ranked *r, size_t n, struct err *e)
{
    struct model *m = s->m;
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += s->change[r[i].change].n;
    uint32_t *finding = arena_array(&m->arena, uint32_t, total);
    const struct cause *lead = lead_of(s, r);
    struct str text = str_of(lead->check->fix);
    struct fix f = { .snippet = str_of(m->finding.p[s->a.meaning[lead->leaf[0]].what].snippet),
                     .finding = finding,
                     .n_finding = total,
                     .cost = s->change[r[0].change].cost * (uint32_t)n,
                     .optimal = r[0].in_set && s->best.optimal };
    if (!f.snippet.p)
        f.snippet = str_of(lead->check->snippet);
    if (!finding || !arena_grow(&m->arena, &m->fix.p, m->fix.n, &m->fix.cap, sizeof f))
        return full(e);
    for (size_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < s->change[r[i].change].n; j++) {
            finding[k++] = s->a.meaning[s->change[r[i].change].leaf[j]].what;
            s->fix_of[finding[k - 1]] = (uint32_t)m->fix.n + 1;
        }
    if (updates_say(m, finding, total, &text, &f.snippet, e) < 0)
        return -1;
    f.text = fix_text(s, text, r, n);
    if (!f.text.p)
        return full(e);
    m->fix.p[m->fix.n++] = f;
    s->n_set += r[0].in_set;
    return 0;
}

/* The number of the finding that met the check of each change first. */
static int rank(struct analysis *s, struct ranked *r, struct err *e)
{
    AUTO_MAP struct map first = MAP;

    for (uint32_t i = 0; i < s->n_changes; i++) {
        bool is_new;
        uint32_t lead = s->change[i].lead;
        uint32_t *at = map_put(&first, str_of(s->a.cause[lead].check->id), &is_new);
        if (!at)
            return full(e);
        if (is_new || finding_of(s, lead, 0) < *at)
            *at = finding_of(s, lead, 0);
        r[i] = (struct ranked){ .change = i, .element = s->a.cause[lead].element };
        s->several |= s->a.cause[lead].element != s->a.cause[s->change[0].lead].element;
    }
    for (uint32_t i = 0; i < s->n_changes; i++)
        r[i].first = *map_get(&first, str_of(s->a.cause[s->change[i].lead].check->id));
    for (uint32_t i = 0; i < s->best.n; i++)
        r[s->best.choice[i]].in_set = true;
    return 0;
}

static int add_fixes(struct analysis *s, struct err *e)
{
    struct arena *arena = &s->a.g.arena;
    uint32_t n = s->n_changes;
    struct ranked *r = arena_array(arena, struct ranked, (size_t)n + 1);

    s->fix_of = arena_array(arena, uint32_t, s->m->finding.n + 1);
    if (!r || !s->fix_of)
        return full(e);
    if (rank(s, r, e) < 0)
        return -1;
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

/* ---- the way that each fix breaks ---- */

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
        for (uint32_t k = 0; k < s->change[s->best.choice[i]].n; k++)
            s->without[s->change[s->best.choice[i]].leaf[k]] = true;
    uint32_t more = MIN((uint32_t)EXPLAIN_MOST, EXPLAIN_RULES_MOST / (s->a.g.n_rules + 1));
    for (uint32_t i = 0; i < s->best.n && more; i++) {
        const struct change *g = &s->change[s->best.choice[i]];
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
        tell_prizes(s, e) < 0 || find_changes(s, e) < 0 || find_best(s, e) < 0 || find_closers(s, e) < 0 ||
        add_fixes(s, e) < 0)
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
