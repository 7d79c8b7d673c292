/* kube_config.c - what objects hold (Secrets, ConfigMaps), and objects and configuration files whose fields
 * are parameters. */
#include "parse/kube.h"
#include "parse/tls_config.h"
#include "parse/x509.h"

#include <openssl/evp.h>

enum { VALUE_MOST = 256 << 10, CONFIGURATION_BYTES = 8 << 20 };

/* Certificates are public: those in the document are understood like those in files. `data` has them in
 * base64. */
static int add_certificates(struct kube *k, const struct doc *d, bool base64)
{
    AUTO_FREE unsigned char *plain = base64 ? malloc(d->text.n / 4 * 3 + 4) : NULL;
    struct str text = d->text;
    uint32_t n = 0;

    if (base64) {
        int size = plain && d->text.n <= VALUE_MOST
                       ? EVP_DecodeBlock(plain, (const unsigned char *)d->text.p, (int)d->text.n)
                       : -1;
        if (size < 0)
            return 0;
        text = (struct str){ (const char *)plain, (size_t)size };
    }
    return str_has(text, STR("-----BEGIN "))
               ? x509_add_pem(k->out, k->in->path, kube_line(k, d), "kubernetes", text, &n, k->e)
               : 0;
}

static int add_value(struct kube *k, const struct doc *d, struct str type, bool secret)
{
    const struct doc_place *at = doc_place(d);
    struct held h = {
        .object = k->object,
        .key = d->key,
        .type = type,
        .clear = secret && d->text.n,
        .value = secret ? STR("") : str_first(d->text, VALUE_MOST),
        .path = k->in->path,
        .line = at->line + k->lines,
        .offset = at->from + k->bytes,
        .bytes = at->to - at->from,
    };

    return facts_add_held(k->out, &h, k->e);
}

/* `secret`: of a Secret; `base64`: its data, not its stringData. */
static int add_held(struct kube *k, const struct doc *map, struct str type, bool secret, bool base64)
{
    DOC_EACH (map && map->kind == DOC_OBJECT ? map : NULL, d) {
        if (add_value(k, d, type, secret) < 0 || add_certificates(k, d, base64) < 0)
            return -1;
        if (!secret && tls_config_add(k->out, d->key, k->in->path, kube_line(k, d), d->text, k->e) < 0)
            return -1;
    }
    return 0;
}

/* What `kubectl apply` leaves in an annotation has all values once more. */
static int read_secret(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *applied = doc_get(doc_path(object, "metadata.annotations"), KUBE_APPLIED);
    struct str type = doc_text(doc_get(object, "type"));

    (void)with;
    if (!type.n)
        type = STR("Opaque");
    return add_held(k, doc_get(object, "data"), type, true, true) < 0 ||
                   add_held(k, doc_get(object, "stringData"), type, true, false) < 0 ||
                   (applied && add_value(k, applied, type, true) < 0)
               ? -1
               : 0;
}

/* A file of configuration that a ConfigMap holds says what such a file says; its lines are those of the text
 * where it is a block of YAML, else the key's. */
static int add_configuration(struct kube *k, const struct doc *d)
{
    char path[300];
    int n = snprintf(path, sizeof path, "etc/" STR_FMT, STR_ARG(str_first(d->key, 250)));
    const struct parser *p = parser_for_document("configuration", (struct str){ path, (size_t)n });
    struct input in = { .path = k->in->path, .body = d->text };
    AUTO_FACTS struct facts said = FACTS(CONFIGURATION_BYTES);
    struct err why;

    if (!p || d->text.n > VALUE_MOST || p->parse(&in, &said, &why) < 0)
        return 0; /* it is still held, as text */
    bool block = !str_starts(str_trim(k->in->body), STR("{")) && str_has_char(d->text, '\n');
    FACTS_EACH (&said, parameter, m)
        if (kube_parameter(k, m->component, m->name, m->value, kube_line(k, d) + (block ? m->line - 1 : 0)) <
            0)
            return -1;
    return 0;
}

static int read_config_map(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *data = doc_get(object, "data");

    (void)with;
    DOC_EACH (data && data->kind == DOC_OBJECT ? data : NULL, d)
        if (add_configuration(k, d) < 0)
            return -1;
    return add_held(k, data, STR(""), false, false);
}

