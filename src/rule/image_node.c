/* image_node.c - files of engines and of Kubernetes on a node: who may read and change them. They are found
 * in the root file system of a host, whichever way it is read. */
#include "rule/access.h"
#include "rule/common.h"

/* A file of a node, or all that a pattern names: "*" stands for the beginning of one component. */
struct node_file {
    const char *path;
    uint32_t mode; /* bits beyond are too many */
    const char *what;
    const char *account; /* the user or group that may own it as root may; NULL: none */
};
struct node_files {
    const struct node_file *file;
    size_t n;
    const char *whose;
};
typedef void looks(const struct image *img, node_id id, struct str path, const struct node_file *f,
                   struct proof *p);
struct node_look {
    const struct node_files *files;
    looks *look;
    const char *fine;
};

static const struct node_file kubernetes_files[] = {
    { "etc/kubernetes/manifests/kube-apiserver.yaml", 0600, "manifest of the API server", NULL },
    { "etc/kubernetes/manifests/kube-controller-manager.yaml", 0600, "manifest of the controller manager",
      NULL },
    { "etc/kubernetes/manifests/kube-scheduler.yaml", 0600, "manifest of the scheduler", NULL },
    { "etc/kubernetes/manifests/etcd.yaml", 0600, "manifest of etcd", NULL },
    { "etc/cni/net.d/*", 0600, "configuration of the network", NULL },
    { "var/lib/etcd", 0700, "state of the cluster", "etcd" },
    { "etc/kubernetes/admin.conf", 0600, "credentials of an administrator", NULL },
    { "etc/kubernetes/super-admin.conf", 0600, "credentials of an administrator", NULL },
    { "etc/kubernetes/scheduler.conf", 0600, "credentials of the scheduler", NULL },
    { "etc/kubernetes/controller-manager.conf", 0600, "credentials of the controller manager", NULL },
    { "etc/kubernetes/kubelet.conf", 0600, "credentials of the kubelet", NULL },
    { "etc/kubernetes/pki/*.crt", 0644, "certificate", NULL },
    { "etc/kubernetes/pki/*.key", 0600, "private key", NULL },
    { "etc/kubernetes/pki/etcd/*.crt", 0644, "certificate", NULL },
    { "etc/kubernetes/pki/etcd/*.key", 0600, "private key", NULL },
    { "etc/systemd/system/kubelet.service.d/*", 0600, "service of the kubelet", NULL },
    { "usr/lib/systemd/system/kubelet.service.d/*", 0644, "service of the kubelet, as a package brings it",
      NULL },
    { "var/lib/kube-proxy/kubeconfig.conf", 0600, "credentials of kube-proxy", NULL },
    { "var/lib/kube-proxy/config.conf", 0600, "configuration of kube-proxy", NULL },
    { "var/lib/kubelet/config.yaml", 0600, "configuration of the kubelet", NULL },
    { "var/lib/kubelet/kubeconfig", 0600, "credentials of the kubelet", NULL },
};
static const struct node_files kubernetes = { kubernetes_files, ARRAY_LEN(kubernetes_files), "Kubernetes" };

static const struct node_file engine_files[] = {
    { "usr/lib/systemd/system/docker.service", 0644, "service of the engine", NULL },
    { "etc/systemd/system/docker.service", 0644, "service of the engine", NULL },
    { "usr/lib/systemd/system/docker.socket", 0644, "socket that starts the engine", NULL },
    { "etc/systemd/system/docker.socket", 0644, "socket that starts the engine", NULL },
    { "etc/docker", 0755, "configuration of the engine", NULL },
    { "etc/docker/daemon.json", 0644, "configuration of the engine", NULL },
    { "etc/default/docker", 0644, "environment of the engine", NULL },
    { "etc/sysconfig/docker", 0644, "environment of the engine", NULL },
    { "etc/docker/certs.d/*/*.crt", 0444, "authority of a registry", NULL },
    { "etc/docker/certs.d/*/*.cert", 0444, "certificate for a registry", NULL },
    { "etc/docker/certs.d/*/*.key", 0400, "private key for a registry", NULL },
    { "etc/docker/ca.pem", 0444, "authority of the engine's clients", NULL },
    { "etc/docker/*cert.pem", 0444, "certificate of the engine", NULL },
    { "etc/docker/*key.pem", 0400, "private key of the engine", NULL },
    { "root/.docker/ca.pem", 0444, "authority of the engine's clients", NULL },
    { "root/.docker/*cert.pem", 0444, "certificate of the engine", NULL },
    { "root/.docker/*key.pem", 0400, "private key of the engine", NULL },
    { "run/docker.sock", 0660, "socket of the engine", "docker" },
    { "run/containerd/containerd.sock", 0660, "socket of containerd", NULL },
    { "etc/containerd/config.toml", 0644, "configuration of containerd", NULL },
    { "etc/crio/crio.conf", 0644, "configuration of CRI-O", NULL },
    { "etc/crio/crio.conf.d/*", 0644, "configuration of CRI-O", NULL },
    { "etc/containers/*.conf", 0644, "configuration of Podman and CRI-O", NULL },
    { "etc/containers/policy.json", 0644, "which images are trusted", NULL },
};
static const struct node_files engines = { engine_files, ARRAY_LEN(engine_files), "engines" };

