/* elements.h - elements and relations of the model, each once, for the parts that put them there. Those of other targets
 * are there already: the internet is the same for all. */
#pragma once
#include "core/map.h"
#include "model/model.h"

struct elements {
    struct model *m;
    struct map by_id; /* index + 1 */
    struct map said;  /* relations made here */
};
/* Learn those that the model has. Whatever it says, free them. */
int elements_know(struct elements *el, struct model *m, struct err *e) MUST_USE;
void elements_free(struct elements *el);

/* The element of that kind and name, made when it is new. */
int elements_get(struct elements *el, enum element_kind kind, struct str name, struct str zone, uint32_t *at,
                 struct err *e) MUST_USE;
bool elements_find(const struct elements *el, struct str id, uint32_t *at);
/* A relation of that kind between two that are not the same; said once, whatever its label. */
int elements_relate(struct elements *el, enum relation_kind kind, uint32_t from, uint32_t to,
                    struct str label, struct err *e) MUST_USE;
