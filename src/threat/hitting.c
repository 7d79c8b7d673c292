#include "threat/hitting.h"

enum { DEPTH_MOST = 1000 }; /* of the recursion: picks in one part */

struct part {
    const struct hitting *h;
    const uint32_t *set, *item; /* numbers of those in this part */
    uint32_t n_sets, n_items;
    const uint32_t *in_at, *in; /* sets of an item: in[in_at[item] ...], see index_items */
    uint32_t *hits;             /* a set: how many of its items are picked */
    bool *now, *best;           /* items */
    uint32_t *ban;              /* items: at which depth it was ruled out, counted from 1; 0: allowed */
    uint32_t *mark, stamp;      /* items: used by the bound */
    uint64_t cost, best_cost, work;
    bool gave_up;
};

static uint32_t unhit_sets(const struct part *p, uint32_t item)
{
    uint32_t n = 0;

    for (uint32_t i = p->in_at[item]; i < p->in_at[item + 1]; i++)
        n += !p->hits[p->in[i]];
    return n;
}

static void pick(struct part *p, uint32_t item, bool yes)
{
    p->now[item] = yes;
    p->cost += yes ? p->h->cost[item] : -(uint64_t)p->h->cost[item];
    for (uint32_t i = p->in_at[item]; i < p->in_at[item + 1]; i++)
        p->hits[p->in[i]] += yes ? 1 : -1u;
}

/* The item of a set that hits most for its cost, or UINT32_MAX when all are banned. */
static uint32_t best_item(const struct part *p, const struct hit_set *s)
{
    uint32_t best = UINT32_MAX;
    uint64_t best_n = 0;

    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t it = s->item[i];
        if (p->ban[it])
            continue;
        uint64_t n = unhit_sets(p, it);
        if (best == UINT32_MAX || n * p->h->cost[best] > best_n * p->h->cost[it])
            best = it, best_n = n;
    }
    return best;
}

/* Unhit sets that share no allowed item need an item each: the cheapest of each, together. Also finds the
 * unhit set with the fewest allowed items (*small, UINT32_MAX when all sets are hit). */
static uint64_t still_needed(struct part *p, uint32_t *small)
{
    uint32_t fewest = UINT32_MAX;
    uint64_t need = 0;

    *small = UINT32_MAX;
    p->stamp++;
    for (uint32_t i = 0; i < p->n_sets; i++) {
        const struct hit_set *s = &p->h->set[p->set[i]];
        uint32_t least = UINT32_MAX, allowed = 0;
        bool apart = true;
        if (p->hits[p->set[i]])
            continue;
        for (uint32_t k = 0; k < s->n; k++) {
            if (p->ban[s->item[k]])
                continue;
            allowed++;
            apart &= p->mark[s->item[k]] != p->stamp;
            least = MIN(least, p->h->cost[s->item[k]]);
        }
        if (allowed < fewest)
            fewest = allowed, *small = p->set[i];
        if (!apart || !allowed)
            continue;
        need += least;
        for (uint32_t k = 0; k < s->n; k++)
            if (!p->ban[s->item[k]])
                p->mark[s->item[k]] = p->stamp;
    }
    return need;
}

static void keep_best(struct part *p)
{
    p->best_cost = p->cost;
    for (uint32_t i = 0; i < p->n_items; i++)
        p->best[p->item[i]] = p->now[p->item[i]];
}

