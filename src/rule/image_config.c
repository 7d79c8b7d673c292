/* image_config.c - rules that the image configuration alone decides: health, ports, working directory,
 * command. */
#include "rule/access.h"
#include "rule/common.h"
#include "rule/shell.h"

/* What the test runs, without its arguments: they may hold a password. */
static struct str health_program(const struct strs *test)
{
    struct str program, rest;

    str_split(test->n > 1 ? test->p[1] : STR(""), ' ', &program, &rest);
    return program;
}

static enum verdict healthcheck(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[121];

    if (!has_config(img, p, &v))
        return v;
    const struct strs *test = &img->config->healthcheck;
    if (!test->n)
        proof_add(p, AT_IN(img, "HEALTHCHECK", STR_NONE), "no HEALTHCHECK");
    else if (str_eq(test->p[0], STR("NONE")))
        proof_add(p, AT_IN(img, "HEALTHCHECK", STR_NONE), "HEALTHCHECK NONE switches it off");
    return conclude(p, AT_IN(img, "HEALTHCHECK", STR_NONE), "HEALTHCHECK runs %s",
                    shown(health_program(test), room, 120));
}

/* The clean path of WORKDIR; false when it is too long to be one. */
static bool workdir_of(const struct image *img, char *to, struct str *path)
{
    size_t n;

    if (path_clean(img->config->workdir, to, &n) == PATH_TOO_LONG)
        return false;
    *path = (struct str){ to, n };
    return true;
}

static bool below(struct str path, struct str dir)
{
    return str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
}

/* Does a link on the way to the directory lead into /proc? */
static bool linked_into_proc(const struct image *img, struct str path, struct proof *p)
{
    for (size_t i = 1; img->tree && i <= path.n; i++) {
        if (i < path.n && path.p[i] != '/')
            continue;
        node_id id = tree_find(img->tree, str_first(path, i), false);
        if (!id || tree_node(img->tree, id)->kind != ENTRY_SYMLINK)
            continue;
        struct str link = tree_entry(img->tree, id).link;
        while (str_starts(link, STR("../")))
            link = str_skip(link, 3);
        while (str_starts(link, STR("/")))
            link = str_skip(link, 1);
        if (!below(link, STR("proc")))
            continue;
        struct evidence where = at_node(img, id, str_first(path, i));
        proof_add(p, &where, "WORKDIR leads through this link to /%.80s", arena_cstr(p->arena, link));
        return true;
    }
    return false;
}

