/* compose_service.c - what one service of a project says of the container that it becomes. Most keys are rows
 * of a table. */
#include "parse/compose.h"
#include "parse/image_ref.h"
#include "parse/short_form.h"

typedef void sayer(struct declare *d, enum setting_key key, struct str text, uint32_t line);

static void text(struct declare *d, enum setting_key key, struct str value, uint32_t line)
{
    say(d, key, value, STR_NONE, line);
}

static void seconds(struct declare *d, enum setting_key key, struct str value, uint32_t line)
{
    uint64_t n;

    if (value_seconds(value, &n))
        say_fmt(d, key, value, line, "%llu", (unsigned long long)n);
}

/* "no" is a boolean to some: the word counts. */
static void restart(struct declare *d, enum setting_key key, struct str value, uint32_t line)
{
    say(d, key, str_eq(value, STR("false")) ? STR("no") : value, STR_NONE, line);
}

static void pull(struct declare *d, enum setting_key key, struct str value, uint32_t line)
{
    bool missing = str_one_of(value, "if_not_present missing build");

    say(d, key, missing ? STR("missing") : value, STR_NONE, line);
}

static void security(struct declare *d, enum setting_key key UNUSED, struct str value, uint32_t line)
{
    say_security(d, value, line);
}

/* Scalars, and lists of them: one fact an element. Objects give NAME=VALUE. */
struct row {
    const char *key;
    enum setting_key as;
    sayer *how;
};
static const struct row rows[] = {
    { "cap_add", SETTING_CAP_ADD, say_capability },
    { "cap_drop", SETTING_CAP_DROP, say_capability },
    { "cgroup", SETTING_NS_CGROUP, text },
    { "cgroup_parent", SETTING_CGROUP_PARENT, text },
    { "cpus", SETTING_CPU, say_cpus },
    { "device_cgroup_rules", SETTING_DEVICE_RULE, text },
    { "dns", SETTING_DNS, text },
    { "extra_hosts", SETTING_EXTRA_HOST, text },
    { "group_add", SETTING_GROUPS, text },
    { "hostname", SETTING_HOSTNAME, text },
    { "image", SETTING_IMAGE, text },
    { "init", SETTING_INIT, say_bool },
    { "ipc", SETTING_NS_IPC, say_namespace },
    { "mem_limit", SETTING_MEMORY, say_bytes },
    { "mem_reservation", SETTING_MEMORY_REQUEST, say_bytes },
    { "net", SETTING_NS_NET, say_namespace },
    { "network_mode", SETTING_NS_NET, say_namespace },
    { "oom_kill_disable", SETTING_OOM_KILL_DISABLE, say_bool },
    { "oom_score_adj", SETTING_OOM_SCORE_ADJ, say_number },
    { "pid", SETTING_NS_PID, say_namespace },
    { "pids_limit", SETTING_PIDS, say_number },
    { "privileged", SETTING_PRIVILEGED, say_bool },
    { "pull_policy", SETTING_PULL_POLICY, pull },
    { "read_only", SETTING_READ_ONLY_ROOT, say_bool },
    { "restart", SETTING_RESTART, restart },
    { "runtime", SETTING_RUNTIME, text },
    { "security_opt", SETTING_SECCOMP, security },
    { "shm_size", SETTING_SHM_SIZE, say_bytes },
    { "stdin_open", SETTING_STDIN, say_bool },
    { "stop_grace_period", SETTING_TERMINATION, seconds },
    { "stop_signal", SETTING_STOP_SIGNAL, text },
    { "sysctls", SETTING_SYSCTL, text },
    { "tty", SETTING_TTY, say_bool },
    { "user", SETTING_USER, text },
    { "userns_mode", SETTING_NS_USER, text },
    { "uts", SETTING_NS_UTS, say_namespace },
    { "working_dir", SETTING_WORKDIR, text },
};
/* The same for what stands deeper. */
static const struct row deep_rows[] = {
    { "deploy.resources.limits.cpus", SETTING_CPU, say_cpus },
    { "deploy.resources.limits.memory", SETTING_MEMORY, say_bytes },
    { "deploy.resources.limits.pids", SETTING_PIDS, say_number },
    { "deploy.resources.reservations.cpus", SETTING_CPU_REQUEST, say_cpus },
    { "deploy.resources.reservations.memory", SETTING_MEMORY_REQUEST, say_bytes },
    { "deploy.restart_policy.condition", SETTING_RESTART, restart },
    { "deploy.placement.constraints", SETTING_NODE, text },
    { "logging.driver", SETTING_LOG_DRIVER, text },
    { "logging.options", SETTING_LOG_OPTION, text },
    { "storage_opt.size", SETTING_STORAGE, say_bytes },
    { "credential_spec.file", SETTING_CREDENTIAL_SPEC, text },
    { "credential_spec.registry", SETTING_CREDENTIAL_SPEC, text },
    { "credential_spec.config", SETTING_CREDENTIAL_SPEC, text },
    { "log_driver", SETTING_LOG_DRIVER, text },
    { "log_opt", SETTING_LOG_OPTION, text },
};

