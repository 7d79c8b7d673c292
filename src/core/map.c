#include "core/map.h"

#define XXH_INLINE_ALL
#include <sys/random.h>
#include <xxhash.h>

uint64_t map_hash(const void *p, size_t n)
{
    static uint64_t seed;

    if (!seed && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)(uintptr_t)&seed; /* address-space randomness is the fall-back */
    seed |= 1;
    return XXH3_64bits_withSeed(p, n, seed);
}

static struct map_slot *find(const struct map *m, struct str key, uint64_t hash)
{
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slot[i];
        if (!s->used || (s->hash == hash && str_eq(s->key, key)))
            return s;
    }
}

static bool grow(struct map *m)
{
    struct map bigger = { .n = m->n, .cap = m->cap ? m->cap * 2 : 64 };

    bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
    if (!bigger.slot)
        return false;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slot[i].used)
            *find(&bigger, m->slot[i].key, m->slot[i].hash) = m->slot[i];
    free(m->slot);
    *m = bigger;
    return true;
}

uint32_t *map_put(struct map *m, struct str key, bool *is_new)
{
    uint64_t hash = map_hash(key.p, key.n);

    if (m->n * 4 >= m->cap * 3 && !grow(m))
        return NULL;
    struct map_slot *s = find(m, key, hash);
    bool fresh = !s->used;
    if (fresh) {
        *s = (struct map_slot){ .key = key, .hash = hash, .used = true };
        m->n++;
    }
    if (is_new)
        *is_new = fresh;
    return &s->value;
}

uint32_t *map_get(const struct map *m, struct str key)
{
    if (!m->cap)
        return NULL;
    struct map_slot *s = find(m, key, map_hash(key.p, key.n));
    return s->used ? &s->value : NULL;
}

void map_free(struct map *m)
{
    free(m->slot);
    *m = (struct map){ 0 };
}
