/* cluster_objects.c - namespaces, Secrets, ConfigMaps, volumes, webhooks and what else is declared. */
#include "rule/cluster.h"
#include "rule/secret_name.h"

/* ---- what objects hold ---- */

static enum verdict secret_in_clear(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct held *h = FACTS_OF(o, held, &n);

    (void)r;
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++)
        if (h[i].clear)
            proof_add(p, AT(&h[i]), "the value of " STR_FMT " stands here: base64 is no encryption",
                      STR_ARG(str_first(h[i].key, 100)));
    return conclude_object(o, p, "%zu keys without values", n);
}

/* "password = x", "aws_secret_access_key: x" in a file of configuration. */
static struct str secret_line(struct str text, uint32_t *line)
{
    struct str one, name, value;

    for (*line = 0; str_cut(&text, '\n', &one); ++*line) {
        if (!str_split(one, '=', &name, &value) && !str_split(one, ':', &name, &value))
            continue;
        name = str_trim(name);
        value = str_trim(value);
        if (name.n && name.n < 60 && is_secret_name(name) && is_secret_value(value))
            return name;
    }
    return STR_NONE;
}

static enum verdict config_map(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    uint32_t line;
    const struct held *h = FACTS_OF(o, held, &n);

    (void)r;
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < n; i++) {
        struct str name = secret_line(h[i].value, &line);
        bool one_line = !memchr(h[i].value.n ? h[i].value.p : "", '\n', h[i].value.n);
        if (one_line && h[i].value.n && is_secret_name(h[i].key) && is_secret_value(h[i].value))
            proof_add(p, AT(&h[i]), STR_FMT " has a value", STR_ARG(str_first(h[i].key, 100)));
        else if (has_url_password(h[i].value) || str_has(h[i].value, STR("PRIVATE KEY-----")))
            proof_add(p, AT(&h[i]), STR_FMT " holds a password or a private key",
                      STR_ARG(str_first(h[i].key, 100)));
        else if (name.p)
            proof_add(p, AT(&h[i]), STR_FMT " sets " STR_FMT, STR_ARG(str_first(h[i].key, 100)),
                      STR_ARG(name));
    }
    return conclude_object(o, p, "%zu keys: none looks like a credential", n);
}

/* ---- namespaces ---- */

static enum verdict pod_security_label(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    struct str level = label_value(o->object->labels, STR("pod-security.kubernetes.io/enforce"));

    (void)r;
    if (!level.p)
        proof_add(p, AT_OBJECT(o), "no label pod-security.kubernetes.io/enforce");
    else if (!str_one_of(level, "baseline restricted"))
        proof_add(p, AT_OBJECT(o), "it enforces " STR_FMT, STR_ARG(str_first(level, 40)));
    return conclude_object(o, p, "it enforces " STR_FMT, STR_ARG(level));
}

/* Is an object of the kind in this namespace? */
static const struct resource *in_namespace(const struct cluster *c, struct str kind, struct str ns)
{
    for (size_t i = 0; i < c->n_by_name; i++)
        if (str_eq(c->by_name[i]->object->kind, kind) && str_eq(object_namespace(c->by_name[i]->object), ns))
            return c->by_name[i];
    return NULL;
}

static enum verdict has_in_namespace(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const char *kind = r->with;
    const struct resource *found = in_namespace(o->in->cluster, str_of(kind), o->object->name);

    if (!found)
        proof_add(p, AT_OBJECT(o), "no %s for it", kind);
    return conclude_object(o, p, "%s " STR_FMT, kind,
                           STR_ARG(found ? str_first(found->object->name, 100) : STR("")));
}

