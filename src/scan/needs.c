#include "scan/needs.h"

#include "core/map.h"
#include "model/node_modules.h"
#include "model/owners.h"
#include "parse/requirement.h"

enum { NAMES_BYTES = 256 << 20, KEY_MOST = ENTRY_PATH_MOST + 512, WAY_MOST = 16, STEPS_MOST = 20000 };
static const uint32_t AMBIGUOUS = UINT32_MAX;

struct relating {
    struct model *m;
    const struct image *img;
    size_t first, n;    /* packages */
    struct arena arena; /* of the keys */
    struct map by_key;  /* place in the model + 1, or AMBIGUOUS */
    size_t begin;       /* of the image's needs in model.need */
    bool cut, full;
};

static const struct installed *at(const struct relating *r, size_t i)
{
    return &r->m->package.p[i];
}

static void add(struct relating *r, uint32_t from, uint32_t to)
{
    struct model *m = r->m;

    if (!to || to == AMBIGUOUS || from == to - 1)
        return;
    if (m->need.n - r->begin == NEEDS_IN_MODEL_MOST)
        r->cut = true;
    else if (!arena_grow(&m->arena, &m->need.p, m->need.n, &m->need.cap, sizeof *m->need.p))
        r->full = true;
    else
        m->need.p[m->need.n++] = (struct need){ from, to - 1 };
}

/* ---- by the place in the record ---- */

static void relate_layer(struct relating *r, const struct layer *l)
{
    size_t n;
    const struct package *all = facts_package(l->facts, &n);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; l->installed[i] && k < all[i].needs_here.n; k++)
            if (all[i].needs_here.p[k] < n)
                add(r, l->installed[i] - 1, l->installed[all[i].needs_here.p[k]]);
}

/* ---- by name ---- */

/* "TYPE\nWHERE\nNAME", into `to` (KEY_MOST bytes); empty when it is too long. */
static struct str key_of(char *to, struct str type, struct str where, struct str name)
{
    const struct str part[] = { type, STR("\n"), where, STR("\n"), name };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(part); n += part[i++].n) {
        if (part[i].n > KEY_MOST - n)
            return STR_NONE;
        if (part[i].n)
            memcpy(to + n, part[i].p, part[i].n);
    }
    return (struct str){ to, n };
}

enum put { PUT_FIRST, PUT_ONLY }; /* the first of a name counts, or none of several */

static void put(struct relating *r, size_t i, struct str where, struct str name, enum put how)
{
    char text[KEY_MOST];
    struct str key = key_of(text, at(r, i)->package->type, where, name);
    uint32_t *have = key.n ? map_get(&r->by_key, key) : NULL;

    if (have && how == PUT_ONLY)
        *have = AMBIGUOUS;
    if (have || !key.n)
        return;
    key = arena_str(&r->arena, key);
    have = key.p ? map_put(&r->by_key, key, NULL) : NULL;
    if (have)
        *have = (uint32_t)i + 1;
    else
        r->full = true;
}

static uint32_t get(const struct relating *r, size_t i, struct str where, struct str name)
{
    char text[KEY_MOST];
    struct str key = key_of(text, at(r, i)->package->type, where, name);
    const uint32_t *have = key.n ? map_get(&r->by_key, key) : NULL;

    return have ? *have : 0;
}

static struct str folder_of(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return dir;
}

/* ---- a distribution's: one of a name in the image ---- */

static void name_system(struct relating *r, size_t i)
{
    put(r, i, STR_NONE, at(r, i)->package->name, PUT_FIRST);
}

/* What another one provides counts where there is no such package. */
static void name_provided(struct relating *r, size_t i)
{
    const struct strs *provides = &at(r, i)->package->provides;

    for (size_t k = 0; k < provides->n; k++)
        put(r, i, STR_NONE, provides->p[k], PUT_FIRST);
}

/* rpm's packages need files, too: "/bin/sh", wherever links lead that. */
static uint32_t find_file(struct relating *r, size_t i, struct str file)
{
    char path[ENTRY_PATH_MOST];
    node_id id = r->img->tree ? tree_find(r->img->tree, str_skip(file, 1), true) : 0;
    struct owner o = id ? owner_of(r->img, tree_path(r->img->tree, id, path), false) : (struct owner){ 0 };

    return str_eq(o.type, at(r, i)->package->type) ? get(r, i, STR_NONE, o.name) : 0;
}

