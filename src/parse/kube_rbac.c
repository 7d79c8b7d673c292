/* kube_rbac.c - who may do what: roles, bindings and accounts. */
#include "parse/kube.h"

static int add_grant(struct kube *k, const struct doc *rule)
{
    struct grant g = { .object = k->object, .path = k->in->path, .line = kube_line(k, rule) };

    if (kube_scalars(k, doc_get(rule, "verbs"), &g.verbs) < 0 ||
        kube_scalars(k, doc_get(rule, "apiGroups"), &g.groups) < 0 ||
        kube_scalars(k, doc_get(rule, "resources"), &g.resources) < 0 ||
        kube_scalars(k, doc_get(rule, "resourceNames"), &g.names) < 0 ||
        kube_scalars(k, doc_get(rule, "nonResourceURLs"), &g.urls) < 0)
        return -1;
    return facts_add_grant(k->out, &g, k->e);
}

/* A ClusterRole may be made of all that carry certain labels. */
static int add_aggregation(struct kube *k, const struct doc *object)
{
    DOC_EACH (doc_path(object, "aggregationRule.clusterRoleSelectors"), d) {
        struct strs selector = { 0 };
        if (kube_selector(k, d, &selector) < 0)
            return -1;
        for (size_t i = 0; i < selector.n; i++)
            if (kube_parameter(k, k->kind, STR("aggregationRule"), selector.p[i], kube_line(k, d)) < 0)
                return -1;
    }
    return 0;
}

static int read_role(struct kube *k, const struct doc *object, const void *with)
{
    (void)with;
    DOC_EACH (doc_get(object, "rules"), rule)
        if (add_grant(k, rule) < 0)
            return -1;
    return add_aggregation(k, object);
}

static int read_binding(struct kube *k, const struct doc *object, const void *with)
{
    const struct doc *ref = doc_get(object, "roleRef");

    (void)with;
    DOC_EACH (doc_get(object, "subjects"), d) {
        struct binding b = {
            .object = k->object,
            .role_kind = doc_text(doc_get(ref, "kind")),
            .role = doc_text(doc_get(ref, "name")),
            .subject_kind = doc_text(doc_get(d, "kind")),
            .subject_ns = doc_text(doc_get(d, "namespace")),
            .subject = doc_text(doc_get(d, "name")),
            .path = k->in->path,
            .line = kube_line(k, d),
        };
        if (facts_add_binding(k->out, &b, k->e) < 0)
            return -1;
    }
    return 0;
}

static int read_account(struct kube *k, const struct doc *object, const void *with)
{
    static const char *const kept[] = { "automountServiceAccountToken", "secrets", "imagePullSecrets" };

    (void)with;
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (kube_flatten(k, doc_get(object, kept[i]), k->kind, str_of(kept[i])) < 0)
            return -1;
    return 0;
}

const struct kube_kind kube_rbac_kinds[] = {
    { "Role", read_role, NULL },
    { "ClusterRole", read_role, NULL },
    { "RoleBinding", read_binding, NULL },
    { "ClusterRoleBinding", read_binding, NULL },
    { "ServiceAccount", read_account, NULL },
    { 0 },
};
