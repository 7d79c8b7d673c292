/* hitting.h - the minimum-cost hitting set: pick items so that every set has a picked one, as cheaply as
 * possible. NP-hard, so exact within a bound on work and honest beyond it.
 *
 * Sets that share no item are independent problems and are solved apart. Each is solved by branch and bound:
 * branch on the items of the smallest set that is not hit, bound by disjoint sets (each needs an item of its
 * own). When the work is spent, the best picks found so far stand and `bound` says what no answer can beat.
 */
#pragma once
#include "core/arena.h"
#include "core/err.h"

struct hit_set {
    const uint32_t *item; /* n > 0 different ones, below n_items */
    uint32_t n;
};
struct hitting {
    const struct hit_set *set;
    uint32_t n_sets, n_items;
    const uint32_t *cost; /* of each item, > 0 */
    uint64_t work;        /* most set look-ups, for each independent part */
};
/* picked[item] is set for the items picked; *cost is theirs together, *bound the proven least: equal when the
 * answer is exact. Room to work in comes from `room`. */
int hitting_solve(const struct hitting *h, struct arena *room, bool *picked, uint64_t *cost, uint64_t *bound,
                  struct err *e) MUST_USE;
