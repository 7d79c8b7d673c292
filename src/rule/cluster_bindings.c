/* cluster_bindings.c - who is given which role, and the accounts themselves. */
#include "rule/cluster.h"

/* The bindings of an object that fit; `text` may tell of one %.*s. */
struct subject_rule {
    const char *kinds, *names; /* of the subjects; NULL: any */
    const char *role;          /* NULL: any */
    const char *found, *none;
};

static bool fits(const struct subject_rule *t, const struct binding *b)
{
    return (!t->kinds || str_one_of(b->subject_kind, t->kinds)) &&
           (!t->names || str_one_of(b->subject, t->names)) && (!t->role || str_one_of(b->role, t->role));
}

/* Roles that the server itself binds to everybody: health, version and the discovery of the API. */
static bool is_harmless(const struct binding *b)
{
    return str_one_of(b->role,
                      "system:discovery system:basic-user system:public-info-viewer "
                      "system:service-account-issuer-discovery kubeadm:bootstrap-signer-clusterinfo");
}

static enum verdict judge_subject(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct subject_rule *t = r->with;
    size_t n;
    const struct binding *b = FACTS_OF(o, binding, &n);

    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++)
        if (fits(t, &b[i]) && !is_harmless(&b[i]))
            proof_add(p, AT(&b[i]), STR_FMT " " STR_FMT " has " STR_FMT ": %s",
                      STR_ARG(str_first(b[i].subject_kind, 20)), STR_ARG(str_first(b[i].subject, 80)),
                      STR_ARG(str_first(b[i].role, 80)), t->found);
    return conclude_object(o, p, "%zu subjects: %s", n, t->none);
}

static struct str namespace_of(const struct resource *o, const struct binding *b)
{
    return b->subject_ns.n ? b->subject_ns : object_namespace(o->object);
}

static enum verdict foreign_account(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, accounts = 0;
    const struct binding *b = FACTS_OF(o, binding, &n);

    (void)r;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(b[i].subject_kind, STR("ServiceAccount")))
            continue;
        accounts++;
        if (!str_eq(namespace_of(o, &b[i]), object_namespace(o->object)))
            proof_add(p, AT(&b[i]), "account " STR_FMT " of namespace " STR_FMT " has " STR_FMT " here",
                      STR_ARG(str_first(b[i].subject, 80)), STR_ARG(str_first(b[i].subject_ns, 63)),
                      STR_ARG(str_first(b[i].role, 80)));
    }
    if (!accounts)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "%zu accounts, all of its own namespace", accounts);
}

/* A role that nobody declares may come with the cluster, or be made by whoever may, with any rules. */
static enum verdict dangling_role(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct binding *b = FACTS_OF(o, binding, &n);

    (void)r;
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    if (role_grant(o->in->cluster, b->role_kind, object_namespace(o->object), b->role, 0) ||
        str_starts(b->role, STR("system:")) || str_starts(b->role, STR("kubeadm:")) ||
        cluster_find(o->in->cluster, b->role_kind, object_namespace(o->object), b->role))
        return conclude_object(o, p, "the rules of " STR_FMT " are known", STR_ARG(str_first(b->role, 100)));
    proof_add(p, AT(b), STR_FMT " " STR_FMT " is not declared here: what it allows is not known",
              STR_ARG(str_first(b->role_kind, 20)), STR_ARG(str_first(b->role, 100)));
    return is_whole_cluster(o->in->cluster) ? VERDICT_OPEN : VERDICT_CANNOT_TELL;
}

/* ---- accounts ---- */

static enum verdict automount(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *said = resource_get(o, STR("automountServiceAccountToken"));

    (void)r;
    if (!said || !str_eq(said->value, STR("false")))
        proof_add(p, said ? AT(said) : AT_OBJECT(o),
                  "each Pod of this account gets its token unless the Pod says otherwise");
    return conclude_object(o, p, "automountServiceAccountToken is false");
}

/* Accounts of the same name in other namespaces that have rights. */
static enum verdict same_name(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct cluster *c = o->in->cluster;
    struct str ns = object_namespace(o->object);

    (void)r;
    if (str_eq(o->object->name, STR("default")))
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < c->n_identity; i++) {
        const struct identity *who = &c->identity[i];
        if (str_eq(who->kind, STR("ServiceAccount")) && str_eq(who->name, o->object->name) &&
            !str_eq(who->ns, ns) && who->n_permission)
            proof_add(p, AT(who->permission->by), "the account of this name in " STR_FMT " has " STR_FMT,
                      STR_ARG(str_first(who->ns, 63)), STR_ARG(str_first(who->permission->by->role, 80)));
    }
    return conclude_object(o, p, "no other namespace gives rights to an account of this name");
}

