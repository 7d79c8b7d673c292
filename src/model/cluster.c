#include "model/cluster.h"

#include "model/deployment.h"

/* ---- objects ---- */

/* Asked for every policy and pair of Pods: lengths tell most kinds apart. */
static bool has_no_namespace(struct str kind)
{
    static const struct str kinds[] = {
        STR("Namespace"),
        STR("Node"),
        STR("PersistentVolume"),
        STR("StorageClass"),
        STR("ClusterRole"),
        STR("ClusterRoleBinding"),
        STR("PodSecurityPolicy"),
        STR("CustomResourceDefinition"),
        STR("APIService"),
        STR("ValidatingWebhookConfiguration"),
        STR("MutatingWebhookConfiguration"),
        STR("ValidatingAdmissionPolicy"),
        STR("ValidatingAdmissionPolicyBinding"),
        STR("MutatingAdmissionPolicy"),
        STR("RuntimeClass"),
        STR("MutatingAdmissionPolicyBinding"),
        STR("PriorityClass"),
        STR("IngressClass"),
        STR("GatewayClass"),
        STR("CSIDriver"),
        STR("CSINode"),
        STR("CertificateSigningRequest"),
        STR("AdminNetworkPolicy"),
        STR("BaselineAdminNetworkPolicy"),
        STR("CiliumClusterwideNetworkPolicy"),
        STR("GlobalNetworkPolicy"),
        STR("ClusterTrustBundle"),
        STR("VolumeAttachment"),
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eq(kind, kinds[i]))
            return true;
    return false;
}

struct str object_namespace(const struct object *o)
{
    if (has_no_namespace(o->kind))
        return STR("");
    return o->ns.n ? o->ns : STR("default");
}

struct str workload_namespace(const struct workload *w)
{
    return w->object ? object_namespace(w->object) : STR("default");
}

static int by_kind_and_name(struct str kind, struct str ns, struct str name, const struct object *o)
{
    int r = str_cmp(kind, o->kind);

    if (!r)
        r = str_cmp(ns, object_namespace(o));
    return r ? r : str_cmp(name, o->name);
}

static int compare(const void *a, const void *b)
{
    const struct resource *x = *(const struct resource *const *)a, *y = *(const struct resource *const *)b;
    int r = by_kind_and_name(x->object->kind, object_namespace(x->object), x->object->name, y->object);

    return r ? r : (x->index > y->index) - (x->index < y->index);
}

