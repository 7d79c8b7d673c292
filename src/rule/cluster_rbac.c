/* cluster_rbac.c - what a role allows that nobody but an administrator should have. */
#include "rule/cluster.h"

/* Any of the verbs on any of the resources; blank-separated. */
struct power {
    const char *verbs, *group, *resources;
    const char *gives;
    bool named; /* names (resourceNames) do not make it harmless */
};
struct power_rule {
    const struct power *row;
    size_t n;
    const char *none;
};
#define POWERS(none_, ...)                                                                             \
    (&(const struct power_rule){ (const struct power[]){ __VA_ARGS__ },                                \
                                 sizeof((const struct power[]){ __VA_ARGS__ }) / sizeof(struct power), \
                                 none_ })

/* What is in no namespace: a Role, which is, allows nothing of it. */
static bool is_cluster_wide(struct str resource)
{
    return str_one_of(
        resource,
        "nodes nodes/proxy nodes/status namespaces persistentvolumes clusterroles clusterrolebindings "
        "users groups userextras uids signers certificatesigningrequests/approval apiservices "
        "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies "
        "validatingadmissionpolicybindings mutatingadmissionpolicies");
}

/* The first of the verbs and resources that the grant allows; `role`: it is a Role's. */
static bool gives(const struct grant *g, const struct power *p, bool role, struct str *verb,
                  struct str *resource)
{
    for (struct str verbs = str_of(p->verbs); str_cut(&verbs, ' ', verb);)
        for (struct str resources = str_of(p->resources); str_cut(&resources, ' ', resource);)
            if (!(role && is_cluster_wide(*resource)) &&
                grant_allows(g, *verb, str_of(p->group), *resource, p->named))
                return true;
    return false;
}

static void look(const struct grant *g, const struct power_rule *t, bool role, struct proof *p)
{
    struct str verb, resource;

    for (size_t i = 0; i < t->n; i++)
        if (gives(g, &t->row[i], role, &verb, &resource)) {
            proof_add(p, AT(g), "may " STR_FMT " " STR_FMT ": %s", STR_ARG(verb), STR_ARG(resource),
                      t->row[i].gives);
            return;
        }
}

/* Who has the role: without a binding it is only there to be bound. */
static void tell_bound(const struct resource *r, struct proof *p)
{
    size_t n = 0;

    FACTS_EACH (&r->in->facts, binding, b) {
        const struct object *o = r->in->resource[b->object].object;
        if (!str_eq(b->role, r->object->name) || !str_eq(b->role_kind, r->object->kind) ||
            (str_eq(b->role_kind, STR("Role")) && !str_eq(object_namespace(o), object_namespace(r->object))))
            continue;
        if (n++ < 3)
            proof_add(p, AT(b), "given to " STR_FMT " " STR_FMT, STR_ARG(str_first(b->subject_kind, 20)),
                      STR_ARG(str_first(b->subject, 100)));
    }
    if (!n)
        proof_add(p, AT_OBJECT(r), "no binding here gives it to anybody");
}

static enum verdict judge_power(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *role = subject;
    const struct power_rule *t = r->with;
    size_t n;
    const struct grant *g = FACTS_OF(role, grant, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++)
        if (grant_allows(&g[i], STR("*"), STR("*"), STR("*"), false))
            return VERDICT_NOT_APPLICABLE; /* it allows everything: a rule of its own, not thirty */
    for (size_t i = 0; i < n; i++)
        look(&g[i], t, str_eq(role->object->kind, STR("Role")), p);
    if (p->found)
        tell_bound(role, p);
    return conclude_object(role, p, "%zu rules: %s", n, t->none);
}

static bool has_star(struct strs list)
{
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.p[i], STR("*")) || str_starts(list.p[i], STR("*/")))
            return true;
    return false;
}

static enum verdict judge_wildcard(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *role = subject;
    size_t n;
    const struct grant *g = FACTS_OF(role, grant, &n);

    (void)r;
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++) {
        bool all = has_star(g[i].verbs) && has_star(g[i].resources);
        if (all && !is_system_object(role->object))
            proof_weigh(p, SEVERITY_CRITICAL);
        if (has_star(g[i].verbs) || has_star(g[i].resources))
            proof_add(p, AT(&g[i]), "%s: also those that are added later",
                      all                    ? "every verb on every resource"
                      : has_star(g[i].verbs) ? "every verb"
                                             : "every resource");
    }
    if (p->found)
        tell_bound(role, p);
    return conclude_object(role, p, "%zu rules: each names its verbs and resources", n);
}

