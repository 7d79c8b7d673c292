/* kube_network.c - how traffic finds Pods (Services, Ingresses, Gateway API and its forerunners) and which
 * traffic policies let through. */
#include "parse/kube.h"

static int add_route(struct kube *k, struct route *r, const struct doc *at)
{
    r->object = k->object;
    r->path = k->in->path;
    r->line = kube_line(k, at);
    return facts_add_route(k->out, r, k->e);
}

/* "namespace/name" when it is another than the object's own. */
static struct str qualified(struct kube *k, const struct doc *ref)
{
    struct str ns = doc_text(doc_get(ref, "namespace")), name = doc_text(doc_get(ref, "name"));

    return !ns.n || str_eq(ns, k->ns) ? name
                                      : arena_fmt(k->arena, STR_FMT "/" STR_FMT, STR_ARG(ns), STR_ARG(name));
}

/* ---- Services ---- */

static int read_service(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *spec = doc_get(object, "spec"), *ports = doc_get(spec, "ports");
    struct str type = doc_text(doc_get(spec, "type"));
    struct route r = { .kind = type.n ? type : STR("ClusterIP") };

    (void)with;
    if (doc_path(spec, "template.spec.containers")) /* Knative calls its workloads so */
        return kube_unknown(k, object);
    if (kube_pairs(k, doc_get(spec, "selector"), STR(""), &r.selector) < 0 ||
        kube_scalars(k, doc_get(spec, "loadBalancerSourceRanges"), &r.sources) < 0 ||
        kube_flatten(k, doc_get(spec, "externalIPs"), STR("Service"), STR("externalIPs")) < 0)
        return -1;
    r.host = doc_text(doc_get(spec, "externalName"));
    if (!r.host.n && str_eq(doc_text(doc_get(spec, "clusterIP")), STR("None")))
        r.host = STR("None");
    if (!ports || !ports->n)
        return add_route(k, &r, object);
    DOC_EACH (ports, d) {
        struct str protocol = doc_text(doc_get(d, "protocol")), target = doc_scalar(doc_get(d, "targetPort"));
        r.port = doc_scalar(doc_get(d, "port"));
        r.protocol = protocol.n ? arena_lower(k->arena, protocol) : STR("tcp");
        r.target_port = target.n ? target : r.port;
        r.node_port = doc_scalar(doc_get(d, "nodePort"));
        if (add_route(k, &r, d) < 0)
            return -1;
    }
    return 0;
}

/* Addresses behind a Service that no selector chose: written by hand, or by a controller. */
static int read_endpoints(struct kube *k, const struct doc *object, const void *with)
{
    (void)with;
    DOC_EACH (doc_get(object, "subsets"), subset) {
        const struct doc *ports = doc_get(subset, "ports");
        DOC_EACH (doc_get(subset, "addresses"), address) {
            struct route r = { .kind = STR("Endpoints"),
                               .host = doc_text(doc_get(address, "ip")),
                               .port = doc_scalar(doc_get(ports ? ports->child : NULL, "port")),
                               .to = doc_text(doc_path(object, "metadata.name")) };
            if (!doc_get(address, "targetRef") && add_route(k, &r, address) < 0)
                return -1;
        }
    }
    return 0;
}

/* ---- Ingress ---- */

/* Does `tls` cover the host? An entry without hosts is for all of them, "*.x" for the names below. */
static const struct doc *tls_for(const struct doc *tls, struct str host)
{
    DOC_EACH (tls && tls->kind == DOC_LIST ? tls : NULL, entry) {
        const struct doc *hosts = doc_get(entry, "hosts");
        if (!hosts || !hosts->n)
            return entry;
        DOC_EACH (hosts, h) {
            struct str name = doc_text(h), label, parent;
            if (str_eq(name, host) || (str_starts(name, STR("*.")) && str_split(host, '.', &label, &parent) &&
                                       str_eq(str_skip(name, 2), parent)))
                return entry;
        }
    }
    return NULL;
}

