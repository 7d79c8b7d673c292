#include "rule/cluster.h"

#include <stdarg.h>

const char *object_name(const struct object *o, char *to)
{
    struct str ns = object_namespace(o);
    int n = snprintf(to, NAME_ROOM, STR_FMT " " STR_FMT "%s" STR_FMT, STR_ARG(str_first(o->kind, 60)),
                     STR_ARG(str_first(ns, 63)), ns.n ? "/" : "", STR_ARG(str_first(o->name, 200)));

    for (int i = 0; i < n && i < NAME_ROOM; i++)
        if ((unsigned char)to[i] < 0x20 || to[i] == 0x7f)
            to[i] = '?';
    return to;
}

const struct workload *next_selected(const struct cluster *c, struct strs selector, struct str ns, size_t *at)
{
    const struct space *s = cluster_space(c, ns);

    while (s && *at < s->n_workload) {
        const struct workload *w = s->workload[(*at)++];
        if (selector_matches(selector, w->fact->labels))
            return w;
    }
    return NULL;
}

bool is_whole_cluster(const struct cluster *c)
{
    return cluster_find(c, STR("Namespace"), STR(""), STR("kube-system")) ||
           cluster_find(c, STR("ClusterRole"), STR(""), STR("cluster-admin"));
}

bool is_system_object(const struct object *o)
{
    return str_eq(label_value(o->labels, STR("kubernetes.io/bootstrapping")), STR("rbac-defaults")) ||
           str_starts(o->name, STR("system:")) || is_system_namespace(object_namespace(o));
}

enum verdict conclude_object(const struct resource *r, struct proof *p, const char *fmt, ...)
{
    char text[400];
    va_list ap;

    if (p->found) {
        if (is_system_object(r->object))
            proof_weigh(p, SEVERITY_INFO);
        return VERDICT_OPEN;
    }
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    proof_add(p, AT_OBJECT(r), "%s", text);
    return VERDICT_MITIGATED;
}
