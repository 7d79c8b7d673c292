/* file.h - a whole file for a test, NUL behind it; NULL when it cannot be read. The caller frees. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

static char *file_read(const char *path, size_t *n)
{
    FILE *f = fopen(path, "re");
    char *p = NULL;
    size_t cap = 0;

    *n = 0;
    while (f && !ferror(f) && !feof(f)) {
        if (cap - *n < 2) {
            cap = cap ? cap * 2 : 1 << 16;
            p = realloc(p, cap);
            if (!p)
                abort();
        }
        *n += fread(p + *n, 1, cap - *n - 1, f);
    }
    if (f && ferror(f)) {
        free(p);
        p = NULL;
    }
    if (f)
        fclose(f);
    if (p)
        p[*n] = '\0';
    return p;
}
