/* kube_volume.c - the volumes of a Pod as its containers mount them. */
#include "parse/kube.h"

/* A kind of volume: the member that names it, our word, and what it is taken from. */
struct source {
    const char *member, *kind, *from;
    bool read_only; /* by its nature */
};
static const struct source sources[] = {
    { "hostPath", "bind", "path", false },
    { "emptyDir", "emptydir", NULL, false },
    { "secret", "secret", "secretName", true },
    { "configMap", "configmap", "name", true },
    { "projected", "projected", NULL, true },
    { "downwardAPI", "downward", NULL, true },
    { "persistentVolumeClaim", "pvc", "claimName", false },
    { "ephemeral", "ephemeral", NULL, false },
    { "csi", "csi", "driver", false },
    { "image", "image", "reference", true },
    { "nfs", "nfs", "server", false },
    { "gitRepo", "gitRepo", "repository", false },
    { "iscsi", "iscsi", "targetPortal", false },
    { "glusterfs", "glusterfs", "endpoints", false },
    { "rbd", "rbd", "image", false },
    { "cephfs", "cephfs", "path", false },
    { "cinder", "cinder", "volumeID", false },
    { "flexVolume", "flexVolume", "driver", false },
    { "flocker", "flocker", "datasetName", false },
    { "fc", "fc", NULL, false },
    { "azureFile", "azureFile", "shareName", false },
    { "azureDisk", "azureDisk", "diskName", false },
    { "awsElasticBlockStore", "awsElasticBlockStore", "volumeID", false },
    { "gcePersistentDisk", "gcePersistentDisk", "pdName", false },
    { "vsphereVolume", "vsphereVolume", "volumePath", false },
    { "photonPersistentDisk", "photonPersistentDisk", "pdID", false },
    { "portworxVolume", "portworxVolume", "volumeID", false },
    { "scaleIO", "scaleIO", "volumeName", false },
    { "quobyte", "quobyte", "volume", false },
    { "storageos", "storageos", "volumeName", false },
};

enum { OPTIONS_MOST = 64 };
struct options {
    struct str p[OPTIONS_MOST];
    size_t n;
};

static int add_option(struct kube *k, struct options *o, const char *name, struct str value)
{
    if (!value.n || o->n == OPTIONS_MOST)
        return 0;
    o->p[o->n] = arena_fmt(k->arena, "%s%s" STR_FMT, name, name[0] ? "=" : "", STR_ARG(value));
    return o->p[o->n++].p ? 0 : kube_full(k);
}

/* Modes are written in octal, and JSON has no octal: 0400 there is 256. */
static int add_mode(struct kube *k, struct options *o, const struct doc *mode)
{
    struct str s = doc_scalar(mode);
    uint64_t n;

    if (!s.n)
        return 0;
    bool octal = s.n > 1 && s.p[0] == '0';
    if (octal && (s.p[1] == 'o' || s.p[1] == 'O'))
        s = str_skip(s, 2);
    if (!str_u64(s, octal ? 8 : 10, &n) || n > 0777)
        return add_option(k, o, "mode", doc_scalar(mode));
    return add_option(k, o, "mode", arena_fmt(k->arena, "%04llo", (unsigned long long)n));
}

/* "token", "secret:NAME" ... of a projected volume. */
static int add_projected(struct kube *k, struct options *o, const struct doc *list)
{
    DOC_EACH (list, d) {
        const struct doc *token = doc_get(d, "serviceAccountToken");
        struct str audience = doc_text(doc_get(token, "audience"));
        if (token && (add_option(k, o, "", STR("token")) < 0 || add_option(k, o, "audience", audience) < 0))
            return -1;
        if (add_option(k, o, "secret", doc_text(doc_path(d, "secret.name"))) < 0 ||
            add_option(k, o, "configmap", doc_text(doc_path(d, "configMap.name"))) < 0)
            return -1;
    }
    return 0;
}

static const struct source *source_of(const struct doc *volume, const struct doc **body)
{
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if ((*body = doc_get(volume, sources[i].member)))
            return &sources[i];
    return NULL;
}

