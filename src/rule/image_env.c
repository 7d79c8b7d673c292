/* image_env.c - what environment variables of the image do to the programs in it. Values are shown only where
 * they cannot be secrets. */
#include "rule/access.h"
#include "rule/common.h"
#include "rule/secret_name.h"
#include "rule/shell.h"
#include "rule/switches.h"

static bool is_preload(struct str name)
{
    return str_one_of(name, "LD_PRELOAD LD_AUDIT");
}

static enum verdict preload(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[121];

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, env_var, e) {
        if (is_preload(e->name) && e->value.n)
            proof_add(p, AT_IN(img, "ENV", e->name), STR_FMT "=%s", STR_ARG(e->name),
                      shown(e->value, room, 120));
    }
    return conclude(p, AT_IN(img, "ENV", STR_NONE), "neither LD_PRELOAD nor LD_AUDIT is set");
}

/* A library that the image does not hold: taken from /proc, or from wherever the process that loads it
 * stands. */
static enum verdict preload_hook(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[121];

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, env_var, e) {
        if (!is_preload(e->name))
            continue;
        for (size_t from = 0; from < e->value.n;) {
            struct str one = str_skip(e->value, from);
            size_t n = 0;
            while (n < one.n && one.p[n] != ':' && one.p[n] != ' ')
                n++;
            one = str_first(one, n);
            from += n + 1;
            bool relative = one.n && one.p[0] != '/' && str_has_char(one, '/');
            if (str_starts(one, STR("/proc/")) || relative || str_has(one, STR("/../")))
                proof_add(p, AT_IN(img, "ENV", e->name), STR_FMT " loads %s", STR_ARG(e->name),
                          shown(one, room, 120));
        }
    }
    return conclude(p, AT_IN(img, "ENV", STR_NONE), "no library is preloaded from /proc or a relative path");
}

static enum verdict gpus(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    struct str devices = image_env(img, STR("NVIDIA_VISIBLE_DEVICES"));
    struct str driver = image_env(img, STR("NVIDIA_DRIVER_CAPABILITIES"));
    if (str_eq(devices, STR("all")))
        proof_add(p, AT_IN(img, "ENV", STR("NVIDIA_VISIBLE_DEVICES")), "NVIDIA_VISIBLE_DEVICES=all");
    if (devices.n && str_eq(driver, STR("all")))
        proof_add(p, AT_IN(img, "ENV", STR("NVIDIA_DRIVER_CAPABILITIES")), "NVIDIA_DRIVER_CAPABILITIES=all");
    return conclude(p, AT_IN(img, "ENV", STR_NONE),
                    devices.n ? "NVIDIA_VISIBLE_DEVICES is not \"all\"" : "no GPU is asked for");
}

/* What of the image's environment is one of the switches. */
static enum verdict env_says(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[61];

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, env_var, e) {
        const struct env_switch *s = env_switch_of(r->with, e->name, e->value);
        if (s)
            proof_add(p, AT_IN(img, "ENV", e->name), STR_FMT "=%s %s", STR_ARG(e->name),
                      s->value ? shown(e->value, room, 60) : "...", s->does);
    }
    return conclude(p, AT_IN(img, "ENV", STR_NONE),
                    r->with == &switches_tls ? "no variable switches verification off"
                                             : "no variable switches a mode for developers on");
}

