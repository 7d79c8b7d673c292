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
        proof_add(p, AT_CONFIG, "no HEALTHCHECK");
    else if (str_eq(test->p[0], STR("NONE")))
        proof_add(p, AT_CONFIG, "HEALTHCHECK NONE switches it off");
    return conclude(p, AT_CONFIG, "HEALTHCHECK runs %s", shown(health_program(test), room, 120));
}

/* A range of ports and what listens there by convention. */
struct port_row {
    uint16_t from, to;
    const char *what;
};
struct port_table {
    const struct port_row *row;
    size_t n;
    const char *none;
};

/* "8000-8010/tcp": EXPOSE allows ranges. false: not a port. */
static bool port_range(struct str port, uint32_t *from, uint32_t *to)
{
    struct str number, proto, first, last;
    uint64_t a, b;

    str_split(port, '/', &number, &proto);
    bool range = str_split(number, '-', &first, &last);
    if (!str_u64(first, 10, &a) || a < 1 || a > 65535)
        return false;
    b = a;
    if (range && (!str_u64(last, 10, &b) || b < a || b > 65535))
        return false;
    *from = (uint32_t)a;
    *to = (uint32_t)b;
    return !proto.n || str_one_of(proto, "tcp udp sctp TCP UDP SCTP");
}

static enum verdict exposed(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct port_table *t = r->with;
    uint32_t from, to;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->ports.n; i++) {
        if (!port_range(img->config->ports.p[i], &from, &to))
            continue;
        for (size_t k = 0; k < t->n; k++)
            if (from <= t->row[k].to && to >= t->row[k].from)
                proof_add(p, AT_CONFIG, "EXPOSE %.40s: %s", arena_cstr(p->arena, img->config->ports.p[i]),
                          t->row[k].what);
    }
    return conclude(p, AT_CONFIG, "%zu exposed ports, %s", img->config->ports.n, t->none);
}

static const struct port_row login_ports[] = {
    { 22, 22, "SSH" },
    { 23, 23, "Telnet" },
    { 512, 514, "rexec, rlogin and rsh" },
    { 2222, 2222, "SSH where port 22 is taken" },
    { 3389, 3389, "remote desktop" },
    { 5900, 5909, "VNC" },
    { 5985, 5986, "WinRM" },
    { 10000, 10000, "Webmin" },
};
static const struct port_row engine_ports[] = {
    { 2375, 2375, "the Docker API without TLS" },
    { 2376, 2376, "the Docker API" },
    { 2377, 2377, "Swarm managers" },
    { 2379, 2380, "etcd" },
    { 4243, 4243, "the Docker API without TLS" },
    { 6443, 6443, "the Kubernetes API" },
    { 10250, 10250, "the kubelet" },
    { 10255, 10255, "the kubelet without authentication" },
};
static const struct port_row debug_ports[] = {
    { 1099, 1099, "Java RMI" },
    { 2345, 2345, "the Delve debugger" },
    { 4200, 4200, "the Angular development server" },
    { 5005, 5005, "the Java debugger" },
    { 5678, 5678, "the Python debugger" },
    { 5858, 5858, "the Node.js debugger" },
    { 9003, 9003, "Xdebug" },
    { 9229, 9230, "the Node.js inspector" },
};

