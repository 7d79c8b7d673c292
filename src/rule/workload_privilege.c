/* workload_privilege.c - what a container may do that an ordinary process may not: privileged, capabilities,
 * setuid programs. */
#include "model/capability.h"
#include "rule/workload.h"

#include <linux/capability.h>

static const struct word_rule privileged = {
    .key = SETTING_PRIVILEGED,
    .bad = "true",
    .engine = { YES, "does not ask to be privileged" },
    .kubernetes = { YES, "does not ask to be privileged" },
};
static const struct word_rule escalation = {
    .key = SETTING_NO_NEW_PRIVS,
    .good = "true",
    .engine = { NO, "no-new-privileges is not set" },
    .kubernetes = { NO, "allowPrivilegeEscalation is not set to false" },
    .oci = { NO, "noNewPrivileges is not set" },
};

/* What Docker and containerd leave, as the Pod Security Standards list it too (baseline). */
static const uint64_t usual_caps = CAP_BIT(CAP_AUDIT_WRITE) | CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_DAC_OVERRIDE) |
                                   CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_KILL) |
                                   CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_NET_BIND_SERVICE) | CAP_BIT(CAP_SETFCAP) |
                                   CAP_BIT(CAP_SETGID) | CAP_BIT(CAP_SETPCAP) | CAP_BIT(CAP_SETUID) |
                                   CAP_BIT(CAP_SYS_CHROOT);
static const struct cap_rule cap_net_raw = { CAP_BIT(CAP_NET_RAW), false,
                                             "can pretend to be its neighbours on the network" };
static const struct cap_rule cap_sys_admin = {
    CAP_BIT(CAP_SYS_ADMIN), true,
    "may mount file systems, join namespaces and change most of the kernel: as good as privileged"
};
static const struct cap_rule cap_sys_module = { CAP_BIT(CAP_SYS_MODULE), true,
                                                "loads code into the kernel of the host" };
static const struct cap_rule cap_sys_ptrace = {
    CAP_BIT(CAP_SYS_PTRACE), true,
    "reads and changes other processes: with the host's pid namespace those of the host"
};
static const struct cap_rule cap_sys_rawio = {
    CAP_BIT(CAP_SYS_RAWIO), true, "reads and writes the memory and the I/O ports of the machine"
};
static const struct cap_rule cap_dac_read_search = {
    CAP_BIT(CAP_DAC_READ_SEARCH), true,
    "opens files of the host by handle, past every permission (the \"shocker\" escape)"
};
static const struct cap_rule cap_net_admin = {
    CAP_BIT(CAP_NET_ADMIN), true,
    "changes addresses, routes and filters of its network: with the host's network those of the host"
};
static const struct cap_rule cap_bpf = { CAP_BIT(CAP_BPF) | CAP_BIT(CAP_PERFMON), true,
                                         "loads programs into the kernel and reads its memory" };
static const struct cap_rule cap_mac = { CAP_BIT(CAP_MAC_ADMIN) | CAP_BIT(CAP_MAC_OVERRIDE), true,
                                         "changes or passes over SELinux and Smack policy" };
static const struct cap_rule cap_sys_boot = { CAP_BIT(CAP_SYS_BOOT), true,
                                              "restarts the host or loads another kernel" };
static const struct cap_rule cap_sys_time = {
    CAP_BIT(CAP_SYS_TIME), true, "sets the clock of the host: certificates, tokens and logs rest on it"
};
static const struct cap_rule cap_syslog = { CAP_BIT(CAP_SYSLOG), true,
                                            "reads the kernel's log with its addresses" };
static const struct cap_rule cap_audit_control = { CAP_BIT(CAP_AUDIT_CONTROL) | CAP_BIT(CAP_AUDIT_READ), true,
                                                   "switches the audit of the kernel off or reads it" };
static const struct cap_rule cap_checkpoint = { CAP_BIT(CAP_CHECKPOINT_RESTORE), true,
                                                "takes over process ids and reads the memory of processes" };
static const struct cap_rule cap_sys_resource = { CAP_BIT(CAP_SYS_RESOURCE), true,
                                                  "passes over resource limits" };
static const struct cap_rule cap_wake = { CAP_BIT(CAP_SYS_TTY_CONFIG) | CAP_BIT(CAP_WAKE_ALARM) |
                                              CAP_BIT(CAP_BLOCK_SUSPEND) | CAP_BIT(CAP_SYS_NICE) |
                                              CAP_BIT(CAP_IPC_LOCK) | CAP_BIT(CAP_IPC_OWNER) |
                                              CAP_BIT(CAP_LEASE) | CAP_BIT(CAP_LINUX_IMMUTABLE) |
                                              CAP_BIT(CAP_NET_BROADCAST) | CAP_BIT(CAP_SYS_PACCT),
                                          true, "can starve or disturb the host and its neighbours" };