static enum verdict default_namespace(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str ns = workload_namespace(w);

    (void)r;
    if (w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    if (str_eq(ns, STR("default")))
        proof_add(p, w->object ? AT(w->object) : AT_WORKLOAD(w), "it is in the namespace default");
    return conclude(p, w->object ? AT(w->object) : AT_WORKLOAD(w), "it is in the namespace " STR_FMT,
                    STR_ARG(str_first(ns, 63)));
}

static enum verdict system_namespace(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str ns = workload_namespace(w);

    (void)r;
    if (w->spelling != SPELLING_KUBERNETES || !w->object)
        return VERDICT_NOT_APPLICABLE;
    if (str_one_of(ns, "kube-system kube-public kube-node-lease") && !workload_is_system(w))
        proof_add(p, AT(w->object), "it is in " STR_FMT ", and none of the programs that belong there",
                  STR_ARG(ns));
    return conclude(p, AT(w->object), workload_is_system(w) ? "it belongs there" : "it is in " STR_FMT,
                    STR_ARG(str_first(ns, 63)));
}

static enum verdict one_namespace(const struct rule *r, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    const struct cluster *c = d->cluster;
    const struct space *first = NULL;
    size_t used = 0;

    (void)r;
    for (size_t i = 0; c && i < c->n_space; i++)
        if (c->space[i].n_workload && !is_system_namespace(c->space[i].name)) {
            first = first ? first : &c->space[i];
            used++;
        }
    if (!first || (used == 1 && first->n_workload < 2))
        return VERDICT_NOT_APPLICABLE;
    struct evidence at = { .path = d->workload[0].fact->path };
    if (used == 1)
        proof_add(p, &at, "all %u containers are in " STR_FMT, first->n_workload,
                  STR_ARG(str_first(first->name, 63)));
    return conclude(p, &at, "%zu namespaces are used", used);
}

/* ---- admission ---- */

static enum verdict failure_policy(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n, hooks = 0;
    const struct parameter *m = FACTS_OF(o, parameter, &n);

    (void)r;
    for (size_t i = 0; i < n; i++) {
        if (!str_ends(m[i].name, STR(".failurePolicy")) && !str_eq(m[i].name, STR("spec.failurePolicy")))
            continue;
        hooks++;
        if (str_eq(m[i].value, STR("Ignore")))
            proof_add(p, AT(&m[i]), STR_FMT " is Ignore", STR_ARG(m[i].name));
    }
    if (!hooks && str_has(o->object->api, STR("v1beta1")))
        proof_add(p, AT_OBJECT(o), "failurePolicy is not set: Ignore in v1beta1");
    return conclude_object(o, p, "what cannot be asked about is refused");
}

static enum verdict mutating_webhook(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct parameter *m = FACTS_OF(o, parameter, &n);

    (void)r;
    for (size_t i = 0; i < n; i++)
        if (str_ends(m[i].name, STR(".clientConfig.url")))
            proof_add(p, AT(&m[i]), "each object goes to " STR_FMT, STR_ARG(str_first(m[i].value, 120)));
    return conclude_object(o, p, "its webhooks are Services of the cluster");
}

/* Something decides which Pods are admitted: labels of Pod Security, policies, webhooks. */
static enum verdict policy_control(const struct rule *r, const void *subject, struct proof *p)
{
    static const char kinds[] = "ValidatingWebhookConfiguration ValidatingAdmissionPolicy PodSecurityPolicy "
                                "PodSecurityConfiguration ClusterPolicy K8sPSPPrivilegedContainer";
    const struct deployment *d = subject;
    struct evidence at = { .path = d->n_resource ? d->resource[0].object->path : STR("") };

    (void)r;
    if (!d->cluster)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < d->n_resource; i++) {
        const struct object *o = d->resource[i].object;
        if (str_one_of(o->kind, kinds) || label_value(o->labels, STR("pod-security.kubernetes.io/enforce")).p)
            return conclude(p, AT(o), STR_FMT " " STR_FMT, STR_ARG(o->kind),
                            STR_ARG(str_first(o->name, 100)));
    }
    if (is_whole_cluster(d->cluster)) {
        proof_add(p, &at, "no object says which Pods are admitted");
        return VERDICT_OPEN;
    }
    return cannot_tell(p, &at, "%zu objects, and none says which Pods are admitted", d->n_resource);
}

/* ---- PodSecurityPolicy: gone since 1.25, still there in older clusters ---- */

