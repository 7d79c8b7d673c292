/* inspect.c - containers as engines show them: `docker inspect`, `podman inspect` (lists of containers),
 * `crictl inspect` and `ctr containers info` (an OCI specification within); networks of `docker network
 * inspect` too, and what an engine says of itself (engine_info.c). */
#include "parse/engine_info.h"
#include "parse/oci_spec.h"
#include "parse/short_form.h"

enum { TREE_BYTES = 64 << 20 };

struct reader {
    struct declare d;
    struct arena *arena;
    bool podman;
};

static void pairs(struct declare *d, enum setting_key key, const struct doc *object)
{
    DOC_EACH (object && object->kind == DOC_OBJECT ? object : NULL, p)
        say_fmt(d, key, STR_NONE, p->line, STR_FMT "=" STR_FMT, STR_ARG(p->key), STR_ARG(doc_scalar(p)));
}

static void full(struct reader *r)
{
    r->d.failed = true;
    err_set(r->d.e, ERR_LIMIT, "the document is too large");
}

/* --- values that engines write in their own way --- */

static void namespace_of(struct declare *d, enum setting_key key, struct str mode, uint32_t line)
{
    bool named = key == SETTING_NS_NET && !str_has_char(mode, ':') &&
                 !str_one_of(mode, "host bridge none default private nat slirp4netns pasta");

    if (mode.n && named)
        say_fmt(d, key, mode, line, "network:" STR_FMT, STR_ARG(mode));
    else if (mode.n)
        say_namespace(d, key, mode, line);
}

/* 0 is Go's "not said", and means without limit. */
static void bytes(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    say_bytes(d, key, text, line);
}

/* 0 and null: the engine's default, which knows no limit. */
static void pids(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    say(d, key, str_eq(text, STR("-1")) || !text.n ? STR("0") : text, STR_NONE, line);
}

static void nano_cpus(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    uint64_t n;

    if (str_u64(text, 10, &n) && n)
        say_fmt(d, key, text, line, "%llu", (unsigned long long)(n / 1000000));
}

static void some(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    if (text.n)
        say(d, key, text, STR_NONE, line);
}

static void security(struct declare *d, enum setting_key key UNUSED, struct str text, uint32_t line)
{
    say_security(d, text, line);
}

static const struct declare_row config_rows[] = {
    { "Config.Image", SETTING_IMAGE, some },
    { "ImageName", SETTING_IMAGE, some },
    { "Config.User", SETTING_USER, some },
    { "Config.WorkingDir", SETTING_WORKDIR, some },
    { "Config.Hostname", SETTING_HOSTNAME, some },
    { "Config.Entrypoint", SETTING_ENTRYPOINT, say_text },
    { "Config.Cmd", SETTING_COMMAND, say_text },
    { "Config.Tty", SETTING_TTY, say_bool },
    { "Config.OpenStdin", SETTING_STDIN, say_bool },
    { "Config.StopTimeout", SETTING_TERMINATION, say_number },
    { "HostConfig.Privileged", SETTING_PRIVILEGED, say_bool },
    { "HostConfig.ReadonlyRootfs", SETTING_READ_ONLY_ROOT, say_bool },
    { "HostConfig.CapAdd", SETTING_CAP_ADD, say_capability },
    { "HostConfig.CapDrop", SETTING_CAP_DROP, say_capability },
    { "EffectiveCaps", SETTING_CAPS, say_capability },
    { "HostConfig.SecurityOpt", SETTING_SECCOMP, security },
    { "HostConfig.NetworkMode", SETTING_NS_NET, namespace_of },
    { "HostConfig.PidMode", SETTING_NS_PID, namespace_of },
    { "HostConfig.IpcMode", SETTING_NS_IPC, namespace_of },
    { "HostConfig.UTSMode", SETTING_NS_UTS, namespace_of },
    { "HostConfig.UsernsMode", SETTING_NS_USER, some },
    { "HostConfig.CgroupnsMode", SETTING_NS_CGROUP, namespace_of },
    { "HostConfig.CgroupParent", SETTING_CGROUP_PARENT, some },
    { "HostConfig.GroupAdd", SETTING_GROUPS, say_text },
    { "HostConfig.Memory", SETTING_MEMORY, bytes },
    { "HostConfig.MemoryReservation", SETTING_MEMORY_REQUEST, bytes },
    { "HostConfig.NanoCpus", SETTING_CPU, nano_cpus },
    { "HostConfig.PidsLimit", SETTING_PIDS, pids },
    { "HostConfig.ShmSize", SETTING_SHM_SIZE, bytes },
    { "HostConfig.OomKillDisable", SETTING_OOM_KILL_DISABLE, say_bool },
    { "HostConfig.OomScoreAdj", SETTING_OOM_SCORE_ADJ, say_number },
    { "HostConfig.Init", SETTING_INIT, say_bool },
    { "HostConfig.Runtime", SETTING_RUNTIME, some },
    { "HostConfig.Dns", SETTING_DNS, say_text },
    { "HostConfig.ExtraHosts", SETTING_EXTRA_HOST, say_text },
    { "HostConfig.DeviceCgroupRules", SETTING_DEVICE_RULE, say_text },
    { "HostConfig.LogConfig.Type", SETTING_LOG_DRIVER, some },
    { "AppArmorProfile", SETTING_APPARMOR, some },
};

