#include "model/fold.h"

#include "core/map.h"
#include "model/cluster.h"
#include "model/same.h"

enum { ROOM = 1 << 30, TEXT_MOST = 4 << 20, OWNERS_MOST = 4 };
static const uint32_t NONE = UINT32_MAX;

/* An object, and what it runs. */
struct made {
    struct same_range said; /* empty: it runs nothing */
    uint32_t owner, into;   /* objects; NONE */
    uint64_t hash;          /* of what it runs; 0: nobody asked */
};
struct fold {
    struct facts *f;
    struct made *made; /* of each object */
    const struct object *object;
    size_t n;
    struct map by_name;
    struct arena room;
    struct buf text;
};

static uint32_t number_at(const struct facts *f, enum fact_kind kind, size_t i)
{
    const char *at = (const char *)f->list[kind].items + i * fact_info[kind].size;

    return *(const uint32_t *)(const void *)at; /* `object` or `workload`: the first field */
}

/* Facts lie in the order of the workloads that they are about, those in the order of their objects. */
static void find_ranges(struct fold *fo)
{
    const struct facts *f = fo->f;
    size_t at[SAME_KINDS] = { 0 };

    for (size_t w = 0; w < f->list[FACT_WORKLOAD_KIND].n;) {
        uint32_t object = number_at(f, FACT_WORKLOAD_KIND, w);
        struct same_range r;
        memcpy(r.at, at, sizeof at);
        while (w < f->list[FACT_WORKLOAD_KIND].n && number_at(f, FACT_WORKLOAD_KIND, w) == object)
            w++;
        at[0] = w;
        for (size_t i = 1; i < SAME_KINDS; i++)
            while (at[i] < f->list[same_kind[i]].n && number_at(f, same_kind[i], at[i]) < w)
                at[i]++;
        memcpy(r.end, at, sizeof at);
        if (object < fo->n)
            fo->made[object].said = r;
    }
}

static bool runs(const struct fold *fo, size_t object)
{
    return fo->made[object].said.end[0] > fo->made[object].said.at[0];
}

static const struct workload_fact *first_of(const struct fold *fo, size_t object)
{
    return (const struct workload_fact *)fo->f->list[FACT_WORKLOAD_KIND].items + fo->made[object].said.at[0];
}

static uint32_t *find(struct fold *fo, struct str ns, struct str owner)
{
    struct str key = arena_fmt(&fo->room, STR_FMT "\n" STR_FMT, STR_ARG(ns), STR_ARG(owner));

    return key.p ? map_get(&fo->by_name, key) : NULL;
}

/* A ReplicaSet that is not in the dump is named after its Deployment and the hash that its Pods wear. */
static struct str deployment_of(struct fold *fo, size_t object)
{
    const struct workload_fact *w = first_of(fo, object);
    struct str kind, set, name, hash;

    str_split(fo->object[object].owner, '/', &kind, &set);
    if (!str_eq(kind, STR("ReplicaSet")) || !str_rsplit(set, '-', &name, &hash))
        return STR("");
    for (size_t i = 0; i < w->labels.n; i++) {
        struct str label, value;
        str_split(w->labels.p[i], '=', &label, &value);
        if (str_eq(label, STR("pod-template-hash")) && str_eq(value, hash))
            return arena_fmt(&fo->room, "Deployment/" STR_FMT, STR_ARG(name));
    }
    return STR("");
}

static bool find_owners(struct fold *fo)
{
    for (size_t i = 0; i < fo->n; i++) {
        const struct object *o = &fo->object[i];
        if (!runs(fo, i))
            continue;
        struct str key = arena_fmt(&fo->room, STR_FMT "\n" STR_FMT "/" STR_FMT, STR_ARG(object_namespace(o)),
                                   STR_ARG(o->kind), STR_ARG(o->name));
        uint32_t *at = key.p ? map_put(&fo->by_name, key, NULL) : NULL;
        if (!at)
            return false;
        *at = (uint32_t)i;
    }
    for (size_t i = 0; i < fo->n; i++) {
        const struct object *o = &fo->object[i];
        if (!runs(fo, i) || !o->owner.n)
            continue;
        uint32_t *at = find(fo, object_namespace(o), o->owner);
        if (!at)
            at = find(fo, object_namespace(o), deployment_of(fo, i));
        if (at)
            fo->made[i].owner = *at;
    }
    return true;
}

