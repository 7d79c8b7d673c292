/* kube_settings.c - fields of a Pod and its containers in the words of workload.h. Two tables say which field
 * is which setting; what the container says comes after what its Pod says, and overrides it. */
#include "core/buf.h"
#include "model/workload.h"
#include "parse/kube.h"

enum { TEXT_MOST = 16 << 10 };

/* Whose settings they are, and where they are said. */
struct say {
    struct kube *k;
    uint32_t workload;
    enum said_by from;
};

static int say(const struct say *s, enum setting_key key, struct str value, struct str said,
               const struct doc *at)
{
    struct setting f = {
        .workload = s->workload,
        .key = key,
        .value = value,
        .said = str_eq(value, said) ? STR("") : said,
        .from = s->from,
        .path = s->k->in->path,
        .line = kube_line(s->k, at),
    };

    return facts_add_setting(s->k->out, &f, s->k->e);
}

typedef int says(const struct say *s, enum setting_key key, const struct doc *d);
struct field {
    const char *path;
    enum setting_key key;
    says *how;
};

/* ---- how fields are written ---- */

static int text(const struct say *s, enum setting_key key, const struct doc *d)
{
    return doc_scalar(d).n ? say(s, key, doc_scalar(d), doc_scalar(d), d) : 0;
}

static int truth(const struct say *s, enum setting_key key, const struct doc *d)
{
    return d->kind == DOC_BOOL ? say(s, key, d->yes ? STR("true") : STR("false"), d->text, d) : 0;
}

static int opposite(const struct say *s, enum setting_key key, const struct doc *d)
{
    return d->kind == DOC_BOOL ? say(s, key, d->yes ? STR("false") : STR("true"), d->text, d) : 0;
}

static int host_if_true(const struct say *s, enum setting_key key, const struct doc *d)
{
    return d->kind == DOC_BOOL ? say(s, key, d->yes ? STR("host") : STR("private"), d->text, d) : 0;
}

static int pod_if_true(const struct say *s, enum setting_key key, const struct doc *d)
{
    return doc_true(d) ? say(s, key, STR("pod"), d->text, d) : 0;
}

static int each(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        if (text(s, key, item) < 0)
            return -1;
    return 0;
}

static int each_name(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        if (doc_get(item, "name") && text(s, key, doc_get(item, "name")) < 0)
            return -1;
    return 0;
}

static int capability(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item) {
        struct str name = doc_scalar(item);
        char upper[64];
        size_t n = MIN(name.n, sizeof upper);
        for (size_t i = 0; i < n; i++)
            upper[i] = name.p[i] >= 'a' && name.p[i] <= 'z' ? (char)(name.p[i] - 32) : name.p[i];
        struct str value = { upper, n };
        if (str_starts(value, STR("CAP_")))
            value = str_skip(value, 4);
        if (value.n && say(s, key, value, name, item) < 0)
            return -1;
    }
    return 0;
}

/* Words of the API and ours. */
static int word(const struct say *s, enum setting_key key, const struct doc *d)
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
        if (words[i].key == key && str_eq(str_of(words[i].theirs), doc_text(d)))
            return say(s, key, str_of(words[i].ours), doc_text(d), d);
    return text(s, key, d);
}

static int amount(const struct say *s, enum setting_key key, const struct doc *d, uint64_t scale)
{
    uint64_t n;

    if (!kube_quantity(doc_scalar(d), scale, &n))
        return 0;
    struct str value = arena_fmt(s->k->arena, "%llu", (unsigned long long)n);
    return value.p ? say(s, key, value, doc_scalar(d), d) : kube_full(s->k);
}

static int bytes(const struct say *s, enum setting_key key, const struct doc *d)
{
    return amount(s, key, d, 1);
}

static int thousandths(const struct say *s, enum setting_key key, const struct doc *d)
{
    return amount(s, key, d, 1000);
}

/* seccompProfile, appArmorProfile: a type, and a file for one of them. */
static int profile(const struct say *s, enum setting_key key, const struct doc *d)
{
    struct str type = doc_text(doc_get(d, "type")), value = type;

    if (str_eq(type, STR("RuntimeDefault")))
        value = STR("default");
    else if (str_eq(type, STR("Unconfined")))
        value = STR("unconfined");
    else if (str_eq(type, STR("Localhost")))
        value =
            arena_fmt(s->k->arena, "localhost/" STR_FMT, STR_ARG(doc_text(doc_get(d, "localhostProfile"))));
    return type.n ? say(s, key, value, type, doc_get(d, "type")) : 0;
}

