/* image_kubernetes.c - files of Kubernetes on a node: who may read and change them. They are found in the
 * root file system of a control plane or worker, whichever way it is read. */
#include "rule/access.h"
#include "rule/common.h"

/* A file, or all of a folder (its last component a "*" and what follows), and the most its mode may be. */
struct kube_file {
    const char *path;
    uint32_t mode; /* bits beyond are too many */
    const char *what;
};
static const struct kube_file files[] = {
    { "etc/kubernetes/manifests/kube-apiserver.yaml", 0600, "manifest of the API server" },
    { "etc/kubernetes/manifests/kube-controller-manager.yaml", 0600, "manifest of the controller manager" },
    { "etc/kubernetes/manifests/kube-scheduler.yaml", 0600, "manifest of the scheduler" },
    { "etc/kubernetes/manifests/etcd.yaml", 0600, "manifest of etcd" },
    { "etc/cni/net.d/*", 0600, "configuration of the network" },
    { "var/lib/etcd", 0700, "state of the cluster" },
    { "etc/kubernetes/admin.conf", 0600, "credentials of an administrator" },
    { "etc/kubernetes/super-admin.conf", 0600, "credentials of an administrator" },
    { "etc/kubernetes/scheduler.conf", 0600, "credentials of the scheduler" },
    { "etc/kubernetes/controller-manager.conf", 0600, "credentials of the controller manager" },
    { "etc/kubernetes/kubelet.conf", 0600, "credentials of the kubelet" },
    { "etc/kubernetes/pki/*.crt", 0644, "certificate" },
    { "etc/kubernetes/pki/*.key", 0600, "private key" },
    { "etc/kubernetes/pki/etcd/*.crt", 0644, "certificate" },
    { "etc/kubernetes/pki/etcd/*.key", 0600, "private key" },
    { "etc/systemd/system/kubelet.service.d/*", 0600, "service of the kubelet" },
    { "usr/lib/systemd/system/kubelet.service.d/*", 0644, "service of the kubelet, as a package brings it" },
    { "var/lib/kube-proxy/kubeconfig.conf", 0600, "credentials of kube-proxy" },
    { "var/lib/kube-proxy/config.conf", 0600, "configuration of kube-proxy" },
    { "var/lib/kubelet/config.yaml", 0600, "configuration of the kubelet" },
    { "var/lib/kubelet/kubeconfig", 0600, "credentials of the kubelet" },
};

typedef void looks(const struct image *img, node_id id, struct str path, const struct kube_file *f,
                   struct proof *p);

/* Those of a folder whose names end as the pattern does; how many. */
static size_t look_in(const struct image *img, struct str folder, struct str end, const struct kube_file *f,
                      looks *look, struct proof *p)
{
    node_id dir = tree_find(img->tree, folder, true), id = dir ? tree_node(img->tree, dir)->child : 0;
    char room[ENTRY_PATH_MOST];
    size_t n = 0;

    for (; id; id = tree_node(img->tree, id)->next) {
        struct str path = tree_path(img->tree, id, room);
        if (tree_node(img->tree, id)->dead || tree_node(img->tree, id)->kind != ENTRY_FILE ||
            !str_ends(path, end))
            continue;
        n++;
        look(img, id, path, f, p);
    }
    return n;
}

static size_t look_at(const struct image *img, const struct kube_file *f, looks *look, struct proof *p)
{
    struct str folder, base, path = str_of(f->path);

    str_rsplit(path, '/', &folder, &base);
    if (base.n && base.p[0] == '*')
        return look_in(img, folder, str_skip(base, 1), f, look, p);
    node_id id = tree_find(img->tree, path, true);
    if (!id)
        return 0;
    look(img, id, path, f, p);
    return 1;
}

static void look_mode(const struct image *img, node_id id, struct str path, const struct kube_file *f,
                      struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = at_node(img, id, arena_str(p->arena, path));

    if (n->mode & 0777 & ~f->mode)
        proof_add(p, &where, "mode %04o, %04o is the most: %s", n->mode & 07777, f->mode, f->what);
}

/* etcd may have an account of its own for its data. */
static void look_owner(const struct image *img, node_id id, struct str path, const struct kube_file *f,
                       struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = at_node(img, id, arena_str(p->arena, path));
    char user[40], group[40];

    if ((!n->uid && !n->gid) ||
        (str_eq(path, STR("var/lib/etcd")) && !strcmp(user_name(img, n->uid, user), "etcd")))
        return;
    proof_add(p, &where, "owner %s:%s: %s", user_name(img, n->uid, user), group_name(img, n->gid, group),
              f->what);
}

static enum verdict judge_files(const struct rule *r, const void *subject, struct proof *p)
{
    static looks *const look[] = { look_mode, look_owner };
    const struct image *img = subject;
    const int *which = r->with;
    enum verdict v;
    size_t n = 0;

    if (!has_files(img, p, &v))
        return v == VERDICT_CANNOT_TELL ? VERDICT_NOT_APPLICABLE : v; /* it may be no node at all */
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        n += look_at(img, &files[i], look[*which], p);
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    return conclude_files(img, p,
                          *which ? "all %zu files of Kubernetes belong to root"
                                 : "all %zu files of Kubernetes have modes as they should",
                          n);
}

static const int modes = 0, owners = 1;

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
        .with = &modes,
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
        .with = &owners,
    },
};
const struct rule_set rules_image_kubernetes = { "image_kubernetes", table, ARRAY_LEN(table) };
