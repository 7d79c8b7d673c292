#include "model/same.h"

#include "model/workload.h"

const enum fact_kind same_kind[SAME_KINDS] = {
    FACT_WORKLOAD_KIND, FACT_SETTING_KIND,  FACT_MOUNT_KIND,
    FACT_PORT_KIND,     FACT_VARIABLE_KIND, FACT_LINK_KIND,
};

/* Fields that say where something is said, whose it is and how often it runs: not what. */
static bool is_place(struct str field)
{
    return str_one_of(field, "line path object workload replicas");
}

/* Labels that number the Pods of one template, or tell templates apart. */
static bool numbers_pods(struct str label)
{
    struct str name, value;

    str_split(label, '=', &name, &value);
    return str_one_of(name, "statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index "
                            "batch.kubernetes.io/job-completion-index controller-uid job-name "
                            "batch.kubernetes.io/controller-uid batch.kubernetes.io/job-name "
                            "pod-template-generation pod-template-hash controller-revision-hash");
}

/* Settings that are given to each Pod; the account is a link, too. */
static bool is_given(const struct setting *s)
{
    switch (s->key) {
    case SETTING_NODE:
    case SETTING_HOSTNAME:
    case SETTING_SERVICE_ACCOUNT:
    case SETTING_PULL_SECRET:
        return true;
    case SETTING_TOLERATION:
        return str_starts(s->value, STR("node.kubernetes.io/"));
    default:
        return false;
    }
}

static bool is_its_own(enum fact_kind kind, const void *fact)
{
    const struct mount *m = fact;

    if (kind == FACT_SETTING_KIND)
        return is_given(fact);
    return kind == FACT_MOUNT_KIND && str_eq(m->kind, STR("projected")) &&
           str_starts(m->source, STR("kube-api-access-"));
}

/* "data-web-0" of the set "web" is "data". */
static struct str claim_of(struct str claim, struct str set)
{
    struct str rest, ordinal, name, own;
    uint64_t n;

    if (!set.n || !str_rsplit(claim, '-', &rest, &ordinal) || !str_u64(ordinal, 10, &n))
        return claim;
    if (rest.n <= set.n + 1)
        return claim;
    name = str_first(rest, rest.n - set.n - 1);
    own = str_skip(rest, name.n + 1);
    return rest.p[name.n] == '-' && str_eq(own, set) ? name : claim;
}

static void add_strs(struct buf *b, const struct strs *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (!numbers_pods(list->p[i])) {
            buf_str(b, list->p[i]);
            buf_char(b, '\1');
        }
}

static void add_field(struct buf *b, const struct fact_field *f, const char *at)
{
    if (f->type == FIELD_STR)
        buf_str(b, *(const struct str *)(const void *)at);
    else if (f->type == FIELD_STRS)
        add_strs(b, (const void *)at);
    else
        buf_add(b, at, f->type == FIELD_U64 ? sizeof(uint64_t) : f->type == FIELD_U32 ? sizeof(uint32_t) : 1);
    buf_char(b, '\0');
}

/* Fields that count: bit i is field[i]. */
static uint32_t what_of(const struct fact_info *info)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < info->n_field; i++)
        bits |= (uint32_t)!is_place(str_of(info->field[i].name)) << i;
    return bits;
}

/* `workload`, the first field of facts about one, as counted from `first`. */
static void add_fact(struct buf *b, enum fact_kind kind, const char *fact, uint32_t what, uint32_t first)
{
    const struct fact_info *info = &fact_info[kind];

    buf_char(b, (char)kind);
    if (kind != FACT_WORKLOAD_KIND) {
        uint32_t own = *(const uint32_t *)(const void *)fact - first;
        buf_add(b, &own, sizeof own);
    }
    for (size_t i = 0; i < info->n_field; i++)
        if (what >> i & 1)
            add_field(b, &info->field[i], fact + info->field[i].at);
}

void same_text(const struct facts *f, const struct same_range *r, struct str set, struct buf *out)
{
    for (size_t i = 0; i < SAME_KINDS; i++) {
        enum fact_kind kind = same_kind[i];
        uint32_t what = what_of(&fact_info[kind]);
        for (size_t n = r->at[i]; n < r->end[i]; n++) {
            const char *fact = (const char *)f->list[kind].items + n * fact_info[kind].size;
            struct mount claim;
            if (is_its_own(kind, fact))
                continue;
            if (kind == FACT_MOUNT_KIND) {
                memcpy(&claim, fact, sizeof claim);
                if (str_eq(claim.kind, STR("pvc")))
                    claim.source = claim_of(claim.source, set);
            }
            add_fact(out, kind, kind == FACT_MOUNT_KIND ? (const char *)&claim : fact, what,
                     (uint32_t)r->at[0]);
        }
    }
}
