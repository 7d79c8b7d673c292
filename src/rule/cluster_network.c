/* cluster_network.c - what traffic finds its way to Pods: policies, Services, Ingresses and Gateways. */
#include "rule/cluster.h"

/* ---- NetworkPolicies ---- */

#define PLUGIN_MAY "a policy of a network plugin that is not understood may decide"

static enum verdict isolation(const struct rule *r, const void *subject, struct proof *p)
{
    const enum direction *dir = r->with;
    const struct workload *w = subject;
    const struct pod_group *g = w->in ? cluster_group(w->in->cluster, w) : NULL;
    const char *word = *dir == INGRESS ? "incoming" : "outgoing";

    if (!g)
        return VERDICT_NOT_APPLICABLE;
    if (g->host_network) {
        proof_add(p, AT_WORKLOAD(w), "in the network of the node, where policies do not hold");
    } else if (!g->isolated[*dir]) {
        bool unclear = g->unclear[*dir];
        if (w->in->cluster->foreign_policies || unclear)
            return cannot_tell(p, unclear ? AT(g->policy[*dir][0]) : AT_WORKLOAD(w), PLUGIN_MAY);
        proof_add(p, AT_WORKLOAD(w), "no policy is for its %s traffic", word);
    }
    if (p->found && workload_is_system(w))
        proof_weigh(p, SEVERITY_INFO);
    if (p->found)
        return VERDICT_OPEN;
    return conclude(p, AT(g->policy[*dir][0]), "%zu policies are for its %s traffic", g->n_policy[*dir],
                    word);
}

static enum verdict metadata(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct pod_group *g = w->in ? cluster_group(w->in->cluster, w) : NULL;

    if (!g)
        return VERDICT_NOT_APPLICABLE;
    if (kube_unclear_address(w->in->cluster, w, STR("169.254.169.254"), 80))
        return cannot_tell(
            p, AT(g->policy[EGRESS][0]),
            "a policy that is not understood decides whether it may connect to 169.254.169.254");
    if (kube_allows_address(w->in->cluster, w, STR("169.254.169.254"), 80)) {
        if (w->in->cluster->foreign_policies && !g->isolated[EGRESS])
            return cannot_tell(p, AT_WORKLOAD(w), "policies of a network plugin may deny it");
        proof_add(p, g->n_policy[EGRESS] ? AT(g->policy[EGRESS][0]) : AT_WORKLOAD(w),
                  g->host_network       ? "169.254.169.254 is reached from the network of the node"
                  : g->isolated[EGRESS] ? "its policies let it connect to 169.254.169.254"
                                        : "no policy keeps it from 169.254.169.254");
    }
    if (p->found && workload_is_system(w))
        proof_weigh(p, SEVERITY_INFO);
    return conclude(p, g->n_policy[EGRESS] ? AT(g->policy[EGRESS][0]) : AT_WORKLOAD(w),
                    "its policies do not let it connect to 169.254.169.254");
}

static enum verdict selects_nothing(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, at = 0;
    const struct policy *policy = FACTS_OF(o, policy, &n);

    if (!n || !policy->selector.n)
        return VERDICT_NOT_APPLICABLE; /* it is for all that will ever be there */
    const struct workload *w =
        next_selected(o->in->cluster, policy->selector, object_namespace(o->object), &at);
    if (!w)
        proof_add(p, AT(policy), "no workload here has " STR_FMT,
                  STR_ARG(str_first(policy->selector.p[0], 120)));
    return conclude_object(
        o, p, "it is for " STR_FMT "%s", STR_ARG(w && w->object ? str_first(w->object->name, 100) : STR("")),
        next_selected(o->in->cluster, policy->selector, object_namespace(o->object), &at) ? " and others"
                                                                                          : "");
}

