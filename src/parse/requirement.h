/* requirement.h - what a Python package needs, as PEP 508 and pip write it: name[extra]==1.0; marker */
#pragma once
#include "core/str.h"

struct requirement {
    struct str name;
    struct str version; /* the one version that is allowed; empty when it allows several */
};

/* false: not a requirement (a path, an option, prose). Trailing markers, hashes and comments are allowed. */
bool requirement_read(struct str text, struct requirement *out);
