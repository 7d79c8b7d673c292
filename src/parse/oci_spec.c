#include "parse/oci_spec.h"

static const struct declare_row rows[] = {
    { "process.args", SETTING_COMMAND, say_text },
    { "process.cwd", SETTING_WORKDIR, say_text },
    { "process.terminal", SETTING_TTY, say_bool },
    { "process.user.additionalGids", SETTING_GROUPS, say_text },
    { "process.selinuxLabel", SETTING_SELINUX, say_text },
    { "process.oomScoreAdj", SETTING_OOM_SCORE_ADJ, say_number },
    { "hostname", SETTING_HOSTNAME, say_text },
    { "linux.cgroupsPath", SETTING_CGROUP_PARENT, say_text },
    { "linux.sysctl", SETTING_SYSCTL, say_text },
    { "linux.resources.memory.limit", SETTING_MEMORY, say_bytes },
    { "linux.resources.memory.reservation", SETTING_MEMORY_REQUEST, say_bytes },
    { "linux.resources.memory.disableOOMKiller", SETTING_OOM_KILL_DISABLE, say_bool },
    { "linux.resources.pids.limit", SETTING_PIDS, say_number },
    { "linux.maskedPaths", SETTING_MASKED_PATHS, say_text },
};

static uint32_t line_of(const struct doc *d, const struct doc * or)
{
    return d ? d->line : or->line;
}

/* What is not in the list is shared with the host. */
static void namespaces(struct declare *d, const struct doc *spec)
{
    static const struct {
        const char *type;
        enum setting_key key;
    } kinds[] = { { "pid", SETTING_NS_PID },    { "ipc", SETTING_NS_IPC },   { "network", SETTING_NS_NET },
                  { "uts", SETTING_NS_UTS },    { "user", SETTING_NS_USER }, { "cgroup", SETTING_NS_CGROUP },
                  { "mount", SETTING_NS_MOUNT } };
    const struct doc *list = doc_path(spec, "linux.namespaces");

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct doc *is = NULL;
        DOC_EACH (list && list->kind == DOC_LIST ? list : NULL, n)
            if (str_eq(doc_text(doc_get(n, "type")), str_of(kinds[i].type)))
                is = n;
        struct str path = doc_text(doc_get(is, "path"));
        if (is && path.n)
            say_fmt(d, kinds[i].key, STR_NONE, is->line, "path:" STR_FMT, STR_ARG(path));
        else
            say(d, kinds[i].key, is ? STR("private") : STR("host"), STR_NONE,
                is ? is->line : line_of(list, spec));
    }
}

static void capabilities(struct declare *d, const struct doc *spec)
{
    const struct doc *caps = doc_path(spec, "process.capabilities"), *list = doc_get(caps, "effective");
    const struct doc *bounding = doc_get(caps, "bounding"), *process = doc_get(spec, "process");

    if (!list || !list->n)
        list = bounding; /* what a setuid program of the image can still get */
    DOC_EACH (list && list->kind == DOC_LIST ? list : NULL, cap)
        say_capability(d, SETTING_CAPS, doc_text(cap), cap->line);
    if (!list || !list->n)
        say(d, SETTING_CAPS, STR(""), STR_NONE, line_of(caps ? caps : process, spec));
}

static void confinement(struct declare *d, const struct doc *spec)
{
    const struct doc *process = doc_get(spec, "process"), *linux_ = doc_get(spec, "linux");
    const struct doc *nnp = doc_get(process, "noNewPrivileges"), *seccomp = doc_get(linux_, "seccomp");
    const struct doc *root = doc_get(spec, "root"), *read_only = doc_get(root, "readonly");
    const struct doc *apparmor = doc_get(process, "apparmorProfile");
    bool allows = str_one_of(doc_text(doc_get(seccomp, "defaultAction")), "SCMP_ACT_ALLOW SCMP_ACT_LOG") &&
                  !doc_get(seccomp, "syscalls");

    say(d, SETTING_NO_NEW_PRIVS, doc_true(nnp) ? STR("true") : STR("false"), STR_NONE,
        line_of(nnp ? nnp : process, spec));
    say(d, SETTING_READ_ONLY_ROOT, doc_true(read_only) ? STR("true") : STR("false"), STR_NONE,
        line_of(read_only ? read_only : root, spec));
    say(d, SETTING_SECCOMP, !seccomp || allows ? STR("unconfined") : STR("inline"), STR_NONE,
        line_of(seccomp ? seccomp : linux_, spec));
    if (apparmor)
        say(d, SETTING_APPARMOR, doc_text(apparmor).n ? doc_text(apparmor) : STR("unconfined"), STR_NONE,
            apparmor->line);
    if (!doc_get(linux_, "maskedPaths"))
        say(d, SETTING_MASKED_PATHS, STR(""), STR_NONE, line_of(linux_, spec));
}

