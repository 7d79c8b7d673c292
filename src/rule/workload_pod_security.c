/* workload_pod_security.c - Kubernetes' Pod Security Standards, field by field as the admission plugin judges
 * them, for what it would be asked about: Pods. The same weaknesses are judged for every spelling by rules of
 * their own; these two say whether the cluster could refuse the Pod by a label of its namespace.
 *
 * The standards differ by version; which one counts, the label of the namespace says, else it is the newest.
 */
#include "rule/cluster.h"

enum { NEWEST = 1000 }; /* minor version of Kubernetes 1.x */

enum level { BASELINE, RESTRICTED };

struct check_of {
    const char *name; /* as the plugin's own tests name it */
    enum level level;
    bool linux_only; /* says nothing of Pods for Windows */
    void (*look)(const struct check_of *c, const struct workload *w, struct proof *p);
    enum setting_key key; /* of shared looks */
    const char *good;
};

/* The text that was written: the plugin compares that, and NET_RAW is not CAP_NET_RAW to it. */
static struct str written(const struct setting *s)
{
    return s->said.n ? s->said : s->value;
}

static void broken(struct proof *p, const struct check_of *c, const struct setting *s)
{
    char room[QUOTE_ROOM];

    proof_add(p, AT(s), "%s: %s", c->name, quoted(s, room));
}

static void not_said(struct proof *p, const struct check_of *c, const struct workload *w, const char *what)
{
    proof_add(p, AT_WORKLOAD(w), "%s: %s", c->name, what);
}

#define EACH_SAID(w, key_, s)                                         \
    for (uint32_t i_ = (w)->at[key_]; i_ < (w)->at[(key_) + 1]; i_++) \
        for (const struct setting *s = (w)->setting[i_]; s; s = NULL)

/* No value of the setting, on whichever level, but good ones. */
static void only_good(const struct check_of *c, const struct workload *w, struct proof *p)
{
    EACH_SAID (w, c->key, s)
        if (!str_one_of(s->value, c->good))
            broken(p, c, s);
}

static void host_namespaces(const struct check_of *c, const struct workload *w, struct proof *p)
{
    static const enum setting_key keys[] = { SETTING_NS_PID, SETTING_NS_IPC, SETTING_NS_NET };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        EACH_SAID (w, keys[i], s)
            if (str_eq(s->value, STR("host")))
                broken(p, c, s);
}

static void capabilities(const struct check_of *c, const struct workload *w, struct proof *p)
{
    EACH_SAID (w, SETTING_CAP_ADD, s)
        if (!str_one_of(written(s), c->good))
            broken(p, c, s);
}

static void drops_all(const struct check_of *c, const struct workload *w, struct proof *p)
{
    bool all = false;

    EACH_SAID (w, SETTING_CAP_DROP, s)
        all |= str_eq(written(s), STR("ALL"));
    if (!all)
        not_said(p, c, w, "capabilities.drop does not have ALL");
    capabilities(c, w, p);
}

static void host_paths(const struct check_of *c, const struct workload *w, struct proof *p)
{
    WORKLOAD_EACH (w, mount, m)
        if (str_eq(m->kind, STR("bind")))
            proof_add(p, AT(m), "%s: hostPath " STR_FMT, c->name, STR_ARG(str_first(m->source, 100)));
}

static void host_ports(const struct check_of *c, const struct workload *w, struct proof *p)
{
    WORKLOAD_EACH (w, port, port)
        if (port->host_port.n)
            proof_add(p, AT(port), "%s: hostPort " STR_FMT, c->name, STR_ARG(str_first(port->host_port, 10)));
}

static void app_armor(const struct check_of *c, const struct workload *w, struct proof *p)
{
    EACH_SAID (w, c->key, s)
        if (!str_eq(s->value, STR("default")) && !str_starts(s->value, STR("localhost/")))
            broken(p, c, s);
}

static void se_linux(const struct check_of *c, const struct workload *w, struct proof *p)
{
    EACH_SAID (w, SETTING_SELINUX, s) {
        struct str name, value;
        str_split(s->value, '=', &name, &value);
        if (value.n &&
            (str_one_of(name, "user role") || (str_eq(name, STR("type")) && !str_one_of(value, c->good))))
            broken(p, c, s);
    }
}

