/* workload_user.c - who the container runs as, and whether it can change its own files. */
#include "rule/workload.h"

enum { LOW_UID = 10000 };

static const struct word_rule non_root = {
    .key = SETTING_NON_ROOT,
    .good = "true",
    .kubernetes = { NO, "runAsNonRoot is not set" },
};
static const struct word_rule host_process = {
    .key = SETTING_HOST_PROCESS,
    .bad = "true",
    .kubernetes = { YES, "hostProcess is not set" },
};
static const struct word_rule read_only = {
    .key = SETTING_READ_ONLY_ROOT,
    .good = "true",
    .engine = { NO, "read_only is not set" },
    .kubernetes = { NO, "readOnlyRootFilesystem is not set" },
    .oci = { NO, "root.readonly is not set" },
};

static enum verdict root_user(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct workload_user u = workload_user(w);
    struct evidence where = u.by ? *AT(u.by) : *AT_WORKLOAD(w);
    char room[QUOTE_ROOM];
    const char *said = u.by ? quoted(u.by, room) : "no user";

    if (u.root == UNKNOWN)
        return cannot_tell(p, &where, "%s: %s", said, u.why);
    if (u.root == YES)
        proof_add(p, &where, "%s: %s", said, u.why);
    return conclude(p, &where, "%s: %s", said, u.why);
}

static enum verdict low_uid(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct workload_user u = workload_user(w);
    char room[QUOTE_ROOM];

    if (!u.has_uid || !u.uid || !u.by || !workload_can_say(w, SETTING_CAP_ADD))
        return VERDICT_NOT_APPLICABLE;
    if (u.uid < LOW_UID)
        proof_add(p, AT(u.by), "%s", quoted(u.by, room));
    return conclude(p, AT(u.by), "%s", quoted(u.by, room));
}

static enum verdict root_group(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *user = workload_setting(w, SETTING_USER),
                         *group = workload_setting(w, SETTING_GROUP);
    struct str name, of_user = { 0 };
    char room[QUOTE_ROOM];

    if (user)
        str_split(user->value, ':', &name, &of_user);
    if (workload_user(w).root != NO || !(group || of_user.n || workload_says(w, SETTING_GROUPS)))
        return VERDICT_NOT_APPLICABLE;
    if (user && str_one_of(of_user, "0 root"))
        proof_add(p, AT(user), "%s", quoted(user, room));
    if (group && str_one_of(group->value, "0 root"))
        proof_add(p, AT(group), "%s", quoted(group, room));
    WORKLOAD_SAID (w, GROUPS, s)
        if (str_one_of(s->value, "0 root"))
            proof_add(p, AT(s), "%s", quoted(s, room));
    const struct setting *s = group ? group : user ? user : workload_setting(w, SETTING_GROUPS);
    return conclude(p, AT(s), "%s", quoted(s, room));
}

/* "sudo" as the program, also at the front of a line for a shell. */
static bool raises(struct str word)
{
    return str_eq(word, STR("sudo")) || str_starts(word, STR("sudo ")) || str_has(word, STR("&& sudo ")) ||
           str_has(word, STR("; sudo ")) || str_has(word, STR("exec sudo "));
}

static enum verdict by_sudo(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const enum setting_key words[] = { SETTING_ENTRYPOINT, SETTING_COMMAND };
    const struct workload *w = subject;
    const struct setting *first = NULL;

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        for (uint32_t k = w->at[words[i]]; k < w->at[words[i] + 1]; k++) {
            const struct setting *s = w->setting[k];
            first = first ? first : s;
            if (raises(s->value))
                proof_add(p, AT(s), STR_FMT, STR_ARG(str_first(s->value, 80)));
        }
    if (!first)
        return VERDICT_NOT_APPLICABLE; /* the image's own, which is looked at there */
    return conclude(p, AT(first), "its command does not call sudo");
}

