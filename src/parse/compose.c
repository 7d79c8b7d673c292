/* compose.c - Compose projects: what runs, what it shares, what it is built from. */
#include "parse/compose.h"

/* Keys of a service that Compose knows, so that a misspelt one is not taken for silence. */
static const char service_keys[] =
    "annotations attach build blkio_config cap_add cap_drop cgroup cgroup_parent command configs "
    "container_name "
    "cpu_count cpu_percent cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus cpuset "
    "credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname "
    "entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck "
    "hostname image init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation "
    "mem_swappiness memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit "
    "platform ports post_start pre_stop privileged profiles provider pull_policy pull_refresh_after "
    "read_only "
    "restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal "
    "storage_opt "
    "sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir "
    "net log_driver log_opt volume_driver dockerfile";

static void unknown_keys(struct compose *c, const struct doc *service)
{
    DOC_EACH (service, d)
        if (!str_starts(d->key, STR("x-")) && !str_one_of(d->key, service_keys))
            facts_remark(c->out, NOTE_UNUSUAL, c->path[d->from], "line %u: Compose knows no \"" STR_FMT "\"",
                         d->line, STR_ARG(str_first(d->key, 60)));
}

static struct strs options(struct compose *c, const struct doc *d)
{
    static const char *const flags[] = { "attachable", "enable_ipv6", "template_driver" };
    const struct doc *driver = doc_get(d, "driver_opts");
    struct str *to = arena_array(&c->arena, struct str, (driver ? driver->n : 0) + ARRAY_LEN(flags));
    size_t n = 0;

    if (!to) {
        compose_full(c);
        return (struct strs){ 0 };
    }
    DOC_EACH (driver && driver->kind == DOC_OBJECT ? driver : NULL, o)
        to[n++] = arena_fmt(&c->arena, STR_FMT "=" STR_FMT, STR_ARG(o->key), STR_ARG(compose_text(o)));
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (compose_text(doc_get(d, flags[i])).n)
            to[n++] =
                arena_fmt(&c->arena, "%s=" STR_FMT, flags[i], STR_ARG(compose_text(doc_get(d, flags[i]))));
    return (struct strs){ to, n };
}

static struct str source(struct compose *c, const struct doc *d)
{
    static const char *const keys[] = { "file", "environment", "content" };
    const struct doc *external = doc_get(d, "external");
    struct str device = compose_text(doc_path(d, "driver_opts.device"));
    bool yes;

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct str text = compose_text(doc_get(d, keys[i]));
        if (text.n && i == 2)
            return STR("content");
        if (text.n)
            return arena_fmt(&c->arena, "%s:" STR_FMT, keys[i], STR_ARG(text));
    }
    if (external && (external->kind == DOC_OBJECT || (value_bool(compose_text(external), &yes) && yes)))
        return STR("external");
    return device.n ? arena_fmt(&c->arena, "device:" STR_FMT, STR_ARG(device)) : STR_NONE;
}

static void shared(struct compose *c, const struct doc *root)
{
    static const struct {
        const char *key, *kind;
    } kinds[] = {
        { "networks", "network" }, { "volumes", "volume" }, { "secrets", "secret" }, { "configs", "config" }
    };
    bool internal;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct doc *all = doc_get(root, kinds[i].key);
        DOC_EACH (all && all->kind == DOC_OBJECT ? all : NULL, d) {
            const struct doc *is = doc_get(d, "internal");
            struct shared s = { .object = c->d.object,
                                .kind = str_of(kinds[i].kind),
                                .name = d->key,
                                .driver = compose_text(doc_get(d, "driver")),
                                .source = source(c, d),
                                .options = options(c, d),
                                .path = c->path[d->from],
                                .line = d->line };
            if (i == 0)
                s.internal = is && value_bool(compose_text(is), &internal) && internal ? YES : NO;
            c->d.failed = c->d.failed || facts_add_shared(c->out, &s, c->e) < 0;
        }
    }
}

/* Services that name no network share one that the file need not declare. */
static void default_network(struct compose *c, const struct doc *root)
{
    struct shared s = { .object = c->d.object,
                        .kind = STR("network"),
                        .name = STR("default"),
                        .internal = NO,
                        .path = c->in->path };

    if (!doc_path(root, "networks.default"))
        FACTS_EACH (c->out, link_fact, l)
            if (str_eq(l->how, STR("network")) && str_eq(l->to, s.name)) {
                c->d.failed = c->d.failed || facts_add_shared(c->out, &s, c->e) < 0;
                return;
            }
}

static struct str project_name(const struct compose *c, const struct doc *root)
{
    struct str name = compose_text(doc_get(root, "name")), folder, base, up;

    if (name.n)
        return name;
    str_rsplit(c->in->path, '/', &folder, &base);
    str_rsplit(folder, '/', &up, &base);
    return base;
}

static int declare_all(struct compose *c)
{
    struct doc *root;

    if (compose_load(c, &root) < 0)
        return -1;
    const struct doc *services = doc_get(root, "services");
    const struct variables *env = c->n_set ? c->set[0] : NULL;
    struct str name = project_name(c, root);
    if (!services || services->kind != DOC_OBJECT)
        facts_remark(c->out, NOTE_UNUSUAL, c->in->path, "no services");
    declare_object(
        compose_at(c, root),
        (struct object){
            .kind = STR("compose"), .api = STR("compose"), .ns = name, .name = name, .line = root->line });
    shared(c, root);
    DOC_EACH (services && services->kind == DOC_OBJECT ? services : NULL, service) {
        if (service->kind != DOC_OBJECT)
            continue;
        unknown_keys(c, service);
        compose_service(c, service, env);
    }
    default_network(c, root);
    return c->failed ? -1 : declare_end(&c->d);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct compose c = { .in = in, .out = out, .e = e, .arena = ARENA(COMPOSE_BYTES) };

    c.d =
        (struct declare){ .out = out, .e = e, .arena = &c.arena, .path = in->path, .by = SAID_BY_CONTAINER };
    int r = declare_all(&c);
    for (size_t i = 0; i < c.n_set; i++)
        variables_free(c.set[i]);
    arena_free(&c.arena);
    return r;
}

const struct parser parser_compose = {
    .name = "compose",
    .what = "Compose projects: services, networks, volumes, secrets, images",
    .version = 1,
    .document = "compose",
    .paths = PATHS("**/docker-compose.yml", "**/docker-compose.yaml", "**/compose.yml", "**/compose.yaml"),
    .max_size = 4u << 20,
    .parse = parse,
};