/* "pod-security.kubernetes.io/enforce-version: v1.24" */
static unsigned version_for(const struct workload *w)
{
    const struct space *s =
        w->in && w->in->cluster ? cluster_space(w->in->cluster, workload_namespace(w)) : NULL;
    struct str version =
        label_value(s ? s->labels : (struct strs){ 0 }, STR("pod-security.kubernetes.io/enforce-version"));
    uint64_t minor;

    if (str_starts(version, STR("v1.")) && str_u64(str_skip(version, 3), 10, &minor) && minor < NEWEST)
        return (unsigned)minor;
    return NEWEST;
}

static bool has_user_namespace(const struct workload *w)
{
    return str_eq(workload_value(w, SETTING_NS_USER), STR("private"));
}

static void proc_mount(const struct check_of *c, const struct workload *w, struct proof *p)
{
    if (c->level == RESTRICTED || version_for(w) < 35 || !has_user_namespace(w))
        only_good(c, w, p);
}

/* Sysctls that belong to the Pod's own namespaces, and since when they are allowed. */
static const struct {
    const char *name;
    unsigned since;
} safe_sysctls[] = {
    { "kernel.shm_rmid_forced", 0 },
    { "net.ipv4.ip_local_port_range", 0 },
    { "net.ipv4.ip_unprivileged_port_start", 0 },
    { "net.ipv4.tcp_syncookies", 0 },
    { "net.ipv4.ping_group_range", 0 },
    { "net.ipv4.ip_local_reserved_ports", 27 },
    { "net.ipv4.tcp_keepalive_time", 29 },
    { "net.ipv4.tcp_fin_timeout", 29 },
    { "net.ipv4.tcp_keepalive_intvl", 29 },
    { "net.ipv4.tcp_keepalive_probes", 29 },
    { "net.ipv4.tcp_rmem", 32 },
    { "net.ipv4.tcp_wmem", 32 },
    { "net.ipv4.tcp_slow_start_after_idle", 37 },
    { "net.ipv4.tcp_notsent_lowat", 37 },
};

static void sysctls(const struct check_of *c, const struct workload *w, struct proof *p)
{
    unsigned version = version_for(w);

    EACH_SAID (w, SETTING_SYSCTL, s) {
        struct str name, value;
        bool safe = false;
        str_split(s->value, '=', &name, &value);
        for (size_t i = 0; i < ARRAY_LEN(safe_sysctls); i++)
            safe |= str_eq(str_of(safe_sysctls[i].name), name) && version >= safe_sysctls[i].since;
        if (!safe)
            broken(p, c, s);
    }
}

static void seccomp(const struct check_of *c, const struct workload *w, struct proof *p)
{
    bool said = false;

    EACH_SAID (w, SETTING_SECCOMP, s) {
        said = true;
        if (!str_eq(s->value, STR("default")) && !str_starts(s->value, STR("localhost/")))
            broken(p, c, s);
    }
    if (!said && c->level == RESTRICTED)
        not_said(p, c, w, "no seccompProfile");
}

static void probe_hosts(const struct check_of *c, const struct workload *w, struct proof *p)
{
    if (version_for(w) < 34)
        return;
    EACH_SAID (w, SETTING_PROBE_HOST, s)
        broken(p, c, s);
}

static void privilege_escalation(const struct check_of *c, const struct workload *w, struct proof *p)
{
    const struct setting *s = workload_setting(w, SETTING_NO_NEW_PRIVS);

    if (!s)
        not_said(p, c, w, "allowPrivilegeEscalation is not false");
    else if (!str_eq(s->value, STR("true")))
        broken(p, c, s);
}

static void non_root(const struct check_of *c, const struct workload *w, struct proof *p)
{
    const struct setting *s = workload_setting(w, SETTING_NON_ROOT);

    if (!s)
        not_said(p, c, w, "runAsNonRoot is not true");
    else if (!str_eq(s->value, STR("true")))
        broken(p, c, s);
}

static void user_zero(const struct check_of *c, const struct workload *w, struct proof *p)
{
    EACH_SAID (w, SETTING_USER, s)
        if (str_eq(s->value, STR("0")))
            broken(p, c, s);
}

static void volumes(const struct check_of *c, const struct workload *w, struct proof *p)
{
    WORKLOAD_EACH (w, mount, m)
        if (!str_one_of(m->kind, c->good))
            proof_add(p, AT(m), "%s: " STR_FMT, c->name, STR_ARG(str_first(m->kind, 60)));
}

