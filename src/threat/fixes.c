#include "threat/fixes.h"

#include "core/map.h"
#include "threat/hitting.h"

enum { ROUNDS = 1000, WORK = 2000000 };

struct search {
    const struct fixes_problem *p;
    struct reached r;
    bool *stands;          /* goals */
    bool *breakable;       /* facts: a goal that does not stand */
    bool *without;         /* facts */
    bool *picked, *tried;  /* choices: the answer; the answer and what hits the derivations of this round */
    uint32_t *of_at, *of;  /* choices that take away fact f: of[of_at[f] ...] */
    fact_no *facts;        /* a derivation */
    uint32_t *seen, stamp; /* choices: already in the set at hand */
    uint32_t *item;        /* choices: the set at hand */
    struct hit_set *set;   /* of choices: one of each must be picked */
    size_t n_sets, cap_sets;
    struct map known; /* their items as bytes */
    uint32_t *cost;   /* choices */
    struct arena *arena;
    struct fixes *out;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many attack paths to find the fewest fixes");
}

static bool index_leaves(struct search *s)
{
    const struct fixes_problem *p = s->p;
    size_t total = 0, facts = p->graph->n_facts;

    for (uint32_t c = 0; c < p->n_choices; c++)
        total += p->choice[c].n;
    s->of_at = arena_array(s->arena, uint32_t, facts + 2);
    s->of = arena_array(s->arena, uint32_t, total + 1);
    if (!s->of_at || !s->of || total > UINT32_MAX)
        return false;
    for (uint32_t c = 0; c < p->n_choices; c++)
        for (uint32_t i = 0; i < p->choice[c].n; i++)
            s->of_at[p->choice[c].leaf[i] + 2]++;
    for (size_t f = 2; f < facts + 2; f++)
        s->of_at[f] += s->of_at[f - 1];
    for (uint32_t c = 0; c < p->n_choices; c++)
        for (uint32_t i = 0; i < p->choice[c].n; i++)
            s->of[s->of_at[p->choice[c].leaf[i] + 1]++] = c;
    return true;
}

static int prepare(struct search *s, struct err *e)
{
    const struct fixes_problem *p = s->p;
    size_t choices = (size_t)p->n_choices + 1, facts = (size_t)p->graph->n_facts + 1;

    s->stands = arena_array(s->arena, bool, (size_t)p->n_goals + 1);
    s->without = arena_array(s->arena, bool, facts);
    s->breakable = arena_array(s->arena, bool, facts);
    s->picked = arena_array(s->arena, bool, choices);
    s->tried = arena_array(s->arena, bool, choices);
    s->facts = arena_array(s->arena, fact_no, facts);
    s->seen = arena_array(s->arena, uint32_t, choices);
    s->item = arena_array(s->arena, uint32_t, choices);
    s->cost = arena_array(s->arena, uint32_t, choices);
    if (!s->stands || !s->without || !s->breakable || !s->picked || !s->tried || !s->facts || !s->seen ||
        !s->item || !s->cost || !index_leaves(s))
        return full(e);
    for (uint32_t c = 0; c < p->n_choices; c++)
        s->cost[c] = p->choice[c].cost;
    return reached_new(p->graph, &s->r, e);
}

/* The leaves that these choices take away; NULL: all choices. */
static void take_away(struct search *s, const bool *chosen)
{
    memset(s->without, 0, s->p->graph->n_facts * sizeof *s->without);
    for (uint32_t c = 0; c < s->p->n_choices; c++)
        for (uint32_t i = 0; i < s->p->choice[c].n && (!chosen || chosen[c]); i++)
            s->without[s->p->choice[c].leaf[i]] = true;
}