static enum verdict workdir_proc(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    char room[ENTRY_PATH_MOST];
    struct str dir;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    if (!workdir_of(img, room, &dir))
        return cannot_tell(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR is longer than any path");
    if (below(dir, STR("proc")))
        proof_add(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR /%.120s", arena_cstr(p->arena, dir));
    else if (!linked_into_proc(img, dir, p) && !img->complete && !img->from_build && dir.n)
        return cannot_tell(p, AT_IN(img, "WORKDIR", STR_NONE),
                           "WORKDIR /%.120s may be a link: not every layer could be read",
                           arena_cstr(p->arena, dir));
    return conclude(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR /%.120s lies in the image",
                    arena_cstr(p->arena, dir));
}

static enum verdict workdir_relative(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[121];

    if (!has_config(img, p, &v))
        return v;
    struct str dir = img->config->workdir;
    if (!dir.n)
        return VERDICT_NOT_APPLICABLE;
    if (dir.p[0] != '/')
        proof_add(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR %s is relative", shown(dir, room, 120));
    return conclude(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR %s is absolute", shown(dir, room, 120));
}

static enum verdict workdir_system(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char *const places[] = { "bin",  "boot", "dev",     "etc",      "lib",     "lib64",  "run",
                                          "sbin", "sys",  "usr/bin", "usr/sbin", "usr/lib", "var/run" };
    const struct image *img = subject;
    char room[ENTRY_PATH_MOST];
    struct str dir;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    if (!workdir_of(img, room, &dir))
        return cannot_tell(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR is longer than any path");
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (str_eq(dir, str_of(places[i])))
            proof_add(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR /%s", places[i]);
    return conclude(p, AT_IN(img, "WORKDIR", STR_NONE), "WORKDIR /%.120s is no directory of the system",
                    arena_cstr(p->arena, dir));
}

/* ["/bin/sh", "-c", "..."] is what the shell form of ENTRYPOINT and CMD becomes. */
static bool is_shell_form(const struct strs *words)
{
    struct str dir, base;

    if (words->n < 3 || !str_eq(words->p[words->n - 2], STR("-c")))
        return false;
    str_rsplit(words->p[0], '/', &dir, &base);
    return str_one_of(base, "sh bash ash dash");
}

static enum verdict shell_form(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    const struct config *c = img->config;
    if (!c->entrypoint.n && !c->cmd.n)
        return VERDICT_NOT_APPLICABLE;
    if (is_shell_form(&c->entrypoint))
        proof_add(p, AT_IN(img, "ENTRYPOINT", STR_NONE), "ENTRYPOINT is run by %.60s -c",
                  arena_cstr(p->arena, c->entrypoint.p[0]));
    if (!c->entrypoint.n && is_shell_form(&c->cmd))
        proof_add(p, AT_IN(img, "CMD", STR_NONE), "CMD is run by %.60s -c",
                  arena_cstr(p->arena, c->cmd.p[0]));
    return conclude(p, AT_IN(img, c->entrypoint.n ? "ENTRYPOINT" : "CMD", STR_NONE),
                    "%s is a list of words: [\"%.60s\" ...]", c->entrypoint.n ? "ENTRYPOINT" : "CMD",
                    arena_cstr(p->arena, c->entrypoint.n ? c->entrypoint.p[0] : c->cmd.p[0]));
}

static enum verdict stop_signal(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[41];

    if (!has_config(img, p, &v))
        return v;
    struct str s = img->config->stop_signal, name = str_starts(s, STR("SIG")) ? str_skip(s, 3) : s;
    if (str_one_of(name, "KILL STOP CONT 9 19 18"))
        proof_add(p, AT_IN(img, "STOPSIGNAL", STR_NONE),
                  "STOPSIGNAL %s cannot be caught or does not end the process", shown(s, room, 40));
    return conclude(p, AT_IN(img, "STOPSIGNAL", STR_NONE),
                    s.n ? "STOPSIGNAL %s can be caught" : "no STOPSIGNAL%s: SIGTERM can be caught",
                    shown(s, room, 40));
}

static enum verdict onbuild(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char room[21];

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->onbuild.n; i++) {
        struct str word, rest;
        str_split(img->config->onbuild.p[i], ' ', &word, &rest);
        proof_add(p, AT_IN(img, "ONBUILD", STR_NONE), "ONBUILD %s ...", shown(word, room, 20));
    }
    return conclude(p, AT_IN(img, "ONBUILD", STR_NONE), "no ONBUILD");
}

static enum verdict platform(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char os[21], arch[21];

    if (img->from_build)
        return VERDICT_NOT_APPLICABLE;
    if (!has_config(img, p, &v))
        return v;
    if (!img->config->os.n)
        proof_add(p, AT_CONFIG, "the configuration names no os");
    if (!img->config->arch.n)
        proof_add(p, AT_CONFIG, "the configuration names no architecture");
    return conclude(p, AT_CONFIG, "%s/%s", shown(img->config->os, os, 20),
                    shown(img->config->arch, arch, 20));
}

/* Labels that tools take for the command line to start the image with. */
static enum verdict run_label(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char labels[] = "RUN run INSTALL install UPDATE update io.containers.capabilities";
    static const char *const grants[] = { "--privileged", "--pid=host",    "--net=host",  "--network=host",
                                          "--ipc=host",   "--userns=host", "--cap-add",   "docker.sock",
                                          "-v /:",        "--volume /:",   "--volume=/:", "SYS_ADMIN" };
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, label, l) {
        for (size_t i = 0; str_one_of(l->name, labels) && i < ARRAY_LEN(grants); i++)
            if (str_has(l->value, str_of(grants[i])))
                proof_add(p, AT_IN(img, "LABEL", STR_NONE), "label %.40s asks for %s",
                          arena_cstr(p->arena, l->name), grants[i]);
    }
    return conclude(p, AT_IN(img, "LABEL", STR_NONE),
                    "no label that says how to start the image asks for rights on the host");
}

static enum verdict provenance(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char labels[] =
        "org.opencontainers.image.source org.opencontainers.image.revision org.label-schema.vcs-url "
        "org.label-schema.vcs-ref vcs-ref vcs-url";
    const struct image *img = subject;
    enum verdict v;
    char name[61], value[121];

    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, label, l) {
        if (str_one_of(l->name, labels) && l->value.n) {
            proof_add(p, AT_IN(img, "LABEL", STR_NONE), "label %s: %s", shown(l->name, name, 60),
                      shown(l->value, value, 120));
            return VERDICT_MITIGATED;
        }
    }
    proof_add(p, AT_IN(img, "LABEL", STR_NONE), "no label org.opencontainers.image.source or .revision");
    return VERDICT_OPEN;
}

static const struct rule table[] = {
    {
        .check = { .id = "image-no-healthcheck",
                   .title = "Image has no HEALTHCHECK",
                   .holds = "Image has a HEALTHCHECK",
                   .why =
                       "A container that hangs, or that an attacker keeps busy, goes on counting as running: "
                       "nothing restarts it and nobody is told.",
                   .fix = "Add a HEALTHCHECK that asks the service itself.",
                   .snippet = "HEALTHCHECK --interval=30s CMD [\"/app/healthy\"]",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.6" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-778" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = healthcheck,
    },
    {
        .check = { .id = "image-workdir-proc-fd",
                   .title = "WORKDIR leads into /proc",
                   .holds = "WORKDIR lies in the image",
                   .why = "A working directory such as /proc/self/fd/7 is a directory of the host that the "
                          "runtime had open: the container starts outside its own root (CVE-2024-21626, runc "
                          "before 1.1.12).",
                   .fix =
                       "Use a directory of the image as WORKDIR, and refuse the image: it has no honest use.",
                   .snippet = "WORKDIR /app",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs =
                       REFS({ CAT_ATTACK, "T1611" }, { CAT_ATTACK, "T1204.003" }, { CAT_OWASP_DOCKER, "D08" },
                            { CAT_CWE, "CWE-403" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = workdir_proc,
    },
    {
        .check = { .id = "image-workdir-relative",
                   .title = "WORKDIR is relative",
                   .holds = "WORKDIR is absolute",
                   .why = "What it means depends on the image below: after a change there, files are written "
                          "and "
                          "programs found elsewhere.",
                   .fix = "Write WORKDIR as an absolute path.",
                   .snippet = "WORKDIR /app",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-427" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = workdir_relative,
    },
    {
        .check = { .id = "image-workdir-system",
                   .title = "WORKDIR is a directory of the system",
                   .holds = "WORKDIR is no directory of the system",
                   .why = "What the program writes to its current directory replaces or shadows files of the "
                          "system.",
                   .fix = "Give the application a directory of its own.",
                   .snippet = "WORKDIR /app",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-552" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = workdir_system,
    },
    {
        .check = { .id = "image-shell-form",
                   .title = "Command is run through a shell",
                   .holds = "Command is run without a shell",
                   .why =
                       "The shell becomes process 1 and keeps the stop signal to itself, so that stopping "
                       "means killing; and what reaches the command line from the environment is expanded by "
                       "it.",
                   .fix = "Write ENTRYPOINT and CMD as a list of words.",
                   .snippet = "ENTRYPOINT [\"/app/server\"]\nCMD [\"--port\", \"8080\"]",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-78" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = shell_form,
    },
    {
        .check = { .id = "image-stop-signal",
                   .title = "STOPSIGNAL cannot be caught",
                   .holds = "STOPSIGNAL can be caught",
                   .why =
                       "The process cannot finish what it does: every stop may lose or damage data, and logs "
                       "are not written to their end.",
                   .fix = "Use a signal that the program handles.",
                   .snippet = "STOPSIGNAL SIGTERM",
                   .threats = THREAT_BIT(D1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CWE, "CWE-404" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = stop_signal,
    },
    {
        .check = { .id = "image-onbuild",
                   .title = "Image runs commands in the builds of others",
                   .holds = "Image runs no commands in the builds of others",
                   .why = "ONBUILD triggers run in every build that starts FROM this image, without being "
                          "visible in its Dockerfile.",
                   .fix = "Put the instructions into the Dockerfiles that need them.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_ATTACK, "T1525" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_CWE, "CWE-829" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = onbuild,
    },
    {
        .check = { .id = "image-no-platform",
                   .title = "Image does not say for which platform it is",
                   .holds = "Image says for which platform it is",
                   .why = "The fields are required; without them engines guess, and one reference may run "
                          "different things on different machines.",
                   .fix = "Build with a builder that writes os and architecture.",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(S3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-20" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = platform,
    },
    {
        .check = { .id = "image-run-label",
                   .title = "A label asks to be started with rights on the host",
                   .holds = "No label asks to be started with rights on the host",
                   .why =
                       "Tools that start images by their RUN or INSTALL label hand these rights to whoever "
                       "built the image.",
                   .fix = "Remove the label; state needed rights in the deployment, where they are reviewed.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_ATTACK, "T1610" }, { CAT_ATTACK, "T1611" }, { CAT_MS_MATRIX, "MS-TA9018" },
                            { CAT_OWASP_DOCKER, "D05" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = run_label,
    },
    {
        .check = { .id = "image-no-provenance",
                   .title = "Image does not say from which source it was built",
                   .holds = "Image says from which source it was built",
                   .why = "Nobody can tell which commit runs, who changed it last, or whether a found hole "
                          "is in "
                          "it.",
                   .fix = "Set the labels org.opencontainers.image.source and .revision in the build.",
                   .snippet = "docker build --label org.opencontainers.image.revision=$(git rev-parse HEAD) "
                              ".",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_OWASP_DOCKER, "D10" }, { CAT_CWE, "CWE-345" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = provenance,
    },
};
const struct rule_set rules_image_config = { "image_config", table, ARRAY_LEN(table) };