static const struct check_of checks[] = {
    { "windowshostprocess", BASELINE, false, only_good, SETTING_HOST_PROCESS, "false" },
    { "hostnamespaces", BASELINE, false, host_namespaces, 0, NULL },
    { "privileged", BASELINE, false, only_good, SETTING_PRIVILEGED, "false" },
    { "capabilities_baseline", BASELINE, false, capabilities, 0,
      "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP "
      "SETUID "
      "SYS_CHROOT" },
    { "hostpathvolumes", BASELINE, false, host_paths, 0, NULL },
    { "hostports", BASELINE, false, host_ports, 0, NULL },
    { "apparmorprofile", BASELINE, false, app_armor, SETTING_APPARMOR, NULL },
    { "selinuxoptions", BASELINE, false, se_linux, 0,
      "container_t container_init_t container_kvm_t container_engine_t" },
    { "procmount", BASELINE, false, proc_mount, SETTING_PROC_MOUNT, "default" },
    { "seccompprofile_baseline", BASELINE, false, seccomp, 0, NULL },
    { "sysctls", BASELINE, false, sysctls, 0, NULL },
    { "hostprobesandhostlifecycle", BASELINE, false, probe_hosts, 0, NULL },
    { "restrictedvolumes", RESTRICTED, false, volumes, 0,
      "configmap csi downward emptydir tmpfs ephemeral image pvc device projected secret" },
    { "allowprivilegeescalation", RESTRICTED, true, privilege_escalation, 0, NULL },
    { "runasnonroot", RESTRICTED, false, non_root, 0, NULL },
    { "runasuser", RESTRICTED, false, user_zero, 0, NULL },
    { "seccompprofile_restricted", RESTRICTED, true, seccomp, 0, NULL },
    { "capabilities_restricted", RESTRICTED, true, drops_all, 0, "NET_BIND_SERVICE" },
    { "procmount_restricted", RESTRICTED, false, proc_mount, SETTING_PROC_MOUNT, "default" },
};

static enum verdict judge_level(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const enum level *most = r->with;
    bool windows = version_for(w) >= 25 && str_eq(workload_value(w, SETTING_OS), STR("windows"));
    size_t n = 0;

    if (w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        if (checks[i].level <= *most && !(windows && checks[i].linux_only)) {
            checks[i].look(&checks[i], w, p);
            n++;
        }
    if (p->found && workload_is_system(w))
        proof_weigh(p, SEVERITY_INFO); /* it needs what it has: its namespace is exempt for it */
    return conclude(p, AT_WORKLOAD(w), "all %zu checks hold", n);
}

static const enum level baseline = BASELINE, restricted = RESTRICTED;

static const struct rule table[] = {
    {
        .check = { .id = "workload-pod-security-baseline",
                   .title = "Pod does not meet the baseline standard",
                   .holds = "Pod meets the baseline standard",
                   .why =
                       "The baseline keeps out the known ways to the node: a namespace that admits this Pod "
                       "admits an attacker's with the same fields.",
                   .fix = "Take out the fields named, and have the namespace enforce the baseline.",
                   .snippet = "kubectl label namespace NAME pod-security.kubernetes.io/enforce=baseline",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_PSS, "baseline" }, { CAT_CIS_KUBERNETES, "5.2.2" },
                                { CAT_CIS_KUBERNETES, "5.2.3" }, { CAT_CIS_KUBERNETES, "5.2.4" },
                                { CAT_CIS_KUBERNETES, "5.2.5" }, { CAT_CIS_KUBERNETES, "5.2.10" },
                                { CAT_CIS_KUBERNETES, "5.2.11" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_NIST, "4.4.3" },
                                { CAT_ATTACK, "T1611" }) },
        .on = ON_WORKLOAD,
        .judge = judge_level,
        .with = &baseline,
    },
    {
        .check = { .id = "workload-pod-security-restricted",
                   .title = "Pod does not meet the restricted standard",
                   .holds = "Pod meets the restricted standard",
                   .why =
                       "What is restricted runs without root, without capabilities and without ways to get "
                       "them: a hole in the application stays one.",
                   .fix = "Set the fields named, and have the namespace enforce the restricted standard.",
                   .snippet = "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, "
                              "capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_PSS, "restricted" }, { CAT_CIS_KUBERNETES, "5.2.6" },
                                { CAT_CIS_KUBERNETES, "5.2.7" }, { CAT_CIS_KUBERNETES, "5.2.8" },
                                { CAT_CIS_KUBERNETES, "5.2.9" }, { CAT_CIS_KUBERNETES, "5.6.2" },
                                { CAT_CIS_KUBERNETES, "5.6.3" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" }) },
        .on = ON_WORKLOAD,
        .judge = judge_level,
        .with = &restricted,
    },
};
const struct rule_set rules_workload_pod_security = { "workload_pod_security", table, ARRAY_LEN(table) };
