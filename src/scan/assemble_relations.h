/* assemble_relations.h - what elements of a deployment have to do with each other, and the elements that only
 * exist because others refer to them: folders of the host, secrets that are declared elsewhere, published
 * ports, the internet. */
#pragma once
#include "core/map.h"
#include "model/model.h"

struct assembly {
    struct model *m;
    struct deployment *d;
    struct arena *arena;            /* the model's */
    struct map by_id;               /* id of an element to its index + 1 */
    uint32_t host, engine, cluster; /* UINT32_MAX: not there */
};

/* Elements of other targets are there already: the internet is the same for all. false: memory. */
bool assembly_know(struct assembly *a);
/* The element of that kind and name, made when it is new. */
int assembly_element(struct assembly *a, enum element_kind kind, struct str name, struct str zone,
                     uint32_t *at, struct err *e) MUST_USE;
/* Workloads, objects and components have their elements; add the rest. */
int assembly_relate(struct assembly *a, struct err *e) MUST_USE;
