/* same.h - when two objects of Kubernetes run the same: what a Pod or a template says of its containers, as
 * text that is equal when nothing that can be judged differs.
 *
 * Left out is what a controller, the scheduler and the API server's admission put into each Pod of one
 * template: labels that number or hash the Pods, the node, the account's token and pull secrets, tolerations
 * of the state of nodes, the ordinal in the names of a StatefulSet's claims. Whatever else was put in, a
 * container for instance, makes a difference. */
#pragma once
#include "core/buf.h"
#include "model/fact.h"

/* The facts of some workloads: of each kind those from at[] on, before end[]. */
enum { SAME_KINDS = 6 };
extern const enum fact_kind same_kind[SAME_KINDS]; /* FACT_WORKLOAD_KIND is the first */
struct same_range {
    size_t at[SAME_KINDS], end[SAME_KINDS];
};

/* Of a StatefulSet: the claims that it makes are `own` for each Pod, "data" and "data-web-0" the same; `set`
 * is its name, empty for others. */
void same_text(const struct facts *f, const struct same_range *r, struct str set, struct buf *out);