static int pairs(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, item) {
        struct str value =
            arena_fmt(s->k->arena, STR_FMT "=" STR_FMT, STR_ARG(item->key), STR_ARG(doc_scalar(item)));
        if (!value.p)
            return kube_full(s->k);
        if (say(s, key, value, value, item) < 0)
            return -1;
    }
    return 0;
}

/* Lists of objects: "A<sep>B" of two members. */
static int joined(const struct say *s, enum setting_key key, const struct doc *d, const char *a, char sep,
                  const char *b)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item) {
        struct str value = arena_fmt(s->k->arena, STR_FMT "%c" STR_FMT, STR_ARG(doc_scalar(doc_get(item, a))),
                                     sep, STR_ARG(doc_scalar(doc_get(item, b))));
        if (!value.p)
            return kube_full(s->k);
        if (say(s, key, value, value, item) < 0)
            return -1;
    }
    return 0;
}

static int sysctls(const struct say *s, enum setting_key key, const struct doc *d)
{
    return joined(s, key, d, "name", '=', "value");
}

static int aliases(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        DOC_EACH (doc_get(item, "hostnames"), name) {
            struct str value = arena_fmt(s->k->arena, STR_FMT ":" STR_FMT, STR_ARG(doc_scalar(name)),
                                         STR_ARG(doc_text(doc_get(item, "ip"))));
            if (!value.p)
                return kube_full(s->k);
            if (say(s, key, value, value, item) < 0)
                return -1;
        }
    return 0;
}

static int tolerations(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item) {
        struct str name = doc_text(doc_get(item, "key")), effect = doc_text(doc_get(item, "effect"));
        struct str value =
            arena_fmt(s->k->arena, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(name.n ? name : STR("*")),
                      doc_get(item, "value") ? "=" : "", STR_ARG(doc_scalar(doc_get(item, "value"))),
                      effect.n ? ":" : "", STR_ARG(effect));
        if (!value.p)
            return kube_full(s->k);
        if (say(s, key, value, value, item) < 0)
            return -1;
    }
    return 0;
}

/* Rules of anti-affinity: over which nodes, zones ... replicas are spread. */
static int anti_affinity(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (doc_get(d, "requiredDuringSchedulingIgnoredDuringExecution"), term)
        if (doc_get(term, "topologyKey") && text(s, key, doc_get(term, "topologyKey")) < 0)
            return -1;
    DOC_EACH (doc_get(d, "preferredDuringSchedulingIgnoredDuringExecution"), term) {
        const struct doc *over = doc_path(term, "podAffinityTerm.topologyKey");
        if (over && text(s, key, over) < 0)
            return -1;
    }
    return 0;
}

static int topology(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        if (doc_get(item, "topologyKey") && text(s, key, doc_get(item, "topologyKey")) < 0)
            return -1;
    return 0;
}

/* A probe or a hook in one line; *host: the one that it names, of its own. */
static struct str action_text(struct kube *k, const struct doc *d, const struct doc **host)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    const struct doc *exec = doc_get(d, "exec"), *http = doc_get(d, "httpGet"),
                     *tcp = doc_get(d, "tcpSocket");
    const struct doc *at = http ? http : tcp;

    *host = doc_get(at, "host");
    if (exec) {
        buf_str(&b, STR("exec"));
        DOC_EACH (doc_get(exec, "command"), w)
            buf_fmt(&b, " " STR_FMT, STR_ARG(doc_scalar(w)));
    } else if (at) {
        buf_fmt(&b, "%s " STR_FMT ":" STR_FMT STR_FMT, http ? "http" : "tcp", STR_ARG(doc_text(*host)),
                STR_ARG(doc_scalar(doc_get(at, "port"))), STR_ARG(doc_text(doc_get(http, "path"))));
    } else if (doc_get(d, "grpc")) {
        buf_fmt(&b, "grpc :" STR_FMT, STR_ARG(doc_scalar(doc_path(d, "grpc.port"))));
    } else if (doc_get(d, "sleep")) {
        buf_fmt(&b, "sleep " STR_FMT, STR_ARG(doc_scalar(doc_path(d, "sleep.seconds"))));
    }
    return arena_str(k->arena, b.failed ? str_first(buf_view(&b), TEXT_MOST) : buf_view(&b));
}