static enum verdict peer_nobody(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, peers = 0;
    const struct policy *policy = FACTS_OF(o, policy, &n);

    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        if (!policy[i].peer_pods.n || policy[i].peer_namespaces.n)
            continue;
        peers++;
        if (!next_selected(o->in->cluster, policy[i].peer_pods, object_namespace(o->object), &at))
            proof_add(p, AT(&policy[i]), "no workload here has " STR_FMT,
                      STR_ARG(str_first(policy[i].peer_pods.p[0], 120)));
    }
    if (!peers)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "all %zu peers are there", peers);
}

static enum verdict allows_all(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct str *dir = r->with;
    size_t n, rules = 0;
    const struct policy *policy = FACTS_OF(o, policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (!str_eq(policy[i].direction, *dir) || str_eq(policy[i].action, STR("deny")))
            continue;
        rules++;
        bool everywhere = policy[i].peer_namespaces.n && str_eq(policy[i].peer_namespaces.p[0], STR("*")) &&
                          !policy[i].peer_pods.n;
        if (policy_is_open(&policy[i]) || everywhere)
            proof_add(p, AT(&policy[i]), "%s, %s" STR_FMT,
                      everywhere ? "every Pod of every namespace" : "everybody",
                      policy[i].port.n ? "port " : "every port", STR_ARG(str_first(policy[i].port, 20)));
    }
    if (!rules)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "its %zu rules for " STR_FMT " name peers", rules, STR_ARG(*dir));
}

/* Namespaces with workloads and without a policy that is for all of them. */
static bool has_default(const struct cluster *c, const struct space *s, struct str dir)
{
    FACTS_EACH (&c->in->facts, policy, p) {
        if ((p->action.n && !p->isolates) || p->selector.n || !str_eq(p->direction, dir))
            continue;
        struct str own = object_namespace(c->in->resource[p->object].object);
        if (own.n ? str_eq(own, s->name) : selector_matches(p->namespaces, s->labels))
            return true;
    }
    return false;
}

static struct evidence at_space(const struct space *s)
{
    const struct object *o = s->object ? s->object->object : NULL;

    if (!o && s->n_workload)
        o = s->workload[0]->object;
    return (struct evidence){ .path = o ? o->path : STR(""), .line = o ? o->line : 0 };
}

static enum verdict default_deny(const struct rule *r, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    const struct cluster *c = d->cluster;
    const struct str *dir = r->with;
    size_t n = 0;
    struct evidence at = { .line = 0 };

    for (size_t i = 0; c && i < c->n_space; i++) {
        const struct space *s = &c->space[i];
        if (!s->n_workload || is_system_namespace(s->name))
            continue;
        at = at_space(s);
        n++;
        if (!has_default(c, s, *dir))
            proof_add(p, &at, "namespace " STR_FMT ": %u containers, and no policy for all of them",
                      STR_ARG(str_first(s->name, 63)), s->n_workload);
    }
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    if (p->found && (c->foreign_policies || c->unclear_policies)) {
        p->found = p->n = 0;
        return cannot_tell(p, &at, "policies of a network plugin may do it");
    }
    return conclude(p, &at, "each of %zu namespaces has a policy for all of its Pods", n);
}

/* The network plugin, by the image of the DaemonSet that brings it; some ignore policies. */
static const struct {
    const char *image;
    bool policies;
} plugins[] = {
    { "calico", true },    { "cilium", true },      { "antrea", true },
    { "weave-npc", true }, { "kube-router", true }, { "aws-network-policy", true },
    { "ovn", true },       { "kindnetd", true },    { "canal", true },
    { "azure-npm", true }, { "flannel", false },    { "amazon-k8s-cni", false },
};

static enum verdict plugin(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    const struct workload *deaf = NULL;

    if (!d->cluster)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        struct str image = workload_value(w, SETTING_IMAGE);
        for (size_t k = 0; k < ARRAY_LEN(plugins); k++) {
            if (!str_has(image, str_of(plugins[k].image)) || !w->object ||
                !str_eq(w->object->kind, STR("DaemonSet")))
                continue;
            if (plugins[k].policies)
                return conclude(p, AT_WORKLOAD(w), "%s enforces them", plugins[k].image);
            deaf = w;
        }
    }
    struct evidence at = { .path = d->n_resource ? d->resource[0].object->path : STR("") };
    if (!deaf && !d->facts.list[FACT_POLICY_KIND].n)
        return VERDICT_NOT_APPLICABLE; /* there is nothing to ignore */
    if (!deaf)
        return cannot_tell(p, &at, "no DaemonSet here is a network plugin that is known");
    proof_add(p, AT_WORKLOAD(deaf), STR_FMT " ignores network policies",
              STR_ARG(str_first(workload_value(deaf, SETTING_IMAGE), 100)));
    return VERDICT_OPEN;
}