static int add_backend(struct kube *k, const struct doc *spec, const struct doc *backend, struct str host,
                       struct str url_path, const struct doc *at)
{
    const struct doc *service = doc_get(backend, "service"), *tls = tls_for(doc_get(spec, "tls"), host);
    struct route r = {
        .kind = STR("Ingress"),
        .host = host,
        .url_path = url_path,
        .port = tls ? STR("443") : STR("80"),
        .protocol = STR("tcp"),
        .to = doc_text(doc_get(service, "name")),
        .target_port = doc_scalar(doc_path(service, "port.number")),
        .tls = tls ? YES : NO,
    };

    if (!service) { /* extensions/v1beta1 */
        r.to = doc_text(doc_get(backend, "serviceName"));
        r.target_port = doc_scalar(doc_get(backend, "servicePort"));
    }
    if (!r.target_port.n)
        r.target_port = doc_text(doc_path(service, "port.name"));
    return add_route(k, &r, at);
}

static int read_ingress(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *spec = doc_get(object, "spec"), *other = doc_get(spec, "defaultBackend");

    (void)with;
    if (!other)
        other = doc_get(spec, "backend");
    if (other && add_backend(k, spec, other, STR(""), STR(""), other) < 0)
        return -1;
    DOC_EACH (doc_get(spec, "rules"), rule) {
        struct str host = doc_text(doc_get(rule, "host"));
        DOC_EACH (doc_path(rule, "http.paths"), p)
            if (add_backend(k, spec, doc_get(p, "backend"), host, doc_text(doc_get(p, "path")), p) < 0)
                return -1;
    }
    return kube_flatten(k, doc_get(spec, "ingressClassName"), STR("Ingress"), STR("ingressClassName"));
}

/* OpenShift's. */
static int read_openshift_route(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *spec = doc_get(object, "spec");
    struct route r = {
        .kind = STR("Route"),
        .host = doc_text(doc_get(spec, "host")),
        .url_path = doc_text(doc_get(spec, "path")),
        .port = doc_get(spec, "tls") ? STR("443") : STR("80"),
        .protocol = STR("tcp"),
        .to = doc_text(doc_path(spec, "to.name")),
        .target_port = doc_scalar(doc_path(spec, "port.targetPort")),
        .tls = doc_get(spec, "tls") ? YES : NO,
    };

    (void)with;
    return add_route(k, &r, spec ? spec : object);
}

/* ---- Gateway API, and Istio's gateways, which have the same name ---- */

static int add_listener(struct kube *k, const struct doc *d, struct str host, struct str port,
                        struct str protocol)
{
    struct route r = {
        .kind = STR("Gateway"), .host = host, .port = port, .protocol = arena_lower(k->arena, protocol)
    };

    r.tls = str_one_of(r.protocol, "https tls") ? YES : NO;
    return add_route(k, &r, d);
}

static int read_gateway(struct kube *k, const struct doc *object, const void *with)
{
    (void)with;
    DOC_EACH (doc_path(object, "spec.listeners"), d)
        if (add_listener(k, d, doc_text(doc_get(d, "hostname")), doc_scalar(doc_get(d, "port")),
                         doc_text(doc_get(d, "protocol"))) < 0)
            return -1;
    DOC_EACH (doc_path(object, "spec.servers"), server) {
        const struct doc *hosts = doc_get(server, "hosts");
        if (add_listener(k, server, doc_text(hosts ? hosts->child : NULL),
                         doc_scalar(doc_path(server, "port.number")),
                         doc_text(doc_path(server, "port.protocol"))) < 0)
            return -1;
    }
    return 0;
}

static int add_backend_refs(struct kube *k, struct route *r, const struct doc *rule)
{
    DOC_EACH (doc_get(rule, "backendRefs"), ref) {
        r->to = qualified(k, ref);
        r->target_port = doc_scalar(doc_get(ref, "port"));
        if (add_route(k, r, ref) < 0)
            return -1;
    }
    return 0;
}