static int order(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* What breaks the derivation of `goal` that was just found: choices, in s->item. */
static size_t breakers(struct search *s, fact_no goal)
{
    size_t n_facts = reach_derivation(s->p->graph, &s->r, goal, s->facts), n = 0;

    s->stamp++;
    for (size_t i = 0; i < n_facts; i++) {
        fact_no f = s->facts[i];
        for (uint32_t k = s->of_at[f]; s->r.by[f] == REACH_GIVEN && k < s->of_at[f + 1]; k++) {
            if (s->seen[s->of[k]] == s->stamp)
                continue;
            s->seen[s->of[k]] = s->stamp;
            s->item[n++] = s->of[k];
        }
    }
    qsort(s->item, n, sizeof *s->item, order); /* never none: goals that stand were sorted out */
    return n;
}

/* The n choices in s->item become a set to hit, unless it is known. */
static int add_set(struct search *s, size_t n, struct err *e)
{
    uint32_t *item = arena_array(s->arena, uint32_t, n + 1);
    bool is_new;

    if (!item)
        return full(e);
    memcpy(item, s->item, n * sizeof *item);
    if (!map_put(&s->known, (struct str){ (const char *)item, n * sizeof *item }, &is_new))
        return full(e);
    if (!is_new)
        return 0;
    if (!arena_grow(s->arena, &s->set, s->n_sets, &s->cap_sets, sizeof *s->set))
        return full(e);
    s->set[s->n_sets++] = (struct hit_set){ item, (uint32_t)n };
    return 0;
}

static void try_from(struct search *s, size_t from)
{
    for (size_t i = from; i < s->n_sets; i++)
        for (uint32_t k = 0; k < s->set[i].n; k++)
            s->tried[s->set[i].item[k]] = true;
}

/* Does the goal follow at once from another that must be broken too? What breaks that derivation breaks this
 * one. */
static bool follows(const struct search *s, fact_no goal)
{
    const struct reach *g = s->p->graph;
    const struct horn *h = s->r.by[goal] == REACH_GIVEN ? NULL : &g->rule[s->r.by[goal]];

    for (uint32_t i = 0; h && i < h->n_body; i++)
        if (s->breakable[g->premise[h->body + i]])
            return true;
    return false;
}

/* Could the rule give the goal, too? By what held before it, and that is no goal itself. */
static bool is_another_way(const struct search *s, uint32_t rule)
{
    const struct reach *g = s->p->graph;
    const struct horn *h = &g->rule[rule];

    if (!s->breakable[h->head] || !reach_fired(&s->r, rule) || s->r.by[h->head] == rule ||
        s->r.by[h->head] == REACH_GIVEN)
        return false;
    for (uint32_t i = 0; i < h->n_body; i++) {
        fact_no f = g->premise[h->body + i];
        if (s->breakable[f] || s->r.at[f] >= s->r.at[h->head])
            return false;
    }
    return true;
}

/* A thousand Pods that lead to the same node are a thousand ways: one fixpoint shows all that have nothing in
 * common with those that are known. */
static int add_other_ways(struct search *s, struct err *e)
{
    for (uint32_t rule = 0; rule < s->p->graph->n_rules; rule++) {
        bool apart = true;
        if (!is_another_way(s, rule))
            continue;
        fact_no goal = s->p->graph->rule[rule].head;
        uint32_t by = s->r.by[goal];
        s->r.by[goal] = rule;
        size_t n = breakers(s, goal), from = s->n_sets;
        s->r.by[goal] = by;
        for (size_t i = 0; i < n; i++)
            apart &= !s->tried[s->item[i]];
        if (apart && add_set(s, n, e) < 0)
            return -1;
        try_from(s, from);
    }
    return 0;
}

/* Derivations that survive the answer so far: for each goal as many as there are without a common leaf that
 * could be taken away. Returns how many sets that made, -1 on error. */
static int collect(struct search *s, struct err *e)
{
    size_t first = s->n_sets;

    memcpy(s->tried, s->picked, s->p->n_choices * sizeof *s->tried);
    for (bool any = true; any;) {
        size_t from = s->n_sets;
        any = false;
        take_away(s, s->tried);
        reach_fixpoint(s->p->graph, &s->r, s->without); /* breadth first: few leaves, and linear */
        for (uint32_t i = 0; i < s->p->n_goals; i++) {
            if (s->stands[i] || !reach_holds(&s->r, s->p->goal[i]))
                continue;
            any = true;
            if (!follows(s, s->p->goal[i]) && add_set(s, breakers(s, s->p->goal[i]), e) < 0)
                return -1;
        }
        try_from(s, from);
        if (any && add_other_ways(s, e) < 0)
            return -1;
    }
    return s->n_sets - first > INT32_MAX ? full(e) : (int)(s->n_sets - first);
}

static int solve(struct search *s, struct err *e)
{
    AUTO_ARENA struct arena room = ARENA(1u << 30);
    struct hitting h = { s->set, (uint32_t)s->n_sets, s->p->n_choices, s->cost,
                         s->p->work ? s->p->work : WORK };
    uint64_t bound;

    if (hitting_solve(&h, &room, s->picked, &s->out->cost, &bound, e) < 0)
        return -1;
    if (bound > s->out->bound)
        s->out->bound = bound; /* of fewer derivations than there are: holds for all of them */
    s->out->rounds++;
    return 0;
}

static void pick_cheapest(struct search *s, const struct hit_set *of)
{
    uint32_t best = of->item[0];

    for (uint32_t k = 0; k < of->n; k++) {
        if (s->picked[of->item[k]])
            return;
        if (s->cost[of->item[k]] < s->cost[best])
            best = of->item[k];
    }
    s->picked[best] = true;
}

/* Out of rounds: the cheapest choice of every derivation that survives, until none does. */
static int settle_for_more(struct search *s, size_t from, struct err *e)
{
    int n;

    do {
        for (; from < s->n_sets; from++)
            pick_cheapest(s, &s->set[from]);
    } while ((n = collect(s, e)) > 0);
    return n;
}

/* Goals that can be reached when every choice is made cannot be broken at all. */
static void sort_out(struct search *s)
{
    take_away(s, NULL);
    reach_fixpoint(s->p->graph, &s->r, s->without);
    for (uint32_t i = 0; i < s->p->n_goals; i++)
        s->breakable[s->p->goal[i]] = !(s->stands[i] = reach_holds(&s->r, s->p->goal[i]));
}

static int finish(struct search *s, struct err *e)
{
    struct fixes *out = s->out;
    uint32_t *chosen = arena_array(s->arena, uint32_t, (size_t)s->p->n_choices + 1);

    if (!chosen)
        return full(e);
    take_away(s, s->picked);
    reach_fixpoint(s->p->graph, &s->r, s->without);
    for (uint32_t i = 0; i < s->p->n_goals; i++)
        if (!s->stands[i] && reach_holds(&s->r, s->p->goal[i]))
            return err_set(e, ERR_UNSUPPORTED, "the set of fixes leaves goal %u open: a defect", i);
    out->cost = 0;
    for (uint32_t c = 0; c < s->p->n_choices; c++)
        if (s->picked[c]) {
            chosen[out->n++] = c;
            out->cost += s->cost[c];
        }
    out->choice = chosen;
    out->stands = s->stands;
    out->optimal = out->cost == out->bound;
    out->derivations = (uint32_t)s->n_sets;
    return 0;
}

static int search(struct search *s, struct err *e)
{
    uint32_t rounds = s->p->rounds ? s->p->rounds : ROUNDS;
    size_t solved = 0;
    int found;

    if (prepare(s, e) < 0)
        return -1;
    sort_out(s);
    while ((found = collect(s, e)) > 0 && s->out->rounds < rounds) {
        if (solve(s, e) < 0)
            return -1;
        solved = s->n_sets;
    }
    if (found < 0 || (found > 0 && settle_for_more(s, solved, e) < 0))
        return -1;
    return finish(s, e);
}

int fixes_find(const struct fixes_problem *p, struct fixes *out, struct err *e)
{
    struct search s = { .p = p, .arena = &p->graph->arena, .out = out };

    *out = (struct fixes){ 0 };
    int r = search(&s, e);
    map_free(&s.known);
    return r;
}
