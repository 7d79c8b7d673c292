#include "model/owners.h"

#include "core/buf.h"
#include "core/map.h"

/* Paths of a bucket, and bytes of a path in a list, about. */
enum { BUCKET = 32, PATH_BYTES = 16, LISTED_MOST = 512 << 20 };

/* A listed path is its 64-bit hash, with a seed that nobody outside knows. */
struct listed {
    uint64_t hash;
    uint32_t from; /* index of what says so */
};
/* All of them by the upper bits of their hashes: put there in two passes that go through memory in order, where a
 * table that is filled path by path misses the cache for each of them. */
struct owners {
    const struct seen_list *all;
    struct listed *path;
    uint32_t *begin; /* of each bucket; and the end of the last */
    unsigned bits;   /* there are 1 << bits buckets */
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

static size_t bucket_of(const struct owners *o, uint64_t hash)
{
    return o->bits ? hash >> (64 - o->bits) : 0;
}

/* What is listed, in the order of the lists. */
static bool read_lists(const struct seen_list *all, const struct tree *tree, struct buf *out)
{
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    struct alias alias[ARRAY_LEN(merged)];
    char to[ENTRY_PATH_MOST];
    struct entry en;

    for (size_t i = 0; i < ARRAY_LEN(merged); i++)
        find_alias(tree, merged[i], &alias[i]);
    for (size_t i = 0; r && i < all->n; i++) {
        entries_open(r, ((const struct owned *)all->p[i].fact)->paths);
        while (entries_next(r, &en) > 0) {
            struct str path = resolved(alias, en.path, to);
            struct listed l = { .hash = map_hash(path.p, path.n), .from = (uint32_t)i };
            buf_add(out, &l, sizeof l);
        }
    }
    return r && buf_ok(out);
}

static bool sort_into_buckets(struct owners *o, const struct listed *l, size_t n)
{
    while ((size_t)BUCKET << o->bits < n)
        o->bits++;
    o->path = malloc((n + 1) * sizeof *o->path);
    o->begin = calloc(((size_t)1 << o->bits) + 2, sizeof *o->begin);
    if (!o->path || !o->begin)
        return false;
    uint32_t *end = o->begin + 1; /* of each bucket, so far */
    for (size_t i = 0; i < n; i++)
        end[bucket_of(o, l[i].hash) + 1]++;
    for (size_t i = 1; i <= (size_t)1 << o->bits; i++)
        end[i] += end[i - 1];
    for (size_t i = 0; i < n; i++)
        o->path[end[bucket_of(o, l[i].hash)]++] = l[i];
    return true;
}

struct owners *owners_new(const struct image *img)
{
    const struct seen_list *all = &img->seen[FACT_OWNED_KIND];
    struct owners *o = calloc(1, sizeof *o);
    AUTO_BUF struct buf listed = BUF(LISTED_MOST);
    size_t bytes = 0;

    for (size_t i = 0; i < all->n; i++)
        bytes += ((const struct owned *)all->p[i].fact)->paths.n;
    buf_expect(&listed, bytes / PATH_BYTES * sizeof(struct listed));
    if (o)
        o->all = all;
    if (!o || !read_lists(all, img->tree, &listed) ||
        !sort_into_buckets(o, (const struct listed *)(const void *)listed.p,
                           listed.n / sizeof(struct listed)))
        owners_free(&o);
    return o;
}

void owners_free(struct owners **o)
{
    if (*o) {
        free((*o)->path);
        free((*o)->begin);
    }
    free(*o);
    *o = NULL;
}

/* What is there counts, of several the last; of what is not, the first. */
struct owner owner_of(const struct image *img, struct str path, bool deleted)
{
    const struct owners *o = img->owners;
    uint64_t hash = o ? map_hash(path.p, path.n) : 0;
    const struct seen *best = NULL;

    for (size_t i = o ? o->begin[bucket_of(o, hash)] : 0; o && i < o->begin[bucket_of(o, hash) + 1]; i++) {
        const struct seen *s = &o->all->p[o->path[i].from];
        if (o->path[i].hash == hash && (s->visible || (deleted && !best)))
            best = s;
    }
    const struct owned *by = best ? best->fact : NULL;
    return by ? (struct owner){ by->type, by->name } : (struct owner){ 0 };
}
