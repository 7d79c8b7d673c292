/* engine_info.c - what an engine tells of itself and its host: `docker info --format json`, `docker version
 * --format json`, `podman info --format json`. Versions and what protects containers by default become
 * parameters of the component "host"; what daemon.json would say, of "docker". */
#include "parse/engine_info.h"

#include "model/deployment.h"

/* A value of the document, and the parameter that it is. */
struct told {
    const char *at, *component, *name;
};
static const struct told docker_info[] = {
    { "KernelVersion", "host", "linux" },
    { "ServerVersion", "host", "docker" },
    { "CgroupVersion", "host", "cgroup" },
};
/* Parameters of one component follow each other: they are one. */
static const struct told docker_setup[] = {
    { "DefaultRuntime", "docker", "default-runtime" },  { "LoggingDriver", "docker", "log-driver" },
    { "LiveRestoreEnabled", "docker", "live-restore" }, { "ExperimentalBuild", "docker", "experimental" },
    { "Driver", "docker", "storage-driver" },
};
static const struct told podman_info[] = {
    { "host.kernel", "host", "linux" },
    { "host.cgroupVersion", "host", "cgroup" },
    { "version.Version", "host", "podman" },
};

static void add(struct declare *d, const char *component, const char *name, const struct doc *at)
{
    struct str value = doc_scalar(at);

    if (value.n)
        declare_parameter(d, component, str_of(name), value, at->line);
}

static void add_told(struct declare *d, const struct doc *root, const struct told *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(d, row[i].component, row[i].name, doc_path(root, row[i].at));
}

/* "name=seccomp,profile=builtin", "name=userns", "name=rootless" */
static void add_protection(struct declare *d, const struct doc *root)
{
    DOC_EACH (doc_get(root, "SecurityOptions"), o) {
        struct str first, rest, name;
        str_split(doc_text(o), ',', &first, &rest);
        if (!str_starts(first, STR("name=")))
            continue;
        name = str_skip(first, sizeof "name=" - 1);
        if (str_one_of(name, "userns rootless"))
            declare_parameter(d, "docker", STR("userns-remap"), name, o->line);
        else if (str_eq(name, STR("seccomp")) && str_starts(rest, STR("profile=")))
            declare_parameter(d, "docker", STR("seccomp-profile"), str_skip(rest, sizeof "profile=" - 1),
                              o->line);
        else if (str_eq(name, STR("no-new-privileges")))
            declare_parameter(d, "docker", name, STR("true"), o->line);
    }
}

/* `docker version`: the server's programs, one by one. */
static void add_server(struct declare *d, const struct doc *root)
{
    static const char *const known[][2] = {
        { "Engine", "docker" }, { "containerd", "containerd" }, { "runc", "runc" }, { "crun", "crun" }
    };

    DOC_EACH (doc_path(root, "Server.Components"), c)
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (str_eq(doc_text(doc_get(c, "Name")), str_of(known[i][0])))
                add(d, "host", known[i][1], doc_get(c, "Version"));
    add(d, "host", "linux", doc_path(root, "Server.KernelVersion"));
}

/* "crun version 1.8.1\ncommit: ...", "runc version 1.1.5" */
static void add_runtime(struct declare *d, const struct doc *root)
{
    const struct doc *version = doc_path(root, "host.ociRuntime.version");
    struct str text = doc_text(version), line, name, rest;

    if (str_cut(&text, '\n', &line) && str_split(line, ' ', &name, &rest) && str_one_of(name, "runc crun") &&
        str_starts(rest, STR("version ")))
        declare_parameter(d, "host", name, str_trim(str_skip(rest, sizeof "version " - 1)), version->line);
}

bool is_engine_info(const struct doc *root)
{
    return (doc_get(root, "ServerVersion") && doc_get(root, "KernelVersion")) ||
           doc_path(root, "Server.Components") || doc_path(root, "host.ociRuntime");
}

void engine_info(struct declare *d, const struct doc *root)
{
    d->object = UINT32_MAX;
    if (doc_get(root, "ServerVersion")) {
        add_told(d, root, docker_info, ARRAY_LEN(docker_info));
        declare_parameter(d, "docker", STR(PARAMETERS_IN_PART), STR("true"), root->line);
        add_told(d, root, docker_setup, ARRAY_LEN(docker_setup));
        add_protection(d, root);
    } else if (doc_get(root, "Server")) {
        add_server(d, root);
    } else {
        add_told(d, root, podman_info, ARRAY_LEN(podman_info));
        add_runtime(d, root);
    }
}
