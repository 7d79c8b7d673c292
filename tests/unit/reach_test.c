/* The engines under the attack paths, against brute force on thousands of small generated cases. */
#include "threat/fixes.h"
#include "threat/hitting.h"

#include "tap.h"

#include <time.h>

/* A fixed generator: the same cases on every run and machine. */
static uint64_t seed = 1;
static uint32_t roll(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

#define OK(call)                                                  \
    do {                                                          \
        struct err e_ = { 0 };                                    \
        struct err *e = &e_;                                      \
        if ((call) < 0) {                                         \
            tap_bad_++;                                           \
            printf("# %s:%d: %s\n", __FILE__, __LINE__, e->text); \
        }                                                         \
    } while (0)

static void rule(struct reach *g, fact_no head, uint32_t cost, fact_no a, fact_no b)
{
    fact_no body[2] = { a, b };

    OK(reach_rule(g, head, body, b == UINT32_MAX ? 1 : 2, cost, 0, e));
}

/* 0 and 1 given; 2 <- 0 (9); 3 <- 0,1 (1); 2 <- 3 (1); 4 <- 2,3; 5 <- 6, 6 <- 5 (a circle nobody enters) */
static void small_graph(struct reach *g)
{
    for (int i = 0; i < 7; i++)
        (void)reach_fact(g);
    OK(reach_give(g, 0, e));
    OK(reach_give(g, 1, e));
    rule(g, 2, 9, 0, UINT32_MAX);
    rule(g, 3, 1, 0, 1);
    rule(g, 2, 1, 3, UINT32_MAX);
    rule(g, 4, 0, 2, 3);
    rule(g, 5, 0, 6, UINT32_MAX);
    rule(g, 6, 0, 5, UINT32_MAX);
    OK(reach_ready(g, e));
}

static void fixpoint(void)
{
    AUTO_REACH struct reach g = REACH(1 << 20);
    struct reached r;

    small_graph(&g);
    OK(reached_new(&g, &r, e));
    reach_fixpoint(&g, &r, NULL);
    for (fact_no f = 0; f < 7; f++)
        CHECK_INT(reach_holds(&r, f), f < 5);
    CHECK(reach_fired(&r, 0) && reach_fired(&r, 2)); /* both ways to 2 are kept */
    CHECK(!reach_fired(&r, 4));
    bool without[7] = { [1] = true };
    reach_fixpoint(&g, &r, without);
    CHECK(reach_holds(&r, 2) && !reach_holds(&r, 3) && !reach_holds(&r, 4));
}

static void cheapest(void)
{
    AUTO_REACH struct reach g = REACH(1 << 20);
    struct reached r;
    fact_no order[7];

    small_graph(&g);
    OK(reached_new(&g, &r, e));
    reach_cheapest(&g, &r, NULL);
    CHECK_INT(r.cost[2], 2); /* by way of 3, not directly for 9 */
    CHECK_INT(r.by[2], 2);
    CHECK_INT(r.cost[4], 3); /* 2 and 3: what is used twice is paid twice */
    CHECK(!reach_holds(&r, 5));
    CHECK_INT(reach_derivation(&g, &r, 5, order), 0);
    CHECK_INT(reach_derivation(&g, &r, 4, order), 5);
    static const fact_no want[] = { 0, 1, 3, 2, 4 };
    CHECK(!memcmp(order, want, sizeof want));
    CHECK_INT(reach_derivation(&g, &r, 4, order), 5); /* asking again gives the same */
    bool without[7] = { [1] = true };
    reach_cheapest(&g, &r, without);
    CHECK_INT(r.cost[2], 9);
}

/* Equal costs: the rule added first wins, whatever the order of discovery. */
static void ties(void)
{
    AUTO_REACH struct reach g = REACH(1 << 20);
    struct reached r;

    for (int i = 0; i < 5; i++)
        (void)reach_fact(&g);
    for (fact_no f = 3; f--;)
        OK(reach_give(&g, f, e));
    rule(&g, 3, 5, 2, UINT32_MAX);
    rule(&g, 3, 5, 0, UINT32_MAX);
    rule(&g, 4, 2, 3, UINT32_MAX);
    rule(&g, 4, 7, 1, UINT32_MAX);
    OK(reach_ready(&g, e));
    OK(reached_new(&g, &r, e));
    reach_cheapest(&g, &r, NULL);
    CHECK_INT(r.by[3], 0);
    CHECK_INT(r.by[4], 2);
}

/* ---- generated graphs ---- */

enum { FACTS = 14, LEAVES = 7, RULES_MOST = 24, CHOICES_MOST = 9 };
struct toy {
    struct reach g;
    fact_no head[RULES_MOST], body[RULES_MOST][3];
    uint32_t n_body[RULES_MOST], rule_cost[RULES_MOST], n_rules;
    fact_no leaf[CHOICES_MOST][LEAVES];
    struct choice choice[CHOICES_MOST];
    uint32_t n_choices;
    fact_no goal[3];
    uint32_t n_goals;
};

static void make_toy(struct toy *t)
{
    *t = (struct toy){ .g = REACH(1 << 20) };
    for (int i = 0; i < FACTS; i++)
        (void)reach_fact(&t->g);
    for (fact_no f = 0; f < LEAVES; f++)
        OK(reach_give(&t->g, f, e));
    t->n_rules = 6 + roll(RULES_MOST - 5);
    for (uint32_t i = 0; i < t->n_rules; i++) {
        t->head[i] = LEAVES + roll(FACTS - LEAVES);
        t->n_body[i] = 1 + roll(3);
        t->rule_cost[i] = roll(5);
        for (uint32_t k = 0; k < t->n_body[i]; k++)
            t->body[i][k] = roll(4) ? roll(FACTS) : roll(LEAVES);
        OK(reach_rule(&t->g, t->head[i], t->body[i], t->n_body[i], t->rule_cost[i], i, e));
    }
    OK(reach_ready(&t->g, e));
    t->n_choices = 1 + roll(CHOICES_MOST);
    for (uint32_t c = 0; c < t->n_choices; c++) {
        uint32_t n = 1 + roll(3);
        for (uint32_t i = 0; i < n; i++)
            t->leaf[c][i] = roll(LEAVES);
        t->choice[c] = (struct choice){ 1 + roll(4), t->leaf[c], n };
    }
    t->n_goals = 1 + roll(3);
    for (uint32_t i = 0; i < t->n_goals; i++)
        t->goal[i] = FACTS - 1 - roll(4);
}

/* Facts that hold when the choices in `mask` are made, naively: apply all rules until nothing changes. */
static uint32_t naive(const struct toy *t, uint32_t mask, uint64_t cost[FACTS])
{
    uint32_t holds = (1u << LEAVES) - 1;

    for (uint32_t c = 0; c < t->n_choices; c++)
        for (uint32_t i = 0; mask >> c & 1 && i < t->choice[c].n; i++)
            holds &= ~(1u << t->choice[c].leaf[i]);
    for (int f = 0; f < FACTS; f++)
        cost[f] = holds >> f & 1 ? 0 : UINT64_MAX;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < t->n_rules; i++) {
            uint64_t sum = t->rule_cost[i];
            bool all = true;
            for (uint32_t k = 0; k < t->n_body[i]; k++) {
                all &= holds >> t->body[i][k] & 1;
                sum += all ? cost[t->body[i][k]] : 0;
            }
            if (all && sum < cost[t->head[i]]) {
                cost[t->head[i]] = sum;
                holds |= 1u << t->head[i];
                changed = true;
            }
        }
    }
    return holds;
}

