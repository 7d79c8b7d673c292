/* cluster_rbac.c - who may do what: bindings joined with the rules of their roles. */
#include "model/cluster.h"
#include "model/deployment.h"

/* ---- roles that Kubernetes brings along ---- */

#define W(word)                   \
    {                             \
        "" word, sizeof(word) - 1 \
    }
#define OF(list)              \
    {                         \
        list, ARRAY_LEN(list) \
    }

static const struct str any[] = { W("*") };
static const struct str core[] = { W("") };
static const struct str rbac[] = { W("rbac.authorization.k8s.io") };
static const struct str usual[] = { W(""), W("apps"), W("batch"), W("networking.k8s.io"), W("policy") };
static const struct str reading[] = { W("get"), W("list"), W("watch") };
static const struct str writing[] = { W("get"),    W("list"),  W("watch"),  W("create"),
                                      W("update"), W("patch"), W("delete"), W("deletecollection") };
static const struct str create[] = { W("create") };
static const struct str impersonate[] = { W("impersonate") };
static const struct str tokens[] = { W("serviceaccounts/token") };
static const struct str accounts[] = { W("serviceaccounts") };
static const struct str roles[] = { W("roles"), W("rolebindings") };
static const struct str seen[] = { W("pods"),        W("pods/log"),  W("services"),       W("configmaps"),
                                   W("deployments"), W("ingresses"), W("networkpolicies") };
static const struct str edited[] = {
    W("pods"),
    W("pods/exec"),
    W("pods/attach"),
    W("pods/portforward"),
    W("pods/proxy"),
    W("services"),
    W("services/proxy"),
    W("configmaps"),
    W("secrets"),
    W("endpoints"),
    W("serviceaccounts"),
    W("persistentvolumeclaims"),
    W("deployments"),
    W("daemonsets"),
    W("statefulsets"),
    W("replicasets"),
    W("jobs"),
    W("cronjobs"),
    W("ingresses"),
    W("replicationcontrollers"),
    W("networkpolicies"),
};

static const struct grant all[] = {
    { .verbs = OF(any), .groups = OF(any), .resources = OF(any) },
    { .verbs = OF(any), .urls = OF(any) },
};
/* edit: everything in a namespace but its roles. admin: those, too. */
static const struct grant admin[] = {
    { .verbs = OF(writing), .groups = OF(usual), .resources = OF(edited) },
    { .verbs = OF(create), .groups = OF(core), .resources = OF(tokens) },
    { .verbs = OF(impersonate), .groups = OF(core), .resources = OF(accounts) },
    { .verbs = OF(any), .groups = OF(rbac), .resources = OF(roles) },
};
static const struct grant view[] = {
    { .verbs = OF(reading), .groups = OF(usual), .resources = OF(seen) },
};
static const struct {
    const char *role;
    const struct grant *grant;
    size_t n;
} built_in[] = {
    { "cluster-admin", all, ARRAY_LEN(all) },
    { "admin", admin, ARRAY_LEN(admin) },
    { "edit", admin, ARRAY_LEN(admin) - 1 },
    { "view", view, ARRAY_LEN(view) },
};

/* ---- rules ---- */

static bool has(struct strs list, struct str what)
{
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.p[i], STR("*")) || str_eq(list.p[i], what))
            return true;
    return false;
}

/* "pods/exec", "*" + "/exec", "pods/" + "*" and "*" all cover pods/exec. */
static bool has_resource(struct strs list, struct str resource)
{
    struct str base, sub, have, have_sub;

    if (has(list, resource))
        return true;
    if (!str_split(resource, '/', &base, &sub))
        return false;
    for (size_t i = 0; i < list.n; i++)
        if (str_split(list.p[i], '/', &have, &have_sub) && (str_eq(have, STR("*")) || str_eq(have, base)) &&
            (str_eq(have_sub, STR("*")) || str_eq(have_sub, sub)))
            return true;
    return false;
}

bool grant_allows(const struct grant *g, struct str verb, struct str group, struct str resource, bool named)
{
    return (named || !g->names.n) && has(g->verbs, verb) && has(g->groups, group) &&
           has_resource(g->resources, resource);
}

/* Does the ClusterRole gather this one by its labels? */
static bool aggregates(const struct resource *role, const struct object *other)
{
    size_t n;
    const struct parameter *p = FACTS_OF(role, parameter, &n);

    for (size_t i = 0; i < n; i++)
        if (str_eq(p[i].name, STR("aggregationRule")) &&
            selector_matches((struct strs){ &p[i].value, 1 }, other->labels))
            return true;
    return false;
}

static const struct grant *gathered(const struct cluster *c, const struct resource *role, size_t i)
{
    size_t n;

    if (!resource_get(role, STR("aggregationRule")))
        return NULL;
    for (size_t k = 0; k < c->n_by_name; k++) {
        const struct resource *other = c->by_name[k];
        if (other == role || !str_eq(other->object->kind, STR("ClusterRole")) ||
            !aggregates(role, other->object))
            continue;
        const struct grant *g = FACTS_OF(other, grant, &n);
        if (i < n)
            return &g[i];
        i -= n;
    }
    return NULL;
}