static enum verdict shared_account(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct space *s = cluster_space(o->in->cluster, object_namespace(o->object));
    const struct object *first = NULL;
    size_t users = 0;

    (void)r;
    for (size_t i = 0; s && i < s->n_workload; i++) {
        const struct workload *w = s->workload[i];
        if (!str_eq(workload_account(w), o->object->name) || w->object == first || w->object->owner.n)
            continue;
        if (first)
            proof_add(p, AT_WORKLOAD(w), STR_FMT " uses it, and " STR_FMT " does",
                      STR_ARG(str_first(w->object->name, 100)), STR_ARG(str_first(first->name, 100)));
        first = first ? first : w->object;
        users++;
    }
    if (!users)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "one workload uses it");
}

/* ---- workloads ---- */

/* What makes an account as good as an administrator. */
static const struct {
    const char *verb, *group, *resource, *gives;
} takeover[] = {
    { "create", "", "pods", "Pods with any account of the namespace" },
    { "create", "", "pods/exec", "commands in other Pods" },
    { "get", "", "secrets", "Secrets by name" },
    { "list", "", "secrets", "all Secrets" },
    { "create", "apps", "deployments", "Pods by way of Deployments" },
    { "create", "apps", "daemonsets", "a Pod on each node" },
    { "patch", "apps", "deployments", "code of its own in other workloads" },
    { "create", "batch", "jobs", "Pods by way of Jobs" },
    { "create", "", "serviceaccounts/token", "tokens of other accounts" },
    { "impersonate", "", "users", "to be anybody" },
    { "impersonate", "", "serviceaccounts", "to be any account" },
    { "escalate", "rbac.authorization.k8s.io", "clusterroles", "roles beyond its own rights" },
    { "bind", "rbac.authorization.k8s.io", "clusterroles", "any role" },
    { "create", "rbac.authorization.k8s.io", "clusterrolebindings", "bindings" },
    { "get", "", "nodes/proxy", "commands by way of kubelets" },
    { "create", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "changes to every object" },
};

static void look_at_permission(const struct permission *m, struct proof *p, uint32_t *seen)
{
    if (grant_allows(m->grant, STR("*"), STR("*"), STR("*"), false)) {
        *seen = UINT32_MAX; /* nothing that could be added */
        proof_add(p, AT(m->by), "by " STR_FMT "%s: everything", STR_ARG(str_first(m->by->role, 80)),
                  m->ns.n ? " in its namespace" : " in the whole cluster");
        if (!m->ns.n)
            proof_weigh(p, SEVERITY_CRITICAL);
    }
    for (size_t i = 0; i < ARRAY_LEN(takeover); i++) {
        if (*seen >> i & 1 || !grant_allows(m->grant, str_of(takeover[i].verb), str_of(takeover[i].group),
                                            str_of(takeover[i].resource), false))
            continue;
        *seen |= 1u << i;
        proof_add(p, AT(m->by), "by " STR_FMT "%s: %s", STR_ARG(str_first(m->by->role, 80)),
                  m->ns.n ? " in its namespace" : " in the whole cluster", takeover[i].gives);
        if (!m->ns.n)
            proof_weigh(p, SEVERITY_CRITICAL);
    }
}
static_assert(ARRAY_LEN(takeover) <= 32, "seen has a bit for each");

static enum verdict strong_account(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct cluster *c = w->in ? w->in->cluster : NULL;
    struct str account = workload_account(w), ns = workload_namespace(w);
    const struct identity *who;
    uint32_t seen = 0;

    (void)r;
    if (w->spelling != SPELLING_KUBERNETES || !c)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; (who = account_identity(c, ns, account, i)); i++)
        for (size_t k = 0; k < who->n_permission; k++)
            look_at_permission(&who->permission[k], p, &seen);
    if (p->found && workload_is_system(w))
        proof_weigh(p, SEVERITY_INFO);
    return conclude(p, AT_WORKLOAD(w), "account " STR_FMT " has no such rights here",
                    STR_ARG(str_first(account, 100)));
}

