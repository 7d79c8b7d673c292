/* docker_run.c - command lines of `docker run` and `podman run` in a script or a note: one workload each.
 * Other lines are not looked at; variables stay as they are written. */
#include "parse/declare.h"
#include "parse/image_ref.h"
#include "parse/shell_word.h"
#include "parse/short_form.h"

enum { BYTES = 16 << 20, WORD_MOST = 1 << 20 };

struct reader {
    const struct input *in;
    struct declare d;
    struct arena arena;
    struct str rest; /* of the command */
    uint32_t line;
};

typedef void teller(struct reader *r, enum setting_key key, struct str value);

static void text(struct reader *r, enum setting_key key, struct str value)
{
    say(&r->d, key, value, STR_NONE, r->line);
}

static void number(struct reader *r, enum setting_key key, struct str value)
{
    say_number(&r->d, key, value, r->line);
}

static void bytes(struct reader *r, enum setting_key key, struct str value)
{
    say_bytes(&r->d, key, value, r->line);
}

static void cpus(struct reader *r, enum setting_key key, struct str value)
{
    say_cpus(&r->d, key, value, r->line);
}

static void yes(struct reader *r, enum setting_key key, struct str value)
{
    say_bool(&r->d, key, value.n ? value : STR("true"), r->line);
}

static void capability(struct reader *r, enum setting_key key, struct str value)
{
    struct str one;

    while (str_cut(&value, ',', &one))
        say_capability(&r->d, key, one, r->line);
}

static void security(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    say_security(&r->d, value, r->line);
}

static void namespace_of(struct reader *r, enum setting_key key, struct str value)
{
    bool named = key == SETTING_NS_NET && !str_has_char(value, ':') &&
                 !str_one_of(value, "host bridge none default private slirp4netns pasta");

    if (named) {
        say_fmt(&r->d, key, value, r->line, "network:" STR_FMT, STR_ARG(value));
        declare_link(&r->d, "network", value, (struct strs){ 0 }, r->line);
    } else {
        say_namespace(&r->d, key, value, r->line);
    }
}

static void device(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    say_device(&r->d, value, r->line);
}

static void port(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct port_form f;

    if (port_form(value, &f))
        declare_port(&r->d, (struct port){ .port = f.target,
                                           .protocol = f.protocol,
                                           .host_port = f.published.n ? f.published : STR("0"),
                                           .host_ip = f.ip,
                                           .line = r->line });
}

static void exposed(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct port_form f;

    if (port_form(value, &f))
        declare_port(&r->d, (struct port){ .port = f.target, .protocol = f.protocol, .line = r->line });
}

static void volume(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct volume_form f;

    if (volume_form(value, &f))
        declare_mount(&r->d, (struct mount){ .kind = f.bind || str_starts(f.source, STR("$")) ? STR("bind")
                                                                                              : STR("volume"),
                                             .source = f.source,
                                             .target = f.target,
                                             .read_only = option_given(f.options, "ro") ? YES : NO,
                                             .propagation = volume_propagation(f.options),
                                             .line = r->line });
}

/* "type=bind,source=/x,target=/y,readonly" */
static void mount(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct mount m = { .kind = STR("volume"), .read_only = NO, .line = r->line };
    struct str part, name, is;

    while (str_cut(&value, ',', &part)) {
        bool said = str_split(part, '=', &name, &is);
        if (str_eq(name, STR("type")))
            m.kind = is;
        else if (str_one_of(name, "source src"))
            m.source = is;
        else if (str_one_of(name, "target dst destination"))
            m.target = is;
        else if (str_eq(name, STR("bind-propagation")))
            m.propagation = is;
        else if (str_one_of(name, "readonly ro") && (!said || str_one_of(is, "true 1")))
            m.read_only = YES;
    }
    declare_mount(&r->d, m);
}

static void tmpfs(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct str target, options;

    str_split(value, ':', &target, &options);
    declare_mount(&r->d, (struct mount){ .kind = STR("tmpfs"),
                                         .target = target,
                                         .read_only = option_given(options, "ro") ? YES : NO,
                                         .line = r->line });
}

static void variable(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct variable v = { .line = r->line };
    bool said = str_split(value, '=', &v.name, &v.value);

    v.source = said ? STR("literal") : arena_fmt(&r->arena, "environment:" STR_FMT, STR_ARG(v.name));
    declare_variable(&r->d, v);
}

static void health(struct reader *r, enum setting_key key, struct str value)
{
    say(&r->d, key, value.n ? value : STR("none"), STR_NONE, r->line);
}

static void link_to(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct str name, alias;

    str_split(value, ':', &name, &alias);
    declare_link(&r->d, "link", name, (struct strs){ 0 }, r->line);
}

static void volumes_from(struct reader *r, enum setting_key key UNUSED, struct str value)
{
    struct str name, mode;

    str_split(value, ':', &name, &mode);
    declare_link(&r->d, "volumes-from", name, (struct strs){ 0 }, r->line);
}

static void nothing(struct reader *r UNUSED, enum setting_key key UNUSED, struct str value UNUSED)
{
}