/* Fill what the volume itself decides. */
static int describe(struct kube *k, const struct doc *volume, struct mount *m, struct options *o)
{
    const struct doc *body;
    const struct source *s = source_of(volume, &body);
    struct str name = doc_text(doc_get(volume, "name")), medium;

    if (!s) { /* a volume of no kind is an emptyDir, of a new kind unknown */
        m->kind = volume && volume->n > 1 ? volume->child->next->key : STR("emptydir");
        m->source = name;
        return 0;
    }
    m->kind = str_of(s->kind);
    m->source = s->from ? doc_scalar(doc_get(body, s->from)) : name;
    m->read_only = s->read_only || doc_true(doc_get(body, "readOnly")) ? YES : NO;
    medium = doc_text(doc_get(body, "medium"));
    if (str_eq(medium, STR("Memory")))
        m->kind = STR("tmpfs");
    kube_quantity(doc_scalar(doc_get(body, "sizeLimit")), 1, &m->size);
    if (add_option(k, o, "type", doc_text(doc_get(body, "type"))) < 0 ||
        add_option(k, o, "path",
                   s->from && str_eq(str_of(s->from), STR("server")) ? doc_text(doc_get(body, "path"))
                                                                     : STR("")) < 0)
        return -1;
    return add_mode(k, o, doc_get(body, "defaultMode")) < 0 ? -1
                                                            : add_projected(k, o, doc_get(body, "sources"));
}

static const struct doc *volume_named(const struct doc *spec, struct str name)
{
    DOC_EACH (doc_get(spec, "volumes"), d)
        if (str_eq(doc_text(doc_get(d, "name")), name))
            return d;
    return NULL;
}

static int add_mount(struct kube *k, uint32_t workload, const struct doc *volume, const struct doc *mount,
                     const char *target, const char *kind)
{
    struct mount m = {
        .workload = workload,
        .target = doc_text(doc_get(mount, target)),
        .propagation = arena_lower(k->arena, doc_text(doc_get(mount, "mountPropagation"))),
        .sub_path = doc_text(doc_get(mount, "subPath")),
        .path = k->in->path,
        .line = kube_line(k, volume ? volume : mount),
    };
    struct options o = { .n = 0 };

    if (describe(k, volume, &m, &o) < 0)
        return -1;
    if (!volume) { /* a claim template of a StatefulSet */
        m.source = doc_text(doc_get(mount, "name"));
        m.read_only = NO;
    }
    if (kind)
        m.kind = str_of(kind);
    else if (!volume)
        m.kind = STR("pvc");
    if (doc_true(doc_get(mount, "readOnly")))
        m.read_only = YES;
    if (str_eq(m.propagation, STR("bidirectional")))
        m.propagation = STR("rshared");
    else if (str_eq(m.propagation, STR("hosttocontainer")))
        m.propagation = STR("rslave");
    if (!m.sub_path.n)
        m.sub_path = doc_text(doc_get(mount, "subPathExpr"));
    m.options = (struct strs){ o.p, o.n };
    return facts_add_mount(k->out, &m, k->e);
}

static bool is_mounted(const struct doc *spec, struct str name)
{
    static const char *const lists[] = { "containers", "initContainers", "ephemeralContainers" };
    static const char *const ways[] = { "volumeMounts", "volumeDevices" };

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        DOC_EACH (doc_get(spec, lists[i]), container)
            for (size_t w = 0; w < ARRAY_LEN(ways); w++)
                DOC_EACH (doc_get(container, ways[w]), mount)
                    if (str_eq(doc_text(doc_get(mount, "name")), name))
                        return true;
    return false;
}

int kube_mounts(struct kube *k, const struct doc *spec, const struct doc *container, uint32_t workload,
                bool first)
{
    DOC_EACH (doc_get(container, "volumeMounts"), m)
        if (add_mount(k, workload, volume_named(spec, doc_text(doc_get(m, "name"))), m, "mountPath", NULL) <
            0)
            return -1;
    DOC_EACH (doc_get(container, "volumeDevices"), m)
        if (add_mount(k, workload, volume_named(spec, doc_text(doc_get(m, "name"))), m, "devicePath",
                      "device") < 0)
            return -1;
    DOC_EACH (first ? doc_get(spec, "volumes") : NULL, v)
        if (!is_mounted(spec, doc_text(doc_get(v, "name"))) &&
            add_mount(k, workload, v, NULL, "mountPath", NULL) < 0)
            return -1;
    return 0;
}
