/* What Kubernetes objects mean together: selectors, NetworkPolicy by its letter, powers of accounts. */
#include "model/deployment.h"
#include "parse/parse.h"
#include "tap.h"

struct world {
    struct arena arena;
    struct facts facts;
    struct deployment d;
};

static void load(struct world *w, const char *yaml)
{
    struct input in = { STR("all.yaml"), str_of(yaml), NULL, 0, false };
    const struct facts *doc = &w->facts;
    struct err e = { 0 };

    *w = (struct world){ .arena = ARENA(16 << 20), .facts = FACTS(16 << 20) };
    if (parser_by_name(STR("kubernetes"))->parse(&in, &w->facts, &e) < 0 ||
        deployment_join(&w->d, &w->arena, &doc, 1, &e) < 0)
        printf("# %s\n", e.text);
}

static void unload(struct world *w)
{
    facts_free(&w->facts);
    arena_free(&w->arena);
}

#define POD(name, ns, labels)                                                                   \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: " name ", namespace: " ns ", labels: {" labels \
    "}}\nspec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}\n---\n"
#define POLICY(name, ns, spec)                                                                               \
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " name ", namespace: " ns "}\n" \
    "spec: " spec "\n---\n"
#define SPACE(name, labels) \
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: " name ", labels: {" labels "}}\n---\n"

static const struct workload *pod(const struct world *w, const char *name)
{
    for (size_t i = 0; i < w->d.n_workload; i++)
        if (str_eq(w->d.workload[i].object->name, str_of(name)))
            return &w->d.workload[i];
    return NULL;
}

static bool may(const struct world *w, const char *from, const char *to, uint32_t port)
{
    return kube_allows(w->d.cluster, pod(w, from), pod(w, to), port, STR("tcp"));
}

static void selectors(void)
{
    static const struct str labels[] = { STR("app=web"), STR("tier=front"), STR("empty=") };
    static const struct {
        const char *requirement;
        bool holds;
    } row[] = {
        { "app=web", true },         { "app=we", false },          { "ap=web", false },
        { "app in (db,web)", true }, { "app in (db)", false },     { "none in (a)", false },
        { "app notin (db)", true },  { "app notin (web)", false }, { "none notin (a)", true },
        { "tier exists", true },     { "none exists", false },     { "empty exists", true },
        { "none missing", true },    { "tier missing", false },    { "app web", false },
        { "empty=", true },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct str one = str_of(row[i].requirement);
        struct strs have = { labels, ARRAY_LEN(labels) };
        CHECK_INT(selector_matches((struct strs){ &one, 1 }, have), row[i].holds);
    }
    CHECK(selector_matches((struct strs){ 0 }, (struct strs){ 0 })); /* no requirement holds always */
}

static void policies(void)
{
    struct world w;

    load(&w, POD("web", "shop", "app: web") POD("db", "shop", "app: db") POD("spy", "other", "app: web")
                 POD("free", "other", "app: free") SPACE("other", "team: b") SPACE("shop", "team: a")
                     POLICY("deny", "shop", "{podSelector: {}, policyTypes: [Ingress, Egress]}")
                         POLICY("web", "shop",
                                "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: "
                                "[{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: http}]}, "
                                "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}], ports: "
                                "[{port: 443}]}]}")
                             POLICY("db", "shop",
                                    "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: "
                                    "{matchLabels: {app: web}}}], ports: [{port: 8000, endPort: 8080}]}]}"));
    CHECK(may(&w, "web", "db", 8080));    /* both sides allow it, by a port's name and by a range */
    CHECK(!may(&w, "web", "db", 22));     /* another port */
    CHECK(!may(&w, "db", "web", 8080));   /* the other way */
    CHECK(!may(&w, "spy", "db", 8080));   /* a selector of Pods is for the policy's own namespace */
    CHECK(may(&w, "spy", "free", 1));     /* who is not isolated is allowed everything */
    CHECK(!may(&w, "free", "web", 8080)); /* denied by default */
    CHECK(!kube_allows_address(w.d.cluster, pod(&w, "web"), STR("169.254.169.254"), 443)); /* except */
    CHECK(kube_allows_address(w.d.cluster, pod(&w, "web"), STR("198.51.100.1"), 443));    /* the rest of it */
    CHECK(!kube_allows_address(w.d.cluster, pod(&w, "web"), STR("198.51.100.1"), 80));    /* its port only */
    CHECK(!kube_allows_address(w.d.cluster, pod(&w, "db"), STR("169.254.169.254"), 80));  /* no rule at all */
    CHECK(kube_allows_address(w.d.cluster, pod(&w, "free"), STR("169.254.169.254"), 80)); /* not isolated */
    CHECK(!kube_allows_outside(w.d.cluster, pod(&w, "db"), 8080));  /* not from outside */
    CHECK(kube_allows_outside(w.d.cluster, pod(&w, "free"), 8080)); /* from outside */
    CHECK_INT((long)w.d.cluster->n_group, 4);                       /* web, db, spy and free are told apart */
    unload(&w);
}

