/* threat.h - the reader of the model that answers "how would an attacker use what is open, and what are the
 * few changes that stop most of it?" Fills model.path and model.fix.
 *
 * Paths: for each goal on each element the cheapest way there; goals worst first, then cheapest first. A goal
 * that several findings give has one path, and one more for each change of the fix set that the paths so far
 * do not explain: the way that stays open when all the other changes are made.
 *
 * Fixes: first the proven cheapest set of changes that breaks all paths (optimal = true; false when the
 * search was cut short, and then model.incomplete says so), then a fix for every other check that is open;
 * within both, those that break most paths first, then severity, then the number of findings. Findings of one
 * check share one fix. */
#pragma once
#include "model/model.h"

/* Call once, after the findings have their final order (model_sort_findings): paths and fixes refer to them
 * by index. Everything lies in the model's arena. Fixes have no exact edit yet: see patch.h. */
int threat_analyse(struct model *m, struct err *e) MUST_USE;
