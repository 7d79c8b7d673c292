/* builds.h - the images that Dockerfiles of a deployment will make: known before they are built, as far as
 * the Dockerfile says. */
#pragma once
#include "model/model.h"
#include "source/source.h"

/* Fill d->build with the stages that services are built from, and give these to them, unless their image was
 * looked at; of a Dockerfile that no service names, with the last one. */
int builds_join(struct model *m, struct deployment *d, const struct source_deployment *from,
                struct err *e) MUST_USE;
/* They are judged as images, on the element of their stage. */
int builds_judge(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
