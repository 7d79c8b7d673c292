/* workload_redis.c - Redis and Valkey as a workload starts them: by their image, their command line and their
 * environment. Their configuration files are looked at by redis.c, and are the workload's where it mounts them. */
#include "rule/workload.h"

static bool is_server(struct str word)
{
    struct str folder, base;

    str_rsplit(word, '/', &folder, &base);
    return str_one_of(base, "redis-server valkey-server keydb-server");
}

/* Is it Redis? By the program that is started, or an image that starts it. */
static bool is_redis(const struct workload *w)
{
    struct image_ref ref;
    struct str folder, base;

    WORKLOAD_SAID (w, COMMAND, s)
        if (is_server(s->value) || str_has(s->value, STR("redis-server ")) ||
            str_has(s->value, STR("valkey-server ")))
            return true;
    WORKLOAD_SAID (w, ENTRYPOINT, s)
        if (is_server(s->value))
            return true;
    if (!workload_image(w, &ref))
        return false;
    str_rsplit(ref.name, '/', &folder, &base);
    return str_one_of(
        base, "redis valkey keydb redis-stack redis-stack-server redismod rejson redisearch dragonfly");
}

/* "--name value" and "--name=value" of the command line, also within one text for a shell. */
static const struct setting *argument(const struct workload *w, const char *name, struct str *value)
{
    const struct setting *before = NULL;
    char option[64];

    snprintf(option, sizeof option, "--%s", name);
    struct str want = str_of(option);
    WORKLOAD_SAID (w, COMMAND, s) {
        if (before) {
            *value = s->value;
            return before;
        }
        ptrdiff_t at = str_find(s->value, want);
        if (str_eq(s->value, want)) {
            before = s;
        } else if (at >= 0) {
            struct str rest = str_skip(s->value, (size_t)at + want.n), tail;
            if (rest.n && !strchr(" =", rest.p[0]))
                continue;
            str_split(str_trim(str_skip(rest, rest.n > 0)), ' ', value, &tail);
            return s;
        }
    }
    return NULL;
}

/* A configuration file that is handed over. */
static const struct setting *file(const struct workload *w)
{
    WORKLOAD_SAID (w, COMMAND, s)
        if (str_ends(s->value, STR(".conf")) || str_has(s->value, STR(".conf ")))
            return s;
    return NULL;
}

/* What a file decides the rules over files say, where it was read; else nobody knows. */
static enum verdict by_file(const struct workload *w, struct proof *p)
{
    if (workload_reads(w, STR("redis")))
        return VERDICT_NOT_APPLICABLE;
    return cannot_tell(p, AT(file(w)), "a configuration file decides, which was not looked at here");
}

static enum verdict password(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str value;

    if (!is_redis(w))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *said = argument(w, "requirepass", &value);
    if (!said)
        said = argument(w, "aclfile", &value);
    if (said && value.n)
        return conclude(p, AT(said), "its command line asks for a password");
    WORKLOAD_EACH (w, variable, v)
        if (str_one_of(v->name, "REDIS_PASSWORD REDIS_PASSWORD_FILE VALKEY_PASSWORD VALKEY_PASSWORD_FILE "
                                "REDIS_ACLFILE") &&
            (v->value.n || !str_eq(v->source, STR("literal"))))
            return conclude(p, AT(v), STR_FMT " is set", STR_ARG(v->name));
    if (file(w))
        return by_file(w, p);
    proof_add(p, AT_WORKLOAD(w), "neither command line nor environment sets a password");
    return VERDICT_OPEN;
}

static enum verdict dangerous(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const struct {
        const char *name, *bad, *does;
        enum severity weighs; /* high: files or code of its host */
    } row[] = {
        { "protected-mode", "no", "answers strangers without a password", SEVERITY_MEDIUM },
        { "enable-protected-configs", "yes", "clients may change where it writes files", SEVERITY_HIGH },
        { "enable-debug-command", "yes", "clients may stop it and read its memory", SEVERITY_MEDIUM },
        { "enable-module-command", "yes", "clients may load code into it", SEVERITY_HIGH },
    };
    const struct workload *w = subject;
    struct str value;

    if (!is_redis(w))
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct setting *said = argument(w, row[i].name, &value);
        if (!said || !str_eq(value, str_of(row[i].bad)))
            continue;
        proof_add(p, AT(said), "--%s %s: %s", row[i].name, row[i].bad, row[i].does);
        proof_weigh(p, row[i].weighs);
    }
    if (!p->found && file(w))
        return by_file(w, p);
    return conclude(p, AT_WORKLOAD(w), "its command line opens nothing");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-redis-no-password",
                   .title = "Redis is started without a password",
                   .holds = "Redis is started with a password",
                   .why = "Whoever reaches the port, every container of the network to begin with, reads and "
                          "writes everything; the images switch protected mode off.",
                   .fix = "Set requirepass, better users with aclfile, from a secret.",
                   .snippet = "command: [\"redis-server\", \"/run/secrets/redis.conf\"]",
                   .threats = THREAT_BIT(T6) | THREAT_BIT(I3),
                   .layer = LAYER_APPLICATION,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.3.3" }, { CAT_ATTACK, "T1190" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = password,
    },
    {
        .check = { .id = "workload-redis-dangerous",
                   .title = "Redis is started with what it keeps shut by itself",
                   .holds = "Redis is started as it is meant",
                   .why = "These are the ways from the data base to the files and the processor of its host.",
                   .fix = "Drop the options.",
                   .snippet = "command: [\"redis-server\", \"--protected-mode\", \"yes\"]",
                   .threats = THREAT_BIT(T6) | THREAT_BIT(S2) | THREAT_BIT(E1),
                   .layer = LAYER_APPLICATION,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.3.3" }, { CAT_ATTACK, "T1059" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = dangerous,
    },
};
const struct rule_set rules_workload_redis = { "workload_redis", table, ARRAY_LEN(table) };
