/* fuzz.h - what the fuzz targets share. A target is one file; meson.build builds it, tools/fuzz runs it. */
#pragma once
#include "core/err.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An allocation that ends where the input ends: one byte too far is a report. Free it. */
static inline char *exact_copy(const uint8_t *data, size_t size)
{
    char *exact = malloc(size ? size : 1);

    if (!exact)
        abort();
    if (size)
        memcpy(exact, data, size);
    return exact;
}

/* Whoever fails says why, in one line. */
static inline void must_say(int result, const struct err *e)
{
    if (result < 0 && (!e->code || !e->text[0] || strchr(e->text, '\n')))
        abort();
}
