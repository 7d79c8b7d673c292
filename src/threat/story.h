/* story.h - a derivation of the attack graph as a path of the model: steps and one plain sentence. */
#pragma once
#include "threat/attack.h"

/* The path to situation[goal] by the derivation in `r` (see reach_cheapest), in m's arena. Texts hold names
 * from the input as they are: escaping is the reports' business. */
int story_tell(struct model *m, const struct attack_graph *a, struct reached *r, fact_no goal,
               struct path *out, struct err *e) MUST_USE;