/* Flags by all their names. `alone`: it takes no value, but for "=false". */
static const struct {
    const char *names;
    bool alone;
    enum setting_key key;
    teller *tell;
} flags[] = {
    { "--privileged", true, SETTING_PRIVILEGED, yes },
    { "--read-only", true, SETTING_READ_ONLY_ROOT, yes },
    { "--init", true, SETTING_INIT, yes },
    { "-t --tty", true, SETTING_TTY, yes },
    { "-i --interactive", true, SETTING_STDIN, yes },
    { "--oom-kill-disable", true, SETTING_OOM_KILL_DISABLE, yes },
    { "--no-healthcheck", true, SETTING_HEALTH, health },
    { "-d --detach --rm -P --publish-all -q --quiet --sig-proxy --disable-content-trust --replace --help",
      true, 0, nothing },
    { "-u --user", false, SETTING_USER, text },
    { "--cap-add", false, SETTING_CAP_ADD, capability },
    { "--cap-drop", false, SETTING_CAP_DROP, capability },
    { "--security-opt", false, SETTING_SECCOMP, security },
    { "--pid", false, SETTING_NS_PID, namespace_of },
    { "--ipc", false, SETTING_NS_IPC, namespace_of },
    { "--uts", false, SETTING_NS_UTS, namespace_of },
    { "--network --net", false, SETTING_NS_NET, namespace_of },
    { "--userns", false, SETTING_NS_USER, text },
    { "--cgroupns", false, SETTING_NS_CGROUP, namespace_of },
    { "--cgroup-parent", false, SETTING_CGROUP_PARENT, text },
    { "--device", false, SETTING_DEVICE, device },
    { "--device-cgroup-rule", false, SETTING_DEVICE_RULE, text },
    { "--gpus", false, SETTING_GPU, text },
    { "-m --memory", false, SETTING_MEMORY, bytes },
    { "--memory-reservation", false, SETTING_MEMORY_REQUEST, bytes },
    { "--cpus", false, SETTING_CPU, cpus },
    { "--pids-limit", false, SETTING_PIDS, number },
    { "--shm-size", false, SETTING_SHM_SIZE, bytes },
    { "--ulimit", false, SETTING_ULIMIT, text },
    { "--oom-score-adj", false, SETTING_OOM_SCORE_ADJ, number },
    { "--log-driver", false, SETTING_LOG_DRIVER, text },
    { "--log-opt", false, SETTING_LOG_OPTION, text },
    { "--restart", false, SETTING_RESTART, text },
    { "--health-cmd", false, SETTING_HEALTH, health },
    { "--entrypoint", false, SETTING_ENTRYPOINT, text },
    { "-w --workdir", false, SETTING_WORKDIR, text },
    { "-h --hostname", false, SETTING_HOSTNAME, text },
    { "--dns", false, SETTING_DNS, text },
    { "--add-host", false, SETTING_EXTRA_HOST, text },
    { "--group-add", false, SETTING_GROUPS, text },
    { "--sysctl", false, SETTING_SYSCTL, text },
    { "--runtime", false, SETTING_RUNTIME, text },
    { "--stop-signal", false, SETTING_STOP_SIGNAL, text },
    { "--stop-timeout", false, SETTING_TERMINATION, number },
    { "--pull", false, SETTING_PULL_POLICY, text },
    { "-p --publish", false, 0, port },
    { "--expose", false, 0, exposed },
    { "-v --volume", false, 0, volume },
    { "--mount", false, 0, mount },
    { "--tmpfs", false, 0, tmpfs },
    { "-e --env", false, 0, variable },
    { "--link", false, 0, link_to },
    { "--volumes-from", false, 0, volumes_from },
    { "--name -l --label --env-file --label-file --network-alias --net-alias --ip --ip6 --mac-address "
      "--cidfile "
      "--cpu-shares -c --cpuset-cpus --cpuset-mems --cpu-period --cpu-quota --memory-swap "
      "--memory-swappiness "
      "--platform --health-interval --health-retries --health-timeout --health-start-period --isolation "
      "--storage-opt --volume-driver --dns-option --dns-opt --dns-search --domainname --detach-keys -a "
      "--attach "
      "--annotation --blkio-weight --device-read-bps --device-write-bps --kernel-memory --pod --secret "
      "--uidmap "
      "--gidmap --subuidname --subgidname --arch --os --variant --link-local-ip",
      false, 0, nothing },
};

/* The flag of that name; ARRAY_LEN(flags): none. */
static size_t find(struct str name)
{
    size_t i = 0;

    while (i < ARRAY_LEN(flags) && !str_one_of(name, flags[i].names))
        i++;
    return i;
}

/* "-it", "-p80:80": short flags in one word. */
static void short_flags(struct reader *r, struct str word, struct buf *value)
{
    for (size_t at = 1; at < word.n; at++) {
        char name[] = { '-', word.p[at], '\0' };
        size_t i = find(str_of(name));
        if (i == ARRAY_LEN(flags))
            return;
        if (flags[i].alone) {
            flags[i].tell(r, flags[i].key, STR_NONE);
            continue;
        }
        struct str rest = str_skip(word, at + 1);
        if (!rest.n && shell_word(&r->rest, value))
            rest = buf_view(value);
        flags[i].tell(r, flags[i].key, rest);
        return;
    }
}

