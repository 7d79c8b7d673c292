#include "model/deployment.h"

#include "model/entries.h"
#include "model/fold.h"

/* ---- one roof ---- */

/* Fields that are positions of other facts in the same document: found by name and type in the table of the
 * kind. */
struct position {
    ptrdiff_t object, workload; /* offsets, -1: none */
};

static ptrdiff_t field_at(enum fact_kind kind, const char *name)
{
    for (size_t i = 0; i < fact_info[kind].n_field; i++)
        if (fact_info[kind].field[i].type == FIELD_U32 && !strcmp(fact_info[kind].field[i].name, name))
            return (ptrdiff_t)fact_info[kind].field[i].at;
    return -1;
}

/* Move a position along; false when it points to nothing. UINT32_MAX, belonging to none, stays. */
static bool move(char *fact, ptrdiff_t at, size_t n_there, size_t moved)
{
    uint32_t *position = at < 0 ? NULL : (void *)(fact + at);

    if (!position || *position == UINT32_MAX)
        return true;
    if (*position >= n_there)
        return false;
    *position += (uint32_t)moved;
    return true;
}

static void append(struct facts *to, const struct facts *from, enum fact_kind kind, size_t objects,
                   size_t workloads)
{
    size_t size = fact_info[kind].size;
    ptrdiff_t object = field_at(kind, "object"), workload = field_at(kind, "workload");

    for (size_t i = 0; i < from->list[kind].n; i++) {
        char *at = (char *)to->list[kind].items + to->list[kind].n * size;
        memcpy(at, (const char *)from->list[kind].items + i * size, size);
        to->list[kind].n += move(at, object, from->list[FACT_OBJECT_KIND].n, objects) &&
                            move(at, workload, from->list[FACT_WORKLOAD_KIND].n, workloads);
    }
}

static int gather(struct facts *to, struct arena *a, const struct facts *const *doc, size_t n, struct err *e)
{
    size_t objects = 0, workloads = 0;

    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++) {
        size_t total = 0;
        for (size_t i = 0; i < n; i++)
            total += doc[i]->list[k].n;
        to->list[k].items = total ? arena_alloc(a, total * fact_info[k].size, _Alignof(max_align_t)) : NULL;
        to->list[k].cap = total;
        if (total && !to->list[k].items)
            return err_set(e, ERR_LIMIT, "more facts than fit");
    }
    for (size_t i = 0; i < n; i++) {
        for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++)
            if (k != FACT_OBJECT_KIND && k != FACT_WORKLOAD_KIND)
                append(to, doc[i], k, objects, workloads);
        append(to, doc[i], FACT_OBJECT_KIND, objects, workloads);
        append(to, doc[i], FACT_WORKLOAD_KIND, objects, workloads);
        objects = to->list[FACT_OBJECT_KIND].n;
        workloads = to->list[FACT_WORKLOAD_KIND].n;
    }
    return 0;
}

/* ---- components ---- */

static bool same_component(const struct parameter *a, const struct parameter *b)
{
    return a->object == b->object && str_eq(a->component, b->component) && str_eq(a->path, b->path);
}

struct component *components_of(const struct parameter *const *all, size_t n, struct arena *a, size_t *n_out)
{
    size_t n_group = 0;

    *n_out = 0;
    for (size_t i = 0; i < n; i++)
        n_group += i == 0 || !same_component(all[i - 1], all[i]);
    struct component *out = arena_array(a, struct component, n_group + 1);
    for (size_t i = 0; out && i < n; i++) {
        if (i == 0 || !same_component(all[i - 1], all[i]))
            out[(*n_out)++] = (struct component){
                .name = all[i]->component, .path = all[i]->path, .element = UINT32_MAX, .parameter = &all[i]
            };
        out[*n_out - 1].n++;
    }
    return out;
}

/* The file that a mount brings, as documents are named; false: it brings none of them. */
static bool mounted_file(const struct deployment *d, const struct mount *m, char *room, struct str *path)
{
    struct str file = m->source;

    if (str_eq(m->kind, STR("config"))) {
        FACTS_EACH (&d->facts, shared, s)
            if (str_eq(s->kind, STR("config")) && str_eq(s->name, m->source) &&
                str_starts(s->source, STR("file:")))
                file = str_skip(s->source, sizeof "file:" - 1);
    } else if (!str_eq(m->kind, STR("bind")))
        return false;
    return file.n && path_beside(m->path, file, room, path);
}