static uint32_t goals_held(const struct toy *t, uint32_t holds)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < t->n_goals; i++)
        n |= (holds >> t->goal[i] & 1) << i;
    return n;
}

static uint64_t cost_of(const struct toy *t, uint32_t mask)
{
    uint64_t sum = 0;

    for (uint32_t c = 0; c < t->n_choices; c++)
        sum += mask >> c & 1 ? t->choice[c].cost : 0;
    return sum;
}

static void against_naive_fixpoint(void)
{
    for (int n = 0; n < 4000 && !tap_bad_; n++) {
        struct toy t;
        struct reached r;
        uint64_t cost[FACTS];
        bool without[FACTS] = { 0 };
        make_toy(&t);
        uint32_t mask = roll(1u << t.n_choices), holds = naive(&t, mask, cost);
        for (uint32_t c = 0; c < t.n_choices; c++)
            for (uint32_t i = 0; mask >> c & 1 && i < t.choice[c].n; i++)
                without[t.choice[c].leaf[i]] = true;
        OK(reached_new(&t.g, &r, e));
        reach_fixpoint(&t.g, &r, without);
        for (fact_no f = 0; f < FACTS; f++)
            CHECK_INT(reach_holds(&r, f), holds >> f & 1);
        reach_cheapest(&t.g, &r, without);
        for (fact_no f = 0; f < FACTS; f++) {
            CHECK_INT(reach_holds(&r, f), holds >> f & 1);
            if (reach_holds(&r, f))
                CHECK_INT(r.cost[f], cost[f]);
        }
        reach_free(&t.g);
    }
}