/* Does the text start a debugger that listens for others than the same machine? */
static const char *debugger_in(struct str text)
{
    static const struct {
        const char *has, *also, *is;
    } rows[] = {
        { "-agentlib:jdwp", "address=*:", "the Java debugger, on all addresses" },
        { "-agentlib:jdwp", "address=0.0.0.0:", "the Java debugger, on all addresses" },
        { "-agentlib:jdwp", "server=y", "the Java debugger" },
        { "-Xrunjdwp:", "", "the Java debugger" },
        { "--inspect", "0.0.0.0", "the Node.js inspector, on all addresses" },
        { "com.sun.management.jmxremote.authenticate=false", "", "Java management without a password" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_has(text, str_of(rows[i].has)) && str_has(text, str_of(rows[i].also)))
            return rows[i].is;
    return NULL;
}

static void debugger_words(const struct strs *words, const char *where, struct proof *p)
{
    for (size_t i = 0; i < words->n; i++) {
        struct str dir, base;
        const char *is = debugger_in(words->p[i]);
        str_rsplit(words->p[i], '/', &dir, &base);
        if (!is && i + 1 < words->n && str_one_of(base, "dlv debugpy"))
            for (size_t k = i + 1; k < words->n && !is; k++)
                if (str_starts(words->p[k], STR("--listen")) && !str_has(words->p[k], STR("127.0.0.1")))
                    is = "a debugger that listens";
        if (is)
            proof_add(p, AT_CONFIG, "%s starts %s", where, is);
    }
}

static enum verdict debugger(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, env_var, e) {
        const char *is = debugger_in(e->value);
        if (is)
            proof_add(p, AT_IN(img, "ENV", e->name), "%.60s starts %s", arena_cstr(p->arena, e->name), is);
    }
    debugger_words(&img->config->entrypoint, "ENTRYPOINT", p);
    debugger_words(&img->config->cmd, "CMD", p);
    return conclude(p, AT_IN(img, "ENV", STR_NONE),
                    "neither the environment nor the command starts a debugger");
}

static enum verdict relative_path(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct str dir;
    enum verdict v;
    char room[121];

    if (!has_config(img, p, &v))
        return v;
    for (size_t at = 0; next_path_dir(img, &at, &dir);)
        if (!dir.n || !strchr("/$", dir.p[0]))
            proof_add(p, AT_IN(img, "ENV", STR_NONE),
                      dir.n ? "PATH has the relative directory %s"
                            : "PATH has an empty entry%s: the current directory",
                      shown(dir, room, 120));
    struct str libraries = image_env(img, STR("LD_LIBRARY_PATH"));
    for (struct str rest = libraries; libraries.n && str_cut(&rest, ':', &dir);)
        if (!dir.n || !strchr("/$", dir.p[0]))
            proof_add(p, AT_IN(img, "ENV", STR_NONE),
                      dir.n ? "LD_LIBRARY_PATH has the relative directory %s"
                            : "LD_LIBRARY_PATH has an empty entry%s: the current directory",
                      shown(dir, room, 120));
    return conclude(p, AT_IN(img, "ENV", STR_NONE),
                    "every directory in PATH and LD_LIBRARY_PATH is absolute");
}

/* Only names are shown: the value may be the secret. */
static enum verdict credentials(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n = 0, seen = 0;
    char room[81];

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, env_var, e) {
        n++;
        if (is_seen_secret(img, SECRET_IN_ENV, e->name))
            seen++;
        else if (is_secret_name(e->name) && is_secret_value(e->value))
            proof_add(p, AT_IN(img, "ENV", e->name), "ENV %s has a value of %zu bytes",
                      shown(e->name, room, 80), e->value.n);
        else if (has_url_password(e->value))
            proof_add(p, AT_IN(img, "ENV", e->name), "ENV %s has a URL with a password",
                      shown(e->name, room, 80));
    }
    FACTS_EACH (img->config_facts, label, l) {
        n++;
        if (is_seen_secret(img, SECRET_IN_LABEL, l->name))
            seen++;
        else if ((is_secret_name(l->name) && is_secret_value(l->value)) || has_url_password(l->value))
            proof_add(p, AT_IN(img, "LABEL", l->name), "LABEL %s holds what looks like a password",
                      shown(l->name, room, 80));
    }
    if (seen && !p->found)
        return VERDICT_NOT_APPLICABLE; /* the rule over secrets says it better */
    return conclude(p, AT_IN(img, "ENV", STR_NONE),
                    "%zu variables and labels, none named like a secret with a value", n);
}