/* Does the workload run what the parameters are for, by the name of its image? */
static bool is_called(const struct workload *w, struct str component)
{
    struct str image = workload_value(w, SETTING_IMAGE);

    return str_has(image, component) || (str_eq(component, STR("redis")) &&
                                         (str_has(image, STR("valkey")) || str_has(image, STR("keydb"))));
}

/* The workload that mounts the ConfigMap and runs what it configures. */
static const struct workload *mounter_of(const struct deployment *d, const struct component *c)
{
    const struct object *o = c->resource->object;

    for (size_t i = 0; str_eq(o->kind, STR("ConfigMap")) && i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        if (w->spelling != SPELLING_KUBERNETES || !is_called(w, c->name) ||
            !str_eq(workload_namespace(w), object_namespace(o)))
            continue;
        WORKLOAD_EACH (w, mount, m)
            if (str_eq(m->kind, STR("configmap")) && str_eq(m->source, o->name))
                return w;
    }
    return NULL;
}

/* The workload that mounts the file; a folder around it only one that runs the component. */
static const struct workload *reader_of(const struct deployment *d, const struct component *c)
{
    char room[ENTRY_PATH_MOST];
    struct str path;

    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        WORKLOAD_EACH (w, mount, m) {
            if (!mounted_file(d, m, room, &path))
                continue;
            bool around = str_starts(c->path, path) && c->path.n > path.n && c->path.p[path.n] == '/';
            if (str_eq(path, c->path) || (around && is_called(w, c->name)))
                return w;
        }
    }
    return NULL;
}

static bool join_components(struct deployment *d, struct arena *a)
{
    size_t n;
    const struct parameter *p = facts_parameter(&d->facts, &n);
    const struct parameter **all = arena_array(a, const struct parameter *, n + 1);

    for (size_t i = 0; all && i < n; i++)
        all[i] = &p[i];
    d->component = all ? components_of(all, n, a, &d->n_component) : NULL;
    if (!d->component)
        return false;
    for (size_t i = 0; i < d->n_component; i++) {
        struct component *c = &d->component[i];
        uint32_t object = c->parameter[0]->object;
        c->in = d;
        c->resource = object < d->n_resource ? &d->resource[object] : NULL;
        c->workload = c->resource ? mounter_of(d, c) : reader_of(d, c);
    }
    return true;
}

int deployment_join(struct deployment *d, struct arena *a, const struct facts *const *doc, size_t n,
                    struct err *e)
{
    size_t n_object;
    const struct object *object;
    uint64_t *pods;

    if (gather(&d->facts, a, doc, n, e) < 0 || fold_controllers(&d->facts, a, &pods, e) < 0)
        return -1;
    d->n_workload = d->facts.list[FACT_WORKLOAD_KIND].n;
    object = facts_object(&d->facts, &n_object);
    d->workload = arena_array(a, struct workload, d->n_workload + 1);
    d->resource = arena_array(a, struct resource, n_object + 1);
    if (!d->workload || !d->resource)
        return err_set(e, ERR_LIMIT, "more workloads than fit");
    for (; d->n_resource < n_object; d->n_resource++)
        d->resource[d->n_resource] =
            (struct resource){ &object[d->n_resource], d, (uint32_t)d->n_resource, UINT32_MAX, NULL };
    if (workloads_join(a, &d->facts, d->workload, e) < 0)
        return -1;
    for (size_t i = d->n_workload; i-- > 0;) {
        struct workload *w = &d->workload[i];
        w->in = d;
        w->pods = pods[i];
        if (w->fact->object < n_object)
            d->resource[w->fact->object].workload = w;
    }
    if (!join_components(d, a))
        return err_set(e, ERR_LIMIT, "more parameters than fit");
    if (cluster_build(d, a, &d->cluster, e) < 0)
        return -1;
    return deployment_flows(d, a, e);
}

/* ---- look-ups ---- */

const struct parameter *component_get(const struct component *c, struct str name)
{
    for (size_t i = c->n; i-- > 0;)
        if (str_eq(c->parameter[i]->name, name))
            return c->parameter[i];
    return NULL;
}
