/* secret_lines.h - which lines of documents hold a secret, so that nobody quotes them: edits show a document. */
#pragma once
#include "model/deployment.h"

/* Fill `secret` of each document by what its facts say. -1: memory, which is *a's. */
int secret_lines(const struct facts *f, struct declared *doc, size_t n, struct arena *a,
                 struct err *e) MUST_USE;
