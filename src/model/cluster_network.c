/* cluster_network.c - NetworkPolicies: whom they select, and what they let through. */
#include "model/cluster.h"
#include "model/deployment.h"

#include <arpa/inet.h>

/* ---- groups of workloads ---- */

/* Names of labels that some policy asks for: by others nobody is told apart. */
static struct strs names_asked(const struct deployment *d, struct arena *a)
{
    struct str *p = NULL;
    size_t n = 0, cap = 0;

    FACTS_EACH (&d->facts, policy, policy) {
        const struct strs both[] = { policy->selector, policy->peer_pods };
        for (size_t b = 0; b < ARRAY_LEN(both); b++)
            for (size_t i = 0; i < both[b].n; i++) {
                struct str name = selector_name(both[b].p[i]);
                size_t k = 0;
                while (k < n && !str_eq(p[k], name))
                    k++;
                if (k == n && arena_grow(a, &p, n, &cap, sizeof *p))
                    p[n++] = name;
            }
    }
    return (struct strs){ p, n };
}

struct keyed {
    struct str key;
    uint32_t workload;
};

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

static bool in_node_network(const struct workload *w)
{
    return str_eq(workload_value(w, SETTING_NS_NET), STR("host"));
}

/* What the workload is to policies, as one text. */
static struct str key_of(const struct workload *w, struct strs names, struct arena *a)
{
    struct str key =
        arena_fmt(a, STR_FMT "%s", STR_ARG(workload_namespace(w)), in_node_network(w) ? "\n!" : "\n");

    for (size_t i = 0; i < names.n && key.p; i++) {
        struct str value = label_value(w->fact->labels, names.p[i]);
        if (value.p)
            key = arena_fmt(a, STR_FMT STR_FMT "=" STR_FMT "\n", STR_ARG(key), STR_ARG(names.p[i]),
                            STR_ARG(value));
    }
    return key;
}

static bool selects(const struct cluster *c, const struct policy *p, const struct pod_group *g)
{
    struct str own = object_namespace(c->in->resource[p->object].object);

    if (g->host_network || !selector_matches(p->selector, g->labels) ||
        (own.n && !str_eq(own, c->space[g->space].name)))
        return false;
    return !p->action.n || selector_matches(p->namespaces, c->space[g->space].labels);
}

static int by_priority(const void *a, const void *b)
{
    const struct policy *x = *(const struct policy *const *)a, *y = *(const struct policy *const *)b;
    uint32_t px = x->action.n ? x->priority : (uint32_t)POLICY_KUBERNETES;
    uint32_t py = y->action.n ? y->priority : (uint32_t)POLICY_KUBERNETES;

    if (px != py)
        return px < py ? -1 : 1;
    return (x > y) - (x < y); /* the order of the document */
}

/* Policies by the namespace that they are in, so that none is asked about all Pods: those of space s are p[at[s]]
 * ... p[at[s + 1] - 1]; behind the last space those of the whole cluster. */
struct dealt {
    const struct policy **p;
    uint32_t *at;
};

static size_t space_of(const struct cluster *c, const struct policy *p)
{
    struct str own = object_namespace(c->in->resource[p->object].object);
    const struct space *s = own.n ? cluster_space(c, own) : NULL;

    return s ? (size_t)(s - c->space) : c->n_space;
}

static bool deal_policies(const struct cluster *c, struct dealt *out, struct arena *a)
{
    size_t n;
    const struct policy *all = facts_policy(&c->in->facts, &n);

    out->p = arena_array(a, const struct policy *, n + 1);
    out->at = arena_array(a, uint32_t, c->n_space + 3);
    if (!out->p || !out->at)
        return false;
    for (size_t i = 0; i < n; i++) /* counted two places on: filling moves each to where it belongs */
        out->at[space_of(c, &all[i]) + 2]++;
    for (size_t s = 2; s < c->n_space + 3; s++)
        out->at[s] += out->at[s - 1];
    for (size_t i = 0; i < n; i++)
        out->p[out->at[space_of(c, &all[i]) + 1]++] = &all[i];
    return true;
}

