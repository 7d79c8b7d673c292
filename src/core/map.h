/* map.h - from text to a small number. Keys are borrowed and must outlive the map; hashing is XXH3 with a
 * seed drawn once a process, so that hostile keys cannot be prepared to collide. */
#pragma once
#include "core/str.h"

struct map_slot {
    struct str key;
    uint64_t hash;
    uint32_t value;
    bool used;
};
struct map {
    struct map_slot *slot;
    size_t n, cap;
};
#define MAP \
    {       \
        0   \
    }
#define AUTO_MAP CLEANUP(map_free)

/* The place of the key's value, made with value 0 when new (*is_new says so); NULL when memory is spent. */
uint32_t *map_put(struct map *m, struct str key, bool *is_new) MUST_USE;
/* The value's place, or NULL when the key is not there. */
uint32_t *map_get(const struct map *m, struct str key);
void map_free(struct map *m);

/* The hash itself, for tables that are not maps of text. */
uint64_t map_hash(const void *p, size_t n);
