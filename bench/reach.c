/* How the attack-path engine grows: `bench_reach [RULES...]`, default 10 000, 100 000 and 1 000 000.
 * A generated cluster: every workload has leaves (findings), ways to root and to its host, hosts lead on to
 * the cluster; one goal a workload and a host. One line a size; linear growth shows as equal ns per rule. */
#include "threat/fixes.h"

#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t seed = 1;
static uint32_t roll(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void must(int r, const struct err *e)
{
    if (r < 0) {
        fprintf(stderr, "bench_reach: %s\n", e->text);
        exit(2);
    }
}

enum { PER_WORKLOAD = 10, LEAVES = 6, PER_HOST = 30 };
struct cluster {
    struct reach g;
    fact_no *goal, *leaf;
    struct choice *choice;
    uint32_t n_goals, n_choices;
};

static fact_no fact(struct cluster *c, bool given)
{
    struct err e = { 0 };
    fact_no f = reach_fact(&c->g);

    if (given)
        must(reach_give(&c->g, f, &e), &e);
    return f;
}

static void rule(struct cluster *c, fact_no head, uint32_t cost, fact_no a, fact_no b)
{
    struct err e = { 0 };

    must(reach_rule(&c->g, head, (fact_no[]){ a, b }, 2, cost, 0, &e), &e);
}

/* Code runs in it (assumed); root by one of three findings; the host by root and one of two; the next
 * workload on the same host by root on it. Half of the findings are there. */
static void add_workload(struct cluster *c, fact_no host, fact_no entry)
{
    fact_no code = fact(c, false), root = fact(c, false), leaf[LEAVES];

    for (int i = 0; i < LEAVES; i++) {
        bool open = roll(2);
        leaf[i] = fact(c, open);
        if (!open)
            continue;
        c->leaf[c->n_choices] = leaf[i];
        c->choice[c->n_choices] = (struct choice){ 1 + roll(2), &c->leaf[c->n_choices], 1 };
        c->n_choices++;
    }
    rule(c, code, 10, entry, entry);
    rule(c, root, 1, code, leaf[0]);
    rule(c, root, 2, code, leaf[1]);
    rule(c, root, 3, leaf[1], leaf[2]);
    rule(c, host, 5, root, leaf[3]);
    rule(c, host, 4, root, leaf[4]);
    rule(c, host, 9, code, leaf[5]);
    rule(c, root, 1, host, host);
    rule(c, code, 1, root, root);
    rule(c, code, 1, host, leaf[0]);
    c->goal[c->n_goals++] = root;
}

static void run(uint32_t n_rules)
{
    uint32_t workloads = n_rules / PER_WORKLOAD;
    struct cluster c = { .g = REACH(2ull << 30) };
    struct reached r;
    struct fixes fixes;
    struct err e = { 0 };
    double at[5];

    c.goal = calloc(workloads * 2 + 1, sizeof *c.goal);
    c.leaf = calloc((size_t)workloads * LEAVES + 1, sizeof *c.leaf);
    c.choice = calloc((size_t)workloads * LEAVES + 1, sizeof *c.choice);
    if (!c.goal || !c.leaf || !c.choice)
        exit(2);
    at[0] = now();
    fact_no entry = fact(&c, true), host = 0;
    for (uint32_t w = 0; w < workloads; w++) {
        if (w % PER_HOST == 0)
            c.goal[c.n_goals++] = host = fact(&c, false);
        add_workload(&c, host, entry);
    }
    must(reach_ready(&c.g, &e), &e);
    must(reached_new(&c.g, &r, &e), &e);
    at[1] = now();
    reach_fixpoint(&c.g, &r, NULL);
    at[2] = now();
    reach_cheapest(&c.g, &r, NULL);
    at[3] = now();
    must(fixes_find(&(struct fixes_problem){ .graph = &c.g,
                                             .goal = c.goal,
                                             .n_goals = c.n_goals,
                                             .choice = c.choice,
                                             .n_choices = c.n_choices },
                    &fixes, &e),
         &e);
    at[4] = now();
    printf("%8u rules: build %6.3f s  fixpoint %6.3f s  cheapest %6.3f s (%4.0f ns a rule)  fixes %7.3f s: "
           "%u, cost %llu%s %llu, %u derivations, %u rounds\n",
           c.g.n_rules, at[1] - at[0], at[2] - at[1], at[3] - at[2], (at[3] - at[2]) * 1e9 / c.g.n_rules,
           at[4] - at[3], fixes.n, (unsigned long long)fixes.cost, fixes.optimal ? " =" : ", bound",
           (unsigned long long)fixes.bound, fixes.derivations, fixes.rounds);
    reach_free(&c.g);
    free(c.goal);
    free(c.leaf);
    free(c.choice);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        for (uint32_t n = 10000; n <= 1000000; n *= 10)
            run(n);
    for (int i = 1; i < argc; i++)
        run((uint32_t)MIN(strtoul(argv[i], NULL, 10), 100000000ul));
    return 0;
}