/* The policies of each direction that select a group, and whether they isolate it. */
static bool add_policies(const struct cluster *c, const struct dealt *policies, struct pod_group *g,
                         struct arena *a)
{
    const size_t lists[] = { g->space, c->n_space };

    for (enum direction dir = INGRESS; dir <= EGRESS; dir++) {
        struct str word = dir == INGRESS ? STR("ingress") : STR("egress");
        const struct policy **list = NULL;
        size_t n = 0, cap = 0;
        for (size_t l = 0; l < ARRAY_LEN(lists); l++)
            for (uint32_t i = policies->at[lists[l]]; i < policies->at[lists[l] + 1]; i++) {
                const struct policy *p = policies->p[i];
                if (!str_eq(p->direction, word) || !selects(c, p, g))
                    continue;
                if (!arena_grow(a, &list, n, &cap, sizeof(struct policy *)))
                    return false;
                list[n++] = p;
                g->isolated[dir] |= !p->action.n || p->isolates;
                g->unclear[dir] |= str_eq(p->peer, STR("unknown"));
            }
        if (n)
            qsort(list, n, sizeof(struct policy *), by_priority);
        g->policy[dir] = list;
        g->n_policy[dir] = n;
    }
    return true;
}

static bool add_group(struct cluster *c, const struct dealt *policies, const struct workload *w,
                      struct arena *a)
{
    const struct space *s = cluster_space(c, workload_namespace(w));
    struct pod_group *g = &c->group[c->n_group];

    if (!s)
        return true;
    *g = (struct pod_group){ .space = (uint32_t)(s - c->space),
                             .labels = w->fact->labels,
                             .host_network = in_node_network(w) };
    c->n_group++;
    return add_policies(c, policies, g, a);
}

static bool list_workloads(struct cluster *c, struct arena *a)
{
    const struct deployment *d = c->in;
    const struct workload **all = arena_array(a, const struct workload *, d->n_workload + 1);
    const struct workload ***put = arena_array(a, const struct workload **, c->n_space + 1);

    if (!all || !put)
        return false;
    for (size_t i = 0; i < c->n_space; i++) {
        c->space[i].workload = put[i] = all;
        all += c->space[i].n_workload;
    }
    for (size_t i = 0; i < d->n_workload; i++)
        if (c->group_of[i] != UINT32_MAX)
            *put[c->group[c->group_of[i]].space]++ = &d->workload[i];
    return true;
}

int cluster_build_groups(struct cluster *c, struct arena *a, struct err *e)
{
    const struct deployment *d = c->in;
    struct strs names = names_asked(d, a);
    struct keyed *k = arena_array(a, struct keyed, d->n_workload + 1);
    uint32_t *group_of = arena_array(a, uint32_t, d->n_workload + 1);
    struct dealt policies;
    size_t n = 0;

    c->group = arena_array(a, struct pod_group, d->n_workload + 1);
    if (!k || !group_of || !c->group || !deal_policies(c, &policies, a))
        return err_set(e, ERR_LIMIT, "more workloads than fit");
    for (size_t i = 0; i < d->n_workload; i++) {
        group_of[i] = UINT32_MAX;
        if (d->workload[i].spelling == SPELLING_KUBERNETES)
            k[n++] = (struct keyed){ key_of(&d->workload[i], names, a), (uint32_t)i };
    }
    qsort(k, n, sizeof *k, by_key);
    for (size_t i = 0; i < n; i++) {
        if (!k[i].key.p || ((!i || !str_eq(k[i].key, k[i - 1].key)) &&
                            !add_group(c, &policies, &d->workload[k[i].workload], a)))
            return err_set(e, ERR_LIMIT, "more policies than fit");
        if (!c->n_group)
            continue;
        group_of[k[i].workload] = (uint32_t)c->n_group - 1;
        c->group[c->n_group - 1].n_workload++;
        c->space[c->group[c->n_group - 1].space].n_workload++;
    }
    c->group_of = group_of;
    FACTS_EACH (&d->facts, policy, p)
        c->unclear_policies |= str_eq(p->action, STR("unknown"));
    return list_workloads(c, a) ? 0 : err_set(e, ERR_LIMIT, "more workloads than fit");
}