/* Every derivation is one: premises come first, and only given facts have none. */
static void derivations_are_proofs(void)
{
    for (int n = 0; n < 2000 && !tap_bad_; n++) {
        struct toy t;
        struct reached r;
        fact_no at[FACTS];
        make_toy(&t);
        OK(reached_new(&t.g, &r, e));
        reach_cheapest(&t.g, &r, NULL);
        for (fact_no goal = 0; goal < FACTS; goal++) {
            size_t k = reach_derivation(&t.g, &r, goal, at);
            uint32_t have = 0;
            CHECK_INT(k > 0, reach_holds(&r, goal));
            for (size_t i = 0; i < k; i++) {
                uint32_t by = r.by[at[i]];
                CHECK(by != REACH_NEVER && !(have >> at[i] & 1));
                CHECK(by != REACH_GIVEN || at[i] < LEAVES);
                for (uint32_t p = 0; by < REACH_GIVEN && p < t.n_body[by]; p++)
                    CHECK(have >> t.body[by][p] & 1);
                have |= 1u << at[i];
            }
            CHECK(!k || at[k - 1] == goal);
        }
        reach_free(&t.g);
    }
}

static uint32_t mask_of(const struct fixes *f)
{
    uint32_t mask = 0;

    for (uint32_t i = 0; i < f->n; i++)
        mask |= 1u << f->choice[i];
    return mask;
}

/* One generated case, all 2^n sets of choices tried. Returns the cheapest cost. */
static uint64_t brute(const struct toy *t, uint32_t *stands)
{
    uint64_t best = UINT64_MAX, ignore[FACTS];

    *stands = goals_held(t, naive(t, (1u << t->n_choices) - 1, ignore));
    for (uint32_t mask = 0; mask < 1u << t->n_choices; mask++)
        if (!(goals_held(t, naive(t, mask, ignore)) & ~*stands) && cost_of(t, mask) < best)
            best = cost_of(t, mask);
    return best;
}

static void against_brute_force(void)
{
    int several = 0, standing = 0;

    for (int n = 0; n < 3000 && !tap_bad_; n++) {
        struct toy t;
        struct fixes f;
        uint32_t stands;
        uint64_t ignore[FACTS];
        make_toy(&t);
        uint64_t best = brute(&t, &stands);
        OK(fixes_find(&(struct fixes_problem){ .graph = &t.g,
                                               .goal = t.goal,
                                               .n_goals = t.n_goals,
                                               .choice = t.choice,
                                               .n_choices = t.n_choices },
                      &f, e));
        CHECK(f.optimal);
        CHECK_INT(f.cost, best);
        CHECK_INT(f.bound, best);
        CHECK_INT(cost_of(&t, mask_of(&f)), best);
        CHECK_INT(goals_held(&t, naive(&t, mask_of(&f), ignore)) & ~stands, 0);
        for (uint32_t i = 0; i < t.n_goals; i++)
            CHECK_INT(f.stands[i], stands >> i & 1);
        several += f.n > 1;
        standing += stands != 0;
        reach_free(&t.g);
    }
    CHECK(several > 300 && standing > 300); /* the generator makes cases worth solving */
}

