/* kube_settings.c - fields of a Pod and its containers in the words of workload.h. Two tables say which field
 * is which setting; what the container says comes after what its Pod says, and overrides it. */
#include "parse/declare.h"
#include "parse/kube.h"

enum { TEXT_MOST = 16 << 10 };

struct teller {
    struct kube *k;
    struct declare d;
};

typedef void tells(struct teller *t, enum setting_key key, const struct doc *d);
struct field {
    const char *path;
    enum setting_key key;
    tells *how;
};

/* ---- how fields are written ---- */

static void tell(struct teller *t, enum setting_key key, struct str value, const struct doc *d)
{
    say(&t->d, key, value, str_eq(value, doc_scalar(d)) ? STR_NONE : doc_scalar(d), kube_line(t->k, d));
}

static void text(struct teller *t, enum setting_key key, const struct doc *d)
{
    if (doc_scalar(d).n)
        say_text(&t->d, key, doc_scalar(d), kube_line(t->k, d));
}

static void truth(struct teller *t, enum setting_key key, const struct doc *d)
{
    if (d->kind == DOC_BOOL)
        tell(t, key, d->yes ? STR("true") : STR("false"), d);
}

static void opposite(struct teller *t, enum setting_key key, const struct doc *d)
{
    if (d->kind == DOC_BOOL)
        tell(t, key, d->yes ? STR("false") : STR("true"), d);
}

static void host_if_true(struct teller *t, enum setting_key key, const struct doc *d)
{
    if (d->kind == DOC_BOOL)
        tell(t, key, d->yes ? STR("host") : STR("private"), d);
}

static void pod_if_true(struct teller *t, enum setting_key key, const struct doc *d)
{
    if (doc_true(d))
        tell(t, key, STR("pod"), d);
}

static void each(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        text(t, key, item);
}

/* A member of each object of a list. */
static void each_member(struct teller *t, enum setting_key key, const struct doc *d, const char *path)
{
    DOC_EACH (d && d->kind == DOC_LIST ? d : NULL, item)
        if (doc_path(item, path))
            text(t, key, doc_path(item, path));
}

static void each_name(struct teller *t, enum setting_key key, const struct doc *d)
{
    each_member(t, key, d, "name");
}

static void capability(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        if (doc_scalar(item).n)
            say_capability(&t->d, key, doc_scalar(item), kube_line(t->k, item));
}

/* Words of the API and ours. */
static void word(struct teller *t, enum setting_key key, const struct doc *d)
{
    static const struct {
        enum setting_key key;
        const char *theirs, *ours;
    } words[] = {
        { SETTING_PULL_POLICY, "Always", "always" },    { SETTING_PULL_POLICY, "IfNotPresent", "missing" },
        { SETTING_PULL_POLICY, "Never", "never" },      { SETTING_RESTART, "Always", "always" },
        { SETTING_RESTART, "OnFailure", "on-failure" }, { SETTING_RESTART, "Never", "no" },
        { SETTING_PROC_MOUNT, "Default", "default" },   { SETTING_PROC_MOUNT, "Unmasked", "unmasked" },
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (words[i].key == key && str_eq(str_of(words[i].theirs), doc_text(d))) {
            tell(t, key, str_of(words[i].ours), d);
            return;
        }
    text(t, key, d);
}

static void amount(struct teller *t, enum setting_key key, const struct doc *d, uint64_t scale)
{
    uint64_t n;

    if (kube_quantity(doc_scalar(d), scale, &n))
        say_fmt(&t->d, key, doc_scalar(d), kube_line(t->k, d), "%llu", (unsigned long long)n);
}

static void bytes(struct teller *t, enum setting_key key, const struct doc *d)
{
    amount(t, key, d, 1);
}

static void thousandths(struct teller *t, enum setting_key key, const struct doc *d)
{
    amount(t, key, d, 1000);
}

/* seccompProfile, appArmorProfile: a type, and a file for one of them. */
static void profile(struct teller *t, enum setting_key key, const struct doc *d)
{
    const struct doc *type = doc_get(d, "type");
    struct str said = doc_text(type);

    if (str_eq(said, STR("RuntimeDefault")))
        tell(t, key, STR("default"), type);
    else if (str_eq(said, STR("Unconfined")))
        tell(t, key, STR("unconfined"), type);
    else if (str_eq(said, STR("Localhost")))
        say_fmt(&t->d, key, said, kube_line(t->k, type), "localhost/" STR_FMT,
                STR_ARG(doc_text(doc_get(d, "localhostProfile"))));
    else if (said.n)
        text(t, key, type);
}

static void pairs(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, item)
        say_fmt(&t->d, key, STR_NONE, kube_line(t->k, item), STR_FMT "=" STR_FMT, STR_ARG(item->key),
                STR_ARG(doc_scalar(item)));
}

