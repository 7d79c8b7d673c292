#include "scan/assemble_deployment.h"

#include "model/cluster.h"
#include "scan/assemble_components.h"
#include "scan/assemble_identities.h"
#include "scan/assemble_relations.h"
#include "scan/secret_lines.h"

/* Objects of Kubernetes have its versions; others the name of their spelling. */
static bool is_kubernetes(const struct object *o)
{
    enum spelling s;

    return !spelling_parse(o->api, &s) || s == SPELLING_KUBERNETES;
}

static bool in_cluster(const struct workload *w)
{
    return w->spelling == SPELLING_KUBERNETES;
}

/* ---- where it runs ---- */

static int add_platform(struct assembly *a, struct err *e)
{
    bool cluster = false, engine = false;
    size_t known = a->m->element.n;

    for (size_t i = 0; i < a->d->n_resource; i++)
        cluster |= is_kubernetes(a->d->resource[i].object);
    for (size_t i = 0; i < a->d->n_workload; i++) {
        cluster |= in_cluster(&a->d->workload[i]);
        engine |= !in_cluster(&a->d->workload[i]);
    }
    engine |= !cluster;
    if (engine && elements_get(&a->el, ELEMENT_ENGINE, STR("engine"), STR("host"), &a->engine, e) < 0)
        return -1;
    if (cluster &&
        elements_get(&a->el, ELEMENT_ORCHESTRATOR, STR("cluster"), STR("cluster"), &a->cluster, e) < 0)
        return -1;
    if (elements_get(&a->el, ELEMENT_HOST, cluster ? STR("node") : STR("host"),
                     cluster ? STR("cluster") : STR("host"), &a->host, e) < 0)
        return -1;
    a->d->element = cluster ? a->cluster : a->engine;
    a->d->host = a->host;
    if (known == a->m->element.n)
        return 0;
    if (engine && model_relate(a->m, RELATION_RUNS, a->host, a->engine, STR(""), e) < 0)
        return -1;
    return cluster ? model_relate(a->m, RELATION_RUNS, a->host, a->cluster, STR(""), e) : 0;
}

/* ---- workloads ---- */

/* PROJECT/SERVICE, NAMESPACE/KIND/NAME/CONTAINER: the parts that are there and say something new. */
static struct str workload_name(const struct assembly *a, const struct workload *w)
{
    const struct object *o = w->object;
    struct str part[4] = { 0 }, name = STR("");
    size_t n = 0;

    if (o && w->spelling == SPELLING_KUBERNETES) {
        part[n++] = object_namespace(o);
        part[n++] = o->kind;
        part[n++] = o->name;
    } else if (o && w->spelling == SPELLING_COMPOSE)
        part[n++] = o->name.n ? o->name : o->ns;
    else if (w->spelling == SPELLING_DOCKERFILE)
        part[n++] = w->fact->path;
    part[n++] = w->fact->name.n ? w->fact->name : w->fact->path;
    for (size_t i = 0; i < n; i++)
        if (part[i].n && !(i && str_eq(part[i], part[i - 1])))
            name =
                arena_fmt(a->arena, STR_FMT "%s" STR_FMT, STR_ARG(name), name.n ? "/" : "", STR_ARG(part[i]));
    return name;
}

static struct str zone_of(const struct assembly *a, const struct workload *w)
{
    const struct object *o = w->object;

    if (in_cluster(w))
        return arena_fmt(a->arena, "cluster/" STR_FMT "/" STR_FMT,
                         STR_ARG(o ? object_namespace(o) : STR("default")),
                         STR_ARG(o ? o->name : w->fact->name));
    if (o && o->name.n)
        return arena_fmt(a->arena, "host/" STR_FMT, STR_ARG(o->name));
    return STR("host");
}

