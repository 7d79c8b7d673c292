/* kube_pod.c - everything that runs Pods: one workload a container, with what its Pod says laid upon it. */
#include "parse/kube.h"

/* Where the template of the Pods lies, and how many of them there will be. */
struct runs {
    const char *template, *count;
};

struct containers {
    const char *list;
    enum workload_role role;
};
static const struct containers lists[] = {
    { "containers", WORKLOAD_MAIN },
    { "initContainers", WORKLOAD_INIT },
    { "ephemeralContainers", WORKLOAD_EPHEMERAL },
};

static int add_link(struct kube *k, uint32_t workload, const struct doc *spec)
{
    const struct doc *account = doc_get(spec, "serviceAccountName");

    if (!account)
        account = doc_get(spec, "serviceAccount");
    struct link_fact l = {
        .workload = workload,
        .how = STR("service-account"),
        .to = doc_text(account).n ? doc_text(account) : STR("default"),
        .path = k->in->path,
        .line = kube_line(k, account ? account : spec),
    };
    return facts_add_link_fact(k->out, &l, k->e);
}

static int add_port(struct kube *k, uint32_t workload, const struct doc *d)
{
    struct str protocol = doc_text(doc_get(d, "protocol"));
    struct port p = {
        .workload = workload,
        .name = doc_text(doc_get(d, "name")),
        .port = doc_scalar(doc_get(d, "containerPort")),
        .protocol = protocol.n ? arena_lower(k->arena, protocol) : STR("tcp"),
        .host_port = doc_scalar(doc_get(d, "hostPort")),
        .host_ip = doc_text(doc_get(d, "hostIP")),
        .path = k->in->path,
        .line = kube_line(k, d),
    };

    if (str_eq(p.host_port, STR("0")))
        p.host_port = STR("");
    return facts_add_port(k->out, &p, k->e);
}

/* "secret:NAME/KEY" and its kin, of a valueFrom. */
static struct str source_of(struct kube *k, const struct doc *from)
{
    static const struct {
        const char *member, *what, *name, *key;
    } known[] = {
        { "secretKeyRef", "secret", "name", "key" },
        { "configMapKeyRef", "configmap", "name", "key" },
        { "fileKeyRef", "file", "path", "key" },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct doc *ref = doc_get(from, known[i].member);
        if (ref)
            return arena_fmt(k->arena, "%s:" STR_FMT "/" STR_FMT, known[i].what,
                             STR_ARG(doc_text(doc_get(ref, known[i].name))),
                             STR_ARG(doc_text(doc_get(ref, known[i].key))));
    }
    struct str field = doc_text(doc_path(from, "fieldRef.fieldPath"));
    if (!field.n)
        field = doc_text(doc_path(from, "resourceFieldRef.resource"));
    return arena_fmt(k->arena, "field:" STR_FMT, STR_ARG(field));
}

static int add_variables(struct kube *k, uint32_t workload, const struct doc *container)
{
    struct variable v = { .workload = workload, .path = k->in->path };

    DOC_EACH (doc_get(container, "env"), d) {
        const struct doc *from = doc_get(d, "valueFrom");
        v.name = doc_text(doc_get(d, "name"));
        v.value = doc_scalar(doc_get(d, "value"));
        v.source = from ? source_of(k, from) : STR("literal");
        v.line = kube_line(k, d);
        if (facts_add_variable(k->out, &v, k->e) < 0)
            return -1;
    }
    DOC_EACH (doc_get(container, "envFrom"), d) { /* all keys of it: the name is their prefix and "*" */
        struct str secret = doc_text(doc_path(d, "secretRef.name"));
        struct str map = doc_text(doc_path(d, "configMapRef.name"));
        v.name = arena_fmt(k->arena, STR_FMT "*", STR_ARG(doc_text(doc_get(d, "prefix"))));
        v.value = STR("");
        v.source = arena_fmt(k->arena, "%s:" STR_FMT "/*", secret.n ? "secret" : "configmap",
                             STR_ARG(secret.n ? secret : map));
        v.line = kube_line(k, d);
        if (facts_add_variable(k->out, &v, k->e) < 0)
            return -1;
    }
    return 0;
}

/* What all containers of a Pod have in common. */
struct pod {
    const struct doc *pod; /* metadata and spec */
    const struct doc *spec;
    struct strs labels;
    uint64_t replicas;
    bool first; /* the next container is the first */
};