static void say_pair(struct declare *d, enum setting_key key, const struct doc *pair, char between)
{
    say_fmt(d, key, STR_NONE, pair->line, STR_FMT "%c" STR_FMT, STR_ARG(pair->key), between,
            STR_ARG(compose_text(pair)));
}

static void say_row(struct compose *c, const struct row *row, const struct doc *value)
{
    if (value->kind == DOC_OBJECT)
        DOC_EACH (value, pair)
            say_pair(compose_at(c, pair), row->as, pair, row->as == SETTING_EXTRA_HOST ? ':' : '=');
    else if (value->kind == DOC_LIST)
        DOC_EACH (value, item)
            row->how(compose_at(c, item), row->as, compose_text(item), item->line);
    else if (value->kind != DOC_NULL)
        row->how(compose_at(c, value), row->as, compose_text(value), value->line);
}

/* --- command lines --- */

/* A command: a list is said as it is; a text is split as a shell would. */
static void words(struct compose *c, enum setting_key key, const struct doc *d)
{
    AUTO_BUF struct buf word = BUF(1u << 20);
    struct str s = compose_text(d);
    char quote = '\0';
    bool any = false;

    if (!d || d->kind == DOC_NULL)
        return;
    struct declare *to = compose_at(c, d);
    DOC_EACH (d->kind == DOC_LIST ? d : NULL, item)
        say(compose_at(c, item), key, compose_text(item), STR_NONE, item->line);
    if (d->kind == DOC_LIST ? !d->n : !s.n)
        say(to, key, STR(""), STR_NONE, d->line); /* nothing: the image's own is not used */
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (quote ? ch == quote : ch == '"' || ch == '\'') {
            quote = quote ? '\0' : ch;
            any = true;
        } else if (ch == '\\' && quote != '\'' && i + 1 < s.n) {
            buf_char(&word, s.p[++i]);
        } else if (!quote && strchr(" \t\n", ch ? ch : 'x')) {
            if (any || word.n)
                say(to, key, buf_view(&word), STR_NONE, d->line);
            buf_clear(&word);
            any = false;
        } else {
            buf_char(&word, ch);
        }
    }
    if (any || word.n)
        say(to, key, buf_view(&word), STR_NONE, d->line);
}

static void joined(struct declare *d, enum setting_key key, const struct doc *list)
{
    AUTO_BUF struct buf all = BUF(64u << 10);

    DOC_EACH (list, word) {
        if (all.n)
            buf_char(&all, ' ');
        buf_str(&all, compose_text(word));
    }
    say(d, key, buf_view(&all), STR_NONE, list->line);
}

static void health(struct compose *c, const struct doc *check)
{
    const struct doc *test = doc_get(check, "test"), *off = doc_get(check, "disable");
    bool yes = false;

    if (off && value_bool(compose_text(off), &yes) && yes)
        say(compose_at(c, off), SETTING_HEALTH, STR("none"), STR_NONE, off->line);
    else if (test && test->kind == DOC_LIST && str_eq(compose_text(test->child), STR("NONE")))
        say(compose_at(c, test), SETTING_HEALTH, STR("none"), STR_NONE, test->line);
    else if (test && test->kind == DOC_LIST && test->n)
        joined(compose_at(c, test), SETTING_HEALTH, test);
    else if (test && compose_text(test).n)
        say(compose_at(c, test), SETTING_HEALTH, compose_text(test), STR_NONE, test->line);
}