const struct pod_group *cluster_group(const struct cluster *c, const struct workload *w)
{
    uint32_t g = c && w->in == c->in ? c->group_of[w->index] : UINT32_MAX;

    return g == UINT32_MAX ? NULL : &c->group[g];
}

/* ---- addresses ---- */

struct address {
    unsigned char p[16];
    int bits; /* 32, 128; 0: not an address */
};

static struct address address_of(struct str text)
{
    struct address a = { .bits = 0 };
    char room[64];

    snprintf(room, sizeof room, STR_FMT, STR_ARG(str_first(text, sizeof room - 1)));
    if (inet_pton(AF_INET, room, a.p) == 1)
        a.bits = 32;
    else if (inet_pton(AF_INET6, room, a.p) == 1)
        a.bits = 128;
    return a;
}

static bool cidr_holds(struct str cidr, struct str address)
{
    struct str head, tail;
    uint64_t prefix;

    if (!str_split(cidr, '/', &head, &tail) || !str_u64(tail, 10, &prefix))
        return false;
    struct address net = address_of(head), a = address_of(address);
    if (!net.bits || net.bits != a.bits || prefix > (uint64_t)net.bits)
        return false;
    for (unsigned i = 0; i < prefix; i++)
        if ((net.p[i / 8] ^ a.p[i / 8]) >> (7 - i % 8) & 1)
            return false;
    return true;
}

static bool is_whole_space(struct str cidr)
{
    return str_one_of(cidr, "0.0.0.0/0 ::/0");
}

bool policy_is_open(const struct policy *p)
{
    if (str_eq(p->action, STR("deny")) || str_eq(p->action, STR("pass")))
        return false;
    return str_one_of(p->peer, "any world") || (str_eq(p->peer, STR("cidr")) && is_whole_space(p->cidr));
}

/* ---- what is let through ---- */

/* Does the policy's port ("80", "80-90", "http", none) cover this one? A name is one of the receiver's. */
static bool port_fits(const struct policy *p, const struct workload *receiver, uint32_t port,
                      struct str protocol)
{
    struct str low, high;
    uint64_t from, to;

    if (p->protocol.n && !str_eq(p->protocol, protocol.n ? protocol : STR("tcp")))
        return false;
    if (!p->port.n || !port)
        return true;
    if (!str_split(p->port, '-', &low, &high))
        high = low;
    if (str_u64(low, 10, &from) && str_u64(high, 10, &to))
        return port >= from && port <= to;
    for (size_t i = 0; receiver && i < receiver->n_port; i++) {
        uint64_t number;
        if (str_eq(receiver->port[i]->name, p->port) && str_u64(receiver->port[i]->port, 10, &number) &&
            number == port)
            return true;
    }
    return false;
}

/* Is the other side a peer of the policy? */
static bool peer_fits(const struct cluster *c, const struct policy *p, const struct pod_group *other)
{
    const struct space *s = &c->space[other->space];

    if (str_eq(p->peer, STR("any")))
        return true;
    if (str_eq(p->peer, STR("cidr"))) /* Pods' addresses are not known; all addresses are theirs, too */
        return is_whole_space(p->cidr);
    if (!str_eq(p->peer, STR("pods")) || other->host_network ||
        !selector_matches(p->peer_pods, other->labels))
        return false;
    if (!p->peer_namespaces.n)
        return str_eq(s->name, object_namespace(c->in->resource[p->object].object));
    return str_eq(p->peer_namespaces.p[0], STR("*")) || selector_matches(p->peer_namespaces, s->labels);
}

static bool address_fits(const struct policy *p, struct str address)
{
    if (str_eq(p->peer, STR("any")))
        return true;
    if (!str_eq(p->peer, STR("world")) && (!str_eq(p->peer, STR("cidr")) || !cidr_holds(p->cidr, address)))
        return false;
    for (size_t i = 0; i < p->except.n; i++)
        if (cidr_holds(p->except.p[i], address))
            return false;
    return true;
}

/* Ordered policies decide first, in their order, unless they pass; then the NetworkPolicies of an isolated Pod
 * each allow something, and what none allows is denied; then the baseline. Policies of plugins isolate, too, and
 * stand before or behind those of Kubernetes. */
