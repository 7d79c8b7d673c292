#include "scan/assemble_identities.h"

#include "scan/elements.h"

struct registrar {
    struct elements el;
    const struct deployment *d;
};

/* The element of the declared object, or one for what is only named. */
static int object_element(struct registrar *r, enum element_kind is, struct str kind, struct str ns,
                          struct str name, uint32_t *at, struct err *e)
{
    const struct resource *declared = cluster_find(r->d->cluster, kind, ns, name);
    struct arena *a = &r->el.m->arena;

    if (declared && declared->element != UINT32_MAX) {
        *at = declared->element;
        return 0;
    }
    struct str full_name = arena_fmt(a, STR_FMT "%s" STR_FMT "/" STR_FMT, STR_ARG(ns), ns.n ? "/" : "",
                                     STR_ARG(kind), STR_ARG(name));
    struct str zone = ns.n ? arena_fmt(a, "cluster/" STR_FMT, STR_ARG(ns)) : STR("cluster");
    return elements_get(&r->el, is, full_name, zone, at, e);
}

static int identity(struct registrar *r, struct str kind, struct str ns, struct str name, uint32_t *at,
                    struct err *e)
{
    return object_element(r, ELEMENT_IDENTITY, kind, ns, name, at, e);
}

/* A workload is its account, and by that a member of the groups of all accounts. */
static int add_account(struct registrar *r, const struct workload *w, struct err *e)
{
    struct str ns = workload_namespace(w), name = workload_account(w);
    uint32_t account, group;

    if (identity(r, STR("ServiceAccount"), ns, name, &account, e) < 0 ||
        elements_relate(&r->el, RELATION_USES, w->element, account, STR("account"), e) < 0)
        return -1;
    for (size_t i = 0;; i++) {
        const struct identity *as = account_identity(r->d->cluster, ns, name, i);
        if (!as)
            return 0;
        if (!str_eq(as->kind, STR("Group")))
            continue;
        if (identity(r, as->kind, as->ns, as->name, &group, e) < 0 ||
            elements_relate(&r->el, RELATION_TRUSTS, account, group, STR("member"), e) < 0)
            return -1;
    }
}

static int add_binding(struct registrar *r, const struct resource *of, const struct binding *b, struct err *e)
{
    struct str ns = object_namespace(of->object);
    bool everywhere = str_eq(of->object->kind, STR("ClusterRoleBinding"));
    enum relation_kind kind = everywhere ? RELATION_TRUSTS : RELATION_USES;
    struct str role_ns = str_eq(b->role_kind, STR("Role")) ? ns : STR("");
    struct str who_ns = !str_eq(b->subject_kind, STR("ServiceAccount")) ? STR("")
                        : b->subject_ns.n                               ? b->subject_ns
                                                                        : ns;
    uint32_t who, role, space;

    if (of->element == UINT32_MAX || !b->subject.n || !b->role.n)
        return 0;
    if (!everywhere && /* what is bound in a namespace reaches what is in it */
        object_element(r, ELEMENT_ORCHESTRATOR, STR("Namespace"), STR(""), ns, &space, e) < 0)
        return -1;
    if (identity(r, b->subject_kind, who_ns, b->subject, &who, e) < 0 ||
        identity(r, b->role_kind, role_ns, b->role, &role, e) < 0)
        return -1;
    if (elements_relate(&r->el, kind, who, of->element, STR("bound"), e) < 0)
        return -1;
    return elements_relate(&r->el, kind, of->element, role, STR("role"), e);
}

static int add_all(struct registrar *r, struct err *e)
{
    for (size_t i = 0; i < r->d->n_workload; i++)
        if (r->d->workload[i].spelling == SPELLING_KUBERNETES && add_account(r, &r->d->workload[i], e) < 0)
            return -1;
    FACTS_EACH (&r->d->facts, binding, b)
        if (b->object < r->d->n_resource && add_binding(r, &r->d->resource[b->object], b, e) < 0)
            return -1;
    return 0;
}

int assemble_identities(struct model *m, const struct deployment *d, struct err *e)
{
    struct registrar r = { .d = d };

    if (!d->cluster)
        return 0;
    int rc = elements_know(&r.el, m, e) < 0 ? -1 : add_all(&r, e);
    elements_free(&r.el);
    return rc;
}
