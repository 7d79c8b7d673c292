/* sbom.h - a bill of materials as a target. */
#pragma once
#include "source/source.h"

enum { SBOM_MOST = 512 << 20 };
/* `name`: of the target, for people; `path`: of the document, the provenance of its packages. */
int sbom_open(struct source_env *env, struct str name, struct str path, struct str bytes,
              struct err *e) MUST_USE;
