/* version.h - which of two versions is the older, as the scheme's own tool would say.
 *
 * Every ecosystem orders its versions by rules of its own; a scheme is one of these sets of rules. What a
 * scheme does not accept as a version has no order: "cannot tell", never a guess, since a wrong order is
 * either a false alarm or false comfort. Nothing here allocates or keeps state; a number may have any length.
 *
 * To add one: 1. write model/version/<name>.c with `const struct version_scheme scheme_<name>` and nothing
 * else visible  2. add SCHEME(<name>) to model/version/list.h  3. add its table to
 * tests/unit/version_order_test.c (which fails while a scheme has none). docs/versions.md says which scheme
 * serves which ecosystem. */
#pragma once
#include "core/str.h"
#include "model/fact.h"

struct version_scheme {
    const char *name;
    const char *what; /* one line: whose order, and by which definition */
    const char *also; /* blank-separated: ecosystems of advisories and types of purls that use it, "-" for
                         their blanks */
    /* 0 with *order below, equal to or above 0 as a is older, the same or newer; -1: cannot tell, because one
     * of them is not a version of this scheme. The same answer for the same two, whichever is first. */
    int (*compare)(struct str a, struct str b, int *order);
    /* Does `version` lie in a range written in the ecosystem's own syntax? UNKNOWN: cannot tell. NULL: it has
     * no syntax of its own. See model/version/range.h. */
    enum tri (*satisfies)(const struct version_scheme *s, struct str range, struct str version);
};

extern const struct version_scheme *const version_schemes[];
extern const size_t n_version_schemes;

/* By name or by an ecosystem it serves: "deb", "Debian", "Debian:12" (what follows a colon does not count).
 * NULL: no such scheme, so its versions cannot be ordered. */
const struct version_scheme *version_scheme_for(struct str ecosystem);

/* compare() with the checks that all schemes share: a NULL scheme and an empty version cannot be told. */
int version_compare(const struct version_scheme *s, struct str a, struct str b, int *order);

/* Is it a version of this scheme? */
bool version_valid(const struct version_scheme *s, struct str version);
