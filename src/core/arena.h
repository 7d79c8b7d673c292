/* arena.h - memory with one lifetime and a hard budget; freed all at once.
 *
 * One arena an artifact: budget spent is a normal error ("the input was too big"), free is one call. */
#pragma once
#include "core/str.h"

struct arena_page;
struct arena {
    struct arena_page *page;
    char *at, *end;
    size_t used, budget; /* bytes handed out, and the most there may ever be */
};
#define ARENA(bytes)      \
    {                     \
        .budget = (bytes) \
    }
#define AUTO_ARENA CLEANUP(arena_free)

/* Zeroed memory, or NULL once the budget is spent: the input was too big, say ERR_LIMIT. */
void *arena_alloc(struct arena *a, size_t size, size_t align) MUST_USE;
#define arena_new(a, type)      ((type *)arena_alloc((a), sizeof(type), _Alignof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), (n) * sizeof(type), _Alignof(type)))

/* A NUL-terminated copy, or NULL. */
char *arena_cstr(struct arena *a, struct str s) MUST_USE;
/* A copy as a view; { NULL, 0 } when the budget is spent. The copy of an empty text is empty, but not NULL.
 */
struct str arena_str(struct arena *a, struct str s) MUST_USE;
/* The same with the capitals A to Z made small. */
struct str arena_lower(struct arena *a, struct str s) MUST_USE;
/* printf into the arena; { NULL, 0 } when the budget is spent. */
struct str arena_fmt(struct arena *a, const char *fmt, ...) PRINTF(2, 3) MUST_USE;

/* Double an array that is full: *items of n elements of `size` bytes, room for *cap. false: budget spent. */
bool arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size) MUST_USE;

/* Give everything back; the arena is usable again with the same budget. */
void arena_free(struct arena *a);