#define RBAC "rbac.authorization.k8s.io"

#define RULE(id_, title_, holds_, why_, fix_, severity_, threats_, powers_, ...)                       \
    {                                                                                                  \
        CHECK_RECORD(LAYER_ORCHESTRATOR, "rbac-" id_, title_, holds_, why_, fix_, severity_, threats_, \
                     { CAT_OWASP_KUBERNETES, "K03" }, { CAT_NIST, "4.3.1" }, __VA_ARGS__),             \
            .on = ON_OBJECT, .of = "Role ClusterRole", .judge = judge_power, .with = powers_           \
    }

static const struct rule table[] = {
    {
        .check = { .id = "rbac-wildcard",
                   .title = "Role allows everything by a wildcard",
                   .holds = "Role names what it allows",
                   .why = "A wildcard grants what nobody thought of: secrets, exec, escalation, and every "
                          "resource "
                          "that is added later.",
                   .fix = "Name the verbs and resources that are needed.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_KUBERNETES, "5.1.3" }, { CAT_OWASP_KUBERNETES, "K03" },
                            { CAT_NIST, "4.3.1" }, { CAT_MS_MATRIX, "MS-TA9019" }, { CAT_ATTACK, "T1078" }) },
        .on = ON_OBJECT,
        .of = "Role ClusterRole",
        .judge = judge_wildcard,
    },
    RULE("secrets-read", "Role reads Secrets", "Role reads no Secrets",
         "Tokens of other accounts are Secrets: who lists them is soon somebody else.",
         "Take secrets out of the role, or name the single Secret in resourceNames.", HIGH,
         THREAT_BIT(T1) | THREAT_BIT(D2),
         POWERS("none reads Secrets", { "get list watch", "", "secrets", "the values come with it", false }),
         { CAT_CIS_KUBERNETES, "5.1.2" }, { CAT_MS_MATRIX, "MS-TA9025" }, { CAT_ATTACK, "T1552.007" }),
    RULE("secrets-write", "Role writes Secrets", "Role writes no Secrets",
         "A Secret of the right type is filled with an account's token by the cluster itself; others' "
         "credentials "
         "can be exchanged.",
         "Take the verbs on secrets out of the role.", HIGH, THREAT_BIT(T1) | THREAT_BIT(D2),
         POWERS("none writes Secrets", { "create update patch delete", "", "secrets",
                                         "a token of any account of the namespace", false }),
         { CAT_CIS_KUBERNETES, "5.1.2" }, { CAT_ATTACK, "T1098" }),
    RULE("pods-create", "Role creates Pods", "Role creates no Pods",
         "Whoever creates a Pod chooses its account, its Secrets and, where nothing stops it, the node's "
         "file system.",
         "Leave the creation of Pods to controllers and to deployment pipelines.", HIGH,
         THREAT_BIT(D2) | THREAT_BIT(E1),
         POWERS("none creates Pods",
                { "create", "", "pods", "with any account and volume of the namespace", false }),
         { CAT_CIS_KUBERNETES, "5.1.4" }, { CAT_MS_MATRIX, "MS-TA9008" }, { CAT_ATTACK, "T1610" }),
    RULE(
        "workloads-write", "Role creates or changes controllers of Pods",
        "Role changes no controllers of Pods",
        "A Deployment, DaemonSet or CronJob makes Pods for whoever may write it: as good as creating them, "
        "and it "
        "comes back.",
        "Give it to deployment pipelines only, per namespace.", HIGH, THREAT_BIT(D2) | THREAT_BIT(E1),
        POWERS("none writes controllers",
               { "create update patch", "apps", "deployments daemonsets statefulsets replicasets",
                 "their Pods run what it says", false },
               { "create update patch", "batch", "jobs cronjobs", "their Pods run what it says", false },
               { "create update patch", "", "replicationcontrollers", "their Pods run what it says", false }),
        { CAT_CIS_KUBERNETES, "5.1.4" }, { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_ATTACK, "T1053.007" }),
    RULE("pods-exec", "Role runs commands in Pods", "Role runs no commands in Pods",
         "A shell in every Pod of the namespace: its token, its environment, its network.",
         "Take pods/exec out of standing roles; grant it for the time of a repair.", HIGH,
         THREAT_BIT(S2) | THREAT_BIT(D2),
         POWERS("none runs commands", { "create get", "", "pods/exec", "a shell in each Pod", false }),
         { CAT_MS_MATRIX, "MS-TA9006" }, { CAT_ATTACK, "T1609" }),
    RULE("pods-attach", "Role attaches to Pods", "Role attaches to no Pods",
         "Standard input of a running program is a way in, its output a way out.", "Take pods/attach out.",
         MEDIUM, THREAT_BIT(S2) | THREAT_BIT(D2),
         POWERS("none attaches", { "create get", "", "pods/attach", "input and output of each Pod", false }),
         { CAT_MS_MATRIX, "MS-TA9006" }, { CAT_ATTACK, "T1609" }),
    RULE("pods-portforward", "Role forwards ports of Pods", "Role forwards no ports",
         "It reaches every port of every Pod past all network policies.", "Take pods/portforward out.",
         MEDIUM, THREAT_BIT(I3) | THREAT_BIT(D2),
         POWERS("none forwards ports",
                { "create get", "", "pods/portforward", "each port, past all policies", false }),
         { CAT_MS_MATRIX, "MS-TA9029" }, { CAT_ATTACK, "T1090" }),
    RULE("pods-patch", "Role changes Pods", "Role changes no Pods",
         "The image of a running Pod can be exchanged in place: foreign code with its account and its "
         "volumes.",
         "Take update and patch on pods out; controllers own them.", HIGH, THREAT_BIT(S2) | THREAT_BIT(D2),
         POWERS("none changes Pods", { "update patch", "", "pods", "its image becomes another", false }),
         { CAT_CIS_KUBERNETES, "5.1.4" }, { CAT_ATTACK, "T1610" }),
    RULE("ephemeral-containers", "Role adds containers to running Pods",
         "Role adds no containers to running Pods",
         "A debugging container has the Pod's network, account and, on request, its processes.",
         "Take pods/ephemeralcontainers out of standing roles.", HIGH, THREAT_BIT(S2) | THREAT_BIT(D2),
         POWERS("none adds containers", { "update patch", "", "pods/ephemeralcontainers",
                                          "any image beside what runs there", false }),
         { CAT_CIS_KUBERNETES, "5.1.4" }, { CAT_ATTACK, "T1610" }),
    RULE("escalate", "Role may write roles beyond its own rights", "Role does not escalate",
         "The verb escalate lifts the rule that nobody grants more than he has.", "Remove escalate.",
         CRITICAL, THREAT_BIT(E2) | THREAT_BIT(D2),
         POWERS("none escalates", { "escalate", RBAC, "roles clusterroles", "roles with any right", true }),
         { CAT_CIS_KUBERNETES, "5.1.8" }, { CAT_ATTACK, "T1098" }, { CAT_MS_MATRIX, "MS-TA9019" }),
    RULE("bind", "Role may bind any role", "Role binds no roles beyond its own rights",
         "The verb bind lifts the rule that nobody gives away a role that he has not.", "Remove bind.",
         CRITICAL, THREAT_BIT(E2) | THREAT_BIT(D2),
         POWERS("none binds",
                { "bind", RBAC, "roles clusterroles", "cluster-admin for whom it likes", false }),
         { CAT_CIS_KUBERNETES, "5.1.8" }, { CAT_ATTACK, "T1098" }, { CAT_MS_MATRIX, "MS-TA9019" }),
    RULE(
        "impersonate", "Role may be somebody else", "Role impersonates nobody",
        "It acts as any user, group or account, system:masters included.", "Remove impersonate.", CRITICAL,
        THREAT_BIT(S3) | THREAT_BIT(E2) | THREAT_BIT(R1),
        POWERS("none impersonates",
               { "impersonate", "", "users groups serviceaccounts", "also of system:masters", true },
               { "impersonate", "authentication.k8s.io", "userextras uids", "also of system:masters", true }),
        { CAT_CIS_KUBERNETES, "5.1.8" }, { CAT_ATTACK, "T1134" }),
    RULE("nodes-proxy", "Role speaks to kubelets through the API server", "Role does not reach kubelets",
         "The kubelet runs commands in all Pods of its node, and neither audit nor admission sees them.",
         "Remove nodes/proxy; metrics have nodes/metrics and nodes/stats.", HIGH,
         THREAT_BIT(D2) | THREAT_BIT(R1),
         POWERS("none reaches kubelets",
                { "get create", "", "nodes/proxy", "commands in each Pod of each node", true }),
         { CAT_CIS_KUBERNETES, "5.1.10" }, { CAT_MS_MATRIX, "MS-TA9030" }, { CAT_ATTACK, "T1609" }),
    RULE("token-create", "Role makes tokens of accounts", "Role makes no tokens",
         "A token of a stronger account is one request away, and it may live for a year.",
         "Remove create on serviceaccounts/token.", HIGH, THREAT_BIT(S3) | THREAT_BIT(E2),
         POWERS("none makes tokens",
                { "create", "", "serviceaccounts/token", "to be any account there", false }),
         { CAT_CIS_KUBERNETES, "5.1.13" }, { CAT_ATTACK, "T1528" }),
    RULE("csr-approve", "Role approves certificates of clients", "Role approves no certificates",
         "A certificate for any user name and group, valid until it expires: nobody can revoke it.",
         "Leave approval to the controller manager.", HIGH, THREAT_BIT(S1) | THREAT_BIT(E2),
         POWERS("none approves certificates",
                { "update patch", "certificates.k8s.io", "certificatesigningrequests/approval",
                  "whoever asks becomes whom he names", true },
                { "approve sign", "certificates.k8s.io", "signers", "whoever asks becomes whom he names",
                  true }),
         { CAT_CIS_KUBERNETES, "5.1.11" }, { CAT_ATTACK, "T1098" }),
    RULE("admission-write", "Role changes admission", "Role does not change admission",
         "Who writes webhooks and admission policies reads and changes every object on its way in, or "
         "switches off "
         "what guards the cluster.",
         "Remove the write verbs on admissionregistration.k8s.io.", HIGH, THREAT_BIT(D2) | THREAT_BIT(T1),
         POWERS("none changes admission",
                { "create update patch delete", "admissionregistration.k8s.io",
                  "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies "
                  "validatingadmissionpolicybindings mutatingadmissionpolicies",
                  "each object passes by it", true }),
         { CAT_CIS_KUBERNETES, "5.1.12" }, { CAT_MS_MATRIX, "MS-TA9015" }),
    RULE("volumes-create", "Role creates PersistentVolumes", "Role creates no PersistentVolumes",
         "A volume of type hostPath is the node's file system, past the checks on Pods.",
         "Let storage classes make volumes.", HIGH, THREAT_BIT(E1) | THREAT_BIT(D2),
         POWERS("none creates volumes",
                { "create update patch", "", "persistentvolumes", "any folder of any node", false }),
         { CAT_CIS_KUBERNETES, "5.1.9" }, { CAT_MS_MATRIX, "MS-TA9018" }, { CAT_ATTACK, "T1611" }),
    RULE("bindings-write", "Role writes bindings of roles", "Role writes no bindings",
         "It gives away each role that it has itself, to whom it likes, for good.",
         "Leave bindings to administrators.", HIGH, THREAT_BIT(E2) | THREAT_BIT(D2),
         POWERS("none writes bindings",
                { "create update patch", RBAC, "rolebindings clusterrolebindings", "more members", false }),
         { CAT_CIS_KUBERNETES, "5.1.8" }, { CAT_ATTACK, "T1098" }),
    RULE("roles-write", "Role writes roles", "Role writes no roles",
         "With escalate, or within what it has, it widens what others may do.",
         "Leave roles to administrators.", MEDIUM, THREAT_BIT(E2) | THREAT_BIT(D2),
         POWERS("none writes roles",
                { "create update patch", RBAC, "roles clusterroles", "wider roles", false }),
         { CAT_CIS_KUBERNETES, "5.1.8" }, { CAT_ATTACK, "T1098" }),
    RULE("configmaps-write", "Role writes ConfigMaps", "Role writes no ConfigMaps",
         "Configuration is code to many programs; in kube-system it holds the names that DNS answers.",
         "Name the single ConfigMap in resourceNames.", MEDIUM, THREAT_BIT(S2) | THREAT_BIT(I3),
         POWERS("none writes ConfigMaps",
                { "create update patch delete", "", "configmaps", "also coredns in kube-system", false }),
         { CAT_MS_MATRIX, "MS-TA9035" }, { CAT_ATTACK, "T1557" }),
    RULE("network-write", "Role changes Services, routes or network policies",
         "Role does not change the network",
         "Traffic goes where it says: to an attacker's Pod, or past the policy that stopped it.",
         "Leave networking to the platform.", MEDIUM, THREAT_BIT(I3) | THREAT_BIT(I2),
         POWERS(
             "none changes the network",
             { "create update patch delete", "networking.k8s.io", "networkpolicies ingresses",
               "what is let through", false },
             { "create update patch", "", "services services/status endpoints", "where traffic goes", false },
             { "create update patch", "discovery.k8s.io", "endpointslices", "where traffic goes", false }),
         { CAT_MS_MATRIX, "MS-TA9036" }, { CAT_ATTACK, "T1557" }),
    RULE("nodes-write", "Role changes nodes", "Role does not change nodes",
         "Labels and taints decide where Pods run: an attacker's node, or his Pod beside yours.",
         "Leave nodes to the cloud controller.", MEDIUM, THREAT_BIT(D2) | THREAT_BIT(D1),
         POWERS("none changes nodes",
                { "create update patch delete", "", "nodes nodes/status", "where Pods run", true }),
         { CAT_ATTACK, "T1578" }),
    RULE("namespaces-write", "Role changes namespaces", "Role does not change namespaces",
         "The labels of a namespace say which Pods it admits and which policies hold for it.",
         "Leave namespaces to administrators.", MEDIUM, THREAT_BIT(D2) | THREAT_BIT(S3),
         POWERS("none changes namespaces",
                { "update patch delete", "", "namespaces", "pod-security labels go", true }),
         { CAT_ATTACK, "T1562.001" }),
    RULE("events-delete", "Role deletes events", "Role deletes no events", "What happened is forgotten.",
         "Remove delete on events.", MEDIUM, THREAT_BIT(R1) | THREAT_BIT(D2),
         POWERS("none deletes events", { "delete deletecollection", "", "events", "traces go", false },
                { "delete deletecollection", "events.k8s.io", "events", "traces go", false }),
         { CAT_MS_MATRIX, "MS-TA9022" }, { CAT_ATTACK, "T1070" }),
    RULE("logs-delete", "Role deletes logs of Pods", "Role deletes no logs",
         "What a Pod did cannot be told any more.", "Remove delete on pods/log.", MEDIUM,
         THREAT_BIT(R1) | THREAT_BIT(D2),
         POWERS("none deletes logs",
                { "delete deletecollection update patch", "", "pods/log", "traces go", false }),
         { CAT_MS_MATRIX, "MS-TA9021" }, { CAT_ATTACK, "T1070" }),
    RULE("delete", "Role deletes workloads or what they store", "Role deletes nothing that runs",
         "One request takes the service down, and its data with it.", "Remove delete and deletecollection.",
         LOW, THREAT_BIT(D1) | THREAT_BIT(D2),
         POWERS("none deletes workloads or volumes",
                { "delete deletecollection", "", "pods persistentvolumeclaims services", "the service stops",
                  false },
                { "delete deletecollection", "apps", "deployments statefulsets daemonsets",
                  "the service stops", false }),
         { CAT_MS_MATRIX, "MS-TA9038" }, { CAT_ATTACK, "T1485" }),
    RULE("apiservices-write", "Role changes which server answers for an API",
         "Role does not change API services",
         "Requests, with the tokens of those who send them, go to an attacker's server.",
         "Leave apiservices to administrators.", HIGH, THREAT_BIT(S1) | THREAT_BIT(D2),
         POWERS("none changes API services", { "create update patch", "apiregistration.k8s.io", "apiservices",
                                               "requests go elsewhere", true }),
         { CAT_ATTACK, "T1557" }),
};
const struct rule_set rules_cluster_rbac = { "cluster_rbac", table, ARRAY_LEN(table) };
