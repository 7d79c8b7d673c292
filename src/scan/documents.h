/* documents.h - documents of a deployment become facts, in confined jobs. */
#pragma once
#include "io/proc.h"
#include "scan/store.h"
#include "source/source.h"

struct documents_env {
    struct store *store;
    struct arena *arena;
    const struct proc_limits *limits;
    const struct secret_setup *secrets; /* NULL: none are looked for */
};
/* Fill facts and why of each. What could not be read says so there: nothing fails as a whole. */
void documents_read(const struct documents_env *env, struct source_document *doc, size_t n);

/* One document by the named parser; `digest`, when not empty, is verified first. */
int document_read(const struct documents_env *env, const char *parser, struct str name, struct str bytes,
                  struct str digest, struct facts **out, struct err *e) MUST_USE;