/* How many files the pattern names; each is looked at. */
static size_t look_at(const struct image *img, struct str pattern, const struct node_file *f, looks *look,
                      struct proof *p)
{
    ptrdiff_t star = str_find(pattern, STR("*"));
    struct str end, rest;
    char room[ENTRY_PATH_MOST], below[ENTRY_PATH_MOST];
    size_t n = 0;

    node_id id = tree_find(img->tree, star < 0 ? pattern : str_first(pattern, (size_t)star - 1), true);
    if (id && star < 0)
        look(img, id, pattern, f, p);
    if (!id || star < 0)
        return id != 0;
    str_split(str_skip(pattern, (size_t)star + 1), '/', &end, &rest);
    for (id = tree_node(img->tree, id)->child; id; id = tree_node(img->tree, id)->next) {
        struct str path = tree_path(img->tree, id, room);
        if (tree_node(img->tree, id)->dead || !str_ends(path, end))
            continue;
        if (rest.n) {
            int len = snprintf(below, sizeof below, STR_FMT "/" STR_FMT, STR_ARG(path), STR_ARG(rest));
            n += len < (int)sizeof below ? look_at(img, str_of(below), f, look, p) : 0;
        } else if (tree_node(img->tree, id)->kind == ENTRY_FILE) {
            look(img, id, path, f, p);
            n++;
        }
    }
    return n;
}

static void look_mode(const struct image *img, node_id id, struct str path, const struct node_file *f,
                      struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = at_node(img, id, arena_str(p->arena, path));

    if (n->mode & 0777 & ~f->mode)
        proof_add(p, &where, "mode %04o, %04o is the most: %s", n->mode & 07777, f->mode, f->what);
}

static void look_owner(const struct image *img, node_id id, struct str path, const struct node_file *f,
                       struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = at_node(img, id, arena_str(p->arena, path));
    char user[40], group[40];

    user_name(img, n->uid, user);
    group_name(img, n->gid, group);
    if ((!n->uid || (f->account && !strcmp(user, f->account))) &&
        (!n->gid || (f->account && !strcmp(group, f->account))))
        return;
    proof_add(p, &where, "owner %s:%s: %s", user, group, f->what);
}

static enum verdict judge_files(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct node_look *l = r->with;
    enum verdict v;
    size_t n = 0;

    if (!has_files(img, p, &v))
        return v == VERDICT_CANNOT_TELL ? VERDICT_NOT_APPLICABLE : v; /* it may be no node at all */
    for (size_t i = 0; i < l->files->n; i++)
        n += look_at(img, str_of(l->files->file[i].path), &l->files->file[i], l->look, p);
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    return conclude_files(img, p, "all %zu files of %s %s", n, l->files->whose, l->fine);
}

static const struct node_look kubernetes_modes = { &kubernetes, look_mode, "have modes as they should" };
static const struct node_look kubernetes_owners = { &kubernetes, look_owner, "belong to root" };
static const struct node_look engine_modes = { &engines, look_mode, "have modes as they should" };
static const struct node_look engine_owners = { &engines, look_owner, "belong to root" };

