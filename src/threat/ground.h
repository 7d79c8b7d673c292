/* ground.h - who stands where: the ways from element to element that attacks take, looked up at once. */
#pragma once
#include "threat/attack.h"

struct ground {
    uint32_t *at, *to; /* neighbours of element e by way w: to[at[w * n + e]] ... to[at[w * n + e + 1] - 1] */
    uint32_t *made_of; /* of a workload its image, of a binding its role; UINT32_MAX: none that is known */
    bool *is_run;      /* images that a workload of the model runs */
    bool *is_hosted;   /* run by a host itself */
    bool *is_given;    /* identities that others have: roles, bindings, groups */
    uint32_t n;        /* elements */
};
/* In `arena`. */
int ground_make(struct ground *g, const struct model *m, struct arena *arena, struct err *e) MUST_USE;

/* GROUND_EACH (g, way, from, to) ...; not for WAY_SAME */
#define GROUND_EACH(g, way, from, element)                                               \
    for (uint32_t i_##element = (g)->at[(size_t)(way) * (g)->n + (from)],                \
                  end_##element = (g)->at[(size_t)(way) * (g)->n + (from) + 1], element; \
         i_##element < end_##element && ((element = (g)->to[i_##element]), true); i_##element++)
