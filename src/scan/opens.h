/* opens.h - what a secret opens: the data store of the deployment whose password it is, the account of a cloud,
 * a cluster, a registry. Who holds the secret (a workload, an image, a document, an object) gets the relation
 * "opens" to it; whether anybody gets at the secret is for findings to say.
 *
 * That two places hold the same secret is told by its keyed hash; values that are too short to be looked for are
 * compared as they stand. A URL with a password names its store itself. */
#pragma once
#include "model/model.h"

/* All of the run is in the model: deployments, the images and trees read. */
int opens_relate(struct model *m, struct err *e) MUST_USE;
