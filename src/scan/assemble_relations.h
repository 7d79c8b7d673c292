/* assemble_relations.h - what elements of a deployment have to do with each other, and the elements that only
 * exist because others refer to them: folders of the host, secrets that are declared elsewhere, published
 * ports, the internet. */
#pragma once
#include "scan/elements.h"

struct assembly {
    struct model *m;
    struct deployment *d;
    struct arena *arena; /* the model's */
    struct elements el;
    uint32_t host, engine, cluster; /* UINT32_MAX: not there */
};

/* Workloads, objects and components have their elements; add the rest. */
int assembly_relate(struct assembly *a, struct err *e) MUST_USE;
