#include "threat/reach.h"

/* "This rule gives its head for that much." Waits in the heap until nothing cheaper is left. */
struct reach_offer {
    uint64_t cost;
    uint32_t rule; /* REACH_GIVEN: the fact is given */
    fact_no fact;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many attack steps to analyse");
}

int reach_give(struct reach *g, fact_no fact, struct err *e)
{
    if (!arena_grow(&g->arena, &g->given, g->n_given, &g->cap_given, sizeof *g->given))
        return full(e);
    g->given[g->n_given++] = fact;
    return 0;
}

int reach_rule(struct reach *g, fact_no head, const fact_no *body, size_t n, uint32_t cost, uint32_t tag,
               struct err *e)
{
    if (n > REACH_MOST - g->n_premises || g->n_rules == REACH_MOST ||
        !arena_grow(&g->arena, &g->rule, g->n_rules, &g->cap_rule, sizeof *g->rule))
        return full(e);
    g->rule[g->n_rules++] = (struct horn){ head, g->n_premises, (uint32_t)n, cost, tag };
    for (size_t i = 0; i < n; i++) {
        if (!arena_grow(&g->arena, &g->premise, g->n_premises, &g->cap_premise, sizeof *g->premise))
            return full(e);
        g->premise[g->n_premises++] = body[i];
    }
    return 0;
}

int reach_ready(struct reach *g, struct err *e)
{
    if (g->n_facts > REACH_MOST)
        return full(e);
    g->use_at = arena_array(&g->arena, uint32_t, (size_t)g->n_facts + 2);
    g->use = arena_array(&g->arena, uint32_t, (size_t)g->n_premises + 1);
    if (!g->use_at || !g->use)
        return full(e);
    /* Counting sort; counts start two places on, so that the filling leaves use_at[f] at the beginning of f.
     */
    for (uint32_t i = 0; i < g->n_premises; i++)
        g->use_at[g->premise[i] + 2]++;
    for (fact_no f = 2; f < g->n_facts + 2; f++)
        g->use_at[f] += g->use_at[f - 1];
    for (uint32_t r = 0; r < g->n_rules; r++)
        for (uint32_t i = 0; i < g->rule[r].n_body; i++)
            g->use[g->use_at[g->premise[g->rule[r].body + i] + 1]++] = r;
    return 0;
}

void reach_free(struct reach *g)
{
    arena_free(&g->arena);
    *g = (struct reach){ .arena = g->arena };
}

int reached_new(struct reach *g, struct reached *r, struct err *e)
{
    size_t facts = (size_t)g->n_facts + 1, rules = (size_t)g->n_rules + 1;

    *r = (struct reached){ .by = arena_array(&g->arena, uint32_t, facts),
                           .cost = arena_array(&g->arena, uint64_t, facts),
                           .at = arena_array(&g->arena, uint32_t, facts),
                           .stack = arena_array(&g->arena, uint32_t, facts),
                           .next = arena_array(&g->arena, uint32_t, facts),
                           .missing = arena_array(&g->arena, uint32_t, rules),
                           .sum = arena_array(&g->arena, uint64_t, rules),
                           .heap = arena_array(&g->arena, struct reach_offer, rules + g->n_given) };
    return r->by && r->cost && r->at && r->stack && r->next && r->missing && r->sum && r->heap ? 0 : full(e);
}

static void begin(const struct reach *g, struct reached *r)
{
    for (fact_no f = 0; f < g->n_facts; f++)
        r->by[f] = REACH_NEVER;
    for (uint32_t i = 0; i < g->n_rules; i++)
        r->missing[i] = g->rule[i].n_body;
}