/* Of alternatives the first that is there. */
static uint32_t find_system(struct relating *r, size_t i, struct str alternatives)
{
    struct str one;
    uint32_t found = 0;

    while (!found && str_cut(&alternatives, '|', &one)) {
        found = get(r, i, STR_NONE, one);
        if (!found && str_starts(one, STR("/")))
            found = find_file(r, i, one);
    }
    return found;
}

/* ---- Python, Ruby, conda: of a name in the folder ---- */

/* Where packages lie side by side: lib/site-packages of lib/site-packages/a-1.0.dist-info/METADATA. */
static struct str side_by_side(const struct package *p)
{
    struct str folder = folder_of(p->path);

    return str_ends(folder, STR("-info")) || str_ends(folder, STR("EGG-INFO")) ? folder_of(folder) : folder;
}

static struct str folded(const struct package *p, struct str name, char *to)
{
    return str_eq(p->type, STR("pypi")) ? requirement_fold(name, to) : name;
}

static void name_beside(struct relating *r, size_t i)
{
    const struct package *p = at(r, i)->package;
    char to[REQUIREMENT_NAME_MOST];
    struct str name = folded(p, p->name, to);

    if (p->how != HOW_DECLARED || p->inside.n)
        return;
    put(r, i, side_by_side(p), name, PUT_ONLY);
    if (str_eq(p->type, STR("pypi")))
        put(r, i, STR("*"), name, PUT_ONLY); /* Python looks in several folders */
}

static uint32_t find_beside(struct relating *r, size_t i, struct str name)
{
    const struct package *p = at(r, i)->package;
    char to[REQUIREMENT_NAME_MOST];
    struct str same = folded(p, name, to);
    uint32_t beside = get(r, i, side_by_side(p), same);

    return beside ? beside : get(r, i, STR("*"), same);
}

/* ---- JavaScript: where node would find it ---- */

static void name_module(struct relating *r, size_t i)
{
    put(r, i, STR_NONE, folder_of(at(r, i)->package->path), PUT_FIRST);
}

/* pnpm and others put links there. */
static uint32_t find_linked(const struct relating *r, size_t i, struct str place)
{
    char path[ENTRY_PATH_MOST];
    node_id id = r->img->tree ? tree_find(r->img->tree, place, true) : 0;

    return id ? get(r, i, STR_NONE, tree_path(r->img->tree, id, path)) : 0;
}

static uint32_t find_module(struct relating *r, size_t i, struct str name)
{
    struct node_search s = { .from = folder_of(at(r, i)->package->path), .name = name };
    char to[ENTRY_PATH_MOST];
    struct str place;
    uint32_t found = 0;

    while (!found && node_search_next(&s, to, &place)) {
        found = get(r, i, STR_NONE, place);
        found = found ? found : find_linked(r, i, place);
    }
    return found;
}

static const struct family {
    const char *types;
    void (*name)(struct relating *r, size_t i);
    uint32_t (*find)(struct relating *r, size_t i, struct str name);
} families[] = {
    { "deb opkg apk alpm rpm", name_system, find_system },
    { "pypi gem conda", name_beside, find_beside },
    { "npm", name_module, find_module },
};

static const struct family *family_of(const struct package *p)
{
    for (size_t f = 0; f < ARRAY_LEN(families); f++)
        if (str_one_of(p->type, families[f].types))
            return &families[f];
    return NULL;
}

static void relate_names(struct relating *r)
{
    for (size_t i = r->first; i < r->n; i++)
        if (family_of(at(r, i)->package))
            family_of(at(r, i)->package)->name(r, i);
    for (size_t i = r->first; i < r->n; i++)
        name_provided(r, i);
    for (size_t i = r->first; i < r->n; i++) {
        const struct strs *needs = &at(r, i)->package->needs;
        const struct family *f = needs->n ? family_of(at(r, i)->package) : NULL;
        for (size_t k = 0; f && k < needs->n; k++)
            add(r, (uint32_t)i, f->find(r, i, needs->p[k]));
    }
}

/* ---- all of them ---- */

static int by_numbers(const void *x, const void *y)
{
    const struct need *a = x, *b = y;

    return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->to < b->to ? -1 : a->to > b->to;
}

