/* assemble_deployment.h - documents' facts become a deployment, and a deployment becomes elements and
 * relations of the model: what runs, where, with what, and across which trust boundaries.
 *
 * Zones are the boundaries, outermost first, with "/" between: "internet", "host/PROJECT",
 * "cluster/NAMESPACE/POD". */
#pragma once
#include "model/model.h"
#include "source/source.h"

/* Everything lies in the model's arena; facts of the documents must live as long. What readers could not read
 * becomes incomplete. The deployment is added to the model's. */
int assemble_deployment(struct model *m, struct str target, const struct source_deployment *from,
                        struct deployment **out, struct err *e) MUST_USE;