static enum verdict cap_all(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_CAP_ADD) || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, CAP_ADD, s)
        if (str_eq(s->value, STR("ALL")))
            proof_add(p, AT(s), "%s", quoted(s, room));
    const struct setting *s = workload_setting(w, SETTING_CAP_ADD);
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), s ? "%s" : "adds no capabilities%s",
                    s ? quoted(s, room) : "");
}

static enum verdict cap_added(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (workload_privileged(w))
        return VERDICT_NOT_APPLICABLE;
    for (unsigned cap = 0; cap < CAPS_KNOWN; cap++) {
        const struct setting *by = usual_caps >> cap & 1 ? NULL : workload_cap_by(w, cap);
        if (by && cap != CAP_NET_RAW)
            proof_add(p, AT(by), "%s: %s", quoted(by, room), cap_name[cap]);
    }
    return conclude(p, AT_WORKLOAD(w), "has no capability beyond the default");
}

/* NET_BIND_SERVICE alone is what the restricted standard lets one add back. */
static enum verdict caps_kept(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    uint64_t kept = workload_caps(w) & (usual_caps | CAP_BIT(CAP_NET_RAW)) & ~CAP_BIT(CAP_NET_BIND_SERVICE);
    const struct setting *drop = workload_setting(w, SETTING_CAP_DROP);
    char room[QUOTE_ROOM];
    unsigned n = 0;

    if (workload_privileged(w))
        return VERDICT_NOT_APPLICABLE;
    for (unsigned cap = 0; cap < CAPS_KNOWN; cap++)
        n += (kept >> cap & 1) && !workload_cap_by(w, cap);
    if (w->spelling == SPELLING_OCI)
        n = (unsigned)__builtin_popcountll(kept);
    if (n)
        proof_add(p, drop ? AT(drop) : AT_WORKLOAD(w), "%s: %u capabilities of the default are left",
                  drop ? quoted(drop, room) : "drops none", n);
    return conclude(p, drop ? AT(drop) : AT_WORKLOAD(w), "%s", drop ? quoted(drop, room) : "has none");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-privileged",
                   .title = "Container is privileged",
                   .holds = "Container is not privileged",
                   .why = "It has every capability and every device of the host, and neither seccomp nor "
                          "AppArmor: root in it is root on the host, by one mount.",
                   .fix = "Drop privileged and grant the one capability or device that is needed.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.5" }, { CAT_CIS_KUBERNETES, "5.2.2" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_ATTACK, "T1610" }, { CAT_MS_MATRIX, "MS-TA9018" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &privileged,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "privileged: false" },
                             { SPELLING_KUBERNETES, "securityContext:\n  privileged: false" }),
    },
    {
        .check = { .id = "workload-cap-sys-admin",
                   .title = "Container has the capability SYS_ADMIN",
                   .holds = "Container does not have the capability SYS_ADMIN",
                   .why = "A process with it may mount file systems, join namespaces and change most of the "
                          "kernel: as good as privileged.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_admin,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-module",
                   .title = "Container has the capability SYS_MODULE",
                   .holds = "Container does not have the capability SYS_MODULE",
                   .why = "A process with it loads code into the kernel of the host.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_module,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-ptrace",
                   .title = "Container has the capability SYS_PTRACE",
                   .holds = "Container does not have the capability SYS_PTRACE",
                   .why =
                       "A process with it reads and changes other processes: with the host's pid namespace "
                       "those of the host.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_ptrace,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-rawio",
                   .title = "Container has the capability SYS_RAWIO",
                   .holds = "Container does not have the capability SYS_RAWIO",
                   .why = "A process with it reads and writes the memory and the I/O ports of the machine.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_rawio,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-dac-read-search",
                   .title = "Container has the capability DAC_READ_SEARCH",
                   .holds = "Container does not have the capability DAC_READ_SEARCH",
                   .why = "A process with it opens files of the host by handle, past every permission (the "
                          "\"shocker\" escape).",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_dac_read_search,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-net-admin",
                   .title = "Container has the capability NET_ADMIN",
                   .holds = "Container does not have the capability NET_ADMIN",
                   .why = "A process with it changes addresses, routes and filters of its network: with the "
                          "host's network those of the host.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_net_admin,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-bpf",
                   .title = "Container has the capability BPF or PERFMON",
                   .holds = "Container has neither BPF nor PERFMON",
                   .why = "A process with it loads programs into the kernel and reads its memory.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_bpf,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-mac",
                   .title = "Container has a capability over mandatory access control",
                   .holds = "Container has no capability over mandatory access control",
                   .why = "A process with it changes or passes over SELinux and Smack policy.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1562" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_mac,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-boot",
                   .title = "Container has the capability SYS_BOOT",
                   .holds = "Container does not have the capability SYS_BOOT",
                   .why = "A process with it restarts the host or loads another kernel.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1499" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_boot,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-time",
                   .title = "Container has the capability SYS_TIME",
                   .holds = "Container does not have the capability SYS_TIME",
                   .why =
                       "A process with it sets the clock of the host: certificates, tokens and logs rest on "
                       "it.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1070" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_time,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-syslog",
                   .title = "Container has the capability SYSLOG",
                   .holds = "Container does not have the capability SYSLOG",
                   .why = "A process with it reads the kernel's log with its addresses.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1562" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_syslog,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-audit-control",
                   .title = "Container has a capability over the audit log",
                   .holds = "Container has no capability over the audit log",
                   .why = "A process with it switches the audit of the kernel off or reads it.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(R1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1562" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_audit_control,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-checkpoint",
                   .title = "Container has the capability CHECKPOINT_RESTORE",
                   .holds = "Container does not have the capability CHECKPOINT_RESTORE",
                   .why = "A process with it takes over process ids and reads the memory of processes.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_checkpoint,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-sys-resource",
                   .title = "Container has the capability SYS_RESOURCE",
                   .holds = "Container does not have the capability SYS_RESOURCE",
                   .why = "A process with it passes over resource limits.",
                   .fix = "Do not add it; let a helper with that one right do what needs it.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1499" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_sys_resource,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-wake",
                   .title = "Container has capabilities that let it disturb its host",
                   .holds = "Container has no capability that lets it disturb its host",
                   .why = "A process with it can starve or disturb the host and its neighbours.",
                   .fix = "Do not add them; set limits and priorities from outside.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1499" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_wake,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-cap-all",
                   .title = "Container is given all capabilities",
                   .holds = "Container is not given all capabilities",
                   .why = "With all of them root in the container may do to the kernel what root on the host "
                          "may: only seccomp and AppArmor are left.",
                   .fix = "Name the capabilities that are needed instead of ALL.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.9" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9018" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = cap_all,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE]" },
                     { SPELLING_KUBERNETES,
                       "securityContext:\n  capabilities:\n    drop: [ALL]\n    add: [NET_BIND_SERVICE]" }),
    },
    {
        .check = { .id = "workload-cap-added",
                   .title = "Container has capabilities beyond the default",
                   .holds = "Container has no capability beyond the default",
                   .why = "Each right more is a way more for whoever takes the container over; the Pod "
                          "Security Standards allow none beyond the runtime's default.",
                   .fix = "Drop all capabilities and add back only those of the default that are used.",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.8" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = cap_added,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_add: []" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-caps-kept",
                   .title = "Container keeps the runtime's default capabilities",
                   .holds = "Container drops all capabilities",
                   .why = "The default lets root in the container change owners, make device nodes, send raw "
                          "packets and switch users: most programs need none of it.",
                   .fix = "Drop ALL and add back what the program is seen to need.",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.10" },
                                { CAT_PSS, "restricted" }, { CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = caps_kept,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [ALL]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [ALL]" }),
    },
    {
        .check = { .id = "workload-net-raw",
                   .title = "Container can send raw packets",
                   .holds = "Container cannot send raw packets",
                   .why = "With NET_RAW it can pretend to be its neighbours on the network (ARP and DNS "
                          "spoofing) and listen to what is not for it; Docker and containerd leave it by "
                          "default.",
                   .fix = "Drop NET_RAW, or all capabilities.",
                   .threats = THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.4" }, { CAT_CIS_KUBERNETES, "5.2.7" }, { CAT_NIST, "4.4.2" },
                            { CAT_MS_MATRIX, "MS-TA9036" }, { CAT_OWASP_DOCKER, "D03" },
                            { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_cap,
        .with = &cap_net_raw,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE, "cap_drop: [NET_RAW]" },
                     { SPELLING_KUBERNETES, "securityContext:\n  capabilities:\n    drop: [NET_RAW]" }),
    },
    {
        .check = { .id = "workload-privilege-escalation",
                   .title = "Processes can gain more privileges than they started with",
                   .holds = "Processes cannot gain privileges",
                   .why = "Without no_new_privs a setuid program or one with file capabilities makes an "
                          "unprivileged process root, and a hole in it does so for an attacker.",
                   .fix = "Set no-new-privileges.",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.26" }, { CAT_CIS_KUBERNETES, "5.2.6" },
                                { CAT_PSS, "restricted" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1068" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-269" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &escalation,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "security_opt: [\"no-new-privileges:true\"]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  allowPrivilegeEscalation: false" }),
    },
};
const struct rule_set rules_workload_privilege = { "workload_privilege", table, ARRAY_LEN(table) };