static enum verdict missing_account(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_SERVICE_ACCOUNT);
    const struct cluster *c = w->in ? w->in->cluster : NULL;

    (void)r;
    if (w->spelling != SPELLING_KUBERNETES || !c || !s || str_eq(s->value, STR("default")))
        return VERDICT_NOT_APPLICABLE;
    if (cluster_find(c, STR("ServiceAccount"), workload_namespace(w), s->value))
        return conclude(p, AT(s), "account " STR_FMT " is declared", STR_ARG(str_first(s->value, 100)));
    if (is_whole_cluster(c))
        proof_add(p, AT(s), "account " STR_FMT " is not there", STR_ARG(str_first(s->value, 100)));
    if (p->found)
        return VERDICT_OPEN;
    return cannot_tell(p, AT(s), "account " STR_FMT " is not declared here: what it may do is not known",
                       STR_ARG(str_first(s->value, 100)));
}

#define BINDING(id_, title_, holds_, why_, fix_, severity_, threats_, found_, none_, kinds_, names_, role_, \
                ...)                                                                                        \
    {                                                                                                       \
        CHECK_RECORD(LAYER_ORCHESTRATOR, "binding-" id_, title_, holds_, why_, fix_, severity_, threats_,   \
                     { CAT_OWASP_KUBERNETES, "K03" }, { CAT_NIST, "4.3.1" }, __VA_ARGS__),                  \
            .on = ON_OBJECT, .of = "RoleBinding ClusterRoleBinding", .judge = judge_subject,                \
            .with = &(const struct subject_rule)                                                            \
        {                                                                                                   \
            kinds_, names_, role_, found_, none_                                                            \
        }                                                                                                   \
    }
#define ON_ACCOUNTS .on = ON_OBJECT, .of = "ServiceAccount"
#define ACCOUNT_CHECK(id_, title_, holds_, why_, fix_, severity_, threats_, ...)           \
    CHECK_RECORD(LAYER_ORCHESTRATOR, id_, title_, holds_, why_, fix_, severity_, threats_, \
                 { CAT_OWASP_KUBERNETES, "K03" }, { CAT_NIST, "4.3.1" }, __VA_ARGS__)

