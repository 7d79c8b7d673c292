/* workload_run.c - how a container is run: health, logs, copies, what is started in it, its account. */
#include "rule/workload.h"

enum { RESTARTS_MOST = 5 };

static const struct word_rule log_driver = {
    .key = SETTING_LOG_DRIVER,
    .bad = "none",
    .engine = { YES, "does not switch the log off" },
};
static const struct word_rule token = {
    .key = SETTING_AUTOMOUNT_TOKEN,
    .bad = "true",
    .kubernetes = { NO, "automountServiceAccountToken is not set to false" },
};
static const struct word_rule account = {
    .key = SETTING_SERVICE_ACCOUNT,
    .bad = "default",
    .kubernetes = { NO, "no serviceAccountName: default" },
};

/* Runs on: not a container that does its work and ends. */
static bool is_service(const struct workload *w)
{
    return w->fact->role != WORKLOAD_INIT && w->fact->role != WORKLOAD_STAGE &&
           w->fact->role != WORKLOAD_EPHEMERAL && !(w->object && str_one_of(w->object->kind, "Job CronJob"));
}

static enum verdict health(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_HEALTH);
    const struct strs *of_image = w->image && w->image->config ? &w->image->config->healthcheck : NULL;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_HEALTH) || !is_service(w))
        return VERDICT_NOT_APPLICABLE;
    if (s && str_eq(s->value, STR("none")))
        proof_add(p, AT(s), "%s: switched off", quoted(s, room));
    else if (!s && w->spelling == SPELLING_KUBERNETES)
        proof_add(p, AT_WORKLOAD(w), "no livenessProbe");
    else if (!s && !of_image)
        return cannot_tell(p, AT_WORKLOAD(w), "the image may have one, and it was not looked at");
    else if (!s && (!of_image->n || str_eq(of_image->p[0], STR("NONE"))))
        proof_add(p, AT_WORKLOAD(w), "none here and none in the image");
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "the image has a HEALTHCHECK");
}

static enum verdict readiness(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_READINESS);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_READINESS) || !is_service(w))
        return VERDICT_NOT_APPLICABLE;
    if (!s)
        proof_add(p, AT_WORKLOAD(w), "no readinessProbe");
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "");
}

static enum verdict restart(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_RESTART);
    struct str policy, count;
    uint64_t n = 0;
    char room[QUOTE_ROOM];

    if (w->spelling == SPELLING_KUBERNETES || !workload_can_say(w, SETTING_RESTART))
        return VERDICT_NOT_APPLICABLE; /* there restarts are spaced out more and more */
    if (!s)
        return conclude(p, AT_WORKLOAD(w), "is not restarted");
    str_split(s->value, ':', &policy, &count);
    if (!str_eq(policy, STR("no")) && (!str_u64(count, 10, &n) || n > RESTARTS_MOST))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

static enum verdict log_limit(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *driver = workload_setting(w, SETTING_LOG_DRIVER), *size = NULL;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_LOG_DRIVER))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, LOG_OPTION, s)
        if (str_starts(s->value, STR("max-size=")))
            size = s;
    if (size)
        return conclude(p, AT(size), "%s", quoted(size, room));
    if (!driver)
        return cannot_tell(p, AT_WORKLOAD(w), "the engine's default driver decides");
    if (str_eq(driver->value, STR("json-file")))
        proof_add(p, AT(driver), "%s without max-size", quoted(driver, room));
    return conclude(p, AT(driver), "%s", quoted(driver, room));
}

static enum verdict log_mount(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct workload_user u = workload_user(w);
    const struct mount *logs = NULL;

    WORKLOAD_EACH (w, mount, m)
        if (path_within(m->target, STR("/var/log")) && m->read_only != YES)
            logs = m;
    if (!logs)
        return VERDICT_NOT_APPLICABLE;
    if (u.root == UNKNOWN)
        return cannot_tell(p, AT(logs), "whether it runs as root is not known: %s", u.why);
    if (u.root == YES)
        proof_add(p, AT(logs), "writable at " STR_FMT ", and it runs as root: %s",
                  STR_ARG(str_first(logs->target, 100)), u.why);
    return conclude(p, u.by ? AT(u.by) : AT_WORKLOAD(w), "does not run as root: %s", u.why);
}

