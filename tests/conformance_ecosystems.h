/* conformance_ecosystems.h - how other scanners' tests write down what they expect, ecosystem by ecosystem, and when a
 * package is what they mean. */
#pragma once
#include "doc/doc.h"
#include "model/fact.h"

enum { NO_VERSION = 1, DEV = 2, BARE_NAME = 4, ECOSYSTEMS_MOST = 300 };

/* How the packages of an ecosystem's cases are written down and compared. */
struct ecosystem {
    const char *name, *parser, *path; /* parser NULL: chosen by path; path NULL: as in the case */
    bool (*same_version)(const struct doc *want, const struct package *have);
    unsigned silent; /* of what its source says nothing: that we do is no difference */
};
extern const struct ecosystem ecosystems[];
extern const size_t n_ecosystems; /* at most ECOSYSTEMS_MOST */

const struct ecosystem *ecosystem_of(const struct doc *c); /* of a case; NULL: none of these */
/* All but whether it is for development. */
bool same_pair(const struct ecosystem *eco, const struct doc *want, const struct package *have);
/* "dev" is only in a case where its source knows. */
bool same_dev(const struct doc *want, const struct package *have);
