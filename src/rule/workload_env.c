/* workload_env.c - what a workload is told: secrets, switches that weaken it, addresses that it should not
 * know. */
#include "rule/workload.h"

#include "rule/secret_name.h"
#include "rule/switches.h"

/* A word of the entry point or the command. EACH_WORD (w, s) ... */
#define EACH_WORD(w, s)                                                                 \
    for (size_t k_ = 0; k_ < 2; k_++)                                                   \
        for (uint32_t i_ = (w)->at[word_key[k_]]; i_ < (w)->at[word_key[k_] + 1]; i_++) \
            for (const struct setting *s = (w)->setting[i_]; s; s = NULL)
static const enum setting_key word_key[] = { SETTING_ENTRYPOINT, SETTING_COMMAND };

static bool is_literal(const struct variable *v)
{
    return !v->source.n || str_eq(v->source, STR("literal")) || str_starts(v->source, STR("file:"));
}

static enum verdict secret_literal(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    WORKLOAD_EACH (w, variable, v)
        if (is_literal(v) &&
            ((is_secret_name(v->name) && is_secret_value(v->value)) || has_url_password(v->value)))
            proof_add(p, AT(v), STR_FMT " has a value", STR_ARG(str_first(v->name, 80)));
    return conclude(p, AT_WORKLOAD(w), "%u variables, none with a secret as its value", w->n_variable);
}

static enum verdict secret_variable(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct mount *file = NULL;

    WORKLOAD_EACH (w, variable, v)
        if (str_starts(v->source, STR("secret:")))
            proof_add(p, AT(v), STR_FMT " is from " STR_FMT, STR_ARG(str_first(v->name, 80)),
                      STR_ARG(str_first(v->source, 80)));
    WORKLOAD_EACH (w, mount, m)
        if (str_eq(m->kind, STR("secret")))
            file = m;
    if (!file && !p->found)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, file ? AT(file) : AT_WORKLOAD(w), "secrets are mounted at " STR_FMT,
                    STR_ARG(file ? str_first(file->target, 120) : STR("")));
}

/* "--password=word", "--password" "word", "-pword" is not: too many options look like it. */
static bool is_secret_option(struct str word, struct str *value)
{
    struct str name;

    while (str_starts(word, STR("-")))
        word = str_skip(word, 1);
    *value = (struct str){ 0 };
    str_split(word, '=', &name, value);
    return str_one_of(name,
                      "password passwd requirepass masterauth token secret api-key apikey auth-token") ||
           is_secret_name(name);
}

static enum verdict secret_command(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str value;
    bool next = false;

    EACH_WORD (w, s) {
        if (next && is_secret_value(s->value) && !str_starts(s->value, STR("-")))
            proof_add(p, AT(s), "the word behind an option for a secret");
        bool option = str_starts(s->value, STR("-")) && is_secret_option(s->value, &value);
        next = option && !value.p;
        if ((option && value.p && is_secret_value(value)) || has_url_password(s->value))
            proof_add(p, AT(s), "an option or a URL has a secret in it");
    }
    return conclude(p, AT_WORKLOAD(w), "no option has a secret as its value");
}

static enum verdict secret_argument(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str name, value;

    if (!workload_says(w, SETTING_BUILD) && !workload_says(w, SETTING_BUILD_ARG))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, BUILD_ARG, s) {
        str_split(s->value, '=', &name, &value);
        if (is_secret_name(name) && (is_secret_value(value) || !value.n))
            proof_add(p, AT(s), "build argument " STR_FMT, STR_ARG(str_first(name, 80)));
    }
    return conclude(p, AT_WORKLOAD(w), "no build argument is named like a secret");
}

static void add_switch(struct proof *p, const struct env_switches *all, const struct variable *v)
{
    const struct env_switch *s = env_switch_of(all, v->name, v->value);

    if (s)
        proof_add(p, AT(v), STR_FMT "=" STR_FMT " %s", STR_ARG(v->name), STR_ARG(str_first(v->value, 40)),
                  s->does);
}