/* ---- Services ---- */

static enum verdict service_type(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const char *type = r->with;
    size_t n;
    const struct route *route = FACTS_OF(o, route, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++) {
        bool balanced = str_eq(route[i].kind, STR("LoadBalancer"));
        if (!str_eq(route[i].kind, str_of(type)))
            continue;
        if (balanced && route[i].sources.n && !str_one_of(route[i].sources.p[0], "0.0.0.0/0 ::/0"))
            continue;
        proof_add(p, AT(&route[i]), "%s, port " STR_FMT "%s" STR_FMT, type, STR_ARG(route[i].port),
                  route[i].node_port.n ? " on each node as "
                  : balanced           ? ", for every address"
                                       : "",
                  STR_ARG(route[i].node_port));
    }
    return conclude_object(o, p, STR_FMT "%s", STR_ARG(route->kind),
                           route->sources.n ? " for the addresses that loadBalancerSourceRanges names" : "");
}

static bool is_internal(const struct object *o)
{
    static const char *const hints[] = { "internal", "Internal" };

    for (size_t i = 0; i < o->annotations.n; i++)
        for (size_t h = 0; h < ARRAY_LEN(hints); h++)
            if (str_has(o->annotations.p[i], str_of(hints[h])) &&
                str_has(o->annotations.p[i], STR("load-balancer")))
                return true;
    return false;
}

static enum verdict load_balancer(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    enum verdict v = service_type(r, subject, p);

    if (v == VERDICT_OPEN && is_internal(o->object))
        proof_weigh(p, SEVERITY_LOW);
    return v;
}

static enum verdict external_ips(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *ip = resource_get(o, STR("externalIPs"));

    if (ip && !str_eq(ip->value, STR("[]")))
        proof_add(p, AT(ip), "claims the address " STR_FMT, STR_ARG(str_first(ip->value, 60)));
    return conclude_object(o, p, "claims no address");
}