/* One fact a parent, host, rule and backend. */
static int read_route(struct kube *k, const struct doc *object, const void *with)
{
    static const struct doc nobody = { .kind = DOC_OBJECT };
    const struct doc *spec = doc_get(object, "spec"), *parents = doc_get(spec, "parentRefs");
    const struct doc *hosts = doc_get(spec, "hostnames");

    (void)with;
    for (const struct doc *parent = parents && parents->child ? parents->child : &nobody; parent;
         parent = parent->next)
        for (const struct doc *host = hosts && hosts->child ? hosts->child : &nobody; host; host = host->next)
            DOC_EACH (doc_get(spec, "rules"), rule) {
                const struct doc *match = doc_get(rule, "matches");
                struct route r = {
                    .kind = k->kind,
                    .host = doc_text(host),
                    .url_path = doc_text(doc_path(match ? match->child : NULL, "path.value")),
                    .parent = qualified(k, parent),
                };
                if (add_backend_refs(k, &r, rule) < 0)
                    return -1;
            }
    return 0;
}

/* ---- NetworkPolicy ---- */

/* Fill the peer; -1 also when memory is spent. */
static int fill_peer(struct kube *k, struct policy *p, const struct doc *peer)
{
    const struct doc *block = doc_get(peer, "ipBlock"), *namespaces = doc_get(peer, "namespaceSelector");
    const struct doc *pods = doc_get(peer, "podSelector");

    p->peer = block ? STR("cidr") : STR("pods");
    if (block) {
        p->cidr = doc_text(doc_get(block, "cidr"));
        return kube_scalars(k, doc_get(block, "except"), &p->except);
    }
    if (kube_selector(k, pods, &p->peer_pods) < 0 || kube_selector(k, namespaces, &p->peer_namespaces) < 0)
        return -1;
    if (namespaces && !p->peer_namespaces.n) {
        static const struct str all = STR("*");
        p->peer_namespaces = (struct strs){ &all, 1 };
    }
    return 0;
}

static int add_policy(struct kube *k, struct policy *p, const struct doc *port, const struct doc *at)
{
    struct str end = doc_scalar(doc_get(port, "endPort")), protocol = doc_text(doc_get(port, "protocol"));

    p->port = doc_scalar(doc_get(port, "port"));
    if (!p->port.n)
        p->port = doc_scalar(doc_get(port, "start"));
    if (!end.n)
        end = doc_scalar(doc_get(port, "end"));
    if (end.n)
        p->port = arena_fmt(k->arena, STR_FMT "-" STR_FMT, STR_ARG(p->port), STR_ARG(end));
    p->protocol = protocol.n ? arena_lower(k->arena, protocol) : port ? STR("tcp") : STR("");
    p->object = k->object;
    p->path = k->in->path;
    p->line = kube_line(k, at);
    return facts_add_policy(k->out, p, k->e);
}

static int add_ports(struct kube *k, struct policy *p, const struct doc *ports, const struct doc *at)
{
    if (!ports || ports->kind != DOC_LIST || !ports->n)
        return add_policy(k, p, NULL, at);
    DOC_EACH (ports, port)
        if (add_policy(k, p, port, at) < 0)
            return -1;
    return 0;
}

/* All rules of one direction. */
static int add_direction(struct kube *k, const struct doc *spec, struct policy p, const char *rules,
                         const char *peers)
{
    const struct doc *list = doc_get(spec, rules);

    p.direction = str_of(rules);
    if (!list || !list->n) {
        p.peer = STR("none");
        return add_policy(k, &p, NULL, list ? list : spec);
    }
    DOC_EACH (list, rule) {
        const struct doc *from = doc_get(rule, peers);
        p.peer = STR("any");
        p.peer_pods = p.peer_namespaces = p.except = (struct strs){ 0 };
        p.cidr = STR("");
        if ((!from || !from->n) && add_ports(k, &p, doc_get(rule, "ports"), rule) < 0)
            return -1;
        DOC_EACH (from, peer) {
            struct policy one = p;
            if (fill_peer(k, &one, peer) < 0 || add_ports(k, &one, doc_get(rule, "ports"), peer) < 0)
                return -1;
        }
    }
    return 0;
}

/* Policies of other network plugins have a language of their own. */
static int read_foreign_policy(struct kube *k, const struct doc *object, const void *with)
{
    (void)with;
    facts_remark(k->out, NOTE_INCOMPLETE, k->in->path,
                 "line %u: " STR_FMT " is not understood: what it allows and denies is not known",
                 kube_line(k, object), STR_ARG(str_first(k->kind, 80)));
    return 0;
}