static bool is_scaled(const struct workload *w)
{
    return w->spelling == SPELLING_KUBERNETES && is_service(w) && w->object &&
           str_one_of(w->object->kind, "Deployment StatefulSet ReplicaSet ReplicationController");
}

static enum verdict single_copy(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (!is_scaled(w))
        return VERDICT_NOT_APPLICABLE;
    if (w->fact->replicas < 2)
        proof_add(p, AT_WORKLOAD(w), "replicas: %llu", (unsigned long long)w->fact->replicas);
    return conclude(p, AT_WORKLOAD(w), "replicas: %llu", (unsigned long long)w->fact->replicas);
}

static enum verdict not_spread(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_SPREAD);
    char room[QUOTE_ROOM];

    if (!is_scaled(w) || w->fact->replicas < 2)
        return VERDICT_NOT_APPLICABLE;
    if (!s)
        proof_add(p, AT_WORKLOAD(w), "%llu copies, neither anti-affinity nor spread",
                  (unsigned long long)w->fact->replicas);
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "");
}

static enum verdict terminal(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const enum setting_key keys[] = { SETTING_TTY, SETTING_STDIN };
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_TTY))
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (workload_is(w, keys[i]) == YES)
            proof_add(p, AT(workload_setting(w, keys[i])), "%s", quoted(workload_setting(w, keys[i]), room));
    return conclude(p, AT_WORKLOAD(w), "asks for neither terminal nor input");
}

static struct str program_of(struct str word)
{
    struct str folder, base;

    str_rsplit(word, '/', &folder, &base);
    return base;
}

static enum verdict ssh(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    WORKLOAD_SAID (w, ENTRYPOINT, s)
        if (str_one_of(program_of(s->value), "sshd dropbear"))
            proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_SAID (w, COMMAND, s)
        if (str_one_of(program_of(s->value), "sshd dropbear"))
            proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_EACH (w, port, o)
        if (str_eq(o->port, STR("22")))
            proof_add(p, AT(o), "port 22");
    return conclude(p, AT_WORKLOAD(w), "neither a port 22 nor sshd as a command");
}

/* A download whose output is run. */
static bool fetches(struct str command)
{
    static const char *const fetchers[] = { "curl ", "wget ", "fetch " }, *const into[] = {
        "| sh", "|sh", "| bash", "|bash", "| python", "chmod +x", "bash <(", "sh -c \"$("
    };
    bool fetch = false, run = false;

    for (size_t i = 0; i < ARRAY_LEN(fetchers); i++)
        fetch |= str_has(command, str_of(fetchers[i]));
    for (size_t i = 0; i < ARRAY_LEN(into); i++)
        run |= str_has(command, str_of(into[i]));
    return fetch && run;
}

static enum verdict fetching(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    WORKLOAD_SAID (w, ENTRYPOINT, s)
        if (fetches(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_SAID (w, COMMAND, s)
        if (fetches(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "the command downloads nothing to run it");
}

static enum verdict hook(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_HOOK))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, HOOK, s)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "no lifecycle hook");
}

static enum verdict develop(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (w->spelling != SPELLING_COMPOSE)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, DEVELOP, s)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "no develop section");
}

static enum verdict priority(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_PRIORITY);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_PRIORITY) ||
        (w->object && str_starts(w->object->ns, STR("kube-system"))))
        return VERDICT_NOT_APPLICABLE;
    if (s && str_starts(s->value, STR("system-")))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "asks for no priority");
}

static bool is_control_plane(struct str said)
{
    return str_has(said, STR("node-role.kubernetes.io/control-plane")) ||
           str_has(said, STR("node-role.kubernetes.io/master")) || str_eq(said, STR("Exists")) ||
           str_eq(said, STR("*"));
}

