/* reach.h - what can an attacker reach, and how? Monotone Horn rules over numbered facts.
 *
 * A fact is a small number. Some facts are given (leaves: a finding, an assumed entry); a rule says that its
 * head holds when all of its premises hold. Everything that was added stays: the rules whose premises hold
 * are the AND/OR graph of all derivations, and no path is ever enumerated. The fixpoint is Dowling and
 * Gallier's (J. Logic Programming 1984): a counter a rule, each premise looked at once, time linear in the
 * size of the rules. The cheapest derivations are Knuth's (A generalization of Dijkstra's algorithm, 1977)
 * with cost(head) = cost(rule) + sum of cost(premises); a part that is used twice is paid twice. Ties go to
 * the rule that was added first, so that the same input gives the same answer.
 *
 * Pure: knows nothing of findings or attacks, see attack.h. */
#pragma once
#include "core/arena.h"
#include "core/err.h"

typedef uint32_t fact_no;

enum { REACH_MOST = 1u << 28 }; /* facts, rules, premises: each, so that indices fit 32 bits with room */
static const uint32_t REACH_NEVER = UINT32_MAX, REACH_GIVEN = UINT32_MAX - 1; /* values of reached.by */

struct horn {
    fact_no head;
    uint32_t body, n_body; /* premises: reach.premise[body ...] */
    uint32_t cost;
    uint32_t tag; /* provenance: the caller's */
};

struct reach {
    struct arena arena;
    fact_no n_facts;
    uint32_t n_rules, n_premises, n_given;
    struct horn *rule;
    fact_no *premise, *given;
    size_t cap_rule, cap_premise, cap_given;
    uint32_t *use_at, *use; /* made by reach_ready: rules with fact f as premise are use[use_at[f] ...] */
};
#define REACH(bytes)          \
    {                         \
        .arena = ARENA(bytes) \
    }
#define AUTO_REACH CLEANUP(reach_free)

/* A new fact. Its number is the count of facts before it. */
static inline fact_no reach_fact(struct reach *g)
{
    return g->n_facts++;
}
/* The fact holds without any premise, unless it is taken away. Say so once a fact. */
int reach_give(struct reach *g, fact_no fact, struct err *e) MUST_USE;
/* All of body[0 .. n) together give `head`; n > 0. ERR_LIMIT when the arena or REACH_MOST is spent. */
int reach_rule(struct reach *g, fact_no head, const fact_no *body, size_t n, uint32_t cost, uint32_t tag,
               struct err *e) MUST_USE;
/* No more facts or rules are coming: index them. */
int reach_ready(struct reach *g, struct err *e) MUST_USE;
void reach_free(struct reach *g);

/* The outcome of one run; made once for a ready graph, used for any number of runs. Lives in g's arena. */
struct reached {
    uint32_t *by;   /* a fact: the rule that gave it, REACH_GIVEN or REACH_NEVER */
    uint64_t *cost; /* of its cheapest derivation, saturating; only after reach_cheapest */
    uint32_t *at;   /* how many held before it: what `by` derives it from came earlier; only after
                       reach_fixpoint */
    /* the rest is room to work in */
    uint32_t *missing, *stack, *next;
    uint64_t *sum;
    struct reach_offer *heap;
    size_t n_heap;
};
int reached_new(struct reach *g, struct reached *r, struct err *e) MUST_USE;

/* Everything that holds without the facts f with without[f] (NULL: nothing is taken away; only given facts
 * can be taken). Linear. */
void reach_fixpoint(const struct reach *g, struct reached *r, const bool *without);
/* The same with costs, and the cheapest rule in `by`. */
void reach_cheapest(const struct reach *g, struct reached *r, const bool *without);

static inline bool reach_holds(const struct reached *r, fact_no fact)
{
    return r->by[fact] != REACH_NEVER;
}
/* Did all premises of the rule hold in the last run? These rules are the AND/OR graph. */
static inline bool reach_fired(const struct reached *r, uint32_t rule)
{
    return r->missing[rule] == 0;
}
/* One derivation of `goal`, the one that `by` holds: its facts, each once, premises before what follows from
 * them, the goal last. `to` has room for n_facts. Returns how many, 0 when the goal does not hold. */
size_t reach_derivation(const struct reach *g, struct reached *r, fact_no goal, fact_no *to);