/* --- the rest of a container --- */

static void restart(struct declare *d, const struct doc *policy)
{
    struct str name = doc_text(doc_get(policy, "Name"));
    struct str most = doc_scalar(doc_get(policy, "MaximumRetryCount"));

    if (!policy || policy->kind != DOC_OBJECT)
        return;
    if (str_eq(name, STR("on-failure")) && most.n && !str_eq(most, STR("0")))
        say_fmt(d, SETTING_RESTART, STR_NONE, policy->line, "on-failure:" STR_FMT, STR_ARG(most));
    else
        say(d, SETTING_RESTART, name.n ? name : STR("no"), STR_NONE, policy->line);
}

static void health(struct declare *d, const struct doc *test)
{
    AUTO_BUF struct buf text = BUF(64u << 10);

    if (!test || test->kind != DOC_LIST || !test->n)
        return;
    if (str_eq(doc_text(test->child), STR("NONE"))) {
        say(d, SETTING_HEALTH, STR("none"), STR_NONE, test->line);
        return;
    }
    DOC_EACH (test, word)
        buf_fmt(&text, "%s" STR_FMT, text.n ? " " : "", STR_ARG(doc_text(word)));
    say(d, SETTING_HEALTH, buf_view(&text), STR_NONE, test->line);
}

static void limits(struct declare *d, const struct doc *host)
{
    uint64_t quota, period;

    DOC_EACH (doc_get(host, "Ulimits"), u)
        say_fmt(d, SETTING_ULIMIT, STR_NONE, u->line, STR_FMT "=" STR_FMT ":" STR_FMT,
                STR_ARG(doc_text(doc_get(u, "Name"))), STR_ARG(doc_scalar(doc_get(u, "Soft"))),
                STR_ARG(doc_scalar(doc_get(u, "Hard"))));
    if (doc_u64(doc_get(host, "CpuQuota"), &quota) && quota && quota < UINT32_MAX) {
        if (!doc_u64(doc_get(host, "CpuPeriod"), &period) || !period)
            period = 100000;
        say_fmt(d, SETTING_CPU, STR_NONE, doc_get(host, "CpuQuota")->line, "%llu",
                (unsigned long long)(quota * 1000 / period));
    }
    DOC_EACH (doc_get(host, "DeviceRequests"), g)
        say(d, SETTING_GPU,
            doc_text(doc_get(g, "Driver")).n ? doc_text(doc_get(g, "Driver")) : STR("devices"), STR_NONE,
            g->line);
    DOC_EACH (doc_get(host, "Devices"), dev)
        say_fmt(d, SETTING_DEVICE, STR_NONE, dev->line, STR_FMT ":" STR_FMT ":" STR_FMT,
                STR_ARG(doc_text(doc_get(dev, "PathOnHost"))),
                STR_ARG(doc_text(doc_get(dev, "PathInContainer"))),
                STR_ARG(doc_text(doc_get(dev, "CgroupPermissions"))));
    const struct doc *masked = doc_get(host, "MaskedPaths");
    if (masked && masked->kind == DOC_LIST && !masked->n) /* a list without anything: nothing is masked */
        say(d, SETTING_MASKED_PATHS, STR(""), STR_NONE, masked->line);
    pairs(d, SETTING_SYSCTL, doc_get(host, "Sysctls"));
    pairs(d, SETTING_LOG_OPTION, doc_path(host, "LogConfig.Config"));
}