static enum verdict external_name(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct route *route = FACTS_OF(o, route, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    if (str_eq(route->kind, STR("ExternalName")))
        proof_add(p, AT(route), "stands for " STR_FMT, STR_ARG(str_first(route->host, 150)));
    return conclude_object(o, p, "stands for Pods");
}

static enum verdict without_pods(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, at = 0;
    const struct route *route = FACTS_OF(o, route, &n);

    if (!n || !route->selector.n)
        return VERDICT_NOT_APPLICABLE; /* somebody writes its endpoints */
    if (!next_selected(o->in->cluster, route->selector, object_namespace(o->object), &at))
        proof_add(p, AT_OBJECT(o), "no workload here has " STR_FMT,
                  STR_ARG(str_first(route->selector.p[0], 120)));
    return conclude_object(o, p, "it finds workloads");
}

/* ---- Ingresses and Gateways ---- */

static enum verdict without_tls(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct route *route = FACTS_OF(o, route, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++)
        if (route[i].tls == NO)
            proof_add(p, AT(&route[i]), "%s" STR_FMT STR_FMT "%s" STR_FMT,
                      route[i].host.n ? "" : "every host", STR_ARG(str_first(route[i].host, 100)),
                      STR_ARG(str_first(route[i].url_path, 60)), route[i].to.n ? " to " : " port ",
                      STR_ARG(str_first(route[i].to.n ? route[i].to : route[i].port, 80)));
    return conclude_object(o, p, "TLS for each of %zu hosts", n);
}

static enum verdict any_host(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct route *route = FACTS_OF(o, route, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++)
        if (!route[i].host.n || str_starts(route[i].host, STR("*")))
            proof_add(p, AT(&route[i]), "answers for %s" STR_FMT, route[i].host.n ? "" : "every name",
                      STR_ARG(str_first(route[i].host, 100)));
    return conclude_object(o, p, "each of %zu rules names its host", n);
}

static enum verdict snippets(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct object *o = ((const struct resource *)subject)->object;

    for (size_t i = 0; i < o->annotations.n; i++)
        if (str_has(o->annotations.p[i], STR("-snippet=")) ||
            str_starts(o->annotations.p[i], STR("nginx.ingress.kubernetes.io/auth-tls-match-cn=")))
            proof_add(p, AT(o), STR_FMT, STR_ARG(str_first(o->annotations.p[i], 120)));
    return conclude_object(subject, p, "no annotation holds configuration of the proxy");
}

static enum verdict dangling_backend(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, backends = 0;
    const struct route *route = FACTS_OF(o, route, &n);

    for (size_t i = 0; i < n; i++) {
        struct str ns, name;
        if (!route[i].to.n)
            continue;
        if (!str_split(route[i].to, '/', &ns, &name)) {
            name = route[i].to;
            ns = object_namespace(o->object);
        }
        backends++;
        if (!cluster_find(o->in->cluster, STR("Service"), ns, name))
            proof_add(p, AT(&route[i]), "Service " STR_FMT " is not here", STR_ARG(str_first(name, 100)));
    }
    if (!backends)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "all %zu Services are here", backends);
}

/* ---- programs that rule ---- */

static const struct {
    const char *image, *what;
} consoles[] = {
    { "kubernetes-dashboard", "the dashboard of Kubernetes" },
    { "kubernetesui/dashboard", "the dashboard of Kubernetes" },
    { "argocd", "Argo CD, which deploys" },
    { "argo-workflows", "Argo Workflows, which runs Pods" },
    { "argoproj/argocli", "Argo Workflows, which runs Pods" },
    { "portainer", "Portainer, which rules engines" },
    { "rancher/rancher", "Rancher, which rules clusters" },
    { "weaveworks/scope", "Weave Scope, which has a shell in each container" },
    { "kubeflow", "Kubeflow, which runs code" },
    { "jupyter", "Jupyter, which runs code" },
    { "jenkins", "Jenkins, which runs code" },
    { "grafana/grafana", "Grafana" },
    { "prom/prometheus", "Prometheus, which knows the cluster" },
    { "prometheus/prometheus", "Prometheus, which knows the cluster" },
    { "kiali", "Kiali" },
    { "octant", "Octant, which acts as its user" },
    { "headlamp", "Headlamp, which acts as its user" },
    { "kubeapps", "Kubeapps, which deploys" },
    { "kube-ops-view", "a view of the whole cluster" },
    { "phpmyadmin", "phpMyAdmin" },
    { "adminer", "Adminer" },
    { "pgadmin", "pgAdmin" },
    { "redis-commander", "Redis Commander" },
    { "mongo-express", "Mongo Express" },
    { "traefik", "Traefik's dashboard, where it is switched on" },
};

static const char *console_of(const struct workload *w)
{
    struct str image = workload_value(w, SETTING_IMAGE);

    for (size_t i = 0; w->spelling == SPELLING_KUBERNETES && i < ARRAY_LEN(consoles); i++)
        if (str_has(image, str_of(consoles[i].image)))
            return consoles[i].what;
    return NULL;
}

/* A way in from outside of the cluster. NULL: none. */
static const struct route *exposed_by(const struct workload *w)
{
    const struct deployment *d = w->in;

    FACTS_EACH (&d->facts, route, route) {
        const struct object *o = d->resource[route->object].object;
        if (!route->selector.n || !selector_matches(route->selector, w->fact->labels) ||
            !str_eq(object_namespace(o), workload_namespace(w)))
            continue;
        if (str_one_of(route->kind, "LoadBalancer NodePort"))
            return route;
        FACTS_EACH (&d->facts, route, in)
            if (str_eq(in->to, o->name) &&
                str_eq(object_namespace(d->resource[in->object].object), object_namespace(o)))
                return in;
    }
    return NULL;
}

