/* kube_same.c - Pods that a controller made from one template say the same thousands of times in a dump of a
 * cluster. They are one workload with so many replicas; a Pod that differs in anything that can be judged, a
 * container that somebody put into it for instance, stays one of its own. */
#include "core/buf.h"
#include "parse/kube.h"

enum { TEXT_MOST = 4 << 20 };

/* The kinds of fact that a Pod makes. */
static const enum fact_kind kinds[KUBE_KINDS] = {
    FACT_OBJECT_KIND, FACT_WORKLOAD_KIND, FACT_SETTING_KIND, FACT_MOUNT_KIND,
    FACT_PORT_KIND,   FACT_VARIABLE_KIND, FACT_LINK_KIND,    FACT_PARAMETER_KIND,
};

void kube_mark(const struct kube *k, struct kube_mark *m)
{
    for (size_t i = 0; i < KUBE_KINDS; i++)
        m->n[i] = k->out->list[kinds[i]].n;
}

/* Labels that number the Pods of one template. */
static bool numbers_pods(struct str label)
{
    struct str name, value;

    str_split(label, '=', &name, &value);
    return str_one_of(name, "statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index "
                            "batch.kubernetes.io/job-completion-index controller-uid "
                            "batch.kubernetes.io/controller-uid pod-template-generation");
}

/* Where a Pod runs, and the random name of the volume with its token. */
static bool is_its_own(enum fact_kind kind, const char *fact)
{
    const struct setting *s = (const void *)fact;
    const struct mount *m = (const void *)fact;

    if (kind == FACT_SETTING_KIND)
        return s->key == SETTING_NODE || s->key == SETTING_HOSTNAME;
    return kind == FACT_MOUNT_KIND && str_starts(m->source, STR("kube-api-access-"));
}

static void add_field(struct buf *b, const struct fact_field *f, const char *at)
{
    const struct strs *list = (const void *)at;

    if (f->type == FIELD_STR) {
        buf_str(b, *(const struct str *)(const void *)at);
    } else if (f->type == FIELD_STRS) {
        for (size_t i = 0; i < list->n; i++)
            if (!numbers_pods(list->p[i])) {
                buf_str(b, list->p[i]);
                buf_char(b, '\1');
            }
    } else {
        buf_add(b, at, f->type == FIELD_U64 ? sizeof(uint64_t) : f->type == FIELD_U32 ? sizeof(uint32_t) : 1);
    }
    buf_char(b, '\0');
}

/* Everything that a fact says but where it says it; `workload` as counted from the Pod's first. */
static void add_fact(struct buf *b, enum fact_kind kind, const char *fact, uint32_t first)
{
    const struct fact_info *info = &fact_info[kind];

    for (size_t i = 0; i < info->n_field; i++) {
        const struct fact_field *f = &info->field[i];
        if (!strcmp(f->name, "workload")) {
            uint32_t own = *(const uint32_t *)(const void *)(fact + f->at) - first;
            buf_add(b, &own, sizeof own);
        } else if (strcmp(f->name, "line") != 0 && strcmp(f->name, "object") != 0) {
            add_field(b, f, fact + f->at);
        }
    }
}

/* What the Pod at hand says, and whose it is. */
static void pod_text(const struct kube *k, const struct kube_mark *since, struct buf *b)
{
    const struct object *o = (const struct object *)k->out->list[FACT_OBJECT_KIND].items + k->object;

    buf_fmt(b, STR_FMT "\n" STR_FMT "\n", STR_ARG(o->ns), STR_ARG(o->owner));
    for (size_t i = 1; i < KUBE_KINDS; i++) {
        size_t size = fact_info[kinds[i]].size;
        const char *items = k->out->list[kinds[i]].items;
        for (size_t n = since->n[i]; n < k->out->list[kinds[i]].n; n++)
            if (!is_its_own(kinds[i], items + n * size))
                add_fact(b, kinds[i], items + n * size, (uint32_t)since->n[1]);
    }
}

int kube_merge(struct kube *k, const struct kube_mark *since)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    struct workload_fact *w = k->out->list[FACT_WORKLOAD_KIND].items;
    size_t n = k->out->list[FACT_WORKLOAD_KIND].n - since->n[1];
    bool is_new;

    pod_text(k, since, &b);
    if (!n || !buf_ok(&b))
        return 0;
    uint64_t hash = map_hash(b.p, b.n); /* its seed is drawn at random: nobody can make two that collide */
    struct str key = arena_str(&k->out->arena, (struct str){ (const char *)&hash, sizeof hash });
    uint32_t *first = key.p ? map_put(&k->same, key, &is_new) : NULL;
    if (!first)
        return kube_full(k);
    if (is_new) {
        *first = (uint32_t)since->n[1];
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        w[*first + i].replicas++;
    for (size_t i = 0; i < KUBE_KINDS; i++)
        k->out->list[kinds[i]].n = since->n[i];
    return 0;
}
