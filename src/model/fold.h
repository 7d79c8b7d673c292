/* fold.h - a Deployment, its ReplicaSets and their Pods are one workload that a dump of a cluster says three
 * times and more: what a controller made joins the controller, where the fix belongs.
 *
 * An object that an owner (ownerReferences) made and that runs the same as it (same.h) goes, with all facts
 * about it, and is counted as seen; the highest owner that says the same stands for it. What differs stays: a
 * ReplicaSet of an earlier template with its Pods, a Pod that something was put into. */
#pragma once
#include "core/arena.h"
#include "core/err.h"
#include "model/fact.h"

/* In place. (*pods)[i], in `a`: how many Pods were seen of facts.WORKLOAD[i]; 0: it is only declared. */
int fold_controllers(struct facts *f, struct arena *a, uint64_t **pods, struct err *e) MUST_USE;