static const struct {
    const char *field, *bad, *what;
} psp_fields[] = {
    { "spec.privileged", "true", "privileged containers" },
    { "spec.hostPID", "true", "the node's processes" },
    { "spec.hostIPC", "true", "the node's shared memory" },
    { "spec.hostNetwork", "true", "the node's network" },
    { "spec.allowPrivilegeEscalation", "true", "privilege escalation" },
    { "spec.allowedCapabilities", "* ALL SYS_ADMIN NET_ADMIN SYS_PTRACE SYS_MODULE NET_RAW",
      "strong capabilities" },
    { "spec.defaultAddCapabilities", "* ALL SYS_ADMIN NET_ADMIN SYS_PTRACE SYS_MODULE NET_RAW",
      "strong capabilities for all" },
    { "spec.volumes", "* hostPath", "the node's file system" },
    { "spec.runAsUser.rule", "RunAsAny", "root" },
    { "spec.allowedUnsafeSysctls", "*", "every sysctl" },
};

static enum verdict pod_security_policy(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t n;
    const struct parameter *m = FACTS_OF(o, parameter, &n);

    (void)r;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ARRAY_LEN(psp_fields); k++)
            if (str_eq(m[i].name, str_of(psp_fields[k].field)) && str_one_of(m[i].value, psp_fields[k].bad))
                proof_add(p, AT(&m[i]), "allows %s", psp_fields[k].what);
    return conclude_object(o, p, "allows none of what leads to the node");
}

/* ---- volumes ---- */

static enum verdict host_path_volume(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *path = resource_get(o, STR("spec.hostPath.path"));

    (void)r;
    if (path)
        proof_add(p, AT(path), "it is " STR_FMT " of whichever node the Pod runs on",
                  STR_ARG(str_first(path->value, 150)));
    return conclude_object(o, p, "it is no folder of the node");
}

static enum verdict encrypted_class(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *by = resource_get(o, STR("provisioner")),
                           *is = resource_get(o, STR("parameters.encrypted"));

    (void)r;
    if (!by || !str_one_of(by->value, "ebs.csi.aws.com kubernetes.io/aws-ebs efs.csi.aws.com"))
        return VERDICT_NOT_APPLICABLE; /* others encrypt by themselves, or elsewhere */
    if (!is || !str_eq(is->value, STR("true")))
        proof_add(p, is ? AT(is) : AT(by), "encrypted is not true");
    return conclude_object(o, p, "encrypted is true");
}

/* ---- staying up ---- */

static enum verdict disruption(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *most = resource_get(o, STR("spec.maxUnavailable"));
    const struct parameter *least = resource_get(o, STR("spec.minAvailable"));

    (void)r;
    if (most && str_one_of(most->value, "0 0%"))
        proof_add(p, AT(most), "maxUnavailable is " STR_FMT ": no node can be drained", STR_ARG(most->value));
    if (least && str_eq(least->value, STR("100%")))
        proof_add(p, AT(least), "minAvailable is 100%%: no node can be drained");
    if (!most && !least)
        proof_add(p, AT_OBJECT(o), "it says neither minAvailable nor maxUnavailable");
    return conclude_object(o, p, "it lets some go, and keeps others");
}

/* A budget whose selector finds the Pods of the object. */
static enum verdict without_budget(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    size_t budgets;
    const struct workload *own = o->workload;
    const struct parameter *replicas = resource_get(o, STR("spec.replicas"));

    (void)r;
    if (!replicas || str_one_of(replicas->value, "0 1"))
        return VERDICT_NOT_APPLICABLE; /* there is nothing to keep */
    const struct resource *const *budget =
        cluster_kind(o->in->cluster, STR("PodDisruptionBudget"), object_namespace(o->object), &budgets);
    for (size_t i = 0; own && i < budgets; i++) {
        const struct resource *b = budget[i];
        size_t n, asked = 0, met = 0;
        const struct parameter *m = FACTS_OF(b, parameter, &n);
        for (size_t k = 0; k < n; k++)
            if (str_starts(m[k].name, STR("spec.selector.matchLabels."))) {
                struct str name = str_skip(m[k].name, sizeof "spec.selector.matchLabels." - 1);
                asked++;
                met += str_eq(label_value(own->fact->labels, name), m[k].value);
            }
        if (asked && met == asked)
            return conclude_object(o, p, "budget " STR_FMT, STR_ARG(str_first(b->object->name, 100)));
    }
    proof_add(p, AT(replicas), STR_FMT " replicas, and no PodDisruptionBudget for them",
              STR_ARG(replicas->value));
    return conclude_object(o, p, "it has a budget");
}