static int describe(struct assembly *a, const struct workload *w, struct err *e)
{
    static const struct {
        enum setting_key key;
        const char *as;
    } shown[] = { { SETTING_IMAGE, "image" }, { SETTING_BUILD, "build" }, { SETTING_USER, "user" } };

    if (model_set(a->m, w->element, "spelling", w->fact->spelling, e) < 0 ||
        model_set(a->m, w->element, "document", w->fact->path, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        if (workload_says(w, shown[i].key) &&
            model_set(a->m, w->element, shown[i].as, workload_value(w, shown[i].key), e) < 0)
            return -1;
    if (w->pods < 2 && (!w->pods || str_eq(w->object->kind, STR("Pod"))))
        return 0;
    return model_set(a->m, w->element, "pods", arena_fmt(a->arena, "%llu", (unsigned long long)w->pods), e);
}

static int add_workload(struct assembly *a, struct workload *w, struct err *e)
{
    struct str zone = zone_of(a, w);
    size_t before = a->m->element.n;

    w->name = workload_name(a, w);
    if (elements_get(&a->el, ELEMENT_WORKLOAD, w->name, zone, &w->element, e) < 0)
        return -1;
    if (a->m->element.n == before) { /* the same name elsewhere: the line tells them apart */
        w->name = arena_fmt(a->arena, STR_FMT " (" STR_FMT ":%u)", STR_ARG(w->name), STR_ARG(w->fact->path),
                            w->fact->line);
        if (elements_get(&a->el, ELEMENT_WORKLOAD, w->name, zone, &w->element, e) < 0)
            return -1;
    }
    a->m->element.p[w->element].workload = w;
    if (w->fact->object < a->d->n_resource && a->d->resource[w->fact->object].element == UINT32_MAX)
        a->d->resource[w->fact->object].element = w->element;
    uint32_t runs_it = in_cluster(w) ? a->cluster : a->engine;
    if (w->spelling != SPELLING_DOCKERFILE &&
        model_relate(a->m, RELATION_RUNS, runs_it, w->element, STR(""), e) < 0)
        return -1;
    return describe(a, w, e);
}

/* ---- objects and components ---- */

static enum element_kind kind_of(struct str kind)
{
    static const struct {
        const char *kinds;
        enum element_kind is;
    } row[] = {
        { "ServiceAccount Role ClusterRole RoleBinding ClusterRoleBinding User Group", ELEMENT_IDENTITY },
        { "Service Ingress Gateway HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute Endpoints EndpointSlice "
          "Route "
          "IngressClass GatewayClass",
          ELEMENT_ENDPOINT },
        { "Secret SealedSecret ExternalSecret", ELEMENT_SECRET },
        { "ConfigMap PersistentVolume PersistentVolumeClaim StorageClass VolumeSnapshot", ELEMENT_VOLUME },
        { "NetworkPolicy AdminNetworkPolicy CiliumNetworkPolicy CiliumClusterwideNetworkPolicy "
          "GlobalNetworkPolicy",
          ELEMENT_NETWORK },
        { "Node", ELEMENT_HOST },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (str_one_of(kind, row[i].kinds))
            return row[i].is;
    return ELEMENT_ORCHESTRATOR;
}

static int add_object(struct assembly *a, struct resource *r, struct err *e)
{
    const struct object *o = r->object;

    if (r->element != UINT32_MAX)
        return 0;
    if (!is_kubernetes(o)) { /* a Compose project, a document */
        r->element = a->d->element;
        return 0;
    }
    struct str ns = object_namespace(o);
    struct str name = arena_fmt(a->arena, STR_FMT "%s" STR_FMT "/" STR_FMT, STR_ARG(ns), ns.n ? "/" : "",
                                STR_ARG(o->kind), STR_ARG(o->name));
    struct str zone = ns.n ? arena_fmt(a->arena, "cluster/" STR_FMT, STR_ARG(ns)) : STR("cluster");
    return elements_get(&a->el, kind_of(o->kind), name, zone, &r->element, e);
}

static int add_all(struct assembly *a, struct err *e)
{
    if (add_platform(a, e) < 0)
        return -1;
    for (size_t i = 0; i < a->d->n_workload; i++)
        if (add_workload(a, &a->d->workload[i], e) < 0)
            return -1;
    for (size_t i = 0; i < a->d->n_resource; i++)
        if (add_object(a, &a->d->resource[i], e) < 0)
            return -1;
    for (size_t i = 0; i < a->d->n_component; i++)
        if (assembly_component(a, &a->d->component[i], e) < 0)
            return -1;
    return assembly_relate(a, e);
}

/* ---- the whole ---- */

/* The texts themselves, with those of the files that they were merged with: views. */
static int keep_documents(struct model *m, struct deployment *d, const struct source_deployment *from,
                          struct err *e)
{
    size_t n = 0;

    for (size_t i = 0; i < from->n; i++)
        n += 1 + from->doc[i].n_with;
    struct declared *to = arena_array(&m->arena, struct declared, n + 1);
    if (!to)
        return err_set(e, ERR_LIMIT, "the model is full");
    d->document = to;
    for (size_t i = 0; i < from->n; i++) {
        const struct source_document *doc = &from->doc[i];
        to[d->n_document++] = (struct declared){ doc->path, doc->body };
        for (size_t k = 0; k < doc->n_with; k++)
            to[d->n_document++] = (struct declared){ doc->with[k].path, doc->with[k].body };
    }
    return secret_lines(&d->facts, to, d->n_document, &m->arena, e);
}

static int join(struct model *m, struct deployment *d, const struct source_deployment *from, struct err *e)
{
    AUTO_FREE const struct facts **facts = calloc(from->n + 1, sizeof *facts);
    size_t n = 0;

    if (!facts)
        return err_set(e, ERR_LIMIT, "out of memory");
    d->complete = true;
    for (size_t i = 0; i < from->n; i++) {
        d->complete &= !from->doc[i].why.n;
        if (from->doc[i].facts)
            facts[n++] = from->doc[i].facts;
    }
    if (deployment_join(d, &m->arena, facts, n, e) < 0)
        return -1;
    FACTS_EACH (&d->facts, note, note)
        if (note->kind == NOTE_INCOMPLETE) {
            d->complete = false;
            model_incomplete(m, note->where, STR_FMT, STR_ARG(note->reason));
        }
    FACTS_EACH (&d->facts, want, w) /* asked for to the last: it was not there */
        d->complete &= w->optional;
    return 0;
}

int assemble_deployment(struct model *m, struct str target, const struct source_deployment *from,
                        struct deployment **out, struct err *e)
{
    struct deployment *d = arena_new(&m->arena, struct deployment);
    struct assembly a = {
        .m = m, .d = d, .arena = &m->arena, .host = UINT32_MAX, .engine = UINT32_MAX, .cluster = UINT32_MAX
    };

    *out = d;
    if (!d || !arena_grow(&m->arena, &m->deployment.p, m->deployment.n, &m->deployment.cap, sizeof d))
        return err_set(e, ERR_LIMIT, "the model is full");
    *d = (struct deployment){ .target = arena_str(&m->arena, target),
                              .name = arena_str(&m->arena, from->name) };
    m->deployment.p[m->deployment.n++] = d;
    if (join(m, d, from, e) < 0 || keep_documents(m, d, from, e) < 0)
        return -1;
    int r = elements_know(&a.el, m, e) < 0 ? -1 : add_all(&a, e);
    if (r == 0)
        r = assemble_identities(m, d, e);
    elements_free(&a.el);
    return r;
}
