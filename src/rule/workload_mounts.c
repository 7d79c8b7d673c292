/* workload_mounts.c - mounts that are dangerous whatever of the host they show. */
#include "rule/workload.h"

#include "rule/names.h"

/* Of a path of the host, or of the folder that the document lies in. */
static bool is_host_path(const struct workload *w, const struct mount *m)
{
    return (str_eq(m->kind, STR("bind")) && m->source.n) || mount_host_path(w, m).n;
}

/* Paths of which rules of their own speak are left to them. */
static enum verdict host_mount(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, mount, m)
        if (is_host_path(w, m) && m->read_only != YES && !host_path_is_judged(mount_host_path(w, m)))
            proof_add(p, AT(m), STR_FMT " at " STR_FMT, STR_ARG(str_first(m->source, 120)),
                      STR_ARG(str_first(m->target, 120)));
    return conclude(p, AT_WORKLOAD(w), "%u mounts, none of them a writable folder of the host", w->n_mount);
}

static enum verdict propagation(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    WORKLOAD_EACH (w, mount, m)
        if (str_one_of(m->propagation, "shared rshared"))
            proof_add(p, AT(m), STR_FMT " at " STR_FMT ": " STR_FMT, STR_ARG(str_first(m->source, 120)),
                      STR_ARG(str_first(m->target, 120)), STR_ARG(m->propagation));
    return conclude(p, AT_WORKLOAD(w), "%u mounts, none of them shared", w->n_mount);
}

/* The runtime's own mounts of a bundle, which are what belongs there. */
static bool is_kernels_own(const struct mount *m)
{
    return str_one_of(m->kind, "tmpfs proc sysfs cgroup cgroup2 devpts mqueue");
}

static enum verdict mount_over(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    WORKLOAD_EACH (w, mount, m)
        if (!is_kernels_own(m) &&
            (path_within(m->target, STR("/proc")) || path_within(m->target, STR("/sys")) ||
             str_one_of(m->target, "/etc/passwd /etc/shadow /etc/group / /etc")) &&
            !str_eq(m->source, m->target))
            proof_add(p, AT(m), STR_FMT " at " STR_FMT, STR_ARG(str_first(m->source, 120)),
                      STR_ARG(str_first(m->target, 120)));
    return conclude(p, AT_WORKLOAD(w), "%u mounts, none over /proc, /sys or accounts", w->n_mount);
}

/* By what it is, or by the name of the file. */
static bool is_secret(const struct mount *m)
{
    const struct tell *t = tell_of(m->source, false);

    return str_eq(m->kind, STR("secret")) || path_within(m->target, STR("/run/secrets")) ||
           str_ends(m->source, STR(".key")) || str_ends(m->source, STR(".pem")) ||
           (t && (t->kind == TELL_CREDENTIAL || t->kind == TELL_HOST_KEY));
}

static enum verdict secret_writable(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct mount *good = NULL;

    WORKLOAD_EACH (w, mount, m) {
        if (!is_secret(m))
            continue;
        if (str_eq(m->kind, STR("bind")) && m->read_only != YES)
            proof_add(p, AT(m), STR_FMT " at " STR_FMT, STR_ARG(str_first(m->source, 120)),
                      STR_ARG(str_first(m->target, 120)));
        else
            good = m;
    }
    if (!good && !p->found)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, good ? AT(good) : AT_WORKLOAD(w), STR_FMT " is read-only",
                    STR_ARG(good ? str_first(good->target, 120) : STR("")));
}

static enum verdict subpath(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, mount, m)
        if (m->sub_path.n && m->read_only != YES &&
            !str_one_of(m->kind, "secret configmap projected downward"))
            proof_add(p, AT(m), STR_FMT " at " STR_FMT, STR_ARG(str_first(m->sub_path, 120)),
                      STR_ARG(str_first(m->target, 120)));
    return conclude(p, AT_WORKLOAD(w), "%u mounts, none of them a writable part", w->n_mount);
}

