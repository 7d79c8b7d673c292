/* assemble_components.h - where what files of configuration say stands in the model: with the object or workload
 * that they belong to, else beside what runs on the host. */
#pragma once
#include "scan/assemble_relations.h"

/* The element of a component of a->d. */
int assembly_component(struct assembly *a, struct component *c, struct err *e) MUST_USE;

/* The components of an image, with their elements. What a root file system holds is a host's; of an image what
 * its own services read counts, and is the image's. */
int assemble_components(struct model *m, struct image *img, struct err *e) MUST_USE;