static void namespaces(void)
{
    struct world w;

    load(&w, POD("a", "one", "app: a") POD("b", "two", "app: b") POD("c", "three", "app: c") SPACE("two",
                                                                                                   "team: x")
                 POLICY("p", "one",
                        "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}, "
                        "podSelector: {matchLabels: {app: b}}}, {namespaceSelector: {matchLabels: "
                        "{kubernetes.io/metadata.name: three}}}]}]}") POD("b2", "two", "app: other"));
    CHECK(may(&w, "b", "a", 1));   /* its namespace and its labels */
    CHECK(!may(&w, "b2", "a", 1)); /* its namespace alone is not enough */
    CHECK(may(&w, "c", "a", 1));   /* the label that every namespace has, even one that is not declared */
    CHECK(may(&w, "a", "b", 1));   /* only ingress is isolated */
    unload(&w);
}

#define ADMIN(kind, name, spec)                                                                              \
    "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: " kind "\nmetadata: {name: " name "}\nspec: " spec \
    "\n---\n"

static void admin_policies(void)
{
    struct world w;

    load(
        &w,
        POD("a", "one", "app: a") POD("b", "one", "app: b") POD("c", "one", "app: c") SPACE("one", "t: x")
            ADMIN("AdminNetworkPolicy", "x",
                  "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: "
                  "[169.254.169.254/32]}]}], ingress: [{action: Pass, from: [{pods: {namespaceSelector: {}, "
                  "podSelector: {matchLabels: {app: a}}}}]}, {action: Deny, from: [{namespaces: {}}], ports: "
                  "[{portNumber: {port: 22, protocol: TCP}}]}]}")
                ADMIN("BaselineAdminNetworkPolicy", "default",
                      "{subject: {namespaces: {}}, ingress: [{action: Deny, from: [{pods: "
                      "{namespaceSelector: {}, podSelector: {matchLabels: {app: c}}}}]}]}")
                    POLICY("p", "one",
                           "{podSelector: {matchLabels: {app: c}}, ingress: [{from: [{podSelector: "
                           "{matchLabels: {app: b}}}]}]}"));
    CHECK(!may(&w, "b", "c", 22)); /* an admin's policy denies what a NetworkPolicy allows */
    CHECK(may(&w, "b", "c", 80));  /* what it does not speak of is left to NetworkPolicies */
    CHECK(!may(&w, "a", "c", 22)); /* what passes is left to them, too: here they deny */
    CHECK(may(&w, "a", "b", 22));  /* and here nobody does */
    CHECK(!may(&w, "c", "b", 80)); /* the baseline comes last */
    CHECK(!kube_allows_address(w.d.cluster, pod(&w, "a"), STR("169.254.169.254"), 80)); /* denied to all */
    CHECK(kube_allows_address(w.d.cluster, pod(&w, "a"), STR("169.254.169.253"),
                              80)); /* its neighbour is not */
    unload(&w);
}

static void powers(void)
{
    struct world w;
    size_t n = 0, secrets = 0;
    const struct identity *who;

    load(&w,
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: part, labels: {agg: "
         "\"yes\"}}\nrules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get]}]\n---\n"
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: whole}\n"
         "aggregationRule: {clusterRoleSelectors: [{matchLabels: {agg: \"yes\"}}]}\n---\n"
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: n}\n"
         "roleRef: {kind: ClusterRole, name: whole}\nsubjects: [{kind: ServiceAccount, name: ci}]\n---\n"
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: c}\n"
         "roleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: Group, name: "
         "\"system:serviceaccounts:n\"}]\n");
    while ((who = account_identity(w.d.cluster, STR("n"), STR("ci"), n))) {
        for (size_t i = 0; i < who->n_permission; i++)
            secrets += grant_allows(who->permission[i].grant, STR("get"), STR(""), STR("secrets"), false);
        n++;
    }
    CHECK_INT((long)n, 2);       /* itself and a group of all accounts of its namespace */
    CHECK_INT((long)secrets, 2); /* by an aggregated role and by a built-in one */
    CHECK(!account_identity(w.d.cluster, STR("other"), STR("ci"), 0)); /* not in another namespace */
    unload(&w);
}