enum answer { ALLOWED, DENIED, UNCLEAR };

/* One side of a connection: to Pods, or (other NULL) to an address. */
struct side {
    const struct cluster *c;
    const struct pod_group *own, *other;
    const struct workload *receiver;
    struct str address, protocol;
    uint32_t port;
};

static enum tri fits(const struct side *s, const struct policy *p)
{
    if (str_eq(p->peer, STR("unknown")))
        return UNKNOWN;
    if (!port_fits(p, s->receiver, s->port, s->protocol))
        return NO;
    if (str_eq(p->peer, STR("somewhere")))
        return s->other ? NO : UNKNOWN;
    return (s->other ? peer_fits(s->c, p, s->other) : address_fits(p, s->address)) ? YES : NO;
}

/* What follows from a rule that fits, when one before it is not understood: it may have denied. */
static enum answer answer_of(const struct policy *p, bool may_deny)
{
    if (str_eq(p->action, STR("deny")))
        return DENIED;
    return may_deny ? UNCLEAR : ALLOWED;
}

static enum answer side_answer(const struct side *s, enum direction dir)
{
    const struct pod_group *g = s->own;
    bool passed = false, may_allow = false, may_deny = false;

    for (size_t i = 0; i < g->n_policy[dir]; i++) {
        const struct policy *p = g->policy[dir][i];
        bool baseline = p->action.n && p->priority == UINT32_MAX;
        if (baseline && g->isolated[dir])
            break; /* NetworkPolicies come before, and none allowed it */
        if (p->action.n && !p->isolates && !baseline && passed)
            continue;
        enum tri fit = fits(s, p);
        may_allow |= fit == UNKNOWN && !str_eq(p->action, STR("deny"));
        may_deny |= fit == UNKNOWN && !str_eq(p->action, STR("allow"));
        if (fit == YES && str_eq(p->action, STR("pass")))
            passed = true;
        else if (fit == YES)
            return answer_of(p, may_deny);
    }
    if (g->isolated[dir])
        return may_allow ? UNCLEAR : DENIED;
    return may_deny ? UNCLEAR : ALLOWED;
}

static bool side_allows(const struct side *s, enum direction dir)
{
    return side_answer(s, dir) == ALLOWED;
}

bool kube_allows_groups(const struct cluster *c, const struct pod_group *from, const struct pod_group *to,
                        const struct workload *ports_of, uint32_t port, struct str protocol)
{
    struct side egress = { c, from, to, ports_of, STR_NONE, protocol, port };
    struct side ingress = { c, to, from, ports_of, STR_NONE, protocol, port };

    /* a node always reaches the Pods that run on it */
    return side_allows(&egress, EGRESS) && (from->host_network || side_allows(&ingress, INGRESS));
}

bool kube_allows(const struct cluster *c, const struct workload *from, const struct workload *to,
                 uint32_t port, struct str protocol)
{
    const struct pod_group *a = cluster_group(c, from), *b = cluster_group(c, to);

    if (!a || !b)
        return false;
    if (from->fact->object == to->fact->object && from->fact->replicas <= 1)
        return true;
    return kube_allows_groups(c, a, b, to, port, protocol);
}

bool kube_allows_address(const struct cluster *c, const struct workload *from, struct str address,
                         uint32_t port)
{
    const struct pod_group *g = cluster_group(c, from);
    struct side s = { c, g, NULL, NULL, address, STR("tcp"), port };

    return g && side_allows(&s, EGRESS);
}

bool kube_allows_outside(const struct cluster *c, const struct workload *to, uint32_t port)
{
    const struct pod_group *g = cluster_group(c, to);
    struct side s = { c, g, NULL, to, STR("203.0.113.1"), STR("tcp"), port }; /* some address: RFC 5737 */

    return g && side_allows(&s, INGRESS);
}

bool kube_unclear_address(const struct cluster *c, const struct workload *from, struct str address,
                          uint32_t port)
{
    const struct pod_group *g = cluster_group(c, from);
    struct side s = { c, g, NULL, NULL, address, STR("tcp"), port };

    return g && side_answer(&s, EGRESS) == UNCLEAR;
}
