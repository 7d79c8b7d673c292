/* requirement.h - what a Python package needs, as PEP 508 and pip write it: name[extra]==1.0; marker */
#pragma once
#include "core/str.h"

struct requirement {
    struct str name;
    struct str version;    /* the one version that is allowed; empty when it allows several */
    struct str constraint; /* those that are, as written; empty when it is one, or any */
};

/* Names that are one by PEP 503: small letters, and "-" for every run of "-", "_" and ".". Into `to`
 * (REQUIREMENT_NAME_MOST bytes); empty when it is longer. */
enum { REQUIREMENT_NAME_MOST = 256 };
struct str requirement_fold(struct str name, char *to);

/* false: not a requirement (a path, an option, prose). Trailing markers, hashes and comments are allowed. */
bool requirement_read(struct str text, struct requirement *out);
