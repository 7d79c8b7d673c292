/* builds.h - the images that Dockerfiles of a deployment will make: known before they are built, as far as
 * the Dockerfile says. */
#pragma once
#include "model/model.h"
#include "source/source.h"

/* Fill d->build, and give it to the services that are built from it, unless their image was looked at. */
int builds_join(struct deployment *d, struct arena *a, const struct source_deployment *from,
                struct err *e) MUST_USE;
/* They are judged as images, on the element of their last stage. */
int builds_judge(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