static void grants(void)
{
    static const struct str verbs[] = { STR("get") }, groups[] = { STR("") };
    static const struct {
        const char *resource, *asked;
        bool allowed;
    } row[] = {
        { "pods", "pods", true },           { "pods", "pods/exec", false },  { "*", "pods/exec", true },
        { "pods/*", "pods/exec", true },    { "*/exec", "pods/exec", true }, { "*/log", "pods/exec", false },
        { "pods/exec", "pods/exec", true }, { "pods/exec", "pods", false },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct str resource = str_of(row[i].resource);
        struct grant g = { .verbs = { verbs, 1 }, .groups = { groups, 1 }, .resources = { &resource, 1 } };
        CHECK_INT(grant_allows(&g, STR("get"), STR(""), str_of(row[i].asked), false), row[i].allowed);
    }
}

/* ---- policies of network plugins ---- */

#define PLUGIN(api, kind, name, ns, spec) \
    "apiVersion: " api "\nkind: " kind "\nmetadata: {name: " name ns "}\nspec: " spec "\n---\n"
#define CILIUM(name, spec)     PLUGIN("cilium.io/v2", "CiliumNetworkPolicy", name, ", namespace: shop", spec)
#define CILIUM_ALL(name, spec) PLUGIN("cilium.io/v2", "CiliumClusterwideNetworkPolicy", name, "", spec)
#define CALICO(name, spec)     PLUGIN("projectcalico.org/v3", "NetworkPolicy", name, ", namespace: shop", spec)
#define CALICO_ALL(name, spec) PLUGIN("crd.projectcalico.org/v1", "GlobalNetworkPolicy", name, "", spec)
#define SHOP                       \
    POD("web", "shop", "app: web") \
    POD("db", "shop", "app: db")   \
    POD("spy", "other", "app: web") SPACE("shop", "team: a") SPACE("other", "team: b")

/* Each policy by itself: who may talk to whom. */
struct talks {
    const char *policies, *from, *to; /* to NULL: 169.254.169.254 */
    uint32_t port;
    bool may;
};

static void all_of(const struct talks *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct world w;
        load(&w, row[i].policies);
        bool is = row[i].to ? may(&w, row[i].from, row[i].to, row[i].port)
                            : kube_allows_address(w.d.cluster, pod(&w, row[i].from), STR("169.254.169.254"),
                                                  row[i].port);
        CHECK_INT(is, row[i].may);
        if (is != row[i].may)
            printf("# row %zu: %s to %s %u\n", i, row[i].from, row[i].to ? row[i].to : "metadata",
                   row[i].port);
        unload(&w);
    }
}

static void cilium(void)
{
    static const char db_from_web[] = SHOP CILIUM(
        "db", "{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{matchLabels: "
              "{'k8s:app': web}}], toPorts: [{ports: [{port: '8080', protocol: TCP}]}]}]}");
    static const char isolated[] = SHOP CILIUM("none", "{endpointSelector: {}, ingress: [{}]}");
    static const char other_space[] =
        SHOP CILIUM("db", "{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: "
                          "{'k8s:io.kubernetes.pod.namespace': other, app: web}}]}]}");
    static const char denied[] = SHOP CILIUM(
        "db", "{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEntities: [cluster]}], "
              "ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]}");
    static const char not_isolating[] =
        SHOP CILIUM("db", "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingressDeny: "
                          "[{fromEntities: [all], toPorts: [{ports: [{port: '22'}]}]}]}");
    static const char world[] = SHOP CILIUM(
        "web", "{endpointSelector: {}, egress: [{toEntities: [world], toPorts: [{ports: [{port: '80', "
               "endPort: 90, protocol: ANY}]}]}]}");
    static const char except[] =
        SHOP CILIUM("web", "{endpointSelector: {}, egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: "
                           "[169.254.0.0/16]}]}]}");
    static const char clusterwide[] = SHOP CILIUM_ALL(
        "web", "{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{}]}]}");
    static const struct talks row[] = {
        { db_from_web, "web", "db", 8080, true },  { db_from_web, "web", "db", 22, false },
        { db_from_web, "spy", "db", 8080, false }, { db_from_web, "db", "web", 8080, true },
        { isolated, "web", "db", 8080, false },    { isolated, "web", NULL, 80, true },
        { other_space, "spy", "db", 1, true },     { other_space, "web", "db", 1, false },
        { denied, "spy", "db", 1, true },          { denied, "web", "db", 1, false },
        { not_isolating, "web", "db", 22, false }, { not_isolating, "web", "db", 80, true },
        { world, "web", NULL, 85, true },          { world, "web", NULL, 443, false },
        { world, "web", "db", 85, false },         { except, "web", NULL, 80, false },
        { clusterwide, "spy", "db", 1, true },     { clusterwide, "db", "spy", 1, true },
    };

    all_of(row, ARRAY_LEN(row));
}