static void mount(struct declare *d, const struct doc *m)
{
    const struct doc *writable = doc_get(m, "RW");
    struct str kind = doc_text(doc_get(m, "Type")), name = doc_text(doc_get(m, "Name"));
    struct mount mount = {
        .kind = kind,
        .source = str_eq(kind, STR("volume")) && name.n ? name : doc_text(doc_get(m, "Source")),
        .target = doc_text(doc_get(m, "Destination")),
        .read_only = writable && writable->kind == DOC_BOOL ? writable->yes ? NO : YES : UNKNOWN,
        .propagation = doc_text(doc_get(m, "Propagation")),
        .line = m->line,
    };

    declare_mount(d, mount);
}

/* "SOURCE:TARGET:MODE", where no list of Mounts says the same. */
static void bind(struct declare *d, const struct doc *text)
{
    struct volume_form f;

    if (volume_form(doc_text(text), &f))
        declare_mount(d, (struct mount){ .kind = f.bind ? STR("bind") : STR("volume"),
                                         .source = f.source,
                                         .target = f.target,
                                         .read_only = option_given(f.options, "ro") ? YES : NO,
                                         .propagation = volume_propagation(f.options),
                                         .line = text->line });
}

static void mounts(struct declare *d, const struct doc *c)
{
    const struct doc *list = doc_get(c, "Mounts"), *tmpfs = doc_path(c, "HostConfig.Tmpfs");

    DOC_EACH (list && list->kind == DOC_LIST ? list : NULL, m)
        mount(d, m);
    if (!list)
        DOC_EACH (doc_path(c, "HostConfig.Binds"), b)
            bind(d, b);
    DOC_EACH (tmpfs && tmpfs->kind == DOC_OBJECT ? tmpfs : NULL, t)
        declare_mount(d, (struct mount){ .kind = STR("tmpfs"),
                                         .target = t->key,
                                         .read_only = option_given(doc_text(t), "ro") ? YES : NO,
                                         .line = t->line });
}

/* { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] } */
static void ports(struct declare *d, const struct doc *c)
{
    const struct doc *bindings = doc_path(c, "HostConfig.PortBindings");
    const struct doc *exposed = doc_path(c, "Config.ExposedPorts");

    DOC_EACH (bindings && bindings->kind == DOC_OBJECT ? bindings : NULL, p) {
        struct port port = { .line = p->line };
        if (!str_split(p->key, '/', &port.port, &port.protocol))
            port.protocol = STR("tcp");
        DOC_EACH (p->kind == DOC_LIST ? p : NULL, b) {
            port.host_ip = doc_text(doc_get(b, "HostIp"));
            port.host_port = doc_text(doc_get(b, "HostPort"));
            if (!port.host_port.n)
                port.host_port = STR("0");
            declare_port(d, port);
        }
    }
    DOC_EACH (exposed && exposed->kind == DOC_OBJECT ? exposed : NULL, p) {
        struct port port = { .line = p->line };
        bool all = doc_true(doc_path(c, "HostConfig.PublishAllPorts")), published = false;
        DOC_EACH (bindings, b)
            published |= str_eq(b->key, p->key);
        if (!str_split(p->key, '/', &port.port, &port.protocol))
            port.protocol = STR("tcp");
        port.host_port = all ? STR("0") : STR_NONE;
        if (!published)
            declare_port(d, port);
    }
}

static void environment(struct declare *d, const struct doc *list)
{
    DOC_EACH (list && list->kind == DOC_LIST ? list : NULL, item) {
        struct variable v = { .source = STR("literal"), .line = item->line };
        str_split(doc_text(item), '=', &v.name, &v.value);
        declare_variable(d, v);
    }
}

static void links(struct reader *r, const struct doc *c)
{
    const struct doc *networks = doc_path(c, "NetworkSettings.Networks");

    DOC_EACH (networks && networks->kind == DOC_OBJECT ? networks : NULL, n) {
        const struct str *alias;
        size_t n_alias;
        if (!doc_texts(doc_get(n, "Aliases"), r->arena, &alias, &n_alias))
            full(r);
        else
            declare_link(&r->d, "network", n->key, (struct strs){ alias, n_alias }, n->line);
    }
    DOC_EACH (doc_path(c, "HostConfig.VolumesFrom"), from) {
        struct str name, mode;
        str_split(doc_text(from), ':', &name, &mode);
        declare_link(&r->d, "volumes-from", name, (struct strs){ 0 }, from->line);
    }
    DOC_EACH (doc_path(c, "HostConfig.Links"), link) {
        struct str name, alias;
        str_split(doc_text(link), ':', &name, &alias);
        while (str_starts(name, STR("/")))
            name = str_skip(name, 1);
        declare_link(&r->d, "link", name, (struct strs){ 0 }, link->line);
    }
}

static struct strs labels(struct reader *r, const struct doc *object)
{
    struct str *to = arena_array(r->arena, struct str, (object ? object->n : 0) + 1);
    size_t n = 0;

