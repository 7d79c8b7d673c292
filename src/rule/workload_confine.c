/* workload_confine.c - what holds a process that has gone bad: seccomp, AppArmor, SELinux, masked files of
 * the kernel, kernel parameters, devices. */
#include "rule/workload.h"

static const struct word_rule seccomp = {
    .key = SETTING_SECCOMP,
    .bad = "unconfined",
    .engine = { YES, "does not switch off the engine's default profile" },
    .oci = { NO, "no seccomp filter" },
};
/* Where silence means no filter at all. */
static const struct word_rule seccomp_said = {
    .key = SETTING_SECCOMP,
    .bad = "unconfined",
    .kubernetes = { NO, "no seccompProfile: unconfined, unless the kubelet sets a default" },
};
static enum verdict seccomp_unset(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    return w->spelling == SPELLING_KUBERNETES ? judge_word(r, subject, p) : VERDICT_NOT_APPLICABLE;
}

static const struct word_rule apparmor = {
    .key = SETTING_APPARMOR,
    .bad = "unconfined",
    .engine = { YES, "does not switch off the engine's default profile" },
    .kubernetes = { YES, "does not switch off the runtime's default profile" },
    .oci = { UNKNOWN, "no profile: whether the host has AppArmor is not known" },
};

static enum verdict selinux(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char types[] =
        "container_t container_init_t container_kvm_t container_engine_t svirt_lxc_net_t";
    const struct workload *w = subject;
    char room[QUOTE_ROOM];
    struct str name, value;

    if (!workload_can_say(w, SETTING_SELINUX) || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, SELINUX, s) {
        str_split(s->value, '=', &name, &value);
        if (str_eq(name, STR("disabled")) || str_one_of(name, "user role") ||
            (str_eq(name, STR("type")) && !str_one_of(value, types)))
            proof_add(p, AT(s), "%s", quoted(s, room));
    }
    const struct setting *s = workload_setting(w, SETTING_SELINUX);
    if (s)
        return conclude(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "leaves the label to the runtime");
}

static enum verdict unmasked(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *mount = workload_setting(w, SETTING_PROC_MOUNT);
    const struct setting *masked = workload_setting(w, SETTING_MASKED_PATHS);
    char room[QUOTE_ROOM];

    if (workload_privileged(w))
        return VERDICT_NOT_APPLICABLE;
    if (mount && str_eq_nocase(mount->value, STR("unmasked")))
        proof_add(p, AT(mount), "%s", quoted(mount, room));
    if (masked && !masked->value.n)
        proof_add(p, AT(masked), "no path is masked");
    if (w->spelling == SPELLING_OCI && !masked)
        proof_add(p, AT_WORKLOAD(w), "no maskedPaths");
    const struct setting *s = mount ? mount : masked;
    if (s)
        return conclude(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "leaves the runtime's masks in place");
}

/* Those that Kubernetes allows to all, because they belong to a namespace and harm no neighbour. */
static bool is_safe_sysctl(struct str name)
{
    return str_one_of(name,
                      "kernel.shm_rmid_forced net.ipv4.ip_local_port_range "
                      "net.ipv4.ip_unprivileged_port_start net.ipv4.tcp_syncookies net.ipv4.ping_group_range "
                      "net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time "
                      "net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes "
                      "net.ipv4.tcp_rmem net.ipv4.tcp_wmem");
}

static enum verdict sysctls(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str name, value;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_SYSCTL))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, SYSCTL, s) {
        str_split(s->value, '=', &name, &value);
        bool escapes = value.n && str_has_char(value, '+');
        if (is_safe_sysctl(name) && !escapes)
            continue;
        /* The kernel keeps these for each network: without the host's they are the container's own. */
        bool own = str_starts(name, STR("net.")) && !escapes &&
                   !str_eq(workload_value(w, SETTING_NS_NET), STR("host"));
        proof_weigh(p, own ? SEVERITY_LOW : r->check.severity);
        proof_add(p, AT(s), "%s%s", quoted(s, room), own ? ": of its own network" : "");
    }
    const struct setting *s = workload_setting(w, SETTING_SYSCTL);
    if (s)
        return conclude(p, AT(s), "%s is of the safe list", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "sets no kernel parameter");
}

/* What a device is, by its name: disks and memory are the whole host. */
static bool is_whole_host(struct str device)
{
    static const char *const begins[] = { "/dev/sd",     "/dev/vd",     "/dev/xvd",  "/dev/nvme", "/dev/dm-",
                                          "/dev/mapper", "/dev/mem",    "/dev/kmem", "/dev/port", "/dev/md",
                                          "/dev/disk",   "/dev/mmcblk", "/dev/loop" };

    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (str_starts(device, str_of(begins[i])))
            return true;
    return str_one_of(device, "all /dev /dev/");
}

/* "a *:* rwm", "b 8:* rw": all devices, or all disks. */
static bool is_wide_rule(struct str rule)
{
    return str_starts(rule, STR("a ")) || str_starts(rule, STR("b ")) || str_has(rule, STR("*:*"));
}