static void long_flag(struct reader *r, struct str word, struct buf *value)
{
    struct str name, is;
    bool joined = str_split(word, '=', &name, &is);
    size_t i = find(name);

    if (i == ARRAY_LEN(flags)) {
        facts_remark(r->d.out, NOTE_INCOMPLETE, r->in->path,
                     "line %u: a flag that is not known here: " STR_FMT, r->line,
                     STR_ARG(str_first(name, 60)));
        return;
    }
    if (!joined && !flags[i].alone && shell_word(&r->rest, value))
        is = buf_view(value);
    flags[i].tell(r, flags[i].key, joined || !flags[i].alone ? is : STR_NONE);
}

/* --name, wherever it stands. */
static struct str name_of(struct reader *r)
{
    AUTO_BUF struct buf word = BUF(WORD_MOST);
    struct str rest = r->rest, name = STR_NONE;
    bool next = false;

    while (shell_word(&rest, &word)) {
        struct str w = buf_view(&word);
        if (next || str_starts(w, STR("--name="))) {
            name = arena_str(&r->arena, next ? w : str_skip(w, 7));
            break;
        }
        next = str_eq(w, STR("--name"));
    }
    return name;
}

static void container(struct reader *r, bool podman)
{
    AUTO_BUF struct buf word = BUF(WORD_MOST), value = BUF(WORD_MOST);
    struct input at = { .path = r->in->path };
    struct str name = name_of(r);
    char number_of[32];

    snprintf(number_of, sizeof number_of, "line-%u", r->line);
    declare_workload(
        &r->d, (struct workload_fact){ .spelling = podman ? STR("podman-inspect") : STR("docker-inspect"),
                                       .name = name.n ? name : str_of(number_of),
                                       .line = r->line });
    while (shell_word(&r->rest, &word)) {
        struct str w = buf_view(&word);
        if (str_starts(w, STR("--")) && w.n > 2) {
            long_flag(r, w, &value);
        } else if (str_starts(w, STR("-")) && w.n > 1) {
            short_flags(r, w, &value);
        } else {
            say(&r->d, SETTING_IMAGE, w, STR_NONE, r->line);
            if (!str_has_char(w, '$') && !r->d.failed)
                r->d.failed = image_ref_add(&at, w, r->line, r->d.out, r->d.e) < 0;
            break;
        }
    }
    while (shell_word(&r->rest, &word))
        say(&r->d, SETTING_COMMAND, buf_view(&word), STR_NONE, r->line);
}

/* Does the command start a container? *podman: and which engine. What is left are its arguments. */
static bool starts(struct reader *r, bool *podman)
{
    AUTO_BUF struct buf word = BUF(WORD_MOST);
    bool engine = false;

    while (shell_word(&r->rest, &word)) {
        struct str w = buf_view(&word);
        if (!engine && str_one_of(w, "docker podman nerdctl")) {
            *podman = str_eq(w, STR("podman"));
            engine = true;
        } else if (engine ? str_one_of(w, "run create") : false) {
            return true;
        } else if (engine ? !str_eq(w, STR("container")) : !str_one_of(w, "sudo exec $ time nohup")) {
            return false;
        }
    }
    return false;
}

/* Lines that end in a backslash go on in the next. */
static struct str joined(struct reader *r, struct str *rest, uint32_t *lines)
{
    AUTO_BUF struct buf all = BUF(WORD_MOST);
    struct str line;
    bool more = true;

    for (*lines = 0; more && str_cut(rest, '\n', &line); ++*lines) {
        line = str_trim(line);
        more = str_ends(line, STR("\\"));
        buf_str(&all, str_first(line, line.n - more));
        buf_char(&all, ' ');
    }
    return arena_str(&r->arena, buf_view(&all));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = { .in = in, .arena = ARENA(BYTES), .line = 1 };
    struct str rest = in->body;
    uint32_t lines = 0;
    bool podman;

    r.d =
        (struct declare){ .out = out, .e = e, .arena = &r.arena, .path = in->path, .by = SAID_BY_CONTAINER };
    declare_object(&r.d, (struct object){ .kind = STR("commands"), .api = STR("docker-inspect"), .line = 1 });
    for (; rest.p && !r.d.failed; r.line += lines) {
        r.rest = joined(&r, &rest, &lines);
        if (!r.rest.p) {
            arena_free(&r.arena);
            return err_set(e, ERR_LIMIT, "line %u: the text is too large", r.line);
        }
        if (starts(&r, &podman))
            container(&r, podman);
    }
    arena_free(&r.arena);
    return declare_end(&r.d);
}

const struct parser parser_docker_run = {
    .name = "docker_run",
    .what = "command lines of docker run and podman run",
    .version = 1,
    .document = "docker-run",
    .paths = PATHS("**/docker-run.sh", "**/docker-run.txt"),
    .max_size = 1u << 20,
    .parse = parse,
};