/* Without policyTypes a policy is for ingress, and for egress if it has such rules. */
static int read_policy(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *spec = doc_get(object, "spec"), *types = doc_get(spec, "policyTypes");
    bool said = types && types->n;
    struct policy p = { 0 };

    if (str_has(k->api, STR("projectcalico.org/")))
        return kube_calico_policy(k, object, NULL);
    if (str_has(k->api, STR("crd.antrea.io/")))
        return read_foreign_policy(k, object, with);
    if (kube_selector(k, doc_get(spec, "podSelector"), &p.selector) < 0)
        return -1;
    if ((!said || doc_lists(types, "Ingress")) && add_direction(k, spec, p, "ingress", "from") < 0)
        return -1;
    if (said ? doc_lists(types, "Egress") : doc_get(spec, "egress") != NULL)
        return add_direction(k, spec, p, "egress", "to");
    return 0;
}

/* AdminNetworkPolicy and BaselineAdminNetworkPolicy: ordered rules that also deny. */
static int add_admin_peer(struct kube *k, struct policy p, const struct doc *peer, const struct doc *ports)
{
    const struct doc *pods = doc_get(peer, "pods"), *networks = doc_get(peer, "networks");

    if (networks) {
        p.peer = STR("cidr");
        p.cidr = doc_text(networks->child);
    } else {
        const struct doc *namespaces =
            pods ? doc_get(pods, "namespaceSelector") : doc_get(peer, "namespaces");
        static const struct str all = STR("*");
        p.peer = STR("pods");
        if (kube_selector(k, doc_get(pods, "podSelector"), &p.peer_pods) < 0 ||
            kube_selector(k, namespaces, &p.peer_namespaces) < 0)
            return -1;
        if (!p.peer_namespaces.n)
            p.peer_namespaces = (struct strs){ &all, 1 };
    }
    if (!ports || !ports->n)
        return add_policy(k, &p, NULL, peer);
    DOC_EACH (ports, port) /* { "portNumber": { "port": 80 } } */
        if (add_policy(k, &p, port->kind == DOC_OBJECT ? port->child : NULL, peer) < 0)
            return -1;
    return 0;
}

static int read_admin_policy(struct kube *k, const struct doc *object, const void *with)
{
    static const char *const directions[][2] = { { "ingress", "from" }, { "egress", "to" } };
    const struct doc *spec = doc_get(object, "spec"), *subject = doc_get(spec, "subject");
    const struct doc *pods = doc_get(subject, "pods");
    struct policy p = { 0 };
    uint64_t priority = UINT32_MAX; /* the baseline comes last */

    (void)with;
    doc_u64(doc_get(spec, "priority"), &priority);
    p.priority = (uint32_t)priority;
    if (kube_selector(k, doc_get(pods, "podSelector"), &p.selector) < 0 ||
        kube_selector(k, pods ? doc_get(pods, "namespaceSelector") : doc_get(subject, "namespaces"),
                      &p.namespaces) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(directions); i++)
        DOC_EACH (doc_get(spec, directions[i][0]), rule) {
            p.direction = str_of(directions[i][0]);
            p.action = arena_lower(k->arena, doc_text(doc_get(rule, "action")));
            DOC_EACH (doc_get(rule, directions[i][1]), peer)
                if (add_admin_peer(k, p, peer, doc_get(rule, "ports")) < 0)
                    return -1;
        }
    return 0;
}

const struct kube_kind kube_network_kinds[] = {
    { "Service", read_service, NULL },
    { "Endpoints", read_endpoints, NULL },
    { "Ingress", read_ingress, NULL },
    { "Route", read_openshift_route, NULL },
    { "Gateway", read_gateway, NULL },
    { "HTTPRoute", read_route, NULL },
    { "GRPCRoute", read_route, NULL },
    { "TCPRoute", read_route, NULL },
    { "TLSRoute", read_route, NULL },
    { "UDPRoute", read_route, NULL },
    { "NetworkPolicy", read_policy, NULL },
    { "AdminNetworkPolicy", read_admin_policy, NULL },
    { "BaselineAdminNetworkPolicy", read_admin_policy, NULL },
    { "ClusterNetworkPolicy", read_foreign_policy, NULL },
    { 0 },
};
