/* layers.h - the layers of all images of a target: from the cache, or read in confined jobs, each once. */
#pragma once
#include "scan/cache.h"
#include "scan/store.h"
#include "source/source.h"

struct layers {
    struct source_layer **p;
    size_t n;
};

struct layers_options {
    const struct limits *limits;
    const struct proc_limits *proc_limits;
    unsigned jobs;
    const struct secret_setup *secrets; /* NULL: none are looked for */
    bool no_verify; /* do not compare diff IDs where no digest is known: such records are not cached */
    struct cache *cache;
    struct store *store;
    struct arena *arena;  /* for why_not */
    const char *progress; /* draw on standard error under this name; NULL: do not */
};

/* What is verified of a layer, and what its record is therefore kept under; empty: it is not kept. */
struct str layer_key(const struct source_layer *l, bool no_verify);
/* Set facts or why_not of every layer that has neither. */
int layers_read(const struct layers *l, const struct layers_options *o, struct err *e);