static void hooks(struct compose *c, const struct doc *service)
{
    static const char *const keys[] = { "post_start", "pre_stop" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        DOC_EACH (doc_get(service, keys[i]), hook) {
            AUTO_BUF struct buf all = BUF(64u << 10);
            const struct doc *command = doc_get(hook, "command");
            buf_str(&all, compose_text(command));
            DOC_EACH (command && command->kind == DOC_LIST ? command : NULL, word)
                buf_fmt(&all, "%s" STR_FMT, all.n ? " " : "", STR_ARG(compose_text(word)));
            if (command)
                say_fmt(compose_at(c, command), SETTING_HOOK, STR_NONE, command->line, "%s=" STR_FMT,
                        i ? "preStop" : "postStart", STR_ARG(buf_view(&all)));
        }
}

/* --- build --- */

static void build(struct compose *c, const struct doc *b)
{
    static const char *const options[] = { "network", "privileged", "entitlements", "ssh",  "secrets",
                                           "target",  "dockerfile", "no_cache",     "pull", "isolation" };
    const struct doc *context = doc_get(b, "context");

    if (!b || b->kind == DOC_NULL)
        return;
    say(compose_at(c, context ? context : b), SETTING_BUILD, context ? compose_text(context) : STR("."),
        STR_NONE, context ? context->line : b->line);
    DOC_EACH (doc_get(b, "args"), arg)
        say_pair(compose_at(c, arg), SETTING_BUILD_ARG, arg, '=');
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        const struct doc *o = doc_get(b, options[i]);
        if (compose_text(o).n)
            say_fmt(compose_at(c, o), SETTING_BUILD_OPTION, STR_NONE, o->line, "%s=" STR_FMT, options[i],
                    STR_ARG(compose_text(o)));
        DOC_EACH (o && o->kind == DOC_LIST ? o : NULL, item) {
            struct str value =
                item->kind == DOC_OBJECT ? compose_text(doc_get(item, "source")) : compose_text(item);
            say_fmt(compose_at(c, item), SETTING_BUILD_OPTION, STR_NONE, item->line, "%s=" STR_FMT,
                    options[i], STR_ARG(value));
        }
    }
}

/* --- what is mounted --- */

/* Texts of a list in the declaring's arena. */
static struct strs texts(struct compose *c, const struct str *p, size_t n)
{
    struct str *to = arena_array(&c->arena, struct str, n + 1);

    if (!to) {
        compose_full(c);
        return (struct strs){ 0 };
    }
    memcpy(to, p, n * sizeof *p);
    return (struct strs){ to, n };
}

static enum tri tri_of(const struct doc *d)
{
    bool yes;

    return d && value_bool(compose_text(d), &yes) ? yes ? YES : NO : UNKNOWN;
}

static void volume(struct compose *c, const struct doc *v)
{
    const struct doc *bind = doc_get(v, "bind"), *inner = doc_get(v, "volume"), *tmpfs = doc_get(v, "tmpfs");
    struct str options = compose_text(doc_get(v, "options")), option[16], one;
    struct mount m = {
        .kind = compose_text(doc_get(v, "type")),
        .source = compose_text(doc_get(v, "source")),
        .target = compose_text(doc_get(v, "target")),
        .read_only = tri_of(doc_get(v, "read_only")),
        .propagation = compose_text(doc_get(bind, "propagation")),
        .sub_path = compose_text(doc_get(inner, "subpath")),
        .line = v->line,
    };
    size_t n = 0;

    if (!m.read_only)
        m.read_only = NO;
    if (!m.propagation.n)
        m.propagation = volume_propagation(options);
    while (n < ARRAY_LEN(option) - 1 && str_cut(&options, ',', &one))
        if (one.n && !str_one_of(one, "ro rw") && !str_eq(one, m.propagation))
            option[n++] = one;
    if (compose_text(doc_get(bind, "selinux")).n)
        option[n++] = compose_text(doc_get(bind, "selinux"));
    if (!value_bytes(compose_text(doc_get(tmpfs, "size")), &m.size))
        m.size = 0;
    m.options = texts(c, option, n);
    declare_mount(compose_at(c, v), m);
}