const struct grant *role_grant(const struct cluster *c, struct str kind, struct str ns, struct str name,
                               size_t i)
{
    const struct resource *role = cluster_find(c, kind, ns, name);
    size_t n = 0;

    if (role) {
        const struct grant *g = FACTS_OF(role, grant, &n);
        return i < n ? &g[i] : gathered(c, role, i - n);
    }
    for (size_t k = 0; str_eq(kind, STR("ClusterRole")) && k < ARRAY_LEN(built_in); k++)
        if (str_eq(str_of(built_in[k].role), name))
            return i < built_in[k].n ? &built_in[k].grant[i] : NULL;
    return NULL;
}

/* ---- identities ---- */

static struct str subject_namespace(const struct cluster *c, const struct binding *b)
{
    if (!str_eq(b->subject_kind, STR("ServiceAccount")))
        return STR("");
    return b->subject_ns.n ? b->subject_ns : object_namespace(c->in->resource[b->object].object);
}

static int compare(struct str kind, struct str ns, struct str name, const struct identity *to)
{
    int r = str_cmp(kind, to->kind);

    if (!r)
        r = str_cmp(ns, to->ns);
    return r ? r : str_cmp(name, to->name);
}

/* A binding under the identity that it is for. */
struct bound {
    struct identity who;
    const struct binding *by;
};

static int by_identity(const void *a, const void *b)
{
    const struct bound *x = a, *y = b;
    int r = compare(x->who.kind, x->who.ns, x->who.name, &y->who);

    return r ? r : (x->by > y->by) - (x->by < y->by);
}

/* All that one binding gives, behind out[n]; how many. out NULL: only count. */
static size_t permissions_of(const struct cluster *c, const struct binding *b, struct permission *out)
{
    const struct object *o = c->in->resource[b->object].object;
    struct str ns = object_namespace(o); /* none: a ClusterRoleBinding */
    const struct grant *g;
    size_t n = 0;

    for (; (g = role_grant(c, b->role_kind, ns, b->role, n)); n++)
        if (out)
            out[n] = (struct permission){ g, b, ns };
    return n;
}

int cluster_build_identities(struct cluster *c, struct arena *a, struct err *e)
{
    size_t n = 0, n_permission = 0;
    const struct binding *binding = facts_binding(&c->in->facts, &n);
    struct bound *bound = arena_array(a, struct bound, n + 1);

    for (size_t i = 0; i < n; i++)
        n_permission += permissions_of(c, &binding[i], NULL);
    struct permission *next = arena_array(a, struct permission, n_permission + 1);
    c->identity = arena_array(a, struct identity, n + 1);
    if (!bound || !next || !c->identity)
        return err_set(e, ERR_LIMIT, "more bindings than fit");
    for (size_t i = 0; i < n; i++)
        bound[i] = (struct bound){ { .kind = binding[i].subject_kind,
                                     .ns = subject_namespace(c, &binding[i]),
                                     .name = binding[i].subject },
                                   &binding[i] };
    qsort(bound, n, sizeof *bound, by_identity);
    for (size_t i = 0; i < n; i++) {
        struct identity *last = c->n_identity ? &c->identity[c->n_identity - 1] : NULL;
        if (!last || compare(bound[i].who.kind, bound[i].who.ns, bound[i].who.name, last) != 0) {
            last = &c->identity[c->n_identity++];
            *last = bound[i].who;
            last->permission = next;
        }
        size_t more = permissions_of(c, bound[i].by, next);
        last->n_permission += more;
        next += more;
    }
    return 0;
}

const struct identity *cluster_identity(const struct cluster *c, struct str kind, struct str ns,
                                        struct str name)
{
    size_t low = 0, high = c->n_identity;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int r = compare(kind, ns, name, &c->identity[middle]);
        if (!r)
            return &c->identity[middle];
        if (r < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct identity *account_identity(const struct cluster *c, struct str ns, struct str name, size_t i)
{
    char own[300];
    int n = snprintf(own, sizeof own, "system:serviceaccounts:" STR_FMT, STR_ARG(str_first(ns, 253)));
    const struct {
        struct str kind, ns, name;
    } is[] = {
        { STR("ServiceAccount"), ns, name },
        { STR("Group"), STR(""), { own, n > 0 ? (size_t)n : 0 } },
        { STR("Group"), STR(""), STR("system:serviceaccounts") },
        { STR("Group"), STR(""), STR("system:authenticated") },
    };

    for (size_t k = 0; k < ARRAY_LEN(is); k++) {
        const struct identity *who = cluster_identity(c, is[k].kind, is[k].ns, is[k].name);
        if (who && i-- == 0)
            return who;
    }
    return NULL;
}

struct str workload_account(const struct workload *w)
{
    struct str name = workload_value(w, SETTING_SERVICE_ACCOUNT);

    return name.n ? name : STR("default");
}