static int add_container(struct kube *k, struct pod *pod, const struct doc *d, enum workload_role role)
{
    uint32_t workload = (uint32_t)k->out->list[FACT_WORKLOAD_KIND].n;
    struct workload_fact w = {
        .object = k->object,
        .spelling = STR("kubernetes"),
        .name = doc_text(doc_get(d, "name")),
        .role = role,
        .labels = pod->labels,
        .replicas = pod->replicas,
        .path = k->in->path,
        .line = kube_line(k, d),
    };

    if (role == WORKLOAD_INIT && str_eq(doc_text(doc_get(d, "restartPolicy")), STR("Always")))
        w.role = WORKLOAD_SIDECAR;
    if (facts_add_workload_fact(k->out, &w, k->e) < 0 || kube_settings(k, pod->pod, d, workload) < 0 ||
        kube_mounts(k, pod->spec, d, workload, pod->first) < 0 || add_variables(k, workload, d) < 0 ||
        add_link(k, workload, pod->spec) < 0)
        return -1;
    pod->first = false;
    DOC_EACH (doc_get(d, "ports"), port)
        if (add_port(k, workload, port) < 0)
            return -1;
    return kube_flags(k, d);
}

static int read_pod(struct kube *k, const struct doc *template, uint64_t replicas)
{
    struct pod pod = {
        .pod = template,
        .spec = doc_get(template, "spec"),
        .replicas = replicas,
        .first = true,
    };

    if (kube_pairs(k, doc_path(template, "metadata.labels"), STR(""), &pod.labels) < 0)
        return -1;
    if (!kube_bounded(k, doc_get(pod.spec, "volumes")) ||
        !kube_bounded(k, doc_path(template, "metadata.annotations")))
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const struct doc *list = doc_get(pod.spec, lists[i].list);
        if (!kube_bounded(k, list))
            continue;
        DOC_EACH (list, d)
            if (kube_bounded(k, doc_get(d, "volumeMounts")) && kube_bounded(k, doc_get(d, "volumeDevices")) &&
                add_container(k, &pod, d, lists[i].role) < 0)
                return -1;
    }
    return 0;
}

/* How the controller chooses and replaces its Pods. */
static int add_controller(struct kube *k, const struct doc *object)
{
    static const char *const kept[] = {
        "spec.strategy",        "spec.updateStrategy",        "spec.replicas",
        "spec.minReadySeconds", "spec.revisionHistoryLimit",  "spec.concurrencyPolicy",
        "spec.backoffLimit",    "spec.activeDeadlineSeconds", "spec.ttlSecondsAfterFinished"
    };
    struct strs selector = { 0 };

    if (kube_selector(k, doc_path(object, "spec.selector"), &selector) < 0)
        return -1;
    for (size_t i = 0; i < selector.n; i++)
        if (kube_parameter(k, k->kind, STR("spec.selector"), selector.p[i],
                           kube_line(k, doc_path(object, "spec.selector"))) < 0)
            return -1;
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (kube_flatten(k, doc_path(object, kept[i]), k->kind, str_of(kept[i])) < 0)
            return -1;
    return 0;
}

static int read_runs(struct kube *k, const struct doc *object, const void *with)
{
    const struct runs *r = with;
    uint64_t n = 1;

    doc_u64(r->count ? doc_path(object, r->count) : NULL, &n);
    if (!r->template)
        return read_pod(k, object, n);
    if (add_controller(k, object) < 0)
        return -1;
    if (!n && k->owner.n) /* what a Deployment keeps of itself to roll back to */
        return 0;
    return read_pod(k, doc_path(object, r->template), n);
}

int kube_unknown(struct kube *k, const struct doc *object)
{
    static const struct runs guess = { "spec.template", "spec.replicas" };

    return doc_path(object, "spec.template.spec.containers") ? read_runs(k, object, &guess) : 0;
}

static const struct runs pod = { NULL, NULL };
static const struct runs replicated = { "spec.template", "spec.replicas" };
static const struct runs on_nodes = { "spec.template", NULL };
static const struct runs job = { "spec.template", "spec.parallelism" };
static const struct runs cron = { "spec.jobTemplate.spec.template", "spec.jobTemplate.spec.parallelism" };
static const struct runs template = { "template", NULL };

const struct kube_kind kube_pod_kinds[] = {
    { "Pod", read_runs, &pod },
    { "Deployment", read_runs, &replicated },
    { "ReplicaSet", read_runs, &replicated },
    { "StatefulSet", read_runs, &replicated },
    { "ReplicationController", read_runs, &replicated },
    { "DaemonSet", read_runs, &on_nodes },
    { "Job", read_runs, &job },
    { "CronJob", read_runs, &cron },
    { "PodTemplate", read_runs, &template },
    { 0 },
};