    if (!to) {
        full(r);
        return (struct strs){ 0 };
    }
    DOC_EACH (object && object->kind == DOC_OBJECT ? object : NULL, l)
        to[n++] = arena_fmt(r->arena, STR_FMT "=" STR_FMT, STR_ARG(l->key), STR_ARG(doc_text(l)));
    return (struct strs){ to, n };
}

static void container(struct reader *r, const struct doc *c)
{
    struct str name = doc_text(doc_get(c, "Name")), id = doc_text(doc_get(c, "Id"));
    bool podman = doc_get(c, "OCIRuntime") || doc_get(c, "EffectiveCaps");
    const struct doc *caps = doc_get(c, "EffectiveCaps");

    while (str_starts(name, STR("/")))
        name = str_skip(name, 1);
    declare_workload(&r->d, (struct workload_fact){
                                .spelling = podman ? STR("podman-inspect") : STR("docker-inspect"),
                                .name = name.n ? name : str_first(id, 12),
                                .labels = labels(r, doc_path(c, "Config.Labels")),
                                .line = c->line,
                            });
    declare_rows(&r->d, c, config_rows, ARRAY_LEN(config_rows));
    if (caps && caps->kind == DOC_LIST && !caps->n)
        say(&r->d, SETTING_CAPS, STR(""), STR_NONE, caps->line);
    restart(&r->d, doc_path(c, "HostConfig.RestartPolicy"));
    health(&r->d, doc_path(c, "Config.Healthcheck.Test"));
    limits(&r->d, doc_get(c, "HostConfig"));
    mounts(&r->d, c);
    ports(&r->d, c);
    environment(&r->d, doc_path(c, "Config.Env"));
    links(r, c);
}

/* An element of `docker network inspect`. */
static void network(struct reader *r, const struct doc *n)
{
    struct shared s = { .object = r->d.object,
                        .kind = STR("network"),
                        .name = doc_text(doc_get(n, "Name")),
                        .driver = doc_text(doc_get(n, "Driver")),
                        .internal = doc_true(doc_get(n, "Internal")) ? YES : NO,
                        .options = labels(r, doc_get(n, "Options")),
                        .path = r->d.path,
                        .line = n->line };

    if (!r->d.failed)
        r->d.failed = facts_add_shared(r->d.out, &s, r->d.e) < 0;
}

/* containerd and CRI-O: what was asked for is in an OCI specification. */
static bool specified(struct reader *r, const struct doc *c)
{
    const struct doc *spec = doc_path(c, "info.runtimeSpec"), *status = doc_get(c, "status");
    struct str name = doc_text(doc_path(status, "metadata.name")), image;

    if (!spec)
        spec = doc_get(c, "Spec");
    if (!spec)
        return false;
    if (!name.n)
        name = doc_text(doc_get(c, "ID"));
    image = doc_text(doc_path(status, "image.image"));
    if (!image.n)
        image = doc_text(doc_get(c, "Image"));
    oci_spec_declare(&r->d, spec, name, image);
    return true;
}

static void one(struct reader *r, const struct doc *c)
{
    if (c->kind != DOC_OBJECT)
        facts_remark(r->d.out, NOTE_INCOMPLETE, r->d.path, "line %u: not an object", c->line);
    else if (doc_get(c, "HostConfig") || doc_get(c, "Config"))
        container(r, c);
    else if (doc_get(c, "IPAM"))
        network(r, c);
    else if (!specified(r, c))
        facts_remark(r->d.out, NOTE_INCOMPLETE, r->d.path, "line %u: neither a container nor a network",
                     c->line);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(TREE_BYTES);
    struct reader r = { .arena = &a };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    r.d = (struct declare){ .out = out, .e = e, .arena = &a, .path = in->path, .by = SAID_BY_CONTAINER };
    if (is_engine_info(root)) {
        engine_info(&r.d, root);
        return declare_end(&r.d);
    }
    declare_object(&r.d, (struct object){ .kind = STR("inspect"), .api = STR("docker-inspect"), .line = 1 });
    DOC_EACH (root->kind == DOC_LIST ? root : NULL, c)
        one(&r, c);
    if (root->kind != DOC_LIST)
        one(&r, root);
    return declare_end(&r.d);
}

const struct parser parser_inspect = {
    .name = "inspect",
    .what = "containers and engines as docker, podman, crictl and ctr show them",
    .version = 3,
    .document = "inspect",
    .max_size = 64u << 20,
    .parse = parse,
};
