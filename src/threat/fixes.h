/* fixes.h - the cheapest set of changes after which no goal can be reached.
 *
 * A choice is one change that an operator can make (a configuration line, an upgrade); it takes away one or
 * more leaves at once, and a leaf may be taken away by several choices. Every derivation of a goal must lose
 * a leaf: a hitting set, whose sets (the derivations) are too many to write down. So they are found as needed
 * ("implicit hitting set"): solve for the derivations known, apply the answer, look for a derivation that
 * survives, repeat. When none survives the answer is proven cheapest, because fewer derivations never cost
 * more. The end is always verified by running the fixpoint without what was taken away. */
#pragma once
#include "threat/reach.h"

struct choice {
    uint32_t cost; /* > 0 */
    const fact_no *leaf;
    uint32_t n;
};
struct fixes_problem {
    struct reach *graph; /* ready */
    const fact_no *goal;
    uint32_t n_goals;
    const struct choice *choice;
    uint32_t n_choices;
    uint32_t rounds; /* most hitting sets to solve; 0: a good default */
    uint64_t work;   /* see hitting.h; 0: a good default */
};
struct fixes {
    const uint32_t *choice; /* indices, ascending */
    uint32_t n;
    uint64_t cost, bound; /* no set that breaks all goals costs less than `bound` */
    bool optimal;         /* cost == bound: proven */
    const bool *stands;   /* per goal: reachable whatever one chooses; not counted */
    uint32_t derivations, rounds;
};
/* Results lie in the graph's arena. ERR_LIMIT when that is spent. */
int fixes_find(const struct fixes_problem *p, struct fixes *out, struct err *e) MUST_USE;