static void sysctls(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        say_fmt(&t->d, key, STR_NONE, kube_line(t->k, item), STR_FMT "=" STR_FMT,
                STR_ARG(doc_scalar(doc_get(item, "name"))), STR_ARG(doc_scalar(doc_get(item, "value"))));
}

static void aliases(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        DOC_EACH (doc_get(item, "hostnames"), name)
            say_fmt(&t->d, key, STR_NONE, kube_line(t->k, item), STR_FMT ":" STR_FMT,
                    STR_ARG(doc_scalar(name)), STR_ARG(doc_text(doc_get(item, "ip"))));
}

static void tolerations(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item) {
        struct str name = doc_text(doc_get(item, "key")), effect = doc_text(doc_get(item, "effect"));
        say_fmt(&t->d, key, STR_NONE, kube_line(t->k, item), STR_FMT "%s" STR_FMT "%s" STR_FMT,
                STR_ARG(name.n ? name : STR("*")), doc_get(item, "value") ? "=" : "",
                STR_ARG(doc_scalar(doc_get(item, "value"))), effect.n ? ":" : "", STR_ARG(effect));
    }
}

/* Rules of anti-affinity: over which nodes, zones ... replicas are spread. */
static void anti_affinity(struct teller *t, enum setting_key key, const struct doc *d)
{
    each_member(t, key, doc_get(d, "requiredDuringSchedulingIgnoredDuringExecution"), "topologyKey");
    each_member(t, key, doc_get(d, "preferredDuringSchedulingIgnoredDuringExecution"),
                "podAffinityTerm.topologyKey");
}

static void topology(struct teller *t, enum setting_key key, const struct doc *d)
{
    each_member(t, key, d, "topologyKey");
}

/* A probe or a hook in one line; *host: the one that it names, of its own. */
static void put_action(struct buf *b, const struct doc *d, const struct doc **host)
{
    const struct doc *exec = doc_get(d, "exec"), *http = doc_get(d, "httpGet"),
                     *tcp = doc_get(d, "tcpSocket");
    const struct doc *at = http ? http : tcp;

    *host = doc_get(at, "host");
    if (exec) {
        buf_str(b, STR("exec"));
        DOC_EACH (doc_get(exec, "command"), w)
            buf_fmt(b, " " STR_FMT, STR_ARG(doc_scalar(w)));
    } else if (at) {
        buf_fmt(b, "%s " STR_FMT ":" STR_FMT STR_FMT, http ? "http" : "tcp", STR_ARG(doc_text(*host)),
                STR_ARG(doc_scalar(doc_get(at, "port"))), STR_ARG(doc_text(doc_get(http, "path"))));
    } else if (doc_get(d, "grpc")) {
        buf_fmt(b, "grpc :" STR_FMT, STR_ARG(doc_scalar(doc_path(d, "grpc.port"))));
    } else if (doc_get(d, "sleep")) {
        buf_fmt(b, "sleep " STR_FMT, STR_ARG(doc_scalar(doc_path(d, "sleep.seconds"))));
    }
}

/* As far as it can be kept. */
static void tell_action(struct teller *t, enum setting_key key, struct buf *b, const struct doc *host,
                        const struct doc *at)
{
    if (host)
        text(t, SETTING_PROBE_HOST, host);
    if (b->n)
        say(&t->d, key, str_first(buf_view(b), TEXT_MOST), STR_NONE, kube_line(t->k, at));
}