static enum verdict tls_off(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    WORKLOAD_EACH (w, variable, v)
        add_switch(p, &switches_tls, v);
    EACH_WORD (w, s)
        if (str_has(s->value, STR("--tls-skip-verify")) ||
            str_has(s->value, STR("--insecure-skip-tls-verify")) ||
            str_has(s->value, STR("insecureSkipVerify=true")) ||
            str_has(s->value, STR("--no-check-certificate")) || str_has(s->value, STR("curl -k ")) ||
            str_has(s->value, STR("--insecure-registry")))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "neither a variable nor an option does");
}

static enum verdict preload(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    WORKLOAD_EACH (w, variable, v)
        if (str_one_of(v->name, "LD_PRELOAD LD_AUDIT DYLD_INSERT_LIBRARIES"))
            proof_add(p, AT(v), STR_FMT "=" STR_FMT, STR_ARG(v->name), STR_ARG(str_first(v->value, 100)));
    return conclude(p, AT_WORKLOAD(w), "%u variables, none of them does", w->n_variable);
}

static enum verdict engine_by_network(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    WORKLOAD_EACH (w, variable, v)
        if (str_one_of(v->name, "DOCKER_HOST CONTAINER_HOST BUILDKIT_HOST") &&
            str_starts(v->value, STR("tcp://")))
            proof_add(p, AT(v), STR_FMT "=" STR_FMT, STR_ARG(v->name), STR_ARG(str_first(v->value, 100)));
    EACH_WORD (w, s)
        if (str_starts(s->value, STR("tcp://")) && str_has(s->value, STR(":237")))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "neither a variable nor an option names one");
}

static bool is_metadata(struct str text)
{
    return str_has(text, STR("169.254.169.254")) || str_has(text, STR("169.254.170.2")) ||
           str_has(text, STR("fd00:ec2::254")) || str_has(text, STR("metadata.google.internal")) ||
           str_has(text, STR("100.100.100.200"));
}

