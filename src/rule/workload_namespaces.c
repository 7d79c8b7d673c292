/* workload_namespaces.c - what a container shares with its host or with another one. */
#include "rule/workload.h"

static const struct namespace_rule ns_pid = {
    SETTING_NS_PID,
    "sees and may signal the processes of the host, reads their environment and, through /proc, their files"
};
static const struct namespace_rule ns_ipc = { SETTING_NS_IPC,
                                              "reads and writes shared memory of the host's processes" };
static const struct namespace_rule ns_net = { SETTING_NS_NET,
                                              "listens on the host's addresses, reaches what listens on its "
                                              "loopback only, and is past every network policy" };
static const struct namespace_rule ns_uts = { SETTING_NS_UTS, "can change the name of the host" };
static const struct namespace_rule ns_cgroup = {
    SETTING_NS_CGROUP,
    "sees the control groups of the host and, where they are writable, can lead its kernel to run a program"
};

/* "INSIDE:OUTSIDE:COUNT": is uid 0 inside somebody else outside? */
static bool maps_root_away(struct str map)
{
    struct str inside, rest, outside, count;

    str_split(map, ':', &inside, &rest);
    str_split(rest, ':', &outside, &count);
    return str_eq(inside, STR("0")) && !str_eq(outside, STR("0"));
}

/* What the one engine of the deployment, where its configuration is there, does for workloads that say nothing:
 * YES maps root away. */
static enum tri engine_maps(const struct workload *w, const struct component **by)
{
    *by = NULL;
    for (size_t i = 0; w->in && i < w->in->n_component; i++)
        if (str_eq(w->in->component[i].name, STR("docker"))) {
            if (*by)
                return UNKNOWN; /* which of them runs it? */
            *by = &w->in->component[i];
        }
    if (!*by || w->spelling == SPELLING_PODMAN_INSPECT)
        return UNKNOWN;
    const struct parameter *p = component_get(*by, STR("userns-remap"));
    return p && p->value.n ? YES : NO;
}

static enum verdict user_namespace(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_NS_USER);
    const struct component *engine;
    enum tri mapped = engine_maps(w, &engine);
    char room[QUOTE_ROOM];

    WORKLOAD_SAID (w, UID_MAP, m)
        if (maps_root_away(m->value))
            return conclude(p, AT(m), "%s", quoted(m, room));
    if (s && !str_eq(s->value, STR("host")))
        return conclude(p, AT(s), "%s", quoted(s, room));
    if (s)
        proof_add(p, AT(s), "%s", quoted(s, room));
    else if (w->spelling == SPELLING_KUBERNETES)
        proof_add(p, AT_WORKLOAD(w), "hostUsers is not false");
    else if (w->spelling == SPELLING_OCI)
        proof_add(p, AT_WORKLOAD(w), "no user namespace");
    else if (mapped == YES)
        return conclude(p, AT(engine->parameter[0]), "the engine maps root to another user");
    else if (mapped == NO)
        proof_add(p, AT(engine->parameter[0]), "the engine maps no users");
    else
        return cannot_tell(p, AT_WORKLOAD(w), "the engine decides, by userns-remap or as rootless");
    return VERDICT_OPEN;
}

static enum verdict shared_namespace(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const enum setting_key keys[] = { SETTING_NS_PID, SETTING_NS_IPC, SETTING_NS_NET };
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct setting *s = workload_setting(w, keys[i]);
        /* the network and IPC of a Pod are always its containers' together */
        if (s && (str_starts(s->value, STR("container:")) || str_starts(s->value, STR("path:")) ||
                  (str_eq(s->value, STR("pod")) && keys[i] == SETTING_NS_PID)))
            proof_add(p, AT(s), "%s", quoted(s, room));
    }
    return conclude(p, AT_WORKLOAD(w), "asks for no namespace of another");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-host-pid",
                   .title = "Container shares the host's process ids namespace",
                   .holds = "Container has its own process ids namespace",
                   .why = "A process in it sees and may signal the processes of the host, reads their "
                          "environment and, through /proc, their files.",
                   .fix = "Do not share the namespace of the host.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(E1) | THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.16" }, { CAT_CIS_KUBERNETES, "5.2.3" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_namespace,
        .with = &ns_pid,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: pid: host" },
                             { SPELLING_KUBERNETES, "spec:\n  hostPID: false" }),
    },
    {
        .check = { .id = "workload-host-ipc",
                   .title = "Container shares the host's IPC namespace",
                   .holds = "Container has its own IPC namespace",
                   .why = "A process in it reads and writes shared memory of the host's processes.",
                   .fix = "Do not share the namespace of the host.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.17" }, { CAT_CIS_KUBERNETES, "5.2.4" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_namespace,
        .with = &ns_ipc,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: ipc: host" },
                             { SPELLING_KUBERNETES, "spec:\n  hostIPC: false" }),
    },
    {
        .check = { .id = "workload-host-net",
                   .title = "Container shares the host's network namespace",
                   .holds = "Container has its own network namespace",
                   .why = "A process in it listens on the host's addresses, reaches what listens on its "
                          "loopback only, and is past every network policy.",
                   .fix = "Do not share the namespace of the host.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(I2) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.10" }, { CAT_CIS_KUBERNETES, "5.2.5" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_namespace,
        .with = &ns_net,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: network_mode: host" },
                             { SPELLING_KUBERNETES, "spec:\n  hostNetwork: false" }),
    },
    {
        .check = { .id = "workload-host-uts",
                   .title = "Container shares the host's UTS namespace",
                   .holds = "Container has its own UTS namespace",
                   .why = "A process in it can change the name of the host.",
                   .fix = "Do not share the namespace of the host.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.21" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }) },
        .on = ON_WORKLOAD,
        .judge = judge_namespace,
        .with = &ns_uts,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: uts: host" }),
    },
    {
        .check = { .id = "workload-host-cgroup",
                   .title = "Container shares the host's cgroup namespace",
                   .holds = "Container has its own cgroup namespace",
                   .why = "A process in it sees the control groups of the host and, where they are writable, "
                          "can lead its kernel to run a program.",
                   .fix = "Do not share the namespace of the host.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.25" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D05" }) },
        .on = ON_WORKLOAD,
        .judge = judge_namespace,
        .with = &ns_cgroup,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: cgroup: host" }),
    },
    {
        .check = { .id = "workload-host-user",
                   .title = "Root in the container is root on the host",
                   .holds = "Users of the container are mapped to others on the host",
                   .why = "Without a user namespace uid 0 inside is uid 0 outside: whoever gets out of the "
                          "container is root at once, and files on mounts belong to the host's root.",
                   .fix =
                       "Map users: userns-remap or rootless mode in the engine, hostUsers: false in the Pod.",
                   .threats = THREAT_BIT(S3) | THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.31" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D01" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = user_namespace,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  hostUsers: false" },
                             { SPELLING_COMPOSE, "# in daemon.json: \"userns-remap\": \"default\"" }),
    },
    {
        .check = { .id = "workload-shared-namespace",
                   .title = "Container shares namespaces with another container",
                   .holds = "Container shares no namespace with another container",
                   .why = "Whoever takes over one of them sees the processes, memory or connections of the "
                          "other.",
                   .fix = "Give each container namespaces of its own unless they are parts of one program.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D05" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = shared_namespace,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  shareProcessNamespace: false" },
                             { SPELLING_COMPOSE, "# remove: pid: \"service:other\"" }),
    },
};
const struct rule_set rules_workload_namespaces = { "workload_namespaces", table, ARRAY_LEN(table) };
