/* needs.h - what a package manager's record says that a package needs or provides: names, without versions. */
#pragma once
#include "core/arena.h"
#include "model/fact.h"

enum { NEEDS_MOST = 1000 };
struct needs {
    struct arena arena;
    struct str *p;
    size_t n, cap;
};
#define NEEDS                     \
    {                             \
        .arena = ARENA(16u << 20) \
    }
#define AUTO_NEEDS CLEANUP(needs_free)

/* Append the names in a relationship field of Debian's: "a (>= 1), b:any | c [amd64]" is "a" and "b|c". False: more
 * than NEEDS_MOST. */
bool needs_debian(struct needs *n, struct str field) MUST_USE;
/* The same of apk's D and p: "so:libc.musl-x86_64.so.1 busybox>1.2 !conflict". */
bool needs_alpine(struct needs *n, struct str field) MUST_USE;
/* A name as it is. */
bool needs_name(struct needs *n, struct str name) MUST_USE;
static inline struct strs needs_all(const struct needs *n)
{
    return (struct strs){ n->p, n->n };
}
void needs_free(struct needs *n);
