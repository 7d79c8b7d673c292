/* distinct.h - lock files say a package again for every platform, group or file of it; said once is enough.
 */
#pragma once
#include "core/map.h"
#include "model/fact.h"

struct distinct {
    struct map seen;
    struct arena keys;
    uint32_t at; /* number of the package that was added, or met again, last; see among.h */
};
#define DISTINCT                 \
    {                            \
        .keys = ARENA(64u << 20) \
    }
#define AUTO_DISTINCT CLEANUP(distinct_free)

/* Add *p to *out, unless one of the same type, namespace, name, version and constraint was added through *d before;
 * that one then loses its `dev` when *p has none. *out is the same in all calls. */
int distinct_package(struct distinct *d, const struct package *p, struct facts *out, struct err *e) MUST_USE;
void distinct_free(struct distinct *d);