/* "/run:size=64m,noexec" */
static void tmpfs(struct compose *c, const struct doc *d)
{
    struct str target, options, one, option[16], text_of = compose_text(d);
    struct mount m = { .kind = STR("tmpfs"), .read_only = NO, .line = d->line };
    size_t n = 0;

    str_split(text_of, ':', &target, &options);
    m.target = target;
    while (n < ARRAY_LEN(option) && str_cut(&options, ',', &one))
        if (str_starts(one, STR("size=")))
            m.size = value_bytes(str_skip(one, 5), &m.size) ? m.size : 0;
        else if (str_eq(one, STR("ro")))
            m.read_only = YES;
        else if (one.n)
            option[n++] = one;
    m.options = texts(c, option, n);
    declare_mount(compose_at(c, d), m);
}

/* Secrets and configs, which are mounted as files. */
static void granted(struct compose *c, const struct doc *d, const char *kind, const char *folder)
{
    struct str target = compose_text(doc_get(d, "target")), mode = compose_text(doc_get(d, "mode"));
    struct mount m = {
        .kind = str_of(kind), .source = compose_text(doc_get(d, "source")), .read_only = YES, .line = d->line
    };
    struct str option = mode.n ? arena_fmt(&c->arena, "mode=" STR_FMT, STR_ARG(mode)) : STR_NONE;

    m.target =
        str_starts(target, STR("/")) ? target : arena_fmt(&c->arena, "%s" STR_FMT, folder, STR_ARG(target));
    m.options = texts(c, &option, mode.n > 0);
    declare_mount(compose_at(c, d), m);
}

static void mounts(struct compose *c, const struct doc *service)
{
    const struct doc *socket = doc_get(service, "use_api_socket");
    bool yes;

    DOC_EACH (doc_get(service, "volumes"), v)
        if (v->kind == DOC_OBJECT)
            volume(c, v);
    DOC_EACH (doc_get(service, "tmpfs"), d)
        tmpfs(c, d);
    DOC_EACH (doc_get(service, "secrets"), d)
        granted(c, d, "secret", "/run/secrets/");
    DOC_EACH (doc_get(service, "configs"), d)
        granted(c, d, "configmap", "/");
    if (socket && value_bool(compose_text(socket), &yes) && yes) /* Compose mounts the engine's socket */
        declare_mount(compose_at(c, socket), (struct mount){ .kind = STR("bind"),
                                                             .source = STR("/var/run/docker.sock"),
                                                             .target = STR("/var/run/docker.sock"),
                                                             .read_only = NO,
                                                             .line = socket->line });
}

/* --- network --- */

static void ports(struct compose *c, const struct doc *service)
{
    DOC_EACH (doc_get(service, "ports"), d) {
        struct port p = {
            .name = compose_text(doc_get(d, "name")),
            .port = compose_text(doc_get(d, "target")),
            .protocol = compose_text(doc_get(d, "protocol")),
            .host_port = compose_text(doc_get(d, "published")),
            .host_ip = compose_text(doc_get(d, "host_ip")),
            .line = d->line,
        };
        if (!p.protocol.n)
            p.protocol = STR("tcp");
        if (!p.host_port.n)
            p.host_port = STR("0"); /* a port of the engine's choice, but published */
        if (d->kind == DOC_OBJECT)
            declare_port(compose_at(c, d), p);
    }
    DOC_EACH (doc_get(service, "expose"), d) {
        struct port_form f;
        if (port_form(compose_text(d), &f))
            declare_port(compose_at(c, d),
                         (struct port){ .port = f.target, .protocol = f.protocol, .line = d->line });
    }
}

static void networks(struct compose *c, const struct doc *service)
{
    const struct doc *list = doc_get(service, "networks");

    DOC_EACH (list, n) {
        const struct str *alias;
        size_t n_alias;
        if (!doc_texts(doc_get(n, "aliases"), &c->arena, &alias, &n_alias))
            compose_full(c);
        else
            declare_link(compose_at(c, n), "network", n->key, (struct strs){ alias, n_alias }, n->line);
    }
    if ((!list || !list->n) && !doc_get(service, "network_mode") && !doc_get(service, "net"))
        declare_link(compose_at(c, service), "network", STR("default"), (struct strs){ 0 }, service->line);
}

