/* kube_same.c - Pods that a controller made from one template say the same thousands of times in a dump of a
 * cluster. They are one workload with so many replicas; a Pod that differs in anything that can be judged, a
 * container that somebody put into it for instance, stays one of its own. What their controller itself says
 * comes to it in model/fold.c, for it may stand in another document. */
#include "model/same.h"
#include "parse/kube.h"

enum { TEXT_MOST = 4 << 20 };

void kube_mark(const struct kube *k, struct kube_mark *m)
{
    for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++)
        m->n[kind] = k->out->list[kind].n;
}

/* What the Pod at hand says, and whose it is. */
static void pod_text(const struct kube *k, const struct kube_mark *since, struct buf *b)
{
    const struct object *o = (const struct object *)k->out->list[FACT_OBJECT_KIND].items + k->object;
    struct same_range r;
    struct str kind, set;

    str_split(o->owner, '/', &kind, &set);
    for (size_t i = 0; i < SAME_KINDS; i++) {
        r.at[i] = since->n[same_kind[i]];
        r.end[i] = k->out->list[same_kind[i]].n;
    }
    buf_fmt(b, STR_FMT "\n" STR_FMT "\n", STR_ARG(o->ns), STR_ARG(o->owner));
    same_text(k->out, &r, str_eq(kind, STR("StatefulSet")) ? set : STR(""), b);
}

int kube_merge(struct kube *k, const struct kube_mark *since)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    struct workload_fact *w = k->out->list[FACT_WORKLOAD_KIND].items;
    size_t first = since->n[FACT_WORKLOAD_KIND], n = k->out->list[FACT_WORKLOAD_KIND].n - first;
    bool is_new;

    pod_text(k, since, &b);
    if (!n || !buf_ok(&b))
        return 0;
    uint64_t hash = map_hash(b.p, b.n); /* its seed is drawn at random: nobody can make two that collide */
    struct str key = arena_str(&k->out->arena, (struct str){ (const char *)&hash, sizeof hash });
    uint32_t *earlier = key.p ? map_put(&k->same, key, &is_new) : NULL;
    if (!earlier)
        return kube_full(k);
    if (is_new) {
        *earlier = (uint32_t)first;
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        w[*earlier + i].replicas++;
    for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++)
        k->out->list[kind].n = since->n[kind];
    return 0;
}