static void user(struct declare *d, const struct doc *spec)
{
    const struct doc *u = doc_path(spec, "process.user"), *uid = doc_get(u, "uid"), *gid = doc_get(u, "gid");

    say_fmt(d, SETTING_USER, STR_NONE, line_of(uid, spec), STR_FMT ":" STR_FMT,
            STR_ARG(uid ? doc_scalar(uid) : STR("0")), STR_ARG(gid ? doc_scalar(gid) : STR("0")));
    DOC_EACH (doc_path(spec, "linux.uidMappings"), m)
        say_fmt(d, SETTING_UID_MAP, STR_NONE, m->line, STR_FMT ":" STR_FMT ":" STR_FMT,
                STR_ARG(doc_scalar(doc_get(m, "containerID"))), STR_ARG(doc_scalar(doc_get(m, "hostID"))),
                STR_ARG(doc_scalar(doc_get(m, "size"))));
}

static void limits(struct declare *d, const struct doc *spec)
{
    const struct doc *cpu = doc_path(spec, "linux.resources.cpu");
    uint64_t quota, period;

    DOC_EACH (doc_path(spec, "process.rlimits"), l) {
        struct str type = doc_text(doc_get(l, "type"));
        char name[32];
        size_t n = 0;
        if (str_starts(type, STR("RLIMIT_")))
            type = str_skip(type, 7);
        for (; n < type.n && n < sizeof name; n++)
            name[n] = type.p[n] >= 'A' && type.p[n] <= 'Z' ? (char)(type.p[n] | 0x20) : type.p[n];
        say_fmt(d, SETTING_ULIMIT, STR_NONE, l->line, "%.*s=" STR_FMT ":" STR_FMT, (int)n, name,
                STR_ARG(doc_scalar(doc_get(l, "soft"))), STR_ARG(doc_scalar(doc_get(l, "hard"))));
    }
    if (doc_u64(doc_get(cpu, "quota"), &quota) && quota && quota < UINT32_MAX) {
        if (!doc_u64(doc_get(cpu, "period"), &period) || !period)
            period = 100000;
        say_fmt(d, SETTING_CPU, STR_NONE, cpu->line, "%llu", (unsigned long long)(quota * 1000 / period));
    }
}

static void devices(struct declare *d, const struct doc *spec)
{
    DOC_EACH (doc_path(spec, "linux.devices"), dev) {
        struct str path = doc_text(doc_get(dev, "path"));
        say_fmt(d, SETTING_DEVICE, STR_NONE, dev->line, STR_FMT ":" STR_FMT ":rwm", STR_ARG(path),
                STR_ARG(path));
    }
    DOC_EACH (doc_path(spec, "linux.resources.devices"), rule) {
        struct str type = doc_text(doc_get(rule, "type"));
        const struct doc *major = doc_get(rule, "major"), *minor = doc_get(rule, "minor");
        if (!doc_true(doc_get(rule, "allow")))
            continue;
        if ((!type.n || str_eq(type, STR("a"))) && !major)
            say(d, SETTING_DEVICE, STR("all"), STR_NONE, rule->line);
        else
            say_fmt(d, SETTING_DEVICE_RULE, STR_NONE, rule->line, STR_FMT " " STR_FMT ":" STR_FMT " " STR_FMT,
                    STR_ARG(type), STR_ARG(major ? doc_scalar(major) : STR("*")),
                    STR_ARG(minor ? doc_scalar(minor) : STR("*")),
                    STR_ARG(doc_text(doc_get(rule, "access"))));
    }
}