static enum verdict metadata(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    WORKLOAD_EACH (w, variable, v)
        if (is_metadata(v->value) && !str_one_of(v->name, "NO_PROXY no_proxy"))
            proof_add(p, AT(v), STR_FMT "=" STR_FMT, STR_ARG(str_first(v->name, 60)),
                      STR_ARG(str_first(v->value, 100)));
    EACH_WORD (w, s)
        if (is_metadata(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_SAID (w, EXTRA_HOST, s)
        if (is_metadata(s->value))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "names no metadata address");
}

static enum verdict cloud_credentials(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char names[] =
        "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AZURE_CLIENT_SECRET ARM_CLIENT_SECRET "
        "GOOGLE_CREDENTIALS GCP_SERVICE_ACCOUNT_KEY DIGITALOCEAN_ACCESS_TOKEN HCLOUD_TOKEN "
        "ALICLOUD_SECRET_KEY OS_PASSWORD";
    const struct workload *w = subject;

    WORKLOAD_EACH (w, variable, v)
        if (str_one_of(v->name, names) && (v->value.n || !is_literal(v)))
            proof_add(p, AT(v), STR_FMT, STR_ARG(v->name));
    WORKLOAD_EACH (w, mount, m)
        if (str_ends(m->source, STR("/.aws")) || str_ends(m->source, STR("/.azure")) ||
            str_ends(m->source, STR("/.config/gcloud")) || str_ends(m->source, STR("/.kube")) ||
            str_ends(m->source, STR("/.aws/credentials")))
            proof_add(p, AT(m), STR_FMT " at " STR_FMT, STR_ARG(str_first(m->source, 100)),
                      STR_ARG(str_first(m->target, 100)));
    return conclude(p, AT_WORKLOAD(w), "neither a variable nor a mount of that kind");
}

static enum verdict debug_mode(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    WORKLOAD_EACH (w, variable, v)
        add_switch(p, &switches_debug, v);
    return conclude(p, AT_WORKLOAD(w), "%u variables, none of them does", w->n_variable);
}

static enum verdict duplicate(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    for (uint32_t i = 0; i < w->n_variable && i < 1000; i++)
        for (uint32_t k = 0; k < i && w->variable[i]->name.n; k++)
            if (str_eq(w->variable[i]->name, w->variable[k]->name)) {
                proof_add(p, AT(w->variable[i]), STR_FMT, STR_ARG(str_first(w->variable[i]->name, 80)));
                break;
            }
    return conclude(p, AT_WORKLOAD(w), "%u variables, each of its own name", w->n_variable);
}

static enum verdict empty_password(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct str before = { 0 };

    WORKLOAD_EACH (w, variable, v) {
        bool empty =
            str_one_of(v->name, "MYSQL_ALLOW_EMPTY_PASSWORD MARIADB_ALLOW_EMPTY_ROOT_PASSWORD "
                                "ALLOW_EMPTY_PASSWORD ALLOW_ANONYMOUS_LOGIN ALLOW_PLAINTEXT_LISTENER") &&
            is_yes(v->value);
        bool trust = str_eq(v->name, STR("POSTGRES_HOST_AUTH_METHOD")) && str_eq(v->value, STR("trust"));
        if (empty || trust)
            proof_add(p, AT(v), STR_FMT "=" STR_FMT, STR_ARG(v->name), STR_ARG(str_first(v->value, 20)));
    }
    EACH_WORD (w, s) {
        if (str_eq(before, STR("--protected-mode")) && str_eq(s->value, STR("no")))
            proof_add(p, AT(s), "--protected-mode no");
        before = s->value;
    }
    return conclude(p, AT_WORKLOAD(w), "neither a variable nor an option says so");
}

/* POSTGRES_PASSWORD beside POSTGRES_HOST. */
static bool has_host(const struct workload *w, struct str name)
{
    struct str prefix, rest, of, what;

    str_split(name, '_', &prefix, &rest);
    WORKLOAD_EACH (w, variable, v)
        if (str_split(v->name, '_', &of, &what) && str_eq(of, prefix) &&
            str_one_of(what, "HOST HOSTNAME SERVER ADDR ADDRESS URL"))
            return true;
    return false;
}

/* WORDPRESS_DB_PASSWORD is handed in for the database that it opens, and says nothing about who logs in here.
 */
static bool opens_another(const struct workload *w, struct str name)
{
    return has_host(w, name) || str_starts(name, STR("DB_")) || str_starts(name, STR("DATABASE_")) ||
           str_has(name, STR("_DB_")) || str_has(name, STR("_DATABASE_"));
}

/* A password that is the name of the user or of the database, which is no secret. */
static const struct variable *named_like(const struct workload *w, const struct variable *password)
{
    static const char *const names[] = { "_USER", "_USERNAME", "_DB", "_DATABASE" };

    WORKLOAD_EACH (w, variable, v)
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (v != password && str_ends(v->name, str_of(names[i])) && str_eq(v->value, password->value))
                return v;
    return NULL;
}

static enum verdict default_password(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char known[] =
        "password Password passw0rd secret admin root postgres mysql example changeme test "
        "guest redis mongo minio minioadmin 123456 12345678 1234 qwerty letmein toor "
        "wordpress mariadb db-password somewordpress default welcome my-secret-pw pass";
    const struct workload *w = subject;
    const struct variable *good = NULL;

    WORKLOAD_EACH (w, variable, v) {
        if (!is_literal(v) || !v->value.n || !is_secret_name(v->name) || str_ends(v->name, STR("_FILE")) ||
            opens_another(w, v->name))
            continue;
        const struct variable *same = named_like(w, v);
        if (same)
            proof_add(p, AT(v), STR_FMT " is the same as " STR_FMT, STR_ARG(str_first(v->name, 80)),
                      STR_ARG(str_first(same->name, 80)));
        else if (str_one_of(v->value, known))
            proof_add(p, AT(v), STR_FMT " is one that everybody tries", STR_ARG(str_first(v->name, 80)));
        else
            good = v;
    }
    if (!good && !p->found)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, good ? AT(good) : AT_WORKLOAD(w), STR_FMT " is not one of the usual ones",
                    STR_ARG(good ? str_first(good->name, 80) : STR("")));
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-secret-in-environment",
                   .title = "A secret stands in the environment",
                   .holds = "No secret stands in the environment",
                   .why = "Whoever can read the file, inspect the container, or read /proc of any process in "
                          "it has the secret; it is logged and passed on to every child.",
                   .fix = "Hand it over as a file: a secret mounted read-only.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_CIS_KUBERNETES, "5.4.1" },
                                { CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1552.007" },
                                { CAT_MS_MATRIX, "MS-TA9027" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-526" },
                                { CAT_CWE, "CWE-798" }) },
        .on = ON_WORKLOAD,
        .judge = secret_literal,
        .snippets = SNIPPETS(
            { SPELLING_COMPOSE,
              "secrets: [db_password]\nenvironment:\n  DB_PASSWORD_FILE: /run/secrets/db_password" },
            { SPELLING_KUBERNETES, "env:\n  - name: DB_PASSWORD_FILE\n    value: /secrets/db/password" }),
    },
    {
        .check = { .id = "workload-secret-as-variable",
                   .title = "A secret is handed over in the environment, not as a file",
                   .holds = "Secrets are handed over as files",
                   .why =
                       "Variables are inherited by every child, stand in crash reports and are read through "
                       "/proc; files can be kept from all but the one that needs them.",
                   .fix = "Mount it as a file.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "5.4.1" }, { CAT_NIST, "4.1.4" },
                                { CAT_ATTACK, "T1552.007" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-526" }) },
        .on = ON_WORKLOAD,
        .judge = secret_variable,
        .snippets =
            SNIPPETS({ SPELLING_KUBERNETES,
                       "volumeMounts:\n  - name: db\n    mountPath: /secrets/db\n    readOnly: true" }),
    },
    {
        .check = { .id = "workload-secret-in-command",
                   .title = "A secret stands in the command line",
                   .holds = "No secret stands in the command line",
                   .why = "Every user of the host and of the container reads it in the list of processes; it "
                          "is in the engine's records too.",
                   .fix = "Hand it over as a file.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1552.007" },
                            { CAT_MS_MATRIX, "MS-TA9027" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-214" }) },
        .on = ON_WORKLOAD,
        .judge = secret_command,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "command: [\"--password-file\", \"/run/secrets/db\"]" },
                             { SPELLING_KUBERNETES, "args: [\"--password-file\", \"/secrets/db\"]" }),
    },
    {
        .check = { .id = "workload-secret-build-argument",
                   .title = "A secret is handed to the build as an argument",
                   .holds = "No secret is handed to the build as an argument",
                   .why = "Arguments stay in the history of the image: whoever pulls it reads them.",
                   .fix = "Use a build secret.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" },
                                { CAT_ATTACK, "T1552.001" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-538" }) },
        .on = ON_WORKLOAD,
        .judge = secret_argument,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "build:\n  context: .\n  secrets: [npm_token]" }),
    },
    {
        .check = { .id = "workload-tls-verify-off",
                   .title = "Certificates are not verified",
                   .holds = "Nothing switches the verification of certificates off",
                   .why = "Whoever sits between reads and changes everything, although TLS is spoken.",
                   .fix = "Remove the switch, and give the program the certificate authority that it needs.",
                   .threats = THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.2.1" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K09" }, { CAT_CWE, "CWE-295" }) },
        .on = ON_WORKLOAD,
        .judge = tls_off,
    },
    {
        .check = { .id = "workload-preload",
                   .title = "A library is loaded into every program of the container",
                   .holds = "No library is loaded into every program",
                   .why = "Whoever can write the file has code in each process; and some runtimes loaded it "
                          "into their own hooks on the host (CVE-2025-23266).",
                   .fix = "Remove LD_PRELOAD and LD_AUDIT.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1611" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_CWE, "CWE-426" }) },
        .on = ON_WORKLOAD,
        .judge = preload,
    },
    {
        .check = { .id = "workload-engine-by-network",
                   .title = "The container gives orders to an engine over the network",
                   .holds = "The container gives no orders to an engine over the network",
                   .why =
                       "Without TLS anyone on that network does so too; with it whoever takes the container "
                       "over does: root on the engine's host.",
                   .fix = "Do not give it an engine, or one that has nothing else to do.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.7" }, { CAT_CIS_DOCKER, "5.32" }, { CAT_NIST, "4.3.2" },
                                { CAT_ATTACK, "T1610" }, { CAT_MS_MATRIX, "MS-TA9029" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_KUBERNETES, "K09" },
                                { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .judge = engine_by_network,
    },
    {
        .check = { .id = "workload-metadata-named",
                   .title = "The container is told where the cloud's metadata is",
                   .holds = "The container is not told where the cloud's metadata is",
                   .why =
                       "The metadata service hands out credentials of the machine to whoever asks from it.",
                   .fix = "Give the workload an identity of its own, and block the address.",
                   .threats = THREAT_BIT(I2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.3.2" }, { CAT_ATTACK, "T1552.007" },
                                { CAT_MS_MATRIX, "MS-TA9033" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-918" }) },
        .on = ON_WORKLOAD,
        .judge = metadata,
    },
    {
        .check = { .id = "workload-cloud-credentials",
                   .title = "Credentials of a cloud account are in the container",
                   .holds = "No credentials of a cloud account are in the container",
                   .why = "Whoever takes it over acts in the account, from anywhere, until somebody notices.",
                   .fix = "Give the workload a short-lived identity: workload identity, IRSA.",
                   .threats = THREAT_BIT(I2) | THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1552.001" },
                                { CAT_MS_MATRIX, "MS-TA9001" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-522" }) },
        .on = ON_WORKLOAD,
        .judge = cloud_credentials,
    },
    {
        .check = { .id = "workload-debug-mode",
                   .title = "The program is run in a mode for developers",
                   .holds = "The program is not run in a mode for developers",
                   .why = "Such modes show source text and secrets in errors and often let the visitor run "
                          "code.",
                   .fix = "Run it in its production mode.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_WORKLOAD,
        .judge = debug_mode,
    },
    {
        .check = { .id = "workload-duplicate-variable",
                   .title = "A variable is set twice",
                   .holds = "No variable is set twice",
                   .why =
                       "Which one holds is not what every reader thinks: a harmless first one can hide the "
                       "second.",
                   .fix = "Remove one of them.",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-694" }) },
        .on = ON_WORKLOAD,
        .judge = duplicate,
    },
    {
        .check = { .id = "workload-empty-password",
                   .title = "A service is started without a password",
                   .holds = "No service is started without a password",
                   .why = "Whoever reaches it is let in.",
                   .fix = "Set a password, from a secret.",
                   .threats = THREAT_BIT(T6) | THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1078.001" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-258" }) },
        .on = ON_WORKLOAD,
        .judge = empty_password,
    },
    {
        .check = { .id = "workload-default-password",
                   .title = "A password that everybody knows is used",
                   .holds = "No password that everybody knows is used",
                   .why = "It is the first one that is tried.",
                   .fix = "Set a long random one, from a secret.",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1078.001" },
                                { CAT_OWASP_DOCKER, "D06" }, { CAT_OWASP_KUBERNETES, "K08" },
                                { CAT_CWE, "CWE-521" }, { CAT_CWE, "CWE-1392" }) },
        .on = ON_WORKLOAD,
        .judge = default_password,
    },
};
const struct rule_set rules_workload_env = { "workload_env", table, ARRAY_LEN(table) };