/* With no room to search, the answer still breaks every goal and the bound still holds. */
static void honest_beyond_the_limit(void)
{
    int inexact = 0;

    for (int n = 0; n < 2000 && !tap_bad_; n++) {
        struct toy t;
        struct fixes f;
        uint32_t stands;
        uint64_t ignore[FACTS];
        make_toy(&t);
        uint64_t best = brute(&t, &stands);
        OK(fixes_find(&(struct fixes_problem){ .graph = &t.g,
                                               .goal = t.goal,
                                               .n_goals = t.n_goals,
                                               .choice = t.choice,
                                               .n_choices = t.n_choices,
                                               .rounds = 1 + roll(2),
                                               .work = 1 },
                      &f, e));
        CHECK(f.bound <= best && best <= f.cost);
        CHECK(f.optimal == (f.cost == f.bound));
        CHECK_INT(goals_held(&t, naive(&t, mask_of(&f), ignore)) & ~stands, 0);
        inexact += !f.optimal;
        reach_free(&t.g);
    }
    CHECK(inexact > 0);
}

static void hitting_sets(void)
{
    enum { ITEMS = 12, SETS = 14 };
    int hard = 0;

    for (int n = 0; n < 4000 && !tap_bad_; n++) {
        AUTO_ARENA struct arena room = ARENA(1 << 20);
        uint32_t item[SETS][ITEMS], cost[ITEMS], mask[SETS] = { 0 };
        struct hit_set set[SETS];
        bool picked[ITEMS];
        uint64_t got, bound, best = UINT64_MAX;
        uint32_t n_sets = roll(SETS + 1), wide = 1 + roll(5), got_mask = 0;
        for (uint32_t i = 0; i < ITEMS; i++)
            cost[i] = 1 + roll(3);
        for (uint32_t s = 0; s < n_sets; s++) {
            set[s] = (struct hit_set){ item[s], 0 };
            for (uint32_t i = 0; i < wide; i++)
                mask[s] |= 1u << roll(ITEMS);
            for (uint32_t i = 0; i < ITEMS; i++)
                if (mask[s] >> i & 1)
                    item[s][set[s].n++] = i;
        }
        for (uint32_t m = 0; m < 1u << ITEMS; m++) {
            uint64_t sum = 0;
            bool all = true;
            for (uint32_t s = 0; s < n_sets; s++)
                all &= (mask[s] & m) != 0;
            for (uint32_t i = 0; all && i < ITEMS; i++)
                sum += m >> i & 1 ? cost[i] : 0;
            best = all && sum < best ? sum : best;
        }
        OK(hitting_solve(&(struct hitting){ set, n_sets, ITEMS, cost, 100000 }, &room, picked, &got, &bound,
                         e));
        for (uint32_t i = 0; i < ITEMS; i++)
            got_mask |= (uint32_t)picked[i] << i;
        for (uint32_t s = 0; s < n_sets; s++)
            CHECK(got_mask & mask[s]);
        CHECK_INT(got, best);
        CHECK_INT(bound, best);
        hard += best > 4;
    }
    CHECK(hard > 500);
}

/* A chain that is as deep as it is long: no recursion, no quadratic step. */
static void deep_chain(void)
{
    enum { LONG = 300000 };
    AUTO_REACH struct reach g = REACH(256 << 20);
    struct reached r;
    AUTO_FREE fact_no *to = calloc(LONG, sizeof *to);

    for (int i = 0; i < LONG; i++)
        (void)reach_fact(&g);
    OK(reach_give(&g, 0, e));
    for (fact_no i = 1; i < LONG; i++)
        rule(&g, i, 1, i - 1, UINT32_MAX);
    OK(reach_ready(&g, e));
    OK(reached_new(&g, &r, e));
    reach_cheapest(&g, &r, NULL);
    CHECK_INT(r.cost[LONG - 1], LONG - 1);
    CHECK_INT(reach_derivation(&g, &r, LONG - 1, to), LONG);
}

static void budget_is_an_error(void)
{
    AUTO_REACH struct reach g = REACH(2000);
    struct err e = { 0 };
    fact_no body = 0;
    int i = 0;

    (void)reach_fact(&g);
    while (i < 1000 && reach_rule(&g, 0, &body, 1, 1, 0, &e) == 0)
        i++;
    CHECK(i < 1000);
    CHECK_INT(e.code, ERR_LIMIT);
}

TESTS(T(fixpoint), T(cheapest), T(ties), T(against_naive_fixpoint), T(derivations_are_proofs),
      T(hitting_sets), T(against_brute_force), T(honest_beyond_the_limit), T(deep_chain),
      T(budget_is_an_error))