/* Engines mount temporary file systems with noexec unless told otherwise. */
static enum verdict tmpfs_exec(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    unsigned n = 0;

    if (w->spelling == SPELLING_KUBERNETES || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, mount, m) {
        if (!str_eq(m->kind, STR("tmpfs")))
            continue;
        n++;
        for (size_t i = 0; i < m->options.n; i++)
            if (str_eq(m->options.p[i], STR("exec")))
                proof_add(p, AT(m), STR_FMT " is mounted with exec", STR_ARG(str_first(m->target, 120)));
    }
    return n ? conclude(p, AT_WORKLOAD(w), "%u temporary file systems, none with exec", n)
             : VERDICT_NOT_APPLICABLE;
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-host-mount",
                   .title = "A folder of the host is mounted writable",
                   .holds = "No folder of the host is mounted writable",
                   .why =
                       "What the container writes there the host and others read: a bind mount is a way out "
                       "of the container for files, and their owners are the container's uids.",
                   .fix = "Use a named volume, or mount it read-only.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                            { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_MS_MATRIX, "MS-TA9013" },
                            { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = host_mount,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - ./data:/data:ro" },
                             { SPELLING_KUBERNETES,
                               "volumeMounts:\n  - name: data\n    mountPath: /data\n    readOnly: true" }),
    },
    {
        .check = { .id = "workload-mount-propagation",
                   .title = "Mounts made in the container appear on the host",
                   .holds = "Mounts made in the container stay in it",
                   .why = "With shared propagation a process with the right to mount lays file systems over "
                          "those of the host.",
                   .fix = "Leave the propagation private, or rslave where the host's mounts must be seen.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.20" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D04" }) },
        .on = ON_WORKLOAD,
        .judge = propagation,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE,
                       "volumes:\n  - type: bind\n    source: /srv/app\n    target: /data\n    bind:\n      "
                       "propagation: private" },
                     { SPELLING_KUBERNETES, "mountPropagation: None" }),
    },
    {
        .check = { .id = "workload-mount-over-system",
                   .title = "A mount lies over files of the kernel or of the runtime",
                   .holds = "No mount lies over files of the kernel or of the runtime",
                   .why =
                       "A mount at /proc or /sys replaces what the runtime checks and masks "
                       "(CVE-2019-16884), and one at /dev/shm or /etc/passwd replaces what programs trust.",
                   .fix = "Mount it somewhere else.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" }, { CAT_OWASP_DOCKER, "D04" }) },
        .on = ON_WORKLOAD,
        .judge = mount_over,
    },
    {
        .check = { .id = "workload-secret-writable",
                   .title = "A secret is mounted writable",
                   .holds = "Secrets are mounted read-only",
                   .why = "A process that was taken over can change the secret for all that share it.",
                   .fix = "Mount secrets read-only with mode 0400.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_WORKLOAD,
        .judge = secret_writable,
        .snippets = SNIPPETS(
            { SPELLING_KUBERNETES,
              "volumes:\n  - name: keys\n    secret:\n      secretName: keys\n      defaultMode: 0400" },
            { SPELLING_COMPOSE, "secrets:\n  - source: db\n    mode: 0400" }),
    },
    {
        .check = { .id = "workload-subpath-writable",
                   .title = "A part of a volume is mounted writable by its path",
                   .holds = "No part of a volume is mounted writable by its path",
                   .why =
                       "A symbolic link laid in the volume led the kubelet to mount any folder of the host "
                       "(CVE-2021-25741, before 1.22.2).",
                   .fix = "Mount the whole volume, or make the mount read-only.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_ATTACK, "T1611" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-59" }) },
        .on = ON_WORKLOAD,
        .judge = subpath,
    },
    {
        .check = { .id = "workload-tmpfs-exec",
                   .title = "Programs can be run from a temporary file system",
                   .holds = "No program can be run from a temporary file system",
                   .why = "What an attacker downloads to /tmp runs from there, also where the root is "
                          "read-only.",
                   .fix = "Mount it with noexec, nosuid and nodev.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.13" }, { CAT_NIST, "4.4.4" },
                                { CAT_ATTACK, "T1059.013" }, { CAT_OWASP_DOCKER, "D09" }) },
        .on = ON_WORKLOAD,
        .judge = tmpfs_exec,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "tmpfs:\n  - /tmp:noexec,nosuid,nodev,size=64m" }),
    },
};
const struct rule_set rules_workload_mounts = { "workload_mounts", table, ARRAY_LEN(table) };