static int probe(const struct say *s, enum setting_key key, const struct doc *d)
{
    const struct doc *host;
    struct str value = action_text(s->k, d, &host);

    if (doc_text(host).n && text(s, SETTING_PROBE_HOST, host) < 0)
        return -1;
    return value.n ? say(s, key, value, value, d) : 0;
}

static int hooks(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, hook) {
        const struct doc *host;
        struct str what = action_text(s->k, hook, &host);
        struct str value = arena_fmt(s->k->arena, STR_FMT "=" STR_FMT, STR_ARG(hook->key), STR_ARG(what));
        if (!value.p)
            return kube_full(s->k);
        if ((doc_text(host).n && text(s, SETTING_PROBE_HOST, host) < 0) ||
            say(s, key, value, value, hook) < 0)
            return -1;
    }
    return 0;
}

/* Devices that a plugin hands out are asked for like memory: "nvidia.com/gpu". */
static int gpus(const struct say *s, enum setting_key key, const struct doc *d)
{
    DOC_EACH (d->kind == DOC_OBJECT ? d : NULL, item)
        if (str_ends(item->key, STR("/gpu")) && text(s, key, item) < 0)
            return -1;
    return 0;
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

static int say_all(const struct say *s, const struct field *f, const struct doc *of)
{
    for (; of && f->path; f++) {
        const struct doc *d = doc_path(of, f->path);
        if (d && d->kind != DOC_NULL && f->how(s, f->key, d) < 0)
            return -1;
    }
    return 0;
}

/* Before there were fields for them, profiles were annotations of the Pod; a field wins. */
static int annotation(const struct say *s, enum setting_key key, const struct doc *d)
{
    struct str said = doc_text(d), value = said;

    if (str_one_of(said, "runtime/default docker/default"))
        value = STR("default");
    return said.n ? say(s, key, value, said, d) : 0;
}

static int say_annotations(const struct say *pod, const struct say *own, const struct doc *all,
                           struct str name)
{
    struct str of, container;

    DOC_EACH (all && all->kind == DOC_OBJECT ? all : NULL, d) {
        int result = 0;
        str_rsplit(d->key, '/', &of, &container);
        if (str_eq(d->key, STR("seccomp.security.alpha.kubernetes.io/pod")))
            result = annotation(pod, SETTING_SECCOMP, d);
        else if (str_eq(of, STR("container.seccomp.security.alpha.kubernetes.io")) && str_eq(container, name))
            result = annotation(own, SETTING_SECCOMP, d);
        else if (str_eq(of, STR("container.apparmor.security.beta.kubernetes.io")) && str_eq(container, name))
            result = annotation(own, SETTING_APPARMOR, d);
        if (result < 0)
            return -1;
    }
    return 0;
}

int kube_settings(struct kube *k, const struct doc *pod, const struct doc *container, uint32_t workload)
{
    const struct doc *spec = doc_get(pod, "spec");
    struct say by_pod = { k, workload, SAID_BY_POD }, own = { k, workload, SAID_BY_CONTAINER };
    struct say nobody = { k, workload, SAID_BY_DEFAULT };

    if (!doc_get(spec, "serviceAccountName") && !doc_get(spec, "serviceAccount") &&
        say(&nobody, SETTING_SERVICE_ACCOUNT, STR("default"), STR("default"), spec) < 0)
        return -1;
    if (say_annotations(&by_pod, &own, doc_path(pod, "metadata.annotations"),
                        doc_text(doc_get(container, "name"))) < 0 ||
        say_all(&by_pod, of_pod, spec) < 0 ||
        say_all(&by_pod, context, doc_get(spec, "securityContext")) < 0 ||
        say_all(&by_pod, context_of_pod, doc_get(spec, "securityContext")) < 0 ||
        say_all(&by_pod, resources, doc_get(spec, "resources")) < 0)
        return -1;
    return say_all(&own, of_container, container) < 0 ||
                   say_all(&own, resources, doc_get(container, "resources")) < 0 ||
                   say_all(&own, context, doc_get(container, "securityContext")) < 0 ||
                   say_all(&own, context_of_container, doc_get(container, "securityContext")) < 0
               ? -1
               : 0;
}