static enum verdict console(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const char *what = w->in ? console_of(w) : NULL;
    const struct route *way = what ? exposed_by(w) : NULL;

    if (!what)
        return VERDICT_NOT_APPLICABLE;
    if (way)
        proof_add(p, AT(way), "%s is reached from outside by " STR_FMT " " STR_FMT, what, STR_ARG(way->kind),
                  STR_ARG(str_first(w->in->resource[way->object].object->name, 100)));
    return conclude(p, AT_WORKLOAD(w), "%s: no way from outside leads to it", what);
}

static enum verdict tiller(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str image = workload_value(w, SETTING_IMAGE);

    if (w->spelling != SPELLING_KUBERNETES || !image.n)
        return VERDICT_NOT_APPLICABLE;
    if (str_has(image, STR("kubernetes-helm/tiller")) || str_ends(image, STR("/tiller")) ||
        str_has(image, STR("/tiller:")) || str_eq(label_value(w->fact->labels, STR("name")), STR("tiller")))
        proof_add(p, AT_WORKLOAD(w), "it runs " STR_FMT, STR_ARG(str_first(image, 120)));
    return conclude(p, AT_WORKLOAD(w), "it runs " STR_FMT, STR_ARG(str_first(image, 120)));
}

static const enum direction in = INGRESS, out = EGRESS;
static const struct str ingress = { "ingress", 7 }, egress = { "egress", 6 };

#define CHECK_OF(...) CHECK_RECORD(LAYER_ORCHESTRATOR, __VA_ARGS__)

