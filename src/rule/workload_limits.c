/* workload_limits.c - how much of its host one container can take. */
#include "rule/workload.h"

enum { SHM_LARGE = 1 << 30 };

static const struct limit_rule memory_limit = { SETTING_MEMORY, "bytes" };
static const struct limit_rule cpu_limit = { SETTING_CPU, "thousandths of a processor" };
static const struct limit_rule pids_limit = { SETTING_PIDS, "processes" };
static const struct limit_rule memory_request = { SETTING_MEMORY_REQUEST, "are kept for it" };
static const struct limit_rule cpu_request = { SETTING_CPU_REQUEST, "are kept for it" };

static const struct word_rule oom_kill = {
    .key = SETTING_OOM_KILL_DISABLE,
    .bad = "true",
    .engine = { YES, "does not switch off the OOM killer" },
    .oci = { YES, "does not switch off the OOM killer" },
};

static enum verdict storage(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *limit = workload_setting(w, SETTING_STORAGE);
    const struct setting *read_only = workload_setting(w, SETTING_READ_ONLY_ROOT);
    bool fixed = read_only && str_eq(read_only->value, STR("true"));
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_STORAGE))
        return VERDICT_NOT_APPLICABLE;
    if (!limit && !fixed)
        proof_add(p, AT_WORKLOAD(w), "no limit is set");
    WORKLOAD_EACH (w, mount, m)
        if (!limit && w->spelling == SPELLING_KUBERNETES && str_one_of(m->kind, "emptydir tmpfs") && !m->size)
            proof_add(p, AT(m), "emptyDir at " STR_FMT " has no sizeLimit",
                      STR_ARG(str_first(m->target, 120)));
    const struct setting *by = limit ? limit : read_only;
    return conclude(p, by ? AT(by) : AT_WORKLOAD(w), "%s", by ? quoted(by, room) : "");
}

/* "nofile=1024:2048" */
static bool is_endless(struct str limit)
{
    struct str name, rest, soft, hard;
    uint64_t n;

    str_split(limit, '=', &name, &rest);
    str_split(rest, ':', &soft, &hard);
    return str_eq(name, STR("nofile")) && (!str_u64(hard.n ? hard : soft, 10, &n) || n > 1u << 30);
}

static enum verdict ulimits(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *last = workload_setting(w, SETTING_ULIMIT);
    char room[QUOTE_ROOM];

    if (!last)
        return VERDICT_NOT_APPLICABLE; /* the engine's default holds */
    WORKLOAD_SAID (w, ULIMIT, s)
        if (is_endless(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(last), "%s", quoted(last, room));
}

static enum verdict oom_score(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_OOM_SCORE_ADJ);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_OOM_SCORE_ADJ))
        return VERDICT_NOT_APPLICABLE;
    if (s && str_starts(s->value, STR("-")))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "leaves the score alone");
}

static enum verdict cgroup_parent(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_CGROUP_PARENT);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_CGROUP_PARENT) || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    if (s && s->value.n)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "asks for none");
}