static void probe(struct teller *t, enum setting_key key, const struct doc *d)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    const struct doc *host;

    put_action(&b, d, &host);
    tell_action(t, key, &b, host, d);
}

static void hooks(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, hook) {
        AUTO_BUF struct buf b = BUF(TEXT_MOST);
        const struct doc *host;
        buf_fmt(&b, STR_FMT "=", STR_ARG(hook->key));
        put_action(&b, hook, &host);
        tell_action(t, key, &b, host, hook);
    }
}

/* Devices that a plugin hands out are asked for like memory: "nvidia.com/gpu". */
static void gpus(struct teller *t, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, item)
        if (str_ends(item->key, STR("/gpu")))
            text(t, key, item);
}

/* ---- which field is which setting ---- */

/* Security context: of a Pod and of a container alike. */
static const struct field context[] = {
    { "runAsUser", SETTING_USER, text },
    { "runAsGroup", SETTING_GROUP, text },
    { "runAsNonRoot", SETTING_NON_ROOT, truth },
    { "seccompProfile", SETTING_SECCOMP, profile },
    { "appArmorProfile", SETTING_APPARMOR, profile },
    { "seLinuxOptions", SETTING_SELINUX, pairs },
    { "windowsOptions.hostProcess", SETTING_HOST_PROCESS, truth },
    { "windowsOptions.runAsUserName", SETTING_USER, text },
    { "windowsOptions.gmsaCredentialSpecName", SETTING_CREDENTIAL_SPEC, text },
    { 0 },
};
static const struct field context_of_pod[] = {
    { "fsGroup", SETTING_FS_GROUP, text },
    { "supplementalGroups", SETTING_GROUPS, each },
    { "sysctls", SETTING_SYSCTL, sysctls },
    { 0 },
};
/* These mean nothing in the Pod's own context, where many have put them. */
static const struct field context_of_container[] = {
    { "privileged", SETTING_PRIVILEGED, truth },
    { "allowPrivilegeEscalation", SETTING_NO_NEW_PRIVS, opposite },
    { "readOnlyRootFilesystem", SETTING_READ_ONLY_ROOT, truth },
    { "capabilities.add", SETTING_CAP_ADD, capability },
    { "capabilities.drop", SETTING_CAP_DROP, capability },
    { "procMount", SETTING_PROC_MOUNT, word },
    { 0 },
};
static const struct field resources[] = {
    { "limits.memory", SETTING_MEMORY, bytes },
    { "limits.cpu", SETTING_CPU, thousandths },
    { "limits.ephemeral-storage", SETTING_STORAGE, bytes },
    { "limits", SETTING_GPU, gpus },
    { "requests.memory", SETTING_MEMORY_REQUEST, bytes },
    { "requests.cpu", SETTING_CPU_REQUEST, thousandths },
    { "requests.ephemeral-storage", SETTING_STORAGE_REQUEST, bytes },
    { 0 },
};
static const struct field of_pod[] = {
    { "os.name", SETTING_OS, text },
    { "hostPID", SETTING_NS_PID, host_if_true },
    { "shareProcessNamespace", SETTING_NS_PID, pod_if_true },
    { "hostIPC", SETTING_NS_IPC, host_if_true },
    { "hostNetwork", SETTING_NS_NET, host_if_true },
    { "hostUsers", SETTING_NS_USER, host_if_true },
    { "serviceAccount", SETTING_SERVICE_ACCOUNT, text },
    { "serviceAccountName", SETTING_SERVICE_ACCOUNT, text },
    { "automountServiceAccountToken", SETTING_AUTOMOUNT_TOKEN, truth },
    { "imagePullSecrets", SETTING_PULL_SECRET, each_name },
    { "nodeName", SETTING_NODE, text },
    { "nodeSelector", SETTING_NODE, pairs },
    { "tolerations", SETTING_TOLERATION, tolerations },
    { "priorityClassName", SETTING_PRIORITY, text },
    { "affinity.podAntiAffinity", SETTING_SPREAD, anti_affinity },
    { "topologySpreadConstraints", SETTING_SPREAD, topology },
    { "enableServiceLinks", SETTING_SERVICE_LINKS, truth },
    { "dnsConfig.nameservers", SETTING_DNS, each },
    { "hostAliases", SETTING_EXTRA_HOST, aliases },
    { "hostname", SETTING_HOSTNAME, text },
    { "runtimeClassName", SETTING_RUNTIME, text },
    { "terminationGracePeriodSeconds", SETTING_TERMINATION, text },
    { "restartPolicy", SETTING_RESTART, word },
    { 0 },
};
static const struct field of_container[] = {
    { "image", SETTING_IMAGE, text },
    { "imagePullPolicy", SETTING_PULL_POLICY, word },
    { "command", SETTING_ENTRYPOINT, each },
    { "args", SETTING_COMMAND, each },
    { "workingDir", SETTING_WORKDIR, text },
    { "stdin", SETTING_STDIN, truth },
    { "tty", SETTING_TTY, truth },
    { "restartPolicy", SETTING_RESTART, word },
    { "livenessProbe", SETTING_HEALTH, probe },
    { "readinessProbe", SETTING_READINESS, probe },
    { "startupProbe", SETTING_STARTUP, probe },
    { "lifecycle", SETTING_HOOK, hooks },
    { 0 },
};