static const struct rule table[] = {
    BINDING("cluster-admin", "cluster-admin is given away", "cluster-admin is not given",
            "Whoever has it owns the cluster, its Secrets and its nodes.",
            "Bind a role with what is needed, in the namespace where it is.", CRITICAL,
            THREAT_BIT(D2) | THREAT_BIT(E2), "everything in the cluster", "none has cluster-admin", NULL,
            NULL, "cluster-admin", { CAT_CIS_KUBERNETES, "5.1.1" }, { CAT_MS_MATRIX, "MS-TA9019" },
            { CAT_ATTACK, "T1078" }),
    BINDING("admin", "The role admin or edit is given away", "admin and edit are not given",
            "They read Secrets, run commands in Pods and act as the namespace's accounts.",
            "Bind a role with what is needed.", MEDIUM, THREAT_BIT(D2) | THREAT_BIT(E2),
            "Secrets, Pods and accounts", "none has admin or edit", NULL, NULL,
            "admin edit system:aggregate-to-admin", { CAT_CIS_KUBERNETES, "5.1.1" }, { CAT_ATTACK, "T1078" }),
    BINDING(
        "masters", "Rights are given to system:masters", "system:masters is not bound",
        "Its members pass all authorization, and nothing can take that away until their certificate ends.",
        "Give rights to a group of your own.", HIGH, THREAT_BIT(D2) | THREAT_BIT(E2) | THREAT_BIT(R1),
        "no authorizer is asked about it", "none is system:masters", "Group", "system:masters", NULL,
        { CAT_CIS_KUBERNETES, "5.1.7" }, { CAT_ATTACK, "T1078" }),
    BINDING("anonymous", "Rights are given to whoever asks", "Anonymous requests have no rights",
            "Nobody has to prove who he is to use them.", "Remove the subject.", CRITICAL,
            THREAT_BIT(S1) | THREAT_BIT(D2), "without proving who he is", "none is anonymous", NULL,
            "system:anonymous system:unauthenticated", NULL, { CAT_CIS_KUBERNETES, "5.1.1" },
            { CAT_CIS_KUBERNETES, "1.2.1" }, { CAT_ATTACK, "T1078.001" }),
    BINDING("everyone", "Rights are given to all who have any account", "No group of all accounts has rights",
            "Each Pod with a token is in these groups, and each user of a cloud's identity service may be.",
            "Name the accounts that need it.", HIGH, THREAT_BIT(S3) | THREAT_BIT(D2), "each token has it",
            "no group of all accounts", "Group", "system:authenticated system:serviceaccounts", NULL,
            { CAT_CIS_KUBERNETES, "5.1.1" }, { CAT_ATTACK, "T1078.001" }),
    BINDING("default-account", "Rights are given to a default account", "No default account has rights",
            "Each Pod of the namespace that says nothing runs with it.",
            "Make an account for the workload that needs it.", HIGH, THREAT_BIT(R1) | THREAT_BIT(E2),
            "each Pod that names no account has it", "none is a default account", "ServiceAccount", "default",
            NULL, { CAT_CIS_KUBERNETES, "5.1.5" }, { CAT_ATTACK, "T1078.001" }),
    {
        ACCOUNT_CHECK("binding-foreign-account", "An account of another namespace has rights here",
                      "Only accounts of the namespace have rights in it",
                      "Whoever may make Pods over there acts here: the namespace is no boundary.",
                      "Bind an account of the same namespace.", LOW, THREAT_BIT(S3) | THREAT_BIT(D2),
                      { CAT_CIS_KUBERNETES, "5.6.1" }, { CAT_ATTACK, "T1078" }),
        .on = ON_OBJECT,
        .of = "RoleBinding",
        .judge = foreign_account,
    },
    {
        ACCOUNT_CHECK("binding-unknown-role", "A role that is bound is not declared",
                      "The rules of the role are known",
                      "Whoever may write the role decides later what its subjects may do.",
                      "Declare the role, or delete the binding.", LOW, THREAT_BIT(E2) | THREAT_BIT(D2),
                      { CAT_CIS_KUBERNETES, "5.1.1" }),
        .on = ON_OBJECT,
        .of = "RoleBinding ClusterRoleBinding",
        .unknowable = true,
        .judge = dangling_role,
    },
    {
        ACCOUNT_CHECK("account-automount", "Pods get the account's token without asking",
                      "Pods get no token unasked",
                      "A token lies in each Pod, also in those that never speak to the API server.",
                      "Set automountServiceAccountToken: false, and true in Pods that need it.", LOW,
                      THREAT_BIT(T1) | THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "5.1.6" },
                      { CAT_ATTACK, "T1528" }, { CAT_MS_MATRIX, "MS-TA9016" }),
        ON_ACCOUNTS,
        .judge = automount,
    },
    {
        ACCOUNT_CHECK(
            "account-same-name", "An account of the same name has rights elsewhere",
            "Accounts of this name have no rights elsewhere",
            "Systems that know accounts by their name alone, clouds and vaults among them, take one for "
            "the other.",
            "Give accounts names that say their namespace.", LOW, THREAT_BIT(S3),
            { CAT_ATTACK, "T1036.010" }),
        ON_ACCOUNTS,
        .judge = same_name,
    },
    {
        ACCOUNT_CHECK("account-shared", "Several workloads share an account", "The account is one workload's",
                      "Each has the rights of all, and the log cannot tell which of them it was.",
                      "Give each workload an account.", LOW, THREAT_BIT(R1) | THREAT_BIT(E2),
                      { CAT_CIS_KUBERNETES, "5.1.5" }),
        ON_ACCOUNTS,
        .judge = shared_account,
    },
    {
        ACCOUNT_CHECK("workload-strong-account", "The account of the workload can take over more",
                      "The account of the workload has no such rights",
                      "Whoever takes over the container has its token, and with it these rights.",
                      "Bind what is needed only, or set automountServiceAccountToken: false.", HIGH,
                      THREAT_BIT(E2) | THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "5.1.8" },
                      { CAT_ATTACK, "T1528" }, { CAT_MS_MATRIX, "MS-TA9016" }),
        .on = ON_WORKLOAD,
        .judge = strong_account,
    },
    {
        ACCOUNT_CHECK("workload-unknown-account", "The account of the workload is not declared",
                      "The account of the workload is declared",
                      "What is not declared here may be there with any rights, or be made by somebody.",
                      "Declare the account.", LOW, THREAT_BIT(S3) | THREAT_BIT(D2),
                      { CAT_CIS_KUBERNETES, "5.1.5" }),
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = missing_account,
    },
};
const struct rule_set rules_cluster_bindings = { "cluster_bindings", table, ARRAY_LEN(table) };