static enum verdict selector_mismatch(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct workload *own = o->workload;
    size_t n, asked = 0;
    const struct parameter *m = FACTS_OF(o, parameter, &n);

    (void)r;
    for (size_t i = 0; own && i < n; i++)
        if (str_eq(m[i].name, STR("spec.selector"))) {
            asked++;
            if (!selector_matches((struct strs){ &m[i].value, 1 }, own->fact->labels))
                proof_add(p, AT(&m[i]), "its Pods do not have " STR_FMT, STR_ARG(str_first(m[i].value, 120)));
        }
    if (!asked)
        return VERDICT_NOT_APPLICABLE;
    return conclude_object(o, p, "its Pods have the %zu labels that it selects", asked);
}

static enum verdict dangling_scaler(const struct rule *r, const void *subject, struct proof *p)
{
    const struct resource *o = subject;
    const struct parameter *kind = resource_get(o, STR("spec.scaleTargetRef.kind"));
    const struct parameter *name = resource_get(o, STR("spec.scaleTargetRef.name"));

    (void)r;
    if (!kind || !name)
        return VERDICT_NOT_APPLICABLE;
    if (!cluster_find(o->in->cluster, kind->value, object_namespace(o->object), name->value))
        proof_add(p, AT(name), STR_FMT " " STR_FMT " is not here", STR_ARG(str_first(kind->value, 40)),
                  STR_ARG(str_first(name->value, 100)));
    return conclude_object(o, p, "what it scales is here");
}

static enum verdict old_api(const struct rule *r, const void *subject, struct proof *p)
{
    static const char gone[] =
        "extensions/v1beta1 apps/v1beta1 apps/v1beta2 batch/v2alpha1 batch/v1beta1 policy/v1beta1 "
        "networking.k8s.io/v1beta1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 "
        "admissionregistration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 certificates.k8s.io/v1beta1 "
        "autoscaling/v2beta1 autoscaling/v2beta2 storage.k8s.io/v1beta1 scheduling.k8s.io/v1beta1 "
        "coordination.k8s.io/v1beta1 discovery.k8s.io/v1beta1";
    const struct resource *o = subject;

    (void)r;
    if (!o->in->cluster ||
        !cluster_find(o->in->cluster, o->object->kind, object_namespace(o->object), o->object->name))
        return VERDICT_NOT_APPLICABLE; /* not of Kubernetes */
    if (str_one_of(o->object->api, gone))
        proof_add(p, AT_OBJECT(o), STR_FMT " is gone from current versions", STR_ARG(o->object->api));
    return conclude_object(o, p, STR_FMT " is served", STR_ARG(str_first(o->object->api, 80)));
}

#define CHECK_OF(...) CHECK_RECORD(LAYER_ORCHESTRATOR, __VA_ARGS__)

