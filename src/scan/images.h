/* images.h - the images that a deployment's workloads name are looked at too, where they can be reached, and
 * joined to the workloads: who they run as, what is in them.
 *
 * An image is looked for under the target that the user named for it (NAME=TARGET); then, unless that is
 * switched off, in the stores and engines of this machine; then, only when told to pull, in its registry.
 * What was not looked at is said in one line. */
#pragma once
#include "model/model.h"

enum images_when { IMAGES_AUTO, IMAGES_LOCAL, IMAGES_PULL, IMAGES_NO };
bool images_when_parse(struct str word, enum images_when *out);

struct images_job {
    enum images_when when;
    const char *const *named; /* "NAME=TARGET" */
    size_t n_named;
    /* Read a target into the model; *out: its image. -1: it cannot be read. */
    int (*read)(void *ctx, struct str target, const struct image **out, struct err *e);
    void *ctx;
};
/* One look at each image, however many workloads run it. */
int images_join(const struct images_job *job, struct model *m, struct deployment *d, struct err *e) MUST_USE;