static void tell_all(struct teller *t, const struct field *f, const struct doc *of)
{
    for (; of && f->path; f++) {
        const struct doc *d = doc_path(of, f->path);
        if (d && d->kind != DOC_NULL)
            f->how(t, f->key, d);
    }
}

/* Before there were fields for them, profiles were annotations of the Pod; a field wins. */
static void tell_annotations(struct teller *t, const struct doc *all, struct str name)
{
    static const struct {
        struct str of;
        enum setting_key key;
    } own[] = { { STR("container.seccomp.security.alpha.kubernetes.io"), SETTING_SECCOMP },
                { STR("container.apparmor.security.beta.kubernetes.io"), SETTING_APPARMOR } };

    DOC_EACH (all && all->kind == DOC_OBJECT ? all : NULL, d) {
        enum setting_key key = SETTING_COUNT;
        struct str of, container;
        str_rsplit(d->key, '/', &of, &container);
        t->d.by = SAID_BY_CONTAINER;
        for (size_t i = 0; i < ARRAY_LEN(own); i++)
            if (str_eq(of, own[i].of) && str_eq(container, name))
                key = own[i].key;
        if (str_eq(d->key, STR("seccomp.security.alpha.kubernetes.io/pod"))) {
            t->d.by = SAID_BY_POD;
            key = SETTING_SECCOMP;
        }
        if (key != SETTING_COUNT && doc_text(d).n)
            tell(t, key,
                 str_one_of(doc_text(d), "runtime/default docker/default") ? STR("default") : doc_text(d), d);
    }
}

int kube_settings(struct kube *k, const struct doc *pod, const struct doc *container, uint32_t workload)
{
    const struct doc *spec = doc_get(pod, "spec"), *by_pod = doc_get(spec, "securityContext"),
                     *own = doc_get(container, "securityContext");
    struct teller t = { .k = k,
                        .d = { .out = k->out,
                               .e = k->e,
                               .arena = k->arena,
                               .path = k->in->path,
                               .by = SAID_BY_DEFAULT,
                               .object = k->object,
                               .workload = workload } };

    if (!doc_get(spec, "serviceAccountName") && !doc_get(spec, "serviceAccount"))
        say_text(&t.d, SETTING_SERVICE_ACCOUNT, STR("default"), kube_line(k, spec));
    tell_annotations(&t, doc_path(pod, "metadata.annotations"), doc_text(doc_get(container, "name")));
    t.d.by = SAID_BY_POD;
    tell_all(&t, of_pod, spec);
    tell_all(&t, context, by_pod);
    tell_all(&t, context_of_pod, by_pod);
    tell_all(&t, resources, doc_get(spec, "resources"));
    t.d.by = SAID_BY_CONTAINER;
    tell_all(&t, of_container, container);
    tell_all(&t, resources, doc_get(container, "resources"));
    tell_all(&t, context, own);
    tell_all(&t, context_of_container, own);
    return declare_end(&t.d);
}