static const struct rule table[] = {
    { CHECK_RECORD(
          LAYER_ORCHESTRATOR, "workload-sudo", "The command raises itself by sudo",
          "The command does not raise itself",
          "The container has to allow that processes gain rights: whoever takes over one of them has root.",
          "Start it as the user that it needs, without sudo.", MEDIUM, THREAT_BIT(E2) | THREAT_BIT(R1),
          { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1548.003" }, { CAT_CWE, "CWE-250" }),
      .on = ON_WORKLOAD, .judge = by_sudo },
    {
        .check = { .id = "workload-root-user",
                   .title = "Container runs as root",
                   .holds = "Container runs as a user that is not root",
                   .why = "Whoever takes over the process is uid 0: owner of every file in the container and "
                          "one hole in kernel or runtime away from root on the host.",
                   .fix = "Run it as a user with a number of its own, other than 0.",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2) | THREAT_BIT(R1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.1" }, { CAT_CIS_KUBERNETES, "5.2.7" },
                                { CAT_PSS, "restricted" }, { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1611" },
                                { CAT_OWASP_DOCKER, "D01" }, { CAT_OWASP_KUBERNETES, "K01" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = root_user,
        .snippets =
            SNIPPETS({ SPELLING_COMPOSE, "user: \"10001:10001\"" },
                     { SPELLING_KUBERNETES, "securityContext:\n  runAsNonRoot: true\n  runAsUser: 10001" }),
    },
    {
        .check = { .id = "workload-low-uid",
                   .title = "Container runs with a uid that the host is likely to use",
                   .holds = "Container runs with a uid that the host hardly uses",
                   .why =
                       "A process that gets out, or a file on a mount, then belongs to that account of the "
                       "host.",
                   .fix = "Take a uid above 10000.",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(S3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = low_uid,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "user: \"10001:10001\"" },
                             { SPELLING_KUBERNETES, "securityContext:\n  runAsUser: 10001" }),
    },
    {
        .check = { .id = "workload-root-group",
                   .title = "Container runs with the group root",
                   .holds = "Container does not run with the group root",
                   .why = "Files that the group 0 may write, in many images /etc/passwd among them, are then "
                          "writable for it.",
                   .fix = "Give it a group of its own.",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_WORKLOAD,
        .judge = root_group,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "user: \"10001:10001\"" },
                             { SPELLING_KUBERNETES, "securityContext:\n  runAsGroup: 10001" }),
    },
    {
        .check = { .id = "workload-non-root-unsaid",
                   .title = "Nothing stops the container from starting as root",
                   .holds = "The container is refused when it would start as root",
                   .why = "Another image, or another value of runAsUser, makes it root without anyone "
                          "noticing: the Pod Security Standards (restricted) ask for runAsNonRoot.",
                   .fix = "Set runAsNonRoot.",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "5.2.7" }, { CAT_PSS, "restricted" },
                                { CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &non_root,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "securityContext:\n  runAsNonRoot: true" }),
    },
    {
        .check = { .id = "workload-host-process",
                   .title = "Container is a process of the Windows host",
                   .holds = "Container is no process of the Windows host",
                   .why = "It runs as a user of the host, by default SYSTEM, with nothing between it and the "
                          "host.",
                   .fix = "Remove hostProcess.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(E2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs =
                       REFS({ CAT_CIS_KUBERNETES, "5.2.11" }, { CAT_PSS, "baseline" }, { CAT_NIST, "4.4.3" },
                            { CAT_ATTACK, "T1611" }, { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &host_process,
        .snippets =
            SNIPPETS({ SPELLING_KUBERNETES, "securityContext:\n  windowsOptions:\n    hostProcess: false" }),
    },
    {
        .check = { .id = "workload-writable-root",
                   .title = "Root file system is writable",
                   .holds = "Root file system is read-only",
                   .why =
                       "An intruder can bring tools, replace programs and leave something behind that runs "
                       "at the next start.",
                   .fix = "Make it read-only and mount temporary file systems where the program writes.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.13" }, { CAT_NIST, "4.4.4" },
                                { CAT_ATTACK, "T1543.005" }, { CAT_OWASP_DOCKER, "D09" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &read_only,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "read_only: true\ntmpfs: [/tmp]" },
                             { SPELLING_KUBERNETES, "securityContext:\n  readOnlyRootFilesystem: true" }),
    },
};
const struct rule_set rules_workload_user = { "workload_user", table, ARRAY_LEN(table) };
