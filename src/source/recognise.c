#include "source/recognise.h"

static struct str base_of(struct str path)
{
    struct str folder, base;

    str_rsplit(path, '/', &folder, &base);
    return base;
}

static bool is_dockerfile(struct str base)
{
    return str_eq(base, STR("Dockerfile")) || str_eq(base, STR("Containerfile")) ||
           str_starts(base, STR("Dockerfile.")) || str_starts(base, STR("Containerfile.")) ||
           str_ends(base, STR(".dockerfile")) || str_ends(base, STR(".Dockerfile")) ||
           str_ends(base, STR(".containerfile"));
}

unsigned recognise_compose_default(struct str base)
{
    static const struct str names[] = { STR("compose.yaml"), STR("compose.yml"), STR("docker-compose.yaml"),
                                        STR("docker-compose.yml") };

    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(base, names[i]))
            return i + 1;
    return 0;
}

bool recognise_compose_override(struct str base)
{
    return str_one_of(base, "compose.override.yaml compose.override.yml docker-compose.override.yaml "
                            "docker-compose.override.yml");
}

bool recognise_name(struct str path)
{
    struct str base = base_of(path);

    if (str_one_of(base, "admin.conf super-admin.conf kubelet.conf controller-manager.conf scheduler.conf "
                         "kubeconfig")) /* kubeconfig files as kubeadm calls them */
        return true;
    return is_dockerfile(base) || str_ends(base, STR(".yaml")) || str_ends(base, STR(".yml")) ||
           str_ends(base, STR(".json"));
}

bool recognise_foreign(struct str path)
{
    struct str name;

    while (str_cut(&path, '/', &name))
        if (str_one_of(name, ".git .hg .svn node_modules .terraform .venv __pycache__ .tox"))
            return true;
    return false;
}

/* Is there a line that begins so, in the first column? */
static bool has_line(struct str body, struct str start)
{
    struct str line;

    while (str_cut(&body, '\n', &line))
        if (str_starts(line, start))
            return true;
    return false;
}

/* A key of JSON. */
static bool has_key(struct str body, struct str quoted)
{
    for (ptrdiff_t at; (at = str_find(body, quoted)) >= 0;) {
        body = str_skip(body, (size_t)at + quoted.n);
        if (str_starts(str_trim(str_first(body, 8)), STR(":")))
            return true;
    }
    return false;
}

bool recognise_sbom(struct str body)
{
    struct str text = str_trim(body);

    if (str_starts(text, STR("{")))
        return has_key(text, STR("\"bomFormat\"")) || has_key(text, STR("\"spdxVersion\"")) ||
               (has_key(text, STR("\"artifacts\"")) && has_key(text, STR("\"schema\"")));
    return has_line(text, STR("SPDXVersion:")) || has_line(text, STR("spdxVersion:")) ||
           (str_starts(text, STR("<")) && str_has(str_first(text, 4096), STR("<bom")));
}

static const char *kind_of_json(struct str body)
{
    if (has_key(body, STR("\"ociVersion\"")) && has_key(body, STR("\"process\"")) &&
        !has_key(body, STR("\"HostConfig\"")) && !has_key(body, STR("\"runtimeSpec\"")))
        return "oci";
    if (has_key(body, STR("\"HostConfig\"")) || has_key(body, STR("\"runtimeSpec\"")))
        return "inspect";
    if ((has_key(body, STR("\"ServerVersion\"")) && has_key(body, STR("\"KernelVersion\""))) ||
        (has_key(body, STR("\"Server\"")) && has_key(body, STR("\"Components\""))) ||
        (has_key(body, STR("\"ociRuntime\"")) && has_key(body, STR("\"kernel\""))))
        return "inspect"; /* `docker info`, `docker version`, `podman info` */
    if (has_key(body, STR("\"apiVersion\"")) && has_key(body, STR("\"kind\"")))
        return "kubernetes";
    return has_key(body, STR("\"services\"")) ? "compose" : NULL;
}

/* YAML in braces: keys without quotes, on any line. */
static const char *kind_of_flow(struct str body)
{
    if (str_has(body, STR("apiVersion: ")) && str_has(body, STR("kind: ")))
        return "kubernetes";
    return str_has(body, STR("services: ")) ? "compose" : NULL;
}

static const char *kind_of_yaml(struct str body)
{
    bool api = has_line(body, STR("apiVersion:")) || has_line(body, STR("\"apiVersion\":")) ||
               has_line(body, STR("- apiVersion:"));
    bool kind =
        has_line(body, STR("kind:")) || has_line(body, STR("\"kind\":")) || has_line(body, STR("  kind:"));

    if (api && kind)
        return "kubernetes";
    return has_line(body, STR("services:")) ? "compose" : NULL;
}

const char *recognise_document(struct str path, struct str body)
{
    struct str base = base_of(path), text = body;

    if (is_dockerfile(base))
        return "dockerfile";
    if (recognise_compose_default(base))
        return "compose";
    text = str_trim(text);
    if (!str_starts(text, STR("{")) && !str_starts(text, STR("[")))
        return kind_of_yaml(body);
    const char *kind = kind_of_json(body);
    return kind || str_ends(path, STR(".json")) ? kind : kind_of_flow(body);
}