static uint64_t hash_of(struct fold *fo, size_t object)
{
    struct made *m = &fo->made[object];
    struct str kind, set = STR("");

    if (m->hash)
        return m->hash;
    str_split(fo->object[object].owner, '/', &kind, &set);
    buf_clear(&fo->text);
    same_text(fo->f, &m->said, str_eq(kind, STR("StatefulSet")) ? set : STR(""), &fo->text);
    m->hash = buf_ok(&fo->text) ? map_hash(fo->text.p, fo->text.n) : object + 1; /* too long: unlike any */
    return m->hash;
}

/* The highest of the owners, of their owners ... that runs the same. */
static void find_into(struct fold *fo, size_t object)
{
    uint32_t at = fo->made[object].owner;

    for (unsigned i = 0; i < OWNERS_MOST && at != NONE && at != object; i++, at = fo->made[at].owner)
        if (hash_of(fo, at) == hash_of(fo, object))
            fo->made[object].into = at;
}

static void count_pods(const struct fold *fo, uint64_t *pods)
{
    for (size_t i = 0; i < fo->n; i++) {
        if (!runs(fo, i) || !str_eq(fo->object[i].kind, STR("Pod")))
            continue;
        const struct made *m = &fo->made[i], *to = m->into == NONE ? m : &fo->made[m->into];
        for (size_t w = to->said.at[0]; w < to->said.end[0]; w++)
            pods[w] += first_of(fo, i)->replicas;
    }
}

/* ---- what is left ---- */

/* New positions; NONE: it goes. */
struct moved {
    uint32_t *object, *workload;
    size_t n_object, n_workload;
};

static bool move(char *fact, const struct fact_info *info, const struct moved *to)
{
    for (size_t i = 0; i < info->n_field; i++) {
        bool object = !strcmp(info->field[i].name, "object");
        if (info->field[i].type != FIELD_U32 || (!object && strcmp(info->field[i].name, "workload") != 0))
            continue;
        uint32_t *at = (void *)(fact + info->field[i].at);
        if (*at >= (object ? to->n_object : to->n_workload))
            continue; /* it belongs to none */
        *at = (object ? to->object : to->workload)[*at];
        if (*at == NONE)
            return false;
    }
    return true;
}

static void close_up(struct facts *f, const struct moved *to)
{
    for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++) {
        size_t size = fact_info[kind].size, kept = 0;
        char *items = f->list[kind].items;
        for (size_t i = 0; i < f->list[kind].n; i++) {
            bool stays = kind == FACT_OBJECT_KIND ? to->object[i] != NONE
                                                  : move(items + i * size, &fact_info[kind], to);
            if (!stays)
                continue;
            memmove(items + kept * size, items + i * size, size);
            kept++;
        }
        f->list[kind].n = kept;
    }
}

static bool drop(struct fold *fo, uint64_t *pods)
{
    struct moved to = { .n_object = fo->n, .n_workload = fo->f->list[FACT_WORKLOAD_KIND].n };
    uint32_t objects = 0, workloads = 0;

    to.object = arena_array(&fo->room, uint32_t, to.n_object + 1);
    to.workload = arena_array(&fo->room, uint32_t, to.n_workload + 1);
    if (!to.object || !to.workload)
        return false;
    for (size_t i = 0; i < to.n_object; i++)
        to.object[i] = fo->made[i].into == NONE ? objects++ : NONE;
    for (size_t w = 0; w < to.n_workload; w++) {
        uint32_t object = number_at(fo->f, FACT_WORKLOAD_KIND, w);
        bool stays = object >= to.n_object || to.object[object] != NONE;
        to.workload[w] = stays ? workloads : NONE;
        if (stays)
            pods[workloads++] = pods[w];
    }
    close_up(fo->f, &to);
    return true;
}

int fold_controllers(struct facts *f, struct arena *a, uint64_t **pods, struct err *e)
{
    struct fold fo = { .f = f, .by_name = MAP, .room = ARENA(ROOM), .text = BUF(TEXT_MOST) };

    fo.object = facts_object(f, &fo.n);
    fo.made = arena_array(&fo.room, struct made, fo.n + 1);
    *pods = arena_array(a, uint64_t, f->list[FACT_WORKLOAD_KIND].n + 1);
    bool ok = fo.made && *pods;
    for (size_t i = 0; ok && i < fo.n; i++)
        fo.made[i].owner = fo.made[i].into = NONE;
    if (ok) {
        find_ranges(&fo);
        ok = find_owners(&fo);
    }
    if (ok) {
        for (size_t i = 0; i < fo.n; i++)
            find_into(&fo, i);
        count_pods(&fo, *pods);
        ok = drop(&fo, *pods);
    }
    map_free(&fo.by_name);
    arena_free(&fo.room);
    buf_free(&fo.text);
    return ok ? 0 : err_set(e, ERR_LIMIT, "more objects than fit");
}