const struct resource *cluster_find(const struct cluster *c, struct str kind, struct str ns, struct str name)
{
    size_t low = 0, high = c->n_by_name;

    if (has_no_namespace(kind))
        ns = STR("");
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int r = by_kind_and_name(kind, ns, name, c->by_name[middle]->object);
        if (!r)
            return c->by_name[middle];
        if (r < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct resource *const *cluster_kind(const struct cluster *c, struct str kind, struct str ns, size_t *n)
{
    size_t low = 0, high = c->n_by_name, end;

    while (low < high) { /* before all names */
        size_t middle = low + (high - low) / 2;
        if (by_kind_and_name(kind, ns, STR(""), c->by_name[middle]->object) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < c->n_by_name && str_eq(c->by_name[end]->object->kind, kind) &&
                    str_eq(object_namespace(c->by_name[end]->object), ns);)
        end++;
    *n = end - low;
    return c->by_name + low;
}

/* Every kind of fact that belongs to an object begins with its position. */
static uint32_t object_of(const char *fact)
{
    return *(const uint32_t *)(const void *)fact;
}
static_assert(offsetof(struct grant, object) == 0 && offsetof(struct binding, object) == 0 &&
                  offsetof(struct route, object) == 0 && offsetof(struct policy, object) == 0 &&
                  offsetof(struct held, object) == 0 && offsetof(struct parameter, object) == 0,
              "facts_of looks there");

const void *facts_of(const struct resource *r, enum fact_kind kind, size_t *n)
{
    const char *items = r->in->facts.list[kind].items;
    size_t size = fact_info[kind].size, low = 0, high = r->in->facts.list[kind].n, end;

    end = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (object_of(items + middle * size) < r->index)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < end && object_of(items + (low + *n) * size) == r->index; ++*n)
        ;
    return *n ? items + low * size : NULL;
}

const struct parameter *resource_get(const struct resource *r, struct str name)
{
    size_t n;
    const struct parameter *p = FACTS_OF(r, parameter, &n);

    while (n-- > 0)
        if (str_eq(p[n].name, name))
            return &p[n];
    return NULL;
}

/* ---- the system ---- */

bool is_system_namespace(struct str ns)
{
    return str_one_of(
        ns, "kube-system kube-public kube-node-lease kube-flannel calico-system calico-apiserver "
            "tigera-operator cilium local-path-storage longhorn-system metallb-system gke-managed-system "
            "gatekeeper-system rook-ceph");
}

bool workload_is_system(const struct workload *w)
{
    static const char *const images[] = {
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kube-proxy",
        "/etcd",
        "coredns",
        "k8s-dns",
        "calico/",
        "cilium/",
        "flannel",
        "weaveworks/",
        "kindnetd",
        "antrea",
        "/csi-",
        "-csi-driver",
        "csi-node-driver",
        "node-problem-detector",
        "metrics-server",
        "aws-node",
        "amazon-k8s-cni",
        "multus",
        "kube-router",
        "local-path-provisioner",
    };
    struct str image = workload_value(w, SETTING_IMAGE);

    if (w->spelling != SPELLING_KUBERNETES || !is_system_namespace(workload_namespace(w)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(images); i++)
        if (str_has(image, str_of(images[i])))
            return true;
    return false;
}

/* ---- namespaces ---- */

const struct space *cluster_space(const struct cluster *c, struct str name)
{
    size_t low = 0, high = c->n_space;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int r = str_cmp(name, c->space[middle].name);
        if (!r)
            return &c->space[middle];
        if (r < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The server labels every namespace with its name. */
static bool add_labels(struct space *s, struct arena *a)
{
    struct strs own = s->object ? s->object->object->labels : (struct strs){ 0 };
    struct str *p = arena_array(a, struct str, own.n + 1);

    if (!p)
        return false;
    if (own.n)
        memcpy(p, own.p, own.n * sizeof *p);
    p[own.n] = arena_fmt(a, "kubernetes.io/metadata.name=" STR_FMT, STR_ARG(s->name));
    s->labels = (struct strs){ p, own.n + 1 };
    return p[own.n].p != NULL;
}

static bool build_spaces(struct cluster *c, struct arena *a)
{
    const struct deployment *d = c->in;
    struct str *name = arena_array(a, struct str, d->n_resource + 1);
    size_t n = 0;

    if (!name)
        return false;
    for (size_t i = 0; i < c->n_by_name; i++) {
        const struct object *o = c->by_name[i]->object;
        struct str ns = str_eq(o->kind, STR("Namespace")) ? o->name : object_namespace(o);
        if (ns.n)
            name[n++] = ns;
    }
    qsort(name, n, sizeof *name, by_text);
    c->space = arena_array(a, struct space, n + 1);
    if (!c->space)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (i && str_eq(name[i], name[i - 1]))
            continue;
        struct space *s = &c->space[c->n_space++];
        *s = (struct space){ .name = name[i], .object = cluster_find(c, STR("Namespace"), STR(""), name[i]) };
        if (!add_labels(s, a))
            return false;
    }
    return true;
}

/* ---- all of it ---- */

static bool is_kubernetes(const struct object *o)
{
    enum spelling s;

    return !spelling_parse(o->api, &s) || s == SPELLING_KUBERNETES;
}

int cluster_build(const struct deployment *d, struct arena *a, const struct cluster **out, struct err *e)
{
    struct cluster *c = arena_new(a, struct cluster);
    const struct resource **by_name = arena_array(a, const struct resource *, d->n_resource + 1);

    *out = NULL;
    if (!c || !by_name)
        return err_set(e, ERR_LIMIT, "more objects than fit");
    *c = (struct cluster){ .in = d, .by_name = by_name };
    for (size_t i = 0; i < d->n_resource; i++)
        if (is_kubernetes(d->resource[i].object)) {
            by_name[c->n_by_name++] = &d->resource[i];
            c->foreign_policies |= str_has(d->resource[i].object->api, STR("crd.antrea.io"));
        }
    if (!c->n_by_name)
        return 0;
    qsort(by_name, c->n_by_name, sizeof(struct resource *), compare);
    if (!build_spaces(c, a))
        return err_set(e, ERR_LIMIT, "more namespaces than fit");
    if (cluster_build_groups(c, a, e) < 0 || cluster_build_identities(c, a, e) < 0)
        return -1;
    *out = c;
    return 0;
}