static enum verdict large_shm(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_SHM_SIZE);
    uint64_t n = 0;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_SHM_SIZE))
        return VERDICT_NOT_APPLICABLE;
    if (s && str_u64(s->value, 10, &n) && n > SHM_LARGE)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s",
                    s ? quoted(s, room) : "leaves the engine's default of 64 MiB");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-no-memory-limit",
                   .title = "Container may take all memory of the host",
                   .holds = "Memory of the container is limited",
                   .why = "A leak or an attack in it has the kernel kill other processes of the host.",
                   .fix = "Set a limit on its memory, with room above what it is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.11" }, { CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1496" },
                                { CAT_MS_MATRIX, "MS-TA9039" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_limit,
        .with = &memory_limit,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "mem_limit: 256m" },
                             { SPELLING_KUBERNETES, "resources:\n  limits:\n    memory: 256Mi" }),
    },
    {
        .check = { .id = "workload-no-cpu-limit",
                   .title = "Container may take all processors of the host",
                   .holds = "Processor time of the container is limited",
                   .why = "A loop, an attack or a coin miner in it slows down everything else on the host.",
                   .fix = "Set a limit on its processor time, with room above what it is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.12" }, { CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1496" },
                                { CAT_MS_MATRIX, "MS-TA9039" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_limit,
        .with = &cpu_limit,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "cpus: 0.5" },
                             { SPELLING_KUBERNETES, "resources:\n  limits:\n    cpu: 500m" }),
    },
    {
        .check = { .id = "workload-no-pids-limit",
                   .title = "Container may start as many processes as it likes",
                   .holds = "Number of processes of the container is limited",
                   .why =
                       "A fork bomb in it takes all process ids of the host, and nobody can log in to stop "
                       "it.",
                   .fix = "Set a limit on its processes, with room above what it is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.29" }, { CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1496" },
                                { CAT_MS_MATRIX, "MS-TA9039" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_limit,
        .with = &pids_limit,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "pids_limit: 100" }),
    },
    {
        .check = { .id = "workload-no-memory-request",
                   .title = "No memory is kept for the container",
                   .holds = "Memory is kept for the container",
                   .why = "The scheduler puts it on a node that is full, where it is slowed down or killed "
                          "first.",
                   .fix = "Request the memory that it is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_limit,
        .with = &memory_request,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "resources:\n  requests:\n    memory: 128Mi" }),
    },
    {
        .check = { .id = "workload-no-cpu-request",
                   .title = "No processor time is kept for the container",
                   .holds = "Processor time is kept for the container",
                   .why = "The scheduler puts it on a node that is full, where it is slowed down or killed "
                          "first.",
                   .fix = "Request the processor time that it is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_limit,
        .with = &cpu_request,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "resources:\n  requests:\n    cpu: 100m" }),
    },
    {
        .check = { .id = "workload-no-storage-limit",
                   .title = "Container may fill the disk of its host",
                   .holds = "Storage of the container is limited",
                   .why = "Written full, the disk stops the host and every other container on it; Kubernetes "
                          "then evicts Pods, not always the one that wrote.",
                   .fix = "Limit its ephemeral storage and the size of each emptyDir.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1499" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = storage,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "resources:\n  limits:\n    ephemeral-storage: 1Gi" },
                             { SPELLING_COMPOSE, "storage_opt:\n  size: 1G" }),
    },
    {
        .check = { .id = "workload-no-file-limit",
                   .title = "Number of open files is not limited",
                   .holds = "Number of open files is limited",
                   .why = "A process that opens files or sockets without end takes them from the whole host.",
                   .fix = "Set ulimits for nofile.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.19" }, { CAT_NIST, "4.5.1" },
                                { CAT_OWASP_DOCKER, "D07" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = ulimits,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ulimits:\n  nofile: 1024" }),
    },
    {
        .check = { .id = "workload-oom-kill-off",
                   .title = "Kernel may not end the container when memory runs out",
                   .holds = "Kernel ends the container when memory runs out",
                   .why =
                       "Processes that want memory then hang, those of the host among them when there is no "
                       "limit.",
                   .fix = "Do not disable the OOM killer.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.11" }, { CAT_NIST, "4.5.1" },
                                { CAT_OWASP_DOCKER, "D07" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &oom_kill,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "oom_kill_disable: false" }),
    },
    {
        .check = { .id = "workload-oom-score",
                   .title = "Other processes are ended before the container when memory runs out",
                   .holds = "Container is not spared when memory runs out",
                   .why = "With a negative score the kernel ends processes of the host before those of the "
                          "container that took the memory.",
                   .fix = "Leave the score alone, or raise it.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = oom_score,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "oom_score_adj: 0" }),
    },
    {
        .check = { .id = "workload-cgroup-parent",
                   .title = "Container is put under a control group of its own choice",
                   .holds = "Container is under the control group of the engine",
                   .why = "Under another parent the limits that the administrator has set for containers do "
                          "not hold for it.",
                   .fix = "Remove cgroup_parent.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.25" }, { CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D07" }) },
        .on = ON_WORKLOAD,
        .judge = cgroup_parent,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: cgroup_parent" }),
    },
    {
        .check = { .id = "workload-large-shm",
                   .title = "Shared memory is larger than a program needs",
                   .holds = "Shared memory has a usual size",
                   .why =
                       "Shared memory counts as memory: filled, it takes that much from the host, and it is "
                       "a place to run programs from.",
                   .fix = "Set the size that the program is seen to use.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .judge = large_shm,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "shm_size: 64m" }),
    },
};
const struct rule_set rules_workload_limits = { "workload_limits", table, ARRAY_LEN(table) };