void reach_fixpoint(const struct reach *g, struct reached *r, const bool *without)
{
    size_t head = 0, tail = 0; /* `stack` serves as the queue: every fact enters it once */

    begin(g, r);
    for (uint32_t i = 0; i < g->n_given; i++) {
        fact_no f = g->given[i];
        if ((without && without[f]) || r->by[f] != REACH_NEVER)
            continue;
        r->by[f] = REACH_GIVEN;
        r->stack[tail++] = f;
    }
    while (head < tail) {
        fact_no f = r->stack[head];
        r->at[f] = (uint32_t)head++;
        for (uint32_t u = g->use_at[f]; u < g->use_at[f + 1]; u++) {
            uint32_t rule = g->use[u];
            fact_no to = g->rule[rule].head;
            if (--r->missing[rule] || r->by[to] != REACH_NEVER)
                continue;
            r->by[to] = rule;
            r->stack[tail++] = to;
        }
    }
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static bool before(struct reach_offer a, struct reach_offer b)
{
    if (a.cost != b.cost)
        return a.cost < b.cost;
    return a.rule != b.rule ? a.rule < b.rule : a.fact < b.fact;
}

static void push(struct reached *r, struct reach_offer o)
{
    size_t i = r->n_heap++;

    for (; i && before(o, r->heap[(i - 1) / 2]); i = (i - 1) / 2)
        r->heap[i] = r->heap[(i - 1) / 2];
    r->heap[i] = o;
}

static struct reach_offer pop(struct reached *r)
{
    struct reach_offer first = r->heap[0], last = r->heap[--r->n_heap];
    size_t i = 0, child;

    for (; (child = 2 * i + 1) < r->n_heap; i = child) {
        if (child + 1 < r->n_heap && before(r->heap[child + 1], r->heap[child]))
            child++;
        if (!before(r->heap[child], last))
            break;
        r->heap[i] = r->heap[child];
    }
    r->heap[i] = last;
    return first;
}

/* The fact's cost is final: tell the rules that wait for it. */
static void settle(const struct reach *g, struct reached *r, fact_no f)
{
    for (uint32_t u = g->use_at[f]; u < g->use_at[f + 1]; u++) {
        uint32_t rule = g->use[u];
        const struct horn *h = &g->rule[rule];
        r->sum[rule] = plus(r->sum[rule], r->cost[f]);
        if (!--r->missing[rule] && r->by[h->head] == REACH_NEVER)
            push(r, (struct reach_offer){ r->sum[rule], rule, h->head });
    }
}

void reach_cheapest(const struct reach *g, struct reached *r, const bool *without)
{
    begin(g, r);
    r->n_heap = 0;
    for (uint32_t i = 0; i < g->n_rules; i++)
        r->sum[i] = g->rule[i].cost;
    for (uint32_t i = 0; i < g->n_given; i++) { /* nothing is cheaper than given: no need to queue */
        fact_no f = g->given[i];
        if (without && without[f])
            continue;
        r->by[f] = REACH_GIVEN;
        r->cost[f] = 0;
    }
    for (uint32_t i = 0; i < g->n_given; i++)
        if (r->by[g->given[i]] == REACH_GIVEN)
            settle(g, r, g->given[i]);
    while (r->n_heap) {
        struct reach_offer o = pop(r);
        if (r->by[o.fact] != REACH_NEVER)
            continue;
        r->by[o.fact] = o.rule;
        r->cost[o.fact] = o.cost;
        settle(g, r, o.fact);
    }
}

size_t reach_derivation(const struct reach *g, struct reached *r, fact_no goal, fact_no *to)
{
    enum { NEW = 0 };
    size_t n = 0, depth = 0;

    if (!reach_holds(r, goal))
        return 0;
    /* Depth first with a stack of our own. next[f]: 0 not met, else 1 + the premise to visit next. `by` has
     * no circles: a rule gives a fact only after all its premises. */
    r->next[goal] = 1;
    r->stack[depth++] = goal;
    while (depth) {
        fact_no f = r->stack[depth - 1];
        const struct horn *h = r->by[f] == REACH_GIVEN ? NULL : &g->rule[r->by[f]];
        if (!h || r->next[f] > h->n_body) {
            to[n++] = f;
            depth--;
            continue;
        }
        fact_no p = g->premise[h->body + r->next[f]++ - 1];
        if (r->next[p] == NEW) {
            r->next[p] = 1;
            r->stack[depth++] = p;
        }
    }
    for (size_t i = 0; i < n; i++)
        r->next[to[i]] = NEW;
    return n;
}
