/* rpm_needs.h - what the packages of one rpm database require of each other. Names are resolved within the database,
 * whose packages provide all that is required; of files (/bin/sh) the lists of files decide, later. */
#pragma once
#include "parse/among.h"

struct rpm_name {
    struct str text;
    uint32_t first, last; /* numbers of the packages that provide it */
};
struct rpm_needs {
    struct among among;
    struct map by_text; /* index of a name + 1 */
    struct rpm_name *name;
    struct among_need *want; /* from a package, to the index of a name */
    size_t n_name, cap_name, n_want, cap_want;
};
#define RPM_NEEDS      \
    {                  \
        .among = AMONG \
    }

/* The package of that number provides, or requires, what it is called; all that it provides comes first. Copied.
 * false: memory. */
bool rpm_provides(struct rpm_needs *r, uint32_t package, struct str name) MUST_USE;
bool rpm_requires(struct rpm_needs *r, uint32_t package, struct str name) MUST_USE;

/* The facts get to know it: what they need here, and as names the files that they need. */
int rpm_needs_settle(struct rpm_needs *r, const struct input *in, struct facts *out, struct err *e) MUST_USE;
void rpm_needs_free(struct rpm_needs *r);
