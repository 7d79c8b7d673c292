#include "scan/assemble_relations.h"

#include "model/cluster.h"
#include "rule/workload.h"

static bool in_cluster(const struct workload *w)
{
    return w->spelling == SPELLING_KUBERNETES;
}

static struct str scope_of(const struct workload *w)
{
    if (in_cluster(w))
        return workload_namespace(w);
    return w->object ? w->object->ns : STR("");
}

/* Names of shared things are unique within a project or namespace only. */
static struct str scoped(struct assembly *a, const struct workload *w, const char *kind, struct str name)
{
    struct str scope = scope_of(w);

    return arena_fmt(a->arena, STR_FMT "%s%s%s" STR_FMT, STR_ARG(scope), scope.n ? "/" : "", kind,
                     *kind ? "/" : "", STR_ARG(name));
}

/* ---- mounts ---- */

/* Kinds of mounts that stand for an object of Kubernetes. */
static const struct {
    const char *mount, *object;
    enum element_kind is;
} object_mount[] = {
    { "secret", "Secret", ELEMENT_SECRET },
    { "configmap", "ConfigMap", ELEMENT_VOLUME },
    { "pvc", "PersistentVolumeClaim", ELEMENT_VOLUME },
};

/* The boundary of objects that the workload's scope (namespace, project) has in common. */
static struct str zone_of_scope(struct assembly *a, const struct workload *w)
{
    struct str zone = a->m->element.p[w->element].zone, scope = scope_of(w), outer, rest;

    str_split(zone, '/', &outer, &rest);
    return scope.n ? arena_fmt(a->arena, STR_FMT "/" STR_FMT, STR_ARG(outer), STR_ARG(scope)) : outer;
}

static int mount_target(struct assembly *a, const struct workload *w, const struct mount *m, uint32_t *at,
                        struct err *e)
{
    for (size_t i = 0; i < ARRAY_LEN(object_mount); i++) {
        if (!str_eq(m->kind, str_of(object_mount[i].mount)))
            continue;
        struct str name = scoped(a, w, in_cluster(w) ? object_mount[i].object : "", m->source);
        return elements_get(&a->el, object_mount[i].is, name, zone_of_scope(a, w), at, e);
    }
    if (str_eq(m->kind, STR("bind")))
        return elements_get(&a->el, ELEMENT_VOLUME,
                            arena_fmt(a->arena, STR_FMT " of the host", STR_ARG(m->source)),
                            in_cluster(w) ? STR("cluster") : STR("host"), at, e);
    if (str_one_of(m->kind, "volume nfs csi"))
        return elements_get(&a->el, ELEMENT_VOLUME, scoped(a, w, "", m->source), zone_of_scope(a, w), at, e);
    *at = UINT32_MAX; /* temporary, the container's own */
    return 0;
}

static int relate_mounts(struct assembly *a, const struct workload *w, struct err *e)
{
    WORKLOAD_EACH (w, mount, m) {
        uint32_t at;
        if (!m->source.n)
            continue;
        if (str_eq(m->kind, STR("bind")) &&
            str_ends(m->source, STR(".sock"))) { /* no store: a way to speak */
            if (a->engine != UINT32_MAX &&
                model_relate(a->m, RELATION_USES, w->element, a->engine, m->source, e) < 0)
                return -1;
            continue;
        }
        if (mount_target(a, w, m, &at, e) < 0)
            return -1;
        if (at != UINT32_MAX && model_relate(a->m, RELATION_MOUNTS, w->element, at,
                                             m->read_only == YES ? STR("read-only") : m->target, e) < 0)
            return -1;
    }
    return 0;
}

/* ---- what it uses ---- */

/* "secret:NAME/KEY", "configmap:NAME/KEY": the object's name. */
static bool from_object(struct str source, struct str *kind, struct str *name)
{
    struct str rest, key;

    if (!str_split(source, ':', kind, &rest) || !str_one_of(*kind, "secret configmap"))
        return false;
    str_split(rest, '/', name, &key);
    return name->n > 0;
}

static int relate_uses(struct assembly *a, const struct workload *w, struct err *e)
{
    struct str kind, name, zone = zone_of_scope(a, w);
    uint32_t at;

    WORKLOAD_EACH (w, variable, v) {
        if (!from_object(v->source, &kind, &name))
            continue;
        bool secret = str_eq(kind, STR("secret"));
        struct str id = scoped(a, w, !in_cluster(w) ? "" : secret ? "Secret" : "ConfigMap", name);
        if (elements_get(&a->el, secret ? ELEMENT_SECRET : ELEMENT_VOLUME, id, zone, &at, e) < 0 ||
            model_relate(a->m, RELATION_USES, w->element, at, v->name, e) < 0)
            return -1;
    }
    WORKLOAD_EACH (w, link, l) {
        if (!str_eq(l->how, STR("network")))
            continue;
        if (elements_get(&a->el, ELEMENT_NETWORK, scoped(a, w, "", l->to), zone, &at, e) < 0 ||
            model_relate(a->m, RELATION_USES, w->element, at, STR("network"), e) < 0)
            return -1;
    }
    return 0;
}