static void calico(void)
{
    static const char db_from_web[] = SHOP CALICO(
        "db", "{selector: \"app == 'db'\", ingress: [{action: Allow, protocol: TCP, source: {selector: "
              "\"app == 'web'\"}, destination: {ports: [8080, '9000:9010']}}]}");
    static const char namespaced[] = SHOP CALICO(
        "db", "{selector: \"app in { 'db', 'cache' } && !has(old)\", types: [Ingress], ingress: [{action: "
              "Allow, source: {namespaceSelector: \"team == 'b'\"}}]}");
    static const char ordered[] = SHOP CALICO("late",
                                              "{order: 20, selector: all(), ingress: [{action: Deny}]}")
        CALICO("soon", "{order: 10, selector: all(), ingress: [{action: Allow, source: {selector: \"app == "
                       "'web'\"}}]}");
    static const char before_kubernetes[] = SHOP POLICY("open", "shop", "{podSelector: {}, ingress: [{}]}")
        CALICO("shut", "{order: 5, selector: all(), ingress: [{action: Deny, source: {selector: \"app == "
                       "'web'\"}}]}");
    static const char behind_kubernetes[] = SHOP POLICY("open", "shop", "{podSelector: {}, ingress: [{}]}")
        CALICO("shut", "{order: 2000, selector: all(), ingress: [{action: Deny}]}");
    static const char everywhere[] = SHOP CALICO_ALL(
        "metadata", "{selector: all(), types: [Egress], egress: [{action: Deny, destination: {nets: "
                    "[169.254.169.254/32]}}, {action: Allow}]}");
    static const char nothing[] =
        SHOP CALICO_ALL("deny", "{namespaceSelector: \"team == 'a'\", types: [Ingress]}");
    static const struct talks row[] = {
        { db_from_web, "web", "db", 9005, true },    { db_from_web, "web", "db", 22, false },
        { db_from_web, "spy", "db", 8080, false },   { namespaced, "spy", "db", 1, true },
        { namespaced, "web", "db", 1, false },       { ordered, "web", "db", 1, true },
        { ordered, "spy", "db", 1, false },          { before_kubernetes, "web", "db", 1, false },
        { before_kubernetes, "spy", "db", 1, true }, { behind_kubernetes, "web", "db", 1, true },
        { everywhere, "web", NULL, 80, false },      { everywhere, "web", "db", 1, true },
        { nothing, "web", "db", 1, false },          { nothing, "db", "spy", 1, true },
    };

    all_of(row, ARRAY_LEN(row));
}

/* What is not understood is neither open nor shut. */
static void plugins_not_understood(void)
{
    static const char *const unclear[] = {
        SHOP CILIUM("names", "{endpointSelector: {}, egress: [{toFQDNs: [{matchName: example.org}]}]}"),
        SHOP CILIUM("services",
                    "{endpointSelector: {}, egress: [{toServices: [{k8sService: {serviceName: x}}]}]}"),
        SHOP CILIUM("account",
                    "{endpointSelector: {matchLabels: {'k8s:io.cilium.k8s.policy.serviceaccount': x}}, "
                    "egress: [{}]}"),
        SHOP CALICO("or", "{selector: \"a == 'b' || c == 'd'\", egress: [{action: Allow}]}"),
        SHOP CALICO("tier", "{tier: security, selector: all(), egress: [{action: Allow}]}"),
        SHOP CALICO("net",
                    "{selector: all(), egress: [{action: Allow, destination: {notNets: [10.0.0.0/8]}}]}"),
    };

    for (size_t i = 0; i < ARRAY_LEN(unclear); i++) {
        struct world w;
        load(&w, unclear[i]);
        CHECK(!kube_allows_address(w.d.cluster, pod(&w, "web"), STR("169.254.169.254"), 80));
        CHECK(kube_unclear_address(w.d.cluster, pod(&w, "web"), STR("169.254.169.254"), 80));
        CHECK(!kube_unclear_address(w.d.cluster, pod(&w, "spy"), STR("169.254.169.254"), 80));
        CHECK(w.facts.list[FACT_NOTE_KIND].n || i == 0);
        if (tap_bad_)
            printf("# case %zu\n", i);
        unload(&w);
    }
}

TESTS(T(selectors), T(policies), T(namespaces), T(admin_policies), T(cilium), T(calico),
      T(plugins_not_understood), T(powers), T(grants))