static const struct rule table[] = {
    {
        .check = { .id = "image-ld-preload",
                   .title = "Image preloads a library into every program",
                   .holds = "Image preloads no library by its environment",
                   .why = "Every program, setuid ones excepted, runs the code of that library first: who can "
                          "change the one file owns all of them.",
                   .fix = "Set the variable for the one program that needs it, in its start script, with the "
                          "absolute path of a file that only root may write.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_ATTACK, "T1525" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_CWE, "CWE-426" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = preload,
    },
    {
        .check = { .id = "image-preload-hook",
                   .title = "Image preloads a library from outside its files",
                   .holds = "Image preloads no library from outside its files",
                   .why =
                       "Hooks of the host that inherit the environment load the library as root on the host: "
                       "how CVE-2025-23266 breaks out through the NVIDIA container toolkit before 1.17.8.",
                   .fix =
                       "Refuse the image; where the library is wanted, name it by its absolute path in the "
                       "image.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_ATTACK, "T1611" }, { CAT_ATTACK, "T1204.003" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_CWE, "CWE-426" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = preload_hook,
    },
    {
        .check = { .id = "image-all-gpus",
                   .title = "Image asks for all GPUs and all driver functions",
                   .holds = "Image does not ask for all GPUs",
                   .why = "On hosts with the NVIDIA runtime every container gets all devices and driver "
                          "libraries of the host without the deployment asking: a larger kernel surface, and "
                          "memory of other tenants within reach.",
                   .fix = "Leave the choice to the deployment.",
                   .snippet = "ENV NVIDIA_VISIBLE_DEVICES=void",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(D1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D05" }, { CAT_OWASP_DOCKER, "D07" },
                                { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = gpus,
    },
    {
        .check = { .id = "image-tls-verify-env",
                   .title = "Environment switches verification off",
                   .holds = "Environment leaves verification on",
                   .why =
                       "Anyone on the network path can pose as the server: read what is sent and answer with "
                       "code of their own.",
                   .fix = "Remove the variable; install the CA certificate that is missing.",
                   .snippet =
                       "COPY example-ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_ATTACK, "T1562.001" }, { CAT_CWE, "CWE-295" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = env_says,
        .with = &switches_tls,
    },
    {
        .check = { .id = "image-debug-mode",
                   .title = "Environment switches a mode for developers on",
                   .holds = "Environment switches no mode for developers on",
                   .why =
                       "Errors show source, settings and secrets to whoever causes them; some frameworks run "
                       "code typed into the error page.",
                   .fix = "Set the mode for production in the image; switch the other on where it is needed.",
                   .snippet = "ENV FLASK_DEBUG=0",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = env_says,
        .with = &switches_debug,
    },
    {
        .check = { .id = "image-debugger",
                   .title = "Image starts with a debugger that listens",
                   .holds = "Image starts no debugger that listens",
                   .why =
                       "Whoever reaches the port runs code as the service: debug protocols know no password.",
                   .fix =
                       "Drop the option from the image; attach a debugger through a port forwarded for the "
                       "occasion.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_ATTACK, "T1190" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = debugger,
    },
    {
        .check = { .id = "image-relative-search-path",
                   .title = "Programs or libraries are looked for in the current directory",
                   .holds = "Programs and libraries are looked for in absolute directories only",
                   .why = "A file dropped into the directory that a program happens to stand in is run or "
                          "loaded "
                          "in place of the real one.",
                   .fix = "Write only absolute directories, without empty entries.",
                   .snippet = "ENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_ATTACK, "T1036.005" }, { CAT_CWE, "CWE-426" }, { CAT_CWE, "CWE-427" },
                                { CAT_NIST, "4.1.2" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = relative_path,
    },
    {
        .check = { .id = "image-credential-env",
                   .title = "Environment or labels hold what is named like a secret",
                   .holds = "No variable or label named like a secret has a value",
                   .why = "Everyone who can pull the image can read its configuration, every process in the "
                          "container inherits the variable, and changing the secret means building again.",
                   .fix =
                       "Take the variable out of the image, change the secret, and mount it as a file when "
                       "the container runs.",
                   .snippet = "RUN --mount=type=secret,id=token /app/fetch --token-file /run/secrets/token",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_ATTACK, "T1552.001" }, { CAT_MS_MATRIX, "MS-TA9027" },
                            { CAT_CWE, "CWE-526" }, { CAT_CWE, "CWE-798" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = credentials,
    },
};
const struct rule_set rules_image_env = { "image_env", table, ARRAY_LEN(table) };
