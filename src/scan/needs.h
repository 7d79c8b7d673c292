/* needs.h - which installed packages need which others, and what brought a package. Only what resolves to a package that
 * is really there; what does not is left out.
 *
 * Lock files and rpm's databases say it themselves, by the places of packages in one record. Elsewhere it is names: of
 * a distribution's packages, or what they provide, or files that they bring; of Python's and Ruby's packages and those
 * of conda in the same folder; of JavaScript's where node would find them. */
#pragma once
#include "model/model.h"

enum { NEEDS_IN_MODEL_MOST = 8000000 }; /* of one image; more is a gap */

/* Fill in model.need for the image's packages, from the first-th to the last of the model, unless that was done before.
 * Wants the image's tree. */
int needs_relate(struct model *m, const struct image *img, size_t first, struct err *e) MUST_USE;

/* Who needs whom, backwards, of the packages from `first` on: for what brought a package. */
struct needed_by {
    size_t first, n;
    uint32_t *head, *next; /* of each package: its first need backwards, + 1; of each need: the next one */
    uint32_t *seen, *above, *queue, round;
    const struct need *need;
};
/* Memory is `a`'s. */
int needs_turn(struct needed_by *b, const struct model *m, size_t first, struct arena *a,
               struct err *e) MUST_USE;

/* The shortest way to it from what a project asks for, or else from what nobody needs: "name version" of each on the
 * way, the package itself left out. None: it is such a one itself, or nobody says. Memory is the model's. */
int needs_way(struct needed_by *b, struct model *m, uint32_t package, struct strs *out,
              struct err *e) MUST_USE;