static const struct rule table[] = {
    { CHECK_OF("workload-ingress-open", "No network policy is for the workload's incoming traffic",
               "A network policy is for the workload's incoming traffic",
               "Each Pod of the cluster reaches each of its ports.",
               "Deny all incoming traffic of the namespace, and allow what is meant.", MEDIUM, THREAT_BIT(I3),
               { CAT_CIS_KUBERNETES, "5.3.2" }, { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" },
               { CAT_MS_MATRIX, "MS-TA9034" }, { CAT_ATTACK, "T1046" }),
      .on = ON_WORKLOAD, .unknowable = true, .judge = isolation, .with = &in },
    { CHECK_OF("workload-egress-open", "No network policy is for the workload's outgoing traffic",
               "A network policy is for the workload's outgoing traffic",
               "Whoever takes it over reaches the cluster, the cloud's metadata and the internet.",
               "Deny all outgoing traffic of the namespace, and allow what is meant.", MEDIUM,
               THREAT_BIT(I3) | THREAT_BIT(I2), { CAT_CIS_KUBERNETES, "5.3.2" },
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1041" },
               { CAT_ATTACK, "T1498" }),
      .on = ON_WORKLOAD, .unknowable = true, .judge = isolation, .with = &out },
    { CHECK_OF("workload-metadata", "The workload may reach the cloud's metadata service",
               "The workload may not reach the cloud's metadata service",
               "There the credentials of the node are handed out to whoever asks.",
               "Deny outgoing traffic to 169.254.169.254.", MEDIUM, THREAT_BIT(I2),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9033" },
               { CAT_ATTACK, "T1552.005" }),
      .on = ON_WORKLOAD, .unknowable = true, .judge = metadata },
    { CHECK_OF("namespace-ingress-open", "Namespaces let everything in by default",
               "Namespaces let nothing in by default",
               "What is deployed next is open until somebody thinks of it.",
               "Add a policy with an empty podSelector and policyTypes: [Ingress] to each.", MEDIUM,
               THREAT_BIT(I3), { CAT_CIS_KUBERNETES, "5.3.2" }, { CAT_OWASP_KUBERNETES, "K07" },
               { CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9034" }),
      .on = ON_DEPLOYMENT, .unknowable = true, .judge = default_deny, .with = &ingress },
    { CHECK_OF("namespace-egress-open", "Namespaces let everything out by default",
               "Namespaces let nothing out by default", "What is taken over next reaches everything.",
               "Add a policy with an empty podSelector and policyTypes: [Egress] to each.", LOW,
               THREAT_BIT(I3) | THREAT_BIT(I2), { CAT_CIS_KUBERNETES, "5.3.2" },
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }),
      .on = ON_DEPLOYMENT, .unknowable = true, .judge = default_deny, .with = &egress },
    { CHECK_OF("cluster-policies-ignored", "The network plugin ignores network policies",
               "The network plugin enforces network policies",
               "Policies are accepted, and nothing is denied.", "Use a plugin that enforces them.", HIGH,
               THREAT_BIT(I3), { CAT_CIS_KUBERNETES, "5.3.1" }, { CAT_OWASP_KUBERNETES, "K07" },
               { CAT_NIST, "4.4.2" }),
      .on = ON_DEPLOYMENT, .unknowable = true, .judge = plugin },
    { CHECK_OF("policy-for-nobody", "Network policy is for no workload", "Network policy is for workloads",
               "It looks like protection, and protects nothing.", "Correct the labels in podSelector.", LOW,
               THREAT_BIT(I3), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "NetworkPolicy", .judge = selects_nothing },
    { CHECK_OF("policy-peer-nobody", "Network policy names peers that are not there",
               "Network policy names peers that are there",
               "Whoever may make a Pod with these labels is let through.", "Correct the labels of the peer.",
               LOW, THREAT_BIT(I3), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "NetworkPolicy", .judge = peer_nobody },
    { CHECK_OF("policy-ingress-any", "Network policy lets everybody in", "Network policy names who is let in",
               "It isolates the Pods and then allows everything.", "Name peers.", MEDIUM, THREAT_BIT(I3),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CIS_KUBERNETES, "5.3.2" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "NetworkPolicy AdminNetworkPolicy BaselineAdminNetworkPolicy",
      .judge = allows_all, .with = &ingress },
    { CHECK_OF("policy-egress-any", "Network policy lets everything out", "Network policy names where to",
               "It isolates the Pods and then allows everything.", "Name peers, and except 169.254.169.254.",
               LOW, THREAT_BIT(I3) | THREAT_BIT(I2), { CAT_OWASP_KUBERNETES, "K07" },
               { CAT_CIS_KUBERNETES, "5.3.2" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "NetworkPolicy AdminNetworkPolicy BaselineAdminNetworkPolicy",
      .judge = allows_all, .with = &egress },
    { CHECK_OF("service-load-balancer", "Service is open to every address outside of the cluster",
               "Service is not open to every address outside of the cluster",
               "The internet reaches it, and what it does not authenticate everybody uses.",
               "Set loadBalancerSourceRanges, or put an Ingress with TLS and authentication before it.",
               MEDIUM, THREAT_BIT(I2), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" },
               { CAT_MS_MATRIX, "MS-TA9005" }, { CAT_ATTACK, "T1133" }),
      .on = ON_OBJECT, .of = "Service", .judge = load_balancer, .with = "LoadBalancer" },
    { CHECK_OF("service-node-port", "Service is open on each node", "Service is not open on nodes",
               "Whoever reaches any node reaches it, past the load balancer and its rules.",
               "Make it a ClusterIP behind an Ingress or Gateway.", MEDIUM, THREAT_BIT(I2),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9005" },
               { CAT_ATTACK, "T1133" }),
      .on = ON_OBJECT, .of = "Service", .judge = service_type, .with = "NodePort" },
    { CHECK_OF("service-external-ip", "Service claims an address", "Service claims no address",
               "Traffic of others to that address comes to its Pods (CVE-2020-8554).", "Remove externalIPs.",
               HIGH, THREAT_BIT(I3) | THREAT_BIT(I2), { CAT_CIS_KUBERNETES, "1.2.3" },
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_ATTACK, "T1557" }),
      .on = ON_OBJECT, .of = "Service", .judge = external_ips },
    { CHECK_OF("service-external-name", "Service stands for a name outside", "Service stands for Pods",
               "Clients speak to whoever owns that name, and an Ingress before it becomes a relay.",
               "Name the other side in the client's configuration, with TLS.", LOW,
               THREAT_BIT(S1) | THREAT_BIT(I3), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "Service", .judge = external_name },
    { CHECK_OF("service-without-pods", "Service finds no workload", "Service finds workloads",
               "Whoever may make a Pod with these labels gets its traffic.",
               "Correct the selector, or delete it.", LOW, THREAT_BIT(S3) | THREAT_BIT(I3),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_ATTACK, "T1557" }),
      .on = ON_OBJECT, .of = "Service", .judge = without_pods },
    { CHECK_OF("ingress-clear-text", "A way into the cluster has no TLS", "Each way into the cluster has TLS",
               "Passwords and sessions cross the internet readable, and can be changed on the way.",
               "Name the host under tls, with a certificate.", MEDIUM, THREAT_BIT(S1) | THREAT_BIT(I3),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1557" }),
      .on = ON_OBJECT, .of = "Ingress Gateway Route", .judge = without_tls },
    { CHECK_OF("ingress-any-host", "A way into the cluster answers for every name",
               "Each way into the cluster names its host",
               "It catches names that others own, and answers scanners.", "Name the host.", LOW,
               THREAT_BIT(S1) | THREAT_BIT(I2), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_NIST, "4.4.2" }),
      .on = ON_OBJECT, .of = "Ingress Gateway", .judge = any_host },
    { CHECK_OF(
          "ingress-snippet", "Ingress brings configuration of the proxy along",
          "Ingress brings no configuration of the proxy along",
          "A snippet reads the token of the ingress controller, and with it all Secrets (CVE-2021-25742, "
          "CVE-2025-1974).",
          "Remove the snippet, and have the controller refuse snippets.", HIGH,
          THREAT_BIT(S2) | THREAT_BIT(T1), { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-94" },
          { CAT_ATTACK, "T1190" }),
      .on = ON_OBJECT, .of = "Ingress", .judge = snippets },
    { CHECK_OF("ingress-dangling", "A way into the cluster leads to a Service that is not there",
               "Each way into the cluster leads to a Service",
               "Whoever may make a Service of that name gets its traffic.",
               "Correct the name, or remove the rule.", LOW, THREAT_BIT(S3) | THREAT_BIT(I3),
               { CAT_OWASP_KUBERNETES, "K07" }, { CAT_ATTACK, "T1557" }),
      .on = ON_OBJECT, .of = "Ingress HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute Route",
      .judge = dangling_backend },
    { CHECK_OF("workload-console-exposed", "A console that rules the cluster is reached from outside",
               "The console is not reached from outside",
               "One stolen password, or a missing one, and the cluster is somebody else's.",
               "Take it off the internet; reach it by port-forward or behind an authenticating proxy.", HIGH,
               THREAT_BIT(D2) | THREAT_BIT(I2), { CAT_OWASP_KUBERNETES, "K06" }, { CAT_NIST, "4.3.1" },
               { CAT_MS_MATRIX, "MS-TA9005" }, { CAT_ATTACK, "T1133" }),
      .on = ON_WORKLOAD, .judge = console },
    { CHECK_OF("workload-tiller", "Helm's Tiller runs in the cluster",
               "Helm's Tiller does not run in the cluster",
               "Each Pod that reaches its port deploys with its rights, which are an administrator's.",
               "Move to Helm 3 and delete it.", CRITICAL, THREAT_BIT(D2) | THREAT_BIT(E2),
               { CAT_OWASP_KUBERNETES, "K06" }, { CAT_NIST, "4.3.1" }, { CAT_ATTACK, "T1610" }),
      .on = ON_WORKLOAD, .judge = tiller },
};
const struct rule_set rules_cluster_network = { "cluster_network", table, ARRAY_LEN(table) };