/* `with`: the component's name, for those whose files are called otherwise. */
static int read_fields(struct kube *k, const struct doc *object, const void *with)
{
    struct str component = with ? str_of(with) : k->kind;

    DOC_EACH (object, d)
        if (!str_one_of(d->key, "apiVersion kind metadata status") &&
            kube_flatten(k, d, component, d->key) < 0)
            return -1;
    return 0;
}

/* An audit policy; others are called Policy, too. */
static int read_audit(struct kube *k, const struct doc *object, const void *with)
{
    return str_starts(k->api, STR("audit.k8s.io/")) ? read_fields(k, object, with) : 0;
}

/* What a node runs. */
static int read_node(struct kube *k, const struct doc *object, const void *with)
{
    (void)with;
    return kube_flatten(k, doc_path(object, "status.nodeInfo"), k->kind, STR("nodeInfo"));
}

/* kubeadm's: arguments of the control plane's programs. */
static int read_kubeadm(struct kube *k, const struct doc *object, const void *with)
{
    static const char *const parts[][2] = {
        { "apiServer.extraArgs", "kube-apiserver" },
        { "controllerManager.extraArgs", "kube-controller-manager" },
        { "scheduler.extraArgs", "kube-scheduler" },
        { "etcd.local.extraArgs", "etcd" },
        { "nodeRegistration.kubeletExtraArgs", "kubelet" },
    };

    (void)with;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        DOC_EACH (doc_path(object, parts[i][0]), d) {
            bool listed = d->kind == DOC_OBJECT; /* since v1beta4: { "name": ..., "value": ... } */
            struct str name = listed ? doc_text(doc_get(d, "name")) : d->key;
            if (kube_parameter(k, str_of(parts[i][1]), name, doc_scalar(listed ? doc_get(d, "value") : d),
                               kube_line(k, d)) < 0)
                return -1;
        }
    return 0;
}

const struct kube_kind kube_config_kinds[] = {
    { "Secret", read_secret, NULL },
    { "ConfigMap", read_config_map, NULL },
    { "PersistentVolume", read_fields, NULL },
    { "PersistentVolumeClaim", read_fields, NULL },
    { "StorageClass", read_fields, NULL },
    { "ResourceQuota", read_fields, NULL },
    { "LimitRange", read_fields, NULL },
    { "PodDisruptionBudget", read_fields, NULL },
    { "HorizontalPodAutoscaler", read_fields, NULL },
    { "ValidatingWebhookConfiguration", read_fields, NULL },
    { "MutatingWebhookConfiguration", read_fields, NULL },
    { "ValidatingAdmissionPolicy", read_fields, NULL },
    { "ValidatingAdmissionPolicyBinding", read_fields, NULL },
    { "MutatingAdmissionPolicy", read_fields, NULL },
    { "PodSecurityPolicy", read_fields, NULL },
    { "APIService", read_fields, NULL },
    { "RuntimeClass", read_fields, NULL },
    { "IngressClass", read_fields, NULL },
    { "PriorityClass", read_fields, NULL },
    { "CertificateSigningRequest", read_fields, NULL },
    { "Node", read_node, NULL },
    { "KubeletConfiguration", read_fields, "kubelet" },
    { "KubeProxyConfiguration", read_fields, "kube-proxy" },
    { "KubeSchedulerConfiguration", read_fields, "kube-scheduler" },
    { "KubeControllerManagerConfiguration", read_fields, "kube-controller-manager" },
    { "AdmissionConfiguration", read_fields, NULL },
    { "PodSecurityConfiguration", read_fields, NULL },
    { "EncryptionConfiguration", read_fields, NULL },
    { "AuthenticationConfiguration", read_fields, NULL },
    { "AuthorizationConfiguration", read_fields, NULL },
    { "EgressSelectorConfiguration", read_fields, NULL },
    { "Policy", read_audit, "audit" },
    { "Config", read_fields, "kubeconfig" },
    { "ClusterConfiguration", read_kubeadm, NULL },
    { "InitConfiguration", read_kubeadm, NULL },
    { "JoinConfiguration", read_kubeadm, NULL },
    { 0 },
};