static enum verdict port_numbers(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    uint32_t from, to;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    if (!img->config->ports.n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < img->config->ports.n; i++)
        if (!port_range(img->config->ports.p[i], &from, &to))
            proof_add(p, AT_CONFIG, "EXPOSE %.40s is no port", arena_cstr(p->arena, img->config->ports.p[i]));
    return conclude(p, AT_CONFIG, "%zu exposed ports, all between 1 and 65535", img->config->ports.n);
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
        return cannot_tell(p, AT_CONFIG, "WORKDIR is longer than any path");
    if (below(dir, STR("proc")))
        proof_add(p, AT_CONFIG, "WORKDIR /%.120s", arena_cstr(p->arena, dir));
    else if (!linked_into_proc(img, dir, p) && !img->complete && dir.n)
        return cannot_tell(p, AT_CONFIG, "WORKDIR /%.120s may be a link: not every layer could be read",
                           arena_cstr(p->arena, dir));
    return conclude(p, AT_CONFIG, "WORKDIR /%.120s lies in the image", arena_cstr(p->arena, dir));
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
        proof_add(p, AT_CONFIG, "WORKDIR %s is relative", shown(dir, room, 120));
    return conclude(p, AT_CONFIG, "WORKDIR %s is absolute", shown(dir, room, 120));
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
        return cannot_tell(p, AT_CONFIG, "WORKDIR is longer than any path");
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (str_eq(dir, str_of(places[i])))
            proof_add(p, AT_CONFIG, "WORKDIR /%s", places[i]);
    return conclude(p, AT_CONFIG, "WORKDIR /%.120s is no directory of the system", arena_cstr(p->arena, dir));
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
        proof_add(p, AT_CONFIG, "ENTRYPOINT is run by %.60s -c", arena_cstr(p->arena, c->entrypoint.p[0]));
    if (!c->entrypoint.n && is_shell_form(&c->cmd))
        proof_add(p, AT_CONFIG, "CMD is run by %.60s -c", arena_cstr(p->arena, c->cmd.p[0]));
    return conclude(p, AT_CONFIG, "%s is a list of words: [\"%.60s\" ...]",
                    c->entrypoint.n ? "ENTRYPOINT" : "CMD",
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
        proof_add(p, AT_CONFIG, "STOPSIGNAL %s cannot be caught or does not end the process",
                  shown(s, room, 40));
    return conclude(p, AT_CONFIG,
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
        proof_add(p, AT_CONFIG, "ONBUILD %s ...", shown(word, room, 20));
    }
    return conclude(p, AT_CONFIG, "no ONBUILD");
}

static enum verdict platform(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    char os[21], arch[21];

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
                proof_add(p, AT_CONFIG, "label %.40s asks for %s", arena_cstr(p->arena, l->name), grants[i]);
    }
    return conclude(p, AT_CONFIG, "no label that says how to start the image asks for rights on the host");
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
            proof_add(p, AT_CONFIG, "label %s: %s", shown(l->name, name, 60), shown(l->value, value, 120));
            return VERDICT_MITIGATED;
        }
    }
    proof_add(p, AT_CONFIG, "no label org.opencontainers.image.source or .revision");
    return VERDICT_OPEN;
}

static const struct port_table login_table = { login_ports, ARRAY_LEN(login_ports),
                                               "none of a remote login" };
static const struct port_table engine_table = { engine_ports, ARRAY_LEN(engine_ports),
                                                "none of an engine or orchestrator" };
static const struct port_table debug_table = { debug_ports, ARRAY_LEN(debug_ports), "none of a debugger" };

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
        .check = { .id = "image-login-port",
                   .title = "Image exposes a remote login",
                   .holds = "Image exposes no remote login",
                   .why =
                       "A login service in a container is a second way in, with its own passwords and holes, "
                       "past the engine and its logs.",
                   .fix = "Remove the service and its EXPOSE; enter a container with docker exec or kubectl "
                          "exec, which are authorised and logged.",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(S2) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_ATTACK, "T1133" }, { CAT_MS_MATRIX, "MS-TA9010" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-284" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &login_table,
    },
    {
        .check = { .id = "image-engine-port",
                   .title = "Image exposes the port of an engine or orchestrator",
                   .holds = "Image exposes no port of an engine or orchestrator",
                   .why = "Who reaches the API of an engine, etcd or a kubelet starts privileged containers "
                          "with "
                          "it: root on the host.",
                   .fix = "Do not serve the API from a container; where it must be, bind it to a local "
                          "socket or "
                          "demand client certificates.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_ATTACK, "T1133" }, { CAT_ATTACK, "T1610" },
                                { CAT_MS_MATRIX, "MS-TA9005" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &engine_table,
    },
    {
        .check = { .id = "image-debug-port",
                   .title = "Image exposes the port of a debugger",
                   .holds = "Image exposes no port of a debugger",
                   .why = "Debuggers run any code they are sent and ask nobody who sends it.",
                   .fix = "Leave debuggers out of the final image; expose only the ports of the service.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_ATTACK, "T1190" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &debug_table,
    },
    {
        .check = { .id = "image-bad-port",
                   .title = "Image exposes something that is no port",
                   .holds = "Exposed ports are ports",
                   .why =
                       "Engines differ in what they make of it: a firewall rule or a policy written for the "
                       "port that was meant does not hold.",
                   .fix = "Write EXPOSE with a number from 1 to 65535 and tcp, udp or sctp.",
                   .snippet = "EXPOSE 8080/tcp",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-20" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = port_numbers,
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