static void branch(struct part *p, uint32_t depth)
{
    uint32_t small;
    uint64_t need = still_needed(p, &small);

    if (p->cost + need >= p->best_cost)
        return;
    if (small == UINT32_MAX) {
        keep_best(p);
        return;
    }
    if (p->work < p->n_sets || depth >= DEPTH_MOST) {
        p->gave_up = true;
        return;
    }
    p->work -= p->n_sets;
    /* Some item of this set is picked: the first, or not the first but the second, and so on. */
    const struct hit_set *s = &p->h->set[small];
    for (uint32_t item; !p->gave_up && (item = best_item(p, s)) != UINT32_MAX;) {
        pick(p, item, true);
        branch(p, depth + 1);
        pick(p, item, false);
        p->ban[item] = depth + 1;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (p->ban[s->item[i]] == depth + 1)
            p->ban[s->item[i]] = 0;
}

/* A first answer: the item that hits most for its cost, again and again; then drop what is not needed. */
static void greedy(struct part *p)
{
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (!p->hits[p->set[i]])
            pick(p, best_item(p, &p->h->set[p->set[i]]), true);
    for (uint32_t i = 0; i < p->n_items; i++) {
        uint32_t it = p->item[i];
        bool needed = false;
        for (uint32_t k = p->in_at[it]; k < p->in_at[it + 1]; k++)
            needed |= p->hits[p->in[k]] == 1;
        if (p->now[it] && !needed)
            pick(p, it, false);
    }
    keep_best(p);
    for (uint32_t i = 0; i < p->n_items; i++)
        if (p->now[p->item[i]])
            pick(p, p->item[i], false);
}

/* Returns the part's proven bound; its best picks are in p->best. */
static uint64_t solve_part(struct part *p)
{
    uint32_t small;

    p->cost = 0;
    p->work = p->h->work;
    p->gave_up = false;
    uint64_t bound = still_needed(p, &small);
    greedy(p);
    if (bound < p->best_cost)
        branch(p, 0);
    return p->gave_up ? bound : p->best_cost;
}

static uint32_t root(uint32_t *up, uint32_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

/* Order `n` things by the part they belong to; at[part] is where it begins, at[n_parts] the end. */
static void group(const uint32_t *part_of, uint32_t n, uint32_t n_parts, uint32_t *at, uint32_t *to)
{
    for (uint32_t i = 0; i < n; i++)
        if (part_of[i] != UINT32_MAX)
            at[part_of[i] + 2]++;
    for (uint32_t i = 2; i < n_parts + 2; i++)
        at[i] += at[i - 1];
    for (uint32_t i = 0; i < n; i++)
        if (part_of[i] != UINT32_MAX)
            to[at[part_of[i] + 1]++] = i;
}

/* Which sets hold an item. */
static bool index_items(const struct hitting *h, struct arena *room, struct part *p)
{
    size_t total = 0;

    for (uint32_t s = 0; s < h->n_sets; s++)
        total += h->set[s].n;
    uint32_t *at = arena_array(room, uint32_t, (size_t)h->n_items + 2);
    uint32_t *in = arena_array(room, uint32_t, total + 1);
    if (!at || !in || total > UINT32_MAX)
        return false;
    for (uint32_t s = 0; s < h->n_sets; s++)
        for (uint32_t i = 0; i < h->set[s].n; i++)
            at[h->set[s].item[i] + 2]++;
    for (uint32_t i = 2; i < h->n_items + 2; i++)
        at[i] += at[i - 1];
    for (uint32_t s = 0; s < h->n_sets; s++)
        for (uint32_t i = 0; i < h->set[s].n; i++)
            in[at[h->set[s].item[i] + 1]++] = s;
    p->in_at = at;
    p->in = in;
    return true;
}

/* Number the independent parts; of_set and of_item say which one something belongs to. */
static uint32_t divide(const struct hitting *h, uint32_t *up, uint32_t *of_set, uint32_t *of_item)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < h->n_items; i++) {
        up[i] = i;
        of_item[i] = UINT32_MAX;
    }
    for (uint32_t s = 0; s < h->n_sets; s++)
        for (uint32_t i = 1; i < h->set[s].n; i++)
            up[root(up, h->set[s].item[i])] = root(up, h->set[s].item[0]);
    for (uint32_t s = 0; s < h->n_sets; s++) {
        uint32_t top = root(up, h->set[s].item[0]);
        if (of_item[top] == UINT32_MAX)
            of_item[top] = n++;
        of_set[s] = of_item[top];
    }
    for (uint32_t i = 0; i < h->n_items; i++)
        of_item[i] = of_item[root(up, i)];
    return n;
}

int hitting_solve(const struct hitting *h, struct arena *room, bool *picked, uint64_t *cost, uint64_t *bound,
                  struct err *e)
{
    uint32_t ns = h->n_sets, ni = h->n_items;
    uint32_t *up = arena_array(room, uint32_t, (size_t)ni + 1);
    uint32_t *of_set = arena_array(room, uint32_t, (size_t)ns + 1),
             *of_item = arena_array(room, uint32_t, (size_t)ni + 1);
    uint32_t *set_at = arena_array(room, uint32_t, (size_t)ns + 2),
             *sets = arena_array(room, uint32_t, (size_t)ns + 1);
    uint32_t *item_at = arena_array(room, uint32_t, (size_t)ns + 2),
             *items = arena_array(room, uint32_t, (size_t)ni + 1);
    struct part p = { .h = h,
                      .hits = arena_array(room, uint32_t, (size_t)ns + 1),
                      .now = arena_array(room, bool, (size_t)ni + 1),
                      .ban = arena_array(room, uint32_t, (size_t)ni + 1),
                      .mark = arena_array(room, uint32_t, (size_t)ni + 1),
                      .best = picked };

    if (!up || !of_set || !of_item || !set_at || !sets || !item_at || !items || !p.hits || !p.now || !p.ban ||
        !p.mark || !index_items(h, room, &p))
        return err_set(e, ERR_LIMIT, "too many attack paths to find the fewest fixes");
    uint32_t parts = divide(h, up, of_set, of_item);
    group(of_set, ns, parts, set_at, sets);
    group(of_item, ni, parts, item_at, items);
    memset(picked, 0, ni * sizeof *picked);
    *cost = *bound = 0;
    for (uint32_t i = 0; i < parts; i++) {
        p.set = sets + set_at[i], p.n_sets = set_at[i + 1] - set_at[i];
        p.item = items + item_at[i], p.n_items = item_at[i + 1] - item_at[i];
        *bound += solve_part(&p);
        *cost += p.best_cost;
    }
    return 0;
}