static const struct rule table[] = {
    { CHECK_OF("secret-in-manifest", "Values of a Secret stand in the manifest",
               "The manifest holds no values of the Secret",
               "Whoever reads the repository, its history or its backups has them.",
               "Have a vault or a sealed form make the Secret; change the values, for they are known.", HIGH,
               THREAT_BIT(T1), { CAT_CIS_KUBERNETES, "5.4.2" }, { CAT_OWASP_KUBERNETES, "K08" },
               { CAT_CWE, "CWE-312" }, { CAT_ATTACK, "T1552.001" }, { CAT_NIST, "4.1.4" }),
      .on = ON_OBJECT, .of = "Secret", .judge = secret_in_clear },
    { CHECK_OF("configmap-credentials", "ConfigMap holds credentials", "ConfigMap holds no credentials",
               "ConfigMaps are read by many who may not read Secrets, and are never encrypted.",
               "Move them to a Secret, and change them.", HIGH, THREAT_BIT(T1),
               { CAT_CIS_KUBERNETES, "5.4.2" }, { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-312" },
               { CAT_ATTACK, "T1552.001" }),
      .on = ON_OBJECT, .of = "ConfigMap", .judge = config_map },
    { CHECK_OF("namespace-no-pod-security", "Namespace admits every Pod",
               "Namespace enforces a Pod Security Standard", "Whoever may create a Pod in it has the node.",
               "Label it pod-security.kubernetes.io/enforce: restricted, or baseline.", MEDIUM,
               THREAT_BIT(D2) | THREAT_BIT(E1), { CAT_CIS_KUBERNETES, "5.2.1" }, { CAT_PSS, "baseline" },
               { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }),
      .on = ON_OBJECT, .of = "Namespace", .judge = pod_security_label },
    { CHECK_OF("namespace-no-quota", "Namespace has no quota", "Namespace has a quota",
               "One tenant takes the processors, memory and objects of all.", "Add a ResourceQuota.", LOW,
               THREAT_BIT(D1) | THREAT_BIT(D2), { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" },
               { CAT_CWE, "CWE-770" }),
      .on = ON_OBJECT, .of = "Namespace", .judge = has_in_namespace, .with = "ResourceQuota" },
    { CHECK_OF("namespace-no-limits", "Namespace gives containers no limits",
               "Namespace gives containers limits", "A container that names no limit has none.",
               "Add a LimitRange with defaults.", LOW, THREAT_BIT(D1), { CAT_OWASP_KUBERNETES, "K04" },
               { CAT_NIST, "4.4.3" }, { CAT_CWE, "CWE-770" }),
      .on = ON_OBJECT, .of = "Namespace", .judge = has_in_namespace, .with = "LimitRange" },
    { CHECK_OF("workload-default-namespace", "Workload is in the namespace default",
               "Workload has a namespace of its own",
               "Rights, quotas and policies of the namespace are for whatever else lands there.",
               "Give the application a namespace.", LOW, THREAT_BIT(D2) | THREAT_BIT(S3),
               { CAT_CIS_KUBERNETES, "5.6.4" }, { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }),
      .on = ON_WORKLOAD, .judge = default_namespace },
    { CHECK_OF("workload-system-namespace", "Workload is in a namespace of the system",
               "Workload is not in a namespace of the system, or belongs there",
               "There the strongest accounts and Secrets of the cluster are, and policies make exceptions.",
               "Move it to a namespace of its own.", MEDIUM, THREAT_BIT(D2) | THREAT_BIT(S3),
               { CAT_CIS_KUBERNETES, "5.6.1" }, { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }),
      .on = ON_WORKLOAD, .judge = system_namespace },
    { CHECK_OF("cluster-one-namespace", "Everything is in one namespace", "Namespaces part what runs",
               "A namespace is the unit of rights, quotas and policies: with one there is one of each.",
               "Part applications by namespaces.", LOW, THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "5.6.1" },
               { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.3.3" }),
      .on = ON_DEPLOYMENT, .judge = one_namespace },
    { CHECK_OF("webhook-ignore", "Admission lets through what it cannot ask about",
               "Admission refuses what it cannot ask about",
               "Whoever takes the webhook down, or is slow enough, is past it.",
               "Set failurePolicy: Fail, and except what the webhook itself needs.", MEDIUM, THREAT_BIT(D2),
               { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }, { CAT_CWE, "CWE-636" }),
      .on = ON_OBJECT,
      .of = "ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy",
      .judge = failure_policy },
    { CHECK_OF("webhook-outside", "Objects are sent outside of the cluster", "Webhooks are in the cluster",
               "Somebody else sees each object, Secrets included, and may change it.",
               "Run the webhook in the cluster.", MEDIUM, THREAT_BIT(T1) | THREAT_BIT(D2),
               { CAT_MS_MATRIX, "MS-TA9015" }, { CAT_OWASP_KUBERNETES, "K04" }),
      .on = ON_OBJECT, .of = "ValidatingWebhookConfiguration MutatingWebhookConfiguration",
      .judge = mutating_webhook },
    { CHECK_OF("cluster-no-policy", "Nothing is known to decide which Pods are admitted",
               "Something decides which Pods are admitted",
               "Any Pod may be any Pod, the node's root included.",
               "Label namespaces for Pod Security, or use an admission policy.", MEDIUM,
               THREAT_BIT(D2) | THREAT_BIT(E1), { CAT_CIS_KUBERNETES, "5.2.1" },
               { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }),
      .on = ON_DEPLOYMENT, .unknowable = true, .judge = policy_control },
    { CHECK_OF("psp-permissive", "PodSecurityPolicy allows what leads to the node",
               "PodSecurityPolicy allows nothing that leads to the node",
               "It looks like a guard, and lets through what it should stop.",
               "Take the fields named out of the policy, and move to Pod Security admission.", MEDIUM,
               THREAT_BIT(E1) | THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "5.2.2" },
               { CAT_OWASP_KUBERNETES, "K04" }, { CAT_NIST, "4.4.3" }),
      .on = ON_OBJECT, .of = "PodSecurityPolicy", .judge = pod_security_policy },
    { CHECK_OF("volume-host-path", "PersistentVolume is a folder of the node",
               "PersistentVolume is no folder of the node",
               "A claim gets the node's files past all checks on Pods.", "Use a storage class.", MEDIUM,
               THREAT_BIT(E1) | THREAT_BIT(I1), { CAT_CIS_KUBERNETES, "5.2.11" },
               { CAT_OWASP_KUBERNETES, "K01" }, { CAT_NIST, "4.5.5" }, { CAT_MS_MATRIX, "MS-TA9018" },
               { CAT_ATTACK, "T1611" }),
      .on = ON_OBJECT, .of = "PersistentVolume", .judge = host_path_volume },
    { CHECK_OF("storage-not-encrypted", "Storage class makes disks that are not encrypted",
               "Storage class makes encrypted disks", "A snapshot of the disk is all of its data.",
               "Set parameters.encrypted: \"true\".", LOW, THREAT_BIT(T1), { CAT_OWASP_KUBERNETES, "K08" },
               { CAT_CWE, "CWE-311" }),
      .on = ON_OBJECT, .of = "StorageClass", .judge = encrypted_class },
    { CHECK_OF("budget-blocks", "Disruption budget lets no node be drained",
               "Disruption budget lets nodes be drained", "Nodes are not updated, for nobody can empty them.",
               "Let one be unavailable.", LOW, THREAT_BIT(D1) | THREAT_BIT(T3),
               { CAT_OWASP_KUBERNETES, "K10" }),
      .on = ON_OBJECT, .of = "PodDisruptionBudget", .judge = disruption },
    { CHECK_OF("workloads-no-budget", "Nothing keeps replicas from going all at once",
               "A disruption budget keeps some replicas", "Draining nodes takes the service down.",
               "Add a PodDisruptionBudget.", LOW, THREAT_BIT(D1), { CAT_OWASP_KUBERNETES, "K10" }),
      .on = ON_OBJECT, .of = "Deployment StatefulSet", .judge = without_budget },
    { CHECK_OF("selector-mismatch", "A controller selects other Pods than it makes",
               "The controller selects its Pods", "It makes Pods without end, or rules those of others.",
               "Give the template the labels selected.", LOW, THREAT_BIT(D1),
               { CAT_OWASP_KUBERNETES, "K10" }),
      .on = ON_OBJECT, .of = "Deployment StatefulSet DaemonSet ReplicaSet ReplicationController",
      .judge = selector_mismatch },
    { CHECK_OF("scaler-dangling", "Autoscaler scales what is not there", "Autoscaler scales what is there",
               "Under load nothing grows.", "Correct the target.", LOW, THREAT_BIT(D1),
               { CAT_OWASP_KUBERNETES, "K10" }),
      .on = ON_OBJECT, .of = "HorizontalPodAutoscaler", .judge = dangling_scaler },
    { CHECK_OF("api-version-gone", "Object is of an API version that is gone",
               "Object is of an API version that is served",
               "Current clusters refuse it: what it protects is missing after the next update.",
               "Move it to the current version.", LOW, THREAT_BIT(T3) | THREAT_BIT(D2),
               { CAT_OWASP_KUBERNETES, "K10" }),
      .on = ON_OBJECT, .judge = old_api },
};
const struct rule_set rules_cluster_objects = { "cluster_objects", table, ARRAY_LEN(table) };