/* ---- pulls ---- */

/* Is it the address that the registry gives for itself: http.host of its configuration? */
static const struct component *registry_by_host(const struct deployment *d, struct str address)
{
    for (size_t i = 0; i < d->n_component; i++) {
        const struct parameter *host = str_eq(d->component[i].name, STR("registry"))
                                           ? component_get(&d->component[i], STR("http.host"))
                                           : NULL;
        if (host && str_ends(host->value, address) && host->value.n > address.n &&
            host->value.p[host->value.n - address.n - 1] == '/')
            return &d->component[i];
    }
    return NULL;
}

/* "registry:5000" by the name of a workload, "localhost:5000" by a port that one publishes. */
static const struct workload *registry_by_name(const struct deployment *d, struct str address)
{
    struct str host = address, port = { 0 };

    str_split(address, ':', &host, &port);
    bool local = str_one_of(host, "localhost 127.0.0.1");
    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        if (w->spelling == SPELLING_DOCKERFILE || !str_has(workload_value(w, SETTING_IMAGE), STR("registry")))
            continue;
        if (!local && str_eq(w->fact->name, host))
            return w;
        WORKLOAD_EACH (w, port, p)
            if (local && port.n && str_eq(p->host_port, port))
                return w;
    }
    return NULL;
}

/* The element that serves an address; UINT32_MAX: none here. */
static uint32_t registry_at(const struct deployment *d, struct str address)
{
    const struct component *c = registry_by_host(d, address);
    const struct workload *w = c ? NULL : registry_by_name(d, address);

    return c ? c->element : w ? w->element : UINT32_MAX;
}

/* A workload is started from what a registry of the same deployment serves. Many are of few registries: each is
 * looked for once, `known` holds its element. */
static int relate_pulls(struct assembly *a, const struct workload *w, struct map *known, struct err *e)
{
    struct image_ref ref;
    bool is_new;

    if (!workload_image(w, &ref) || !ref.registry.n)
        return 0;
    uint32_t *at = map_put(known, ref.registry, &is_new);
    if (!at)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (is_new)
        *at = registry_at(a->d, ref.registry);
    if (*at == UINT32_MAX || *at == w->element)
        return 0;
    return model_relate(a->m, RELATION_USES, w->element, *at, STR("pulls"), e);
}

/* ---- flows ---- */

/* Where a flow from outside comes in: the Service or route, or the published port. */
static int entry_of(struct assembly *a, const struct talk *t, uint32_t *at, struct err *e)
{
    const struct workload *w = &a->d->workload[t->to];

    if (t->through != UINT32_MAX) {
        *at = a->d->resource[t->through].element;
        return 0;
    }
    return elements_get(&a->el, ELEMENT_ENDPOINT,
                        arena_fmt(a->arena, STR_FMT ":" STR_FMT, STR_ARG(w->name), STR_ARG(t->label)),
                        in_cluster(w) ? STR("cluster") : STR("host"), at, e);
}

static int relate_entry(struct assembly *a, const struct talk *t, struct map *known, struct err *e)
{
    uint32_t internet, entry;
    bool is_new = false;

    if (elements_get(&a->el, ELEMENT_ACTOR, STR("internet"), STR("internet"), &internet, e) < 0 ||
        entry_of(a, t, &entry, e) < 0)
        return -1;
    if (!map_put(known, a->m->element.p[entry].id, &is_new))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (is_new && model_flow(a->m, FLOW_DECLARED, internet, entry, t->label, e) < 0)
        return -1;
    return model_relate(a->m, RELATION_EXPOSES, entry, a->d->workload[t->to].element, t->label, e);
}

static int relate_flows(struct assembly *a, struct map *known, struct err *e)
{
    for (size_t i = 0; i < a->d->n_talk; i++) {
        const struct talk *t = &a->d->talk[i];
        uint32_t to;
        if (t->from == FLOW_OUTSIDE) {
            if (relate_entry(a, t, known, e) < 0)
                return -1;
            continue;
        }
        if (t->to != FLOW_OUTSIDE)
            to = a->d->workload[t->to].element;
        else if (elements_get(&a->el, ELEMENT_ACTOR, t->outside, STR("internet"), &to, e) < 0)
            return -1;
        if (model_flow(a->m, t->how, a->d->workload[t->from].element, to, t->label, e) < 0)
            return -1;
    }
    return 0;
}

int assembly_relate(struct assembly *a, struct err *e)
{
    AUTO_MAP struct map known = MAP, registries = MAP;

    for (size_t i = 0; i < a->d->n_workload; i++) {
        const struct workload *w = &a->d->workload[i];
        if (w->spelling != SPELLING_DOCKERFILE && (relate_mounts(a, w, e) < 0 || relate_uses(a, w, e) < 0 ||
                                                   relate_pulls(a, w, &registries, e) < 0))
            return -1;
    }
    return relate_flows(a, &known, e);
}