/* "service[:alias]", "service[:ro]", "container:name" */
static void named(struct compose *c, const struct doc *service, const char *key, const char *how)
{
    DOC_EACH (doc_get(service, key), d) {
        struct str to, rest, whole = compose_text(d);
        bool two = str_split(whole, ':', &to, &rest);
        bool container = two && str_eq(to, STR("container"));
        bool alias = two && !container && !str_one_of(rest, "ro rw");
        declare_link(compose_at(c, d), how, container ? whole : to, texts(c, &rest, alias), d->line);
    }
}

static void links(struct compose *c, const struct doc *service)
{
    DOC_EACH (doc_get(service, "depends_on"), d)
        declare_link(compose_at(c, d), "depends-on", d->key, (struct strs){ 0 }, d->line);
    named(c, service, "links", "link");
    named(c, service, "external_links", "link");
    named(c, service, "volumes_from", "volumes-from");
    const struct doc *from = doc_get(service, "x-extends");
    struct str base =
        from && from->kind == DOC_OBJECT ? compose_text(doc_get(from, "service")) : compose_text(from);
    if (from && base.n)
        declare_link(compose_at(c, from), "extends", base, (struct strs){ 0 }, from->line);
}

/* --- environment --- */

static void variable(struct compose *c, const struct doc *service, const struct given *g)
{
    struct variable v = { .name = g->name, .value = g->value, .path = g->path, .line = g->line };

    DOC_EACH (doc_get(service, "environment"), own)
        if (str_eq(own->key, g->name))
            return; /* which overrides files */
    v.source = arena_fmt(&c->arena, "file:" STR_FMT, STR_ARG(g->path));
    if (!g->unset)
        declare_variable(&c->d, v);
}

static void env_file(struct compose *c, const struct doc *file, struct variables *all)
{
    const struct doc *path = doc_get(file, "path");
    struct err why = { 0 };
    bool required = tri_of(doc_get(file, "required")) != NO;
    const struct input *in =
        compose_wanted(c, compose_text(path), c->path[file->from], !required, file->line);
    bool raw = str_eq(compose_text(doc_get(file, "format")), STR("raw"));

    if (in && variables_read(all, in, raw, c->out, &why) < 0)
        facts_remark(c->out, NOTE_INCOMPLETE, in->path, "%s", why.text);
}

static void environment(struct compose *c, const struct doc *service, const struct variables *env)
{
    struct variables files = { .outer = env, .arena = &c->arena };

    DOC_EACH (doc_get(service, "env_file"), file)
        if (file->kind == DOC_OBJECT)
            env_file(c, file, &files);
    files.outer = NULL; /* which the values were interpolated by; here only the files' own count */
    for (size_t i = 0; i < files.n; i++)
        if (variables_get(&files, files.given[i].name) == &files.given[i]) /* the last of its name */
            variable(c, service, &files.given[i]);
    variables_free(&files);
    DOC_EACH (doc_get(service, "environment"), d) {
        const struct given *g = d->kind == DOC_NULL ? variables_get(env, d->key) : NULL;
        struct variable v = { .name = d->key, .value = g ? g->value : compose_text(d), .line = d->line };
        v.source = d->kind != DOC_NULL || g ? STR("literal")
                                            : arena_fmt(&c->arena, "environment:" STR_FMT, STR_ARG(d->key));
        declare_variable(compose_at(c, d), v);
    }
}

/* --- the rest --- */

static void limits(struct compose *c, const struct doc *service)
{
    const struct doc *quota = doc_get(service, "cpu_quota"), *period = doc_get(service, "cpu_period");
    uint64_t q = 0, p = 100000;

    DOC_EACH (doc_get(service, "ulimits"), u)
        say_fmt(compose_at(c, u), SETTING_ULIMIT, STR_NONE, u->line, STR_FMT "=" STR_FMT ":" STR_FMT,
                STR_ARG(u->key), STR_ARG(compose_text(doc_get(u, "soft"))),
                STR_ARG(compose_text(doc_get(u, "hard"))));
    if (period && (!str_u64(compose_text(period), 10, &p) || !p))
        p = 100000;
    if (quota && str_u64(compose_text(quota), 10, &q) && q < UINT32_MAX)
        say_fmt(compose_at(c, quota), SETTING_CPU, compose_text(quota), quota->line, "%llu",
                (unsigned long long)(q * 1000 / p));
    DOC_EACH (doc_path(service, "deploy.resources.reservations.devices"), d)
        say(compose_at(c, d), SETTING_GPU,
            compose_text(doc_get(d, "driver")).n ? compose_text(doc_get(d, "driver")) : STR("devices"),
            STR_NONE, d->line);
    const struct doc *gpus = doc_get(service, "gpus");
    if (gpus)
        say(compose_at(c, gpus), SETTING_GPU, compose_text(gpus).n ? compose_text(gpus) : STR("devices"),
            STR_NONE, gpus->line);
}

