/* among.h - which packages of one file need which others of it. Who reads a lock file adds its packages first, each
 * under every name by which the file refers to it, then says who needs whom, and settles it. Packages are numbered by
 * their place in the facts, from 1; 0 is none: so what is not there is looked up, and needed, without further ado. */
#pragma once
#include "core/map.h"
#include "parse/parse.h"

enum { AMONG_MOST = 1000000 }; /* needs of one file; what is beyond is a gap */
struct among {
    struct arena arena; /* of names that are put together, and of the needs */
    struct map by_name;
    struct among_need {
        uint32_t from, to;
    } * need;
    size_t n, cap;
    bool cut, full;
};
#define AMONG                    \
    {                            \
        .arena = ARENA(96 << 20) \
    }
#define AUTO_AMONG CLEANUP(among_free)

/* The number of the package that was added last. */
static inline uint32_t among_last(const struct facts *out)
{
    size_t n;

    return facts_package(out, &n) ? (uint32_t)n : 0;
}

/* The file calls it so; the first of a name keeps it. The name is borrowed. Failure is told by among_settle. */
void among_call(struct among *a, uint32_t package, struct str name);
void among_call_fmt(struct among *a, uint32_t package, const char *fmt, ...) PRINTF(3, 4);
/* Who is called so? */
uint32_t among_find(const struct among *a, struct str name);
uint32_t among_find_fmt(const struct among *a, const char *fmt, ...) PRINTF(2, 3);
/* As node finds a module for the package in that folder, where packages are called by their folders. */
uint32_t among_find_module(const struct among *a, struct str folder, struct str name);

void among_need(struct among *a, uint32_t from, uint32_t to);
/* The project itself asks for it. */
void among_direct(const struct facts *out, uint32_t package);

/* The facts get to know it. ERR_LIMIT when memory is spent. */
int among_settle(struct among *a, const struct input *in, struct facts *out, struct err *e) MUST_USE;
void among_free(struct among *a);
