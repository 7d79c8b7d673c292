#include "model/owners.h"

#include "core/map.h"

enum { LISTED_BYTES = 16, SLOTS_LEAST = 1024 }; /* LISTED_BYTES: that a listed path takes, or more */

/* A path is its 64-bit hash, with a seed that nobody outside knows. */
struct slot {
    uint64_t hash;
    uint32_t from; /* index of what says so + 1; 0: empty */
};
struct owners {
    const struct seen_list *all;
    struct slot *slot; /* a power of two */
    size_t n, n_slot;
};

/* Where merged-/usr systems keep what their packages still list under the old name: "bin/sh" is "usr/bin/sh".
 */
struct alias {
    struct str from, to; /* both end with "/"; to is empty when there is no such link */
    char text[256];
};
static const struct str merged[] = { STR("bin/"),   STR("sbin/"),  STR("lib/"),
                                     STR("lib32/"), STR("lib64/"), STR("libx32/") };

static void find_alias(const struct tree *t, struct str from, struct alias *a)
{
    char clean[ENTRY_PATH_MOST];
    node_id id = t ? tree_find(t, str_first(from, from.n - 1), false) : 0;
    size_t n = 0;

    *a = (struct alias){ .from = from };
    if (!id || tree_node(t, id)->kind != ENTRY_SYMLINK)
        return;
    if (path_clean(tree_entry(t, id).link, clean, &n) == PATH_TOO_LONG || n + 2 > sizeof a->text)
        return;
    memcpy(a->text, clean, n);
    a->text[n] = '/';
    a->to = (struct str){ a->text, n + 1 };
}

/* The path as it is in the tree, in `to` where it has to be changed. */
static struct str resolved(const struct alias *alias, struct str path, char to[ENTRY_PATH_MOST])
{
    for (size_t i = 0; i < ARRAY_LEN(merged); i++) {
        const struct alias *a = &alias[i];
        if (!a->to.n || !str_starts(path, a->from) || path.n - a->from.n + a->to.n >= ENTRY_PATH_MOST)
            continue;
        memcpy(to, a->to.p, a->to.n);
        memcpy(to + a->to.n, path.p + a->from.n, path.n - a->from.n);
        return (struct str){ to, path.n - a->from.n + a->to.n };
    }
    return path;
}

/* The place of a path's hash, or the empty one where it would be. */
static struct slot *place_of(const struct owners *o, uint64_t hash)
{
    size_t i = hash & (o->n_slot - 1);

    while (o->slot[i].from && o->slot[i].hash != hash)
        i = (i + 1) & (o->n_slot - 1);
    return &o->slot[i];
}

static bool grow(struct owners *o, size_t n_slot)
{
    struct owners more = { .n_slot = n_slot, .slot = calloc(n_slot, sizeof *more.slot) };

    if (!more.slot)
        return false;
    for (size_t i = 0; i < o->n_slot; i++)
        if (o->slot[i].from)
            *place_of(&more, o->slot[i].hash) = o->slot[i];
    free(o->slot);
    o->slot = more.slot;
    o->n_slot = n_slot;
    return true;
}

/* What is there counts; of several the last. */
static bool put(struct owners *o, struct str path, uint32_t from)
{
    uint64_t hash = map_hash(path.p, path.n);

    if (o->n * 4 >= o->n_slot * 3 && !grow(o, o->n_slot * 2))
        return false;
    struct slot *at = place_of(o, hash);
    o->n += !at->from;
    if (!at->from || o->all->p[from].visible)
        *at = (struct slot){ hash, from + 1 };
    return true;
}

static bool fill(struct owners *o, const struct tree *tree)
{
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    struct alias alias[ARRAY_LEN(merged)];
    char to[ENTRY_PATH_MOST];
    struct entry en;

    for (size_t i = 0; i < ARRAY_LEN(merged); i++)
        find_alias(tree, merged[i], &alias[i]);
    for (size_t i = 0; r && i < o->all->n; i++) {
        entries_open(r, ((const struct owned *)o->all->p[i].fact)->paths);
        while (entries_next(r, &en) > 0)
            if (!put(o, resolved(alias, en.path, to), (uint32_t)i))
                return false;
    }
    return r;
}

struct owners *owners_new(const struct image *img)
{
    struct owners *o = calloc(1, sizeof *o);
    const struct seen_list *all = &img->seen[FACT_OWNED_KIND];
    size_t bytes = 0, n_slot = SLOTS_LEAST;

    for (size_t i = 0; i < all->n; i++)
        bytes += ((const struct owned *)all->p[i].fact)->paths.n;
    while (n_slot / 2 < bytes / LISTED_BYTES)
        n_slot *= 2;
    if (o)
        o->all = all;
    if (!o || !grow(o, n_slot) || !fill(o, img->tree))
        owners_free(&o);
    return o;
}

void owners_free(struct owners **o)
{
    if (*o)
        free((*o)->slot);
    free(*o);
    *o = NULL;
}

struct owner owner_of(const struct image *img, struct str path, bool deleted)
{
    const struct slot *at = img->owners ? place_of(img->owners, map_hash(path.p, path.n)) : NULL;
    const struct seen *from = at && at->from ? &img->owners->all->p[at->from - 1] : NULL;
    const struct owned *o = from && (from->visible || deleted) ? from->fact : NULL;

    return o ? (struct owner){ o->type, o->name } : (struct owner){ 0 };
}