static void develop(struct compose *c, const struct doc *service)
{
    DOC_EACH (doc_path(service, "develop.watch"), w)
        say_fmt(compose_at(c, w), SETTING_DEVELOP, STR_NONE, w->line, STR_FMT " " STR_FMT " " STR_FMT,
                STR_ARG(compose_text(doc_get(w, "action"))), STR_ARG(compose_text(doc_get(w, "path"))),
                STR_ARG(compose_text(doc_get(w, "target"))));
}

static void device_list(struct compose *c, const struct doc *service)
{
    DOC_EACH (doc_get(service, "devices"), d) {
        AUTO_BUF struct buf word = BUF(64u << 10);
        struct str permissions = compose_text(doc_get(d, "permissions"));
        buf_fmt(&word, STR_FMT ":" STR_FMT, STR_ARG(compose_text(doc_get(d, "source"))),
                STR_ARG(compose_text(doc_get(d, "target"))));
        if (permissions.n)
            buf_fmt(&word, ":" STR_FMT, STR_ARG(permissions));
        say_device(compose_at(c, d), buf_view(&word), d->line);
    }
}

static struct strs pairs(struct compose *c, const struct doc *object)
{
    struct str *to = arena_array(&c->arena, struct str, (object ? object->n : 0) + 1);
    size_t n = 0;

    if (!to) {
        compose_full(c);
        return (struct strs){ 0 };
    }
    DOC_EACH (object && object->kind == DOC_OBJECT ? object : NULL, d)
        to[n++] = arena_fmt(&c->arena, STR_FMT "=" STR_FMT, STR_ARG(d->key), STR_ARG(compose_text(d)));
    return (struct strs){ to, n };
}

static void open_workload(struct compose *c, const struct doc *service)
{
    struct workload_fact w = { .spelling = STR("compose"), .name = service->key, .line = service->line };
    const struct doc *replicas = doc_path(service, "deploy.replicas"), *scale = doc_get(service, "scale");
    const struct str *profile;
    size_t n = 0;

    if (!doc_texts(doc_get(service, "profiles"), &c->arena, &profile, &n))
        compose_full(c);
    w.profiles = (struct strs){ profile, n };
    w.labels = pairs(c, doc_get(service, "labels"));
    if (!str_u64(compose_text(replicas ? replicas : scale), 10, &w.replicas))
        w.replicas = 1;
    declare_workload(compose_at(c, service), w);
}

void compose_service(struct compose *c, const struct doc *service, const struct variables *env)
{
    const struct doc *image = doc_get(service, "image");

    open_workload(c, service);
    DOC_EACH (service, d)
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
            if (str_eq(d->key, str_of(rows[i].key)))
                say_row(c, &rows[i], d);
    for (size_t i = 0; i < ARRAY_LEN(deep_rows); i++) {
        const struct doc *d = doc_path(service, deep_rows[i].key);
        if (d)
            say_row(c, &deep_rows[i], d);
    }
    words(c, SETTING_ENTRYPOINT, doc_get(service, "entrypoint"));
    words(c, SETTING_COMMAND, doc_get(service, "command"));
    health(c, doc_get(service, "healthcheck"));
    hooks(c, service);
    build(c, doc_get(service, "build"));
    mounts(c, service);
    ports(c, service);
    networks(c, service);
    links(c, service);
    environment(c, service, env);
    limits(c, service);
    develop(c, service);
    device_list(c, service);
    if (compose_text(image).n && !str_ends(compose_text(image), STR(":"))) {
        struct input at = { .path = c->path[image->from] };
        c->d.failed |= image_ref_add(&at, compose_text(image), image->line, c->out, c->e) < 0;
    }
}
