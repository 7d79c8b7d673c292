/* secret_values.h - where the values of Kubernetes Secrets stand in a document. The parser says that they stand in clear
 * and keeps none; their places are found in the text again, by position: a document may be one line. */
#pragma once
#include "model/fact.h"

struct secret_value {
    struct str key;   /* as written */
    struct str value; /* without quotes and escapes; empty where it is a block of several lines */
    uint64_t at, n;   /* what it takes of the document */
    uint32_t line;
};
typedef int secret_value_fn(void *ctx, const struct secret_value *v, struct err *e);

/* Call `fn` for each value of data and stringData, in the order of the text, until it does not return 0, which is
 * returned. `f`: what the parser understood of the document. */
int secret_values_each(struct str document, const struct facts *f, secret_value_fn *fn, void *ctx,
                       struct err *e) MUST_USE;
