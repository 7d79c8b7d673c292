/* sources.c - the registry of sources. */
#include "source/source.h"

#define SOURCE(name) extern const struct source source_##name;
#include "source/list.h"
#undef SOURCE
#define SOURCE(name) &source_##name,
const struct source *const sources[] = {
#include "source/list.h"
};
#undef SOURCE
const size_t n_sources = ARRAY_LEN(sources);