static void sort(struct relating *r)
{
    if (r->m->need.n <= r->begin)
        return;
    struct need *all = r->m->need.p + r->begin;
    size_t n = r->m->need.n - r->begin, kept = 0;
    qsort(all, n, sizeof *all, by_numbers);
    for (size_t i = 0; i < n; i++)
        if (!i || by_numbers(&all[i - 1], &all[i]) != 0)
            all[kept++] = all[i];
    r->m->need.n = r->begin + kept;
}

int needs_relate(struct model *m, const struct image *img, size_t first, struct err *e)
{
    struct relating r = { .m = m,
                          .img = img,
                          .first = first,
                          .n = m->package.n,
                          .arena = ARENA(NAMES_BYTES),
                          .by_key = MAP,
                          .begin = m->need.n };

    if (m->n_related == m->package.n)
        return 0;
    for (size_t i = 0; i < img->n_layers; i++)
        if (img->layer[i].facts && img->layer[i].installed)
            relate_layer(&r, &img->layer[i]);
    relate_names(&r);
    sort(&r);
    m->n_related = m->package.n;
    map_free(&r.by_key);
    arena_free(&r.arena);
    if (r.cut)
        model_incomplete(m, img->name, "which packages need which is told up to %d needs",
                         NEEDS_IN_MODEL_MOST);
    return r.full ? err_set(e, ERR_LIMIT, "out of memory for what packages need") : 0;
}

/* ---- what brought it ---- */

int needs_turn(struct needed_by *b, const struct model *m, size_t first, struct arena *a, struct err *e)
{
    size_t begin = 0, n_need;

    while (begin < m->need.n && m->need.p[begin].from < first)
        begin++;
    n_need = m->need.n - begin;
    *b = (struct needed_by){ .first = first,
                             .n = m->package.n - first,
                             .need = n_need ? m->need.p + begin : NULL,
                             .head = arena_array(a, uint32_t, m->package.n - first + 1),
                             .next = arena_array(a, uint32_t, n_need + 1),
                             .seen = arena_array(a, uint32_t, m->package.n - first + 1),
                             .above = arena_array(a, uint32_t, m->package.n - first + 1),
                             .queue = arena_array(a, uint32_t, m->package.n - first + 1) };
    if (!b->head || !b->next || !b->seen || !b->above || !b->queue)
        return err_set(e, ERR_LIMIT, "out of memory for what packages need");
    for (size_t i = n_need; i-- > 0;) { /* so that chains are in the order of the packages */
        uint32_t *head = &b->head[b->need[i].to - first];
        b->next[i] = *head;
        *head = (uint32_t)i + 1;
    }
    return 0;
}

/* Breadth first, so that the way is a shortest one. The package at its beginning; `package` itself: nobody says. */
static uint32_t find_beginning(struct needed_by *b, const struct model *m, uint32_t package)
{
    size_t n = 0, done = 0;

    b->round++;
    b->seen[package - b->first] = b->round;
    b->queue[n++] = package;
    while (done < n && done < STEPS_MOST) {
        uint32_t one = b->queue[done++], up = b->head[one - b->first];
        if (m->package.p[one].direct || !up)
            return one;
        for (; up; up = b->next[up - 1]) {
            uint32_t from = b->need[up - 1].from;
            if (b->seen[from - b->first] == b->round)
                continue;
            b->seen[from - b->first] = b->round;
            b->above[from - b->first] = one; /* on the way down from it */
            b->queue[n++] = from;
        }
    }
    return package; /* in a circle */
}

int needs_way(struct needed_by *b, struct model *m, uint32_t package, struct strs *out, struct err *e)
{
    uint32_t one = find_beginning(b, m, package);
    struct str way[WAY_MOST];
    size_t n = 0;

    for (; one != package && n < WAY_MOST; one = b->above[one - b->first]) {
        const struct package *p = m->package.p[one].package;
        way[n] = arena_fmt(&m->arena, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(p->ns), p->ns.n ? "/" : "",
                           STR_ARG(p->name), p->version.n ? " " : "", STR_ARG(p->version));
        if (!way[n++].p)
            return err_set(e, ERR_LIMIT, "the model is full");
    }
    struct str *keep = n ? arena_array(&m->arena, struct str, n) : NULL;
    if (n && !keep)
        return err_set(e, ERR_LIMIT, "the model is full");
    if (n)
        memcpy(keep, way, n * sizeof *keep);
    *out = (struct strs){ keep, n };
    return 0;
}