static enum verdict devices(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str device, rest;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_DEVICE) || workload_privileged(w))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, DEVICE, s) {
        str_split(s->value, ':', &device, &rest);
        if (is_whole_host(device))
            proof_weigh(p, SEVERITY_CRITICAL);
        proof_add(p, AT(s), "%s%s", quoted(s, room), is_whole_host(device) ? ": all files of the host" : "");
    }
    WORKLOAD_SAID (w, DEVICE_RULE, s)
        if (is_wide_rule(s->value)) {
            proof_weigh(p, SEVERITY_HIGH);
            proof_add(p, AT(s), "%s", quoted(s, room));
        }
    return conclude(p, AT_WORKLOAD(w), "is given no device");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-seccomp-off",
                   .title = "Seccomp is switched off",
                   .holds = "Seccomp is not switched off",
                   .why = "Every system call of the kernel is open: most kernel escapes of the last years "
                          "(CVE-2022-0185, CVE-2022-0492) are stopped by the default profile.",
                   .fix = "Use the runtime's default profile.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.22" }, { CAT_CIS_KUBERNETES, "5.7.2" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &seccomp,
        .snippets = SNIPPETS(
            { SPELLING_COMPOSE, "security_opt: []" },
            { SPELLING_KUBERNETES, "securityContext:\n  seccompProfile:\n    type: RuntimeDefault" }),
    },
    {
        .check = { .id = "workload-seccomp-unset",
                   .title = "No seccomp profile is asked for",
                   .holds = "A seccomp profile is asked for",
                   .why = "Kubernetes runs containers without any filter of system calls unless the Pod asks "
                          "for one or the kubelet is told to set the default.",
                   .fix = "Ask for the runtime's default profile.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_CIS_KUBERNETES, "5.7.2" }, { CAT_PSS, "restricted" }, { CAT_NIST, "4.4.3" },
                            { CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = seccomp_unset,
        .with = &seccomp_said,
        .snippets = SNIPPETS(
            { SPELLING_COMPOSE, "security_opt: [\"seccomp=profile.json\"]" },
            { SPELLING_KUBERNETES, "securityContext:\n  seccompProfile:\n    type: RuntimeDefault" }),
    },
    {
        .check = { .id = "workload-apparmor-off",
                   .title = "AppArmor is switched off",
                   .holds = "AppArmor is not switched off",
                   .why =
                       "The default profile is what forbids mounting and writing to most of /proc and /sys "
                       "for root in a container.",
                   .fix = "Use the runtime's default profile.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.2" }, { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" },
                                { CAT_ATTACK, "T1611" }, { CAT_OWASP_DOCKER, "D05" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = judge_word,
        .with = &apparmor,
        .snippets = SNIPPETS(
            { SPELLING_COMPOSE, "security_opt: []" },
            { SPELLING_KUBERNETES, "securityContext:\n  appArmorProfile:\n    type: RuntimeDefault" }),
    },
    {
        .check = { .id = "workload-selinux-off",
                   .title = "SELinux does not separate the container",
                   .holds = "SELinux separates the container",
                   .why = "Without labels, or with the label of a type that may do everything (spc_t), a "
                          "process that breaks out is free on the host.",
                   .fix = "Do not disable labels and keep the type container_t.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.3" }, { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" },
                                { CAT_ATTACK, "T1611" }, { CAT_OWASP_DOCKER, "D05" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = selinux,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "security_opt: []" },
                             { SPELLING_KUBERNETES, "securityContext:\n  seLinuxOptions: {}" }),
    },
    {
        .check = { .id = "workload-unmasked-proc",
                   .title = "Files of the kernel in /proc and /sys are not masked",
                   .holds = "Files of the kernel in /proc and /sys are masked",
                   .why =
                       "Memory of the kernel, its keys and its switches (core_pattern, sysrq) are then open "
                       "to root in the container.",
                   .fix = "Leave the paths masked.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = unmasked,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "security_opt: []" },
                             { SPELLING_KUBERNETES, "securityContext:\n  procMount: Default" }),
    },
    {
        .check = { .id = "workload-unsafe-sysctl",
                   .title = "Container sets kernel parameters that are not its own alone",
                   .holds = "Container sets no kernel parameter that reaches beyond it",
                   .why =
                       "Kernel parameters outside of the safe list change the node for all, or let one "
                       "container starve the others; with a hostile value a runtime was led to run code on "
                       "the host (CVE-2022-0811).",
                   .fix = "Remove them, or use those of the safe list.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = sysctls,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "sysctls: {}" },
                             { SPELLING_KUBERNETES, "securityContext:\n  sysctls: []" }),
    },
    {
        .check = { .id = "workload-device",
                   .title = "Devices of the host are given to the container",
                   .holds = "No device of the host is given to the container",
                   .why =
                       "A disk is all files of the host past every permission; other devices are doors into "
                       "the kernel.",
                   .fix = "Remove the devices, or give a single one that is harmless, read-only.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.18" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }) },
        .on = ON_WORKLOAD,
        .judge = devices,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "devices: []" }),
    },
};
const struct rule_set rules_workload_confine = { "workload_confine", table, ARRAY_LEN(table) };