static const struct rule table[] = {
    {
        .check = { .id = "image-kubernetes-mode",
                   .title = "Files of Kubernetes are open to others on the node",
                   .holds = "Files of Kubernetes are closed to others on the node",
                   .why =
                       "Every account of the node, and every container that sees its files, reads keys and "
                       "credentials, or changes what runs with the rights of the control plane.",
                   .fix = "Take the bits away that are too many.",
                   .snippet = "chmod 600 /etc/kubernetes/admin.conf",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(D2),
                   .layer = LAYER_HOST,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "1.1.1" }, { CAT_CIS_KUBERNETES, "1.1.3" },
                                { CAT_CIS_KUBERNETES, "1.1.5" }, { CAT_CIS_KUBERNETES, "1.1.7" },
                                { CAT_CIS_KUBERNETES, "1.1.9" }, { CAT_CIS_KUBERNETES, "1.1.11" },
                                { CAT_CIS_KUBERNETES, "1.1.13" }, { CAT_CIS_KUBERNETES, "1.1.15" },
                                { CAT_CIS_KUBERNETES, "1.1.17" }, { CAT_CIS_KUBERNETES, "1.1.20" },
                                { CAT_CIS_KUBERNETES, "1.1.21" }, { CAT_CIS_KUBERNETES, "4.1.1" },
                                { CAT_CIS_KUBERNETES, "4.1.3" }, { CAT_CIS_KUBERNETES, "4.1.5" },
                                { CAT_CIS_KUBERNETES, "4.1.7" }, { CAT_CIS_KUBERNETES, "4.1.9" },
                                { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_files,
        .with = &kubernetes_modes,
    },
    {
        .check = { .id = "image-kubernetes-owner",
                   .title = "Files of Kubernetes belong to another than root",
                   .holds = "Files of Kubernetes belong to root",
                   .why = "The owner changes what runs with the rights of the control plane.",
                   .fix = "Give them to root.",
                   .snippet = "chown root:root /etc/kubernetes/admin.conf",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E2),
                   .layer = LAYER_HOST,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "1.1.2" }, { CAT_CIS_KUBERNETES, "1.1.4" },
                                { CAT_CIS_KUBERNETES, "1.1.6" }, { CAT_CIS_KUBERNETES, "1.1.8" },
                                { CAT_CIS_KUBERNETES, "1.1.10" }, { CAT_CIS_KUBERNETES, "1.1.12" },
                                { CAT_CIS_KUBERNETES, "1.1.14" }, { CAT_CIS_KUBERNETES, "1.1.16" },
                                { CAT_CIS_KUBERNETES, "1.1.18" }, { CAT_CIS_KUBERNETES, "1.1.19" },
                                { CAT_CIS_KUBERNETES, "4.1.2" }, { CAT_CIS_KUBERNETES, "4.1.4" },
                                { CAT_CIS_KUBERNETES, "4.1.6" }, { CAT_CIS_KUBERNETES, "4.1.8" },
                                { CAT_CIS_KUBERNETES, "4.1.10" }, { CAT_CWE, "CWE-282" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_files,
        .with = &kubernetes_owners,
    },
    {
        .check = { .id = "image-engine-mode",
                   .title = "Files of the engine are open to others on the host",
                   .holds = "Files of the engine are closed to others on the host",
                   .why = "Every account of the host reads its keys, gives it orders, or changes what it "
                          "runs as "
                          "root.",
                   .fix = "Take the bits away that are too many.",
                   .snippet = "chmod 644 /etc/docker/daemon.json",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(E2),
                   .layer = LAYER_HOST,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "3.2" }, { CAT_CIS_DOCKER, "3.4" }, { CAT_CIS_DOCKER, "3.6" },
                            { CAT_CIS_DOCKER, "3.8" }, { CAT_CIS_DOCKER, "3.10" }, { CAT_CIS_DOCKER, "3.12" },
                            { CAT_CIS_DOCKER, "3.14" }, { CAT_CIS_DOCKER, "3.16" },
                            { CAT_CIS_DOCKER, "3.18" }, { CAT_CIS_DOCKER, "3.20" },
                            { CAT_CIS_DOCKER, "3.21" }, { CAT_CIS_DOCKER, "3.24" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_files,
        .with = &engine_modes,
    },
    {
        .check = { .id = "image-engine-owner",
                   .title = "Files of the engine belong to another than root",
                   .holds = "Files of the engine belong to root",
                   .why = "The owner changes what runs as root on the host.",
                   .fix = "Give them to root.",
                   .snippet = "chown root:root /etc/docker/daemon.json",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(E2),
                   .layer = LAYER_HOST,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "3.1" }, { CAT_CIS_DOCKER, "3.3" }, { CAT_CIS_DOCKER, "3.5" },
                            { CAT_CIS_DOCKER, "3.7" }, { CAT_CIS_DOCKER, "3.9" }, { CAT_CIS_DOCKER, "3.11" },
                            { CAT_CIS_DOCKER, "3.13" }, { CAT_CIS_DOCKER, "3.15" },
                            { CAT_CIS_DOCKER, "3.17" }, { CAT_CIS_DOCKER, "3.19" },
                            { CAT_CIS_DOCKER, "3.22" }, { CAT_CIS_DOCKER, "3.23" }, { CAT_CWE, "CWE-282" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_files,
        .with = &engine_owners,
    },
};
const struct rule_set rules_image_node = { "image_node", table, ARRAY_LEN(table) };