/* Mounts that every container has say nothing, unless they can be written. */
static bool is_usual(struct str type, bool read_only)
{
    return str_one_of(type, "proc devpts mqueue") || (str_one_of(type, "sysfs cgroup cgroup2") && read_only);
}

static void mount(struct declare *d, const struct doc *m)
{
    struct mount fact = { .kind = doc_text(doc_get(m, "type")),
                          .source = doc_text(doc_get(m, "source")),
                          .target = doc_text(doc_get(m, "destination")),
                          .read_only = NO,
                          .line = m->line };
    const struct str *option;
    size_t n, kept = 0;

    if (!doc_texts(doc_get(m, "options"), d->arena, &option, &n)) {
        d->failed = true;
        err_set(d->e, ERR_LIMIT, "the document is too large");
        return;
    }
    struct str *rest = arena_array(d->arena, struct str, n + 1);
    for (size_t i = 0; rest && i < n; i++) {
        if (str_eq(option[i], STR("ro")))
            fact.read_only = YES;
        else if (str_one_of(option[i], "bind rbind"))
            fact.kind = STR("bind");
        else if (str_one_of(option[i], "shared slave private rshared rslave rprivate"))
            fact.propagation = option[i];
        else if (str_starts(option[i], STR("size=")))
            fact.size = value_bytes(str_skip(option[i], 5), &fact.size) ? fact.size : 0;
        else if (!str_eq(option[i], STR("rw")))
            rest[kept++] = option[i];
    }
    fact.options = (struct strs){ rest, kept };
    if (!is_usual(fact.kind, fact.read_only == YES))
        declare_mount(d, fact);
}

static void hooks(struct declare *d, const struct doc *spec)
{
    const struct doc *all = doc_get(spec, "hooks");

    DOC_EACH (all && all->kind == DOC_OBJECT ? all : NULL, kind)
        DOC_EACH (kind->kind == DOC_LIST ? kind : NULL, hook)
            say_fmt(d, SETTING_HOOK, STR_NONE, hook->line, STR_FMT "=" STR_FMT, STR_ARG(kind->key),
                    STR_ARG(doc_text(doc_get(hook, "path"))));
}

/* containerd and CRI-O leave the names in annotations. */
static struct str annotation(const struct doc *spec, const char *const *keys, size_t n)
{
    const struct doc *all = doc_get(spec, "annotations");

    for (size_t i = 0; i < n; i++)
        if (doc_text(doc_get(all, keys[i])).n)
            return doc_text(doc_get(all, keys[i]));
    return STR_NONE;
}

void oci_spec_declare(struct declare *d, const struct doc *spec, struct str name, struct str image)
{
    static const char *const names[] = { "io.kubernetes.cri.container-name", "io.kubernetes.container.name",
                                         "io.kubernetes.cri-o.Name" };
    static const char *const images[] = { "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName",
                                          "org.opencontainers.image.ref.name" };

    if (!name.n)
        name = annotation(spec, names, ARRAY_LEN(names));
    if (!image.n)
        image = annotation(spec, images, ARRAY_LEN(images));
    declare_workload(d, (struct workload_fact){ .spelling = STR("oci"),
                                                .name = name.n ? name : STR("container"),
                                                .line = spec->line });
    if (image.n)
        say(d, SETTING_IMAGE, image, STR_NONE, spec->line);
    declare_rows(d, spec, rows, ARRAY_LEN(rows));
    user(d, spec);
    namespaces(d, spec);
    capabilities(d, spec);
    confinement(d, spec);
    limits(d, spec);
    devices(d, spec);
    hooks(d, spec);
    DOC_EACH (doc_get(spec, "mounts"), m)
        mount(d, m);
    DOC_EACH (doc_path(spec, "process.env"), item) {
        struct variable v = { .source = STR("literal"), .line = item->line };
        str_split(doc_text(item), '=', &v.name, &v.value);
        declare_variable(d, v);
    }
}