static enum verdict control_plane(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_TOLERATION) ||
        (w->object && str_starts(w->object->ns, STR("kube-system"))))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, TOLERATION, s)
        if (is_control_plane(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_SAID (w, NODE, s)
        if (is_control_plane(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "tolerates no taint of the control plane");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-no-health-check",
                   .title = "Nothing notices when the service hangs",
                   .holds = "Health of the service is checked",
                   .why = "A process that is stuck or was made to hang goes on being asked for work, and "
                          "nobody restarts it.",
                   .fix = "Add a health check or a liveness probe.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.27" }, { CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1499" },
                                { CAT_OWASP_DOCKER, "D07" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = health,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE, "healthcheck:\n  test: [\"CMD\", \"/app/healthy\"]" },
                     { SPELLING_KUBERNETES, "livenessProbe:\n  httpGet: {path: /healthz, port: 8080}" }),
    },
    {
        .check = { .id = "workload-no-readiness",
                   .title = "Requests are sent to the container before it is ready",
                   .holds = "Requests are sent to the container only when it is ready",
                   .why =
                       "While it starts or is overloaded, requests fail, and an attacker who keeps it busy "
                       "keeps it in the rotation.",
                   .fix = "Add a readiness probe.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = readiness,
        .snippets =
            SNIPPETS({ SPELLING_KUBERNETES, "readinessProbe:\n  httpGet: {path: /ready, port: 8080}" }),
    },
    {
        .check = { .id = "workload-restart-endless",
                   .title = "A container that fails is restarted without end",
                   .holds = "A container that fails is not restarted without end",
                   .why =
                       "A process that crashes at each start, or that an attacker crashes, uses the host up "
                       "and hides that something is wrong.",
                   .fix = "Restart on failure only, a few times.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.15" }, { CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" }) },
        .on = ON_WORKLOAD,
        .judge = restart,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "restart: on-failure:5" }),
    },
    {
        .check = { .id = "workload-log-off",
                   .title = "What the container writes is thrown away",
                   .holds = "What the container writes is kept",
                   .why = "Nobody can say afterwards what happened: the log driver none keeps nothing.",
                   .fix = "Use a log driver that keeps or sends the log.",
                   .threats = THREAT_BIT(R1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.13" }, { CAT_NIST, "4.4.4" }, { CAT_ATTACK, "T1562" },
                                { CAT_OWASP_DOCKER, "D10" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &log_driver,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "logging:\n  driver: local" }),
    },
    {
        .check = { .id = "workload-log-unlimited",
                   .title = "The log of the container grows without end",
                   .holds = "The log of the container is limited",
                   .why =
                       "The default driver json-file keeps everything: whoever makes the program log fills "
                       "the disk of the host.",
                   .fix = "Set max-size and max-file, or use the driver local.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.13" }, { CAT_NIST, "4.5.1" }, { CAT_ATTACK, "T1499" },
                                { CAT_OWASP_DOCKER, "D10" }, { CAT_CWE, "CWE-400" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = log_limit,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE,
                       "logging:\n  driver: json-file\n  options: {max-size: 10m, max-file: \"3\"}" }),
    },
    {
        .check = { .id = "workload-log-mount-root",
                   .title = "Root in the container can rewrite its logs",
                   .holds = "Logs of the container cannot be rewritten by root in it",
                   .why =
                       "With a writable mount at /var/log whoever takes the container over wipes the traces "
                       "of it.",
                   .fix = "Write logs to standard output, and run as a user that is not root.",
                   .threats = THREAT_BIT(R1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.4.4" }, { CAT_ATTACK, "T1070" },
                                { CAT_MS_MATRIX, "MS-TA9021" }, { CAT_OWASP_DOCKER, "D10" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = log_mount,
    },
    {
        .check = { .id = "workload-single-copy",
                   .title = "There is one copy of the service only",
                   .holds = "There are several copies of the service",
                   .why = "When it or its node goes down or is updated, the service is gone.",
                   .fix = "Run at least two copies and spread them over nodes.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = single_copy,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  replicas: 3" }),
    },
    {
        .check = { .id = "workload-not-spread",
                   .title = "All copies of the service may run on one node",
                   .holds = "Copies of the service are spread",
                   .why = "The loss of one node then takes all of them down at once.",
                   .fix = "Add an anti-affinity or a topology spread constraint.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = not_spread,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES,
                               "topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: "
                               "kubernetes.io/hostname\n    whenUnsatisfiable: ScheduleAnyway" }),
    },
    {
        .check = { .id = "workload-terminal",
                   .title = "A terminal or input is kept open for the container",
                   .holds = "No terminal is kept open for the container",
                   .why = "Whoever may attach to it types into the process; services need neither.",
                   .fix = "Remove tty and stdin.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1609" }, { CAT_MS_MATRIX, "MS-TA9006" },
                            { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = terminal,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "tty: false\nstdin_open: false" },
                             { SPELLING_KUBERNETES, "tty: false\nstdin: false" }),
    },
    {
        .check = { .id = "workload-ssh-server",
                   .title = "An SSH server runs in the container",
                   .holds = "No SSH server runs in the container",
                   .why =
                       "It needs accounts, keys and updates of its own, and opens a way in past the engine "
                       "and its log.",
                   .fix = "Use the engine's exec and leave the SSH server out.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(R1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.7" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1133" },
                                { CAT_MS_MATRIX, "MS-TA9010" }, { CAT_OWASP_DOCKER, "D04" }) },
        .on = ON_WORKLOAD,
        .judge = ssh,
    },
    {
        .check = { .id = "workload-shell-command",
                   .title = "The command is a shell that fetches and runs something",
                   .holds = "The command fetches nothing",
                   .why = "Whoever controls the other end, or the network in between, decides what runs at "
                          "each start.",
                   .fix = "Put what is needed into the image.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1204.003" },
                                { CAT_MS_MATRIX, "MS-TA9009" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_OWASP_KUBERNETES, "K02" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_WORKLOAD,
        .judge = fetching,
    },
    {
        .check = { .id = "workload-hook",
                   .title = "A command is run when the container starts or stops",
                   .holds = "No command is run when the container starts or stops",
                   .why = "Hooks run with the rights of the container, unseen by its log, a place where back "
                          "doors are put.",
                   .fix = "Do it in the program itself, or review the hook.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.3" }, { CAT_MS_MATRIX, "MS-TA9012" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = hook,
    },
    {
        .check = { .id = "workload-develop",
                   .title = "Files are copied into the running container",
                   .holds = "No file is copied into the running container",
                   .why = "A deployment for developers: whatever changes on the host changes what runs.",
                   .fix = "Leave develop out of what is deployed.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D09" }) },
        .on = ON_WORKLOAD,
        .judge = develop,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: develop" }),
    },
    {
        .check = { .id = "workload-system-priority",
                   .title = "Workload takes precedence over the cluster's own",
                   .holds = "Workload takes no precedence over the cluster's own",
                   .why =
                       "With a system priority class it pushes other Pods off the node and is itself never "
                       "pushed off.",
                   .fix = "Use a priority class of your own.",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.5.1" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = priority,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  priorityClassName: \"\"" }),
    },
    {
        .check = { .id = "workload-control-plane",
                   .title = "Workload may run beside the control plane",
                   .holds = "Workload does not run beside the control plane",
                   .why = "Whoever breaks out of it is on the machine that holds the keys of the cluster.",
                   .fix = "Remove the toleration and the node selection.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(D2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.3.4" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = control_plane,
    },
    {
        .check = { .id = "workload-api-token",
                   .title = "Container holds a token for the API of the cluster",
                   .holds = "Container holds no token for the API of the cluster",
                   .why = "Whoever takes it over speaks to the API as its service account, with all rights "
                          "that this has now or will have.",
                   .fix = "Set automountServiceAccountToken: false where the API is not used.",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(D2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "5.1.6" }, { CAT_NIST, "4.3.2" },
                                { CAT_ATTACK, "T1528" }, { CAT_MS_MATRIX, "MS-TA9016" },
                                { CAT_OWASP_KUBERNETES, "K03" }, { CAT_OWASP_KUBERNETES, "K08" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &token,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  automountServiceAccountToken: false" }),
    },
    {
        .check = { .id = "workload-default-account",
                   .title = "Workload uses the default service account",
                   .holds = "Workload has a service account of its own",
                   .why =
                       "All that use it share one identity: rights given to one are rights of all, and the "
                       "audit log cannot tell them apart.",
                   .fix = "Make a service account for it.",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(S3) | THREAT_BIT(D2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "5.1.5" }, { CAT_NIST, "4.3.2" },
                                { CAT_ATTACK, "T1078.001" }, { CAT_MS_MATRIX, "MS-TA9016" },
                                { CAT_OWASP_KUBERNETES, "K03" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &account,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  serviceAccountName: app" }),
    },
};
const struct rule_set rules_workload_run = { "workload_run", table, ARRAY_LEN(table) };
