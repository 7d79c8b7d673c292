#include "model/flow.h"

#include "core/map.h"
#include "model/cluster.h"
#include "model/deployment.h"

enum { PAIRS_MOST = 4000, SELECTED_MOST = 200000, TOKEN_MOST = 253 };

#define FLOW_ROW(id, name) name,
const char *const flow_name[FLOW_COUNT] = { FLOWS(FLOW_ROW) };

/* What a name means: a workload, or a Service. */
struct named {
    uint32_t workload, service; /* UINT32_MAX: not that */
};

/* Workloads that have a label, in a chain. */
struct labelled {
    uint32_t workload, next; /* next: + 1, 0: the last */
};

struct tracer {
    struct deployment *d;
    struct arena *a;
    struct map name; /* "SCOPE\nNAME" to an index into `named`, + 1; scope: project or namespace, "": any */
    struct map pair; /* "FROM TO" that are there already */
    struct named *named;
    size_t n_named, cap_named, cap_talk, n_pairs;
    uint32_t *member_at, *member; /* workloads of each group of Pods */
    struct map label;             /* "NAMESPACE\nNAME=VALUE" to the first of `labelled`, + 1 */
    struct labelled *labelled;
    size_t n_labelled, cap_labelled;
    bool full;
};

static void add(struct tracer *t, const struct talk *talk)
{
    struct deployment *d = t->d;

    if (!arena_grow(t->a, &d->talk, d->n_talk, &t->cap_talk, sizeof *talk)) {
        t->full = true;
        return;
    }
    d->talk[d->n_talk++] = *talk;
}

/* Is it the first between the two? Possible ones are left out where something is declared. */
static bool is_new_pair(struct tracer *t, uint32_t from, uint32_t to)
{
    struct str key = arena_fmt(t->a, "%u %u", from, to);
    bool is_new = false;

    if (!key.p || !map_put(&t->pair, key, &is_new))
        t->full = true;
    return is_new;
}

/* ---- names ---- */

static struct str scope_of(const struct workload *w)
{
    if (w->spelling == SPELLING_KUBERNETES)
        return workload_namespace(w);
    return w->object ? w->object->ns : STR("");
}

static void learn(struct tracer *t, struct str scope, struct str name, struct named what)
{
    struct str key = name.n ? arena_fmt(t->a, STR_FMT "\n" STR_FMT, STR_ARG(scope), STR_ARG(name)) : name;
    uint32_t *at = key.n ? map_put(&t->name, key, NULL) : NULL;

    if (!at || *at)
        return;
    if (!arena_grow(t->a, &t->named, t->n_named, &t->cap_named, sizeof what)) {
        t->full = true;
        return;
    }
    t->named[t->n_named++] = what;
    *at = (uint32_t)t->n_named;
}

static void learn_workload(struct tracer *t, uint32_t i)
{
    const struct workload *w = &t->d->workload[i];
    struct named what = { i, UINT32_MAX };
    struct str scope = scope_of(w);

    if (w->spelling == SPELLING_KUBERNETES || w->spelling == SPELLING_DOCKERFILE)
        return;
    learn(t, scope, w->fact->name, what);
    learn(t, scope, workload_value(w, SETTING_HOSTNAME), what);
    WORKLOAD_EACH (w, link, l)
        for (size_t k = 0; str_eq(l->how, STR("network")) && k < l->aliases.n; k++)
            learn(t, scope, l->aliases.p[k], what);
}

static void learn_service(struct tracer *t, uint32_t i)
{
    const struct object *o = t->d->resource[i].object;
    struct named what = { UINT32_MAX, i };
    struct str ns = object_namespace(o);
    static const char *const tails[] = { "", ".svc", ".svc.cluster.local" };

    if (!str_eq(o->kind, STR("Service")))
        return;
    learn(t, ns, o->name, what);
    for (size_t k = 0; k < ARRAY_LEN(tails); k++)
        learn(t, STR(""), arena_fmt(t->a, STR_FMT "." STR_FMT "%s", STR_ARG(o->name), STR_ARG(ns), tails[k]),
              what);
}

static const struct named *known(struct tracer *t, struct str scope, struct str name)
{
    char key[2 * TOKEN_MOST + 2];
    const uint32_t *at;

    for (int any = 0; any < 2; any++) {
        int n = snprintf(key, sizeof key, STR_FMT "\n" STR_FMT,
                         STR_ARG(any ? STR("") : str_first(scope, TOKEN_MOST)),
                         STR_ARG(str_first(name, TOKEN_MOST)));
        at = n > 0 ? map_get(&t->name, (struct str){ key, (size_t)n }) : NULL;
        if (at)
            return &t->named[*at - 1];
    }
    return NULL;
}

/* ---- what stands behind a Service ---- */

static bool has_port(const struct workload *w, struct str target)
{
    WORKLOAD_EACH (w, port, p)
        if (str_eq(p->port, target) || (p->name.n && str_eq(p->name, target)))
            return true;
    return !target.n || !w->n_port;
}

static struct str label_key(struct tracer *t, struct str ns, struct str label)
{
    return arena_fmt(t->a, STR_FMT "\n" STR_FMT, STR_ARG(ns), STR_ARG(label));
}

static void learn_labels(struct tracer *t, uint32_t i)
{
    const struct workload *w = &t->d->workload[i];

    for (size_t k = 0; w->spelling == SPELLING_KUBERNETES && k < w->fact->labels.n; k++) {
        struct str key = label_key(t, workload_namespace(w), w->fact->labels.p[k]);
        uint32_t *first = key.p ? map_put(&t->label, key, NULL) : NULL;
        if (!first || !arena_grow(t->a, &t->labelled, t->n_labelled, &t->cap_labelled, sizeof *t->labelled)) {
            t->full = true;
            return;
        }
        t->labelled[t->n_labelled++] = (struct labelled){ i, *first };
        *first = (uint32_t)t->n_labelled;
    }
}

/* To every workload that the Service leads to by the route. Selectors of Services are labels; one of them
 * finds the few workloads that are worth a look. */
static void behind(struct tracer *t, const struct route *r, struct talk talk)
{
    if (!r->selector.n)
        return;
    struct str key = label_key(t, object_namespace(t->d->resource[r->object].object), r->selector.p[0]);
    const uint32_t *first = key.p ? map_get(&t->label, key) : NULL;
    for (uint32_t at = first && t->labelled ? *first : 0; at; at = t->labelled[at - 1].next) {
        uint32_t to = t->labelled[at - 1].workload;
        const struct workload *w = &t->d->workload[to];
        if (w->fact->role == WORKLOAD_INIT || t->n_pairs == SELECTED_MOST ||
            !selector_matches(r->selector, w->fact->labels) ||
            !has_port(w, r->target_port.n ? r->target_port : r->port))
            continue;
        talk.to = to;
        t->n_pairs++;
        if (talk.from == FLOW_OUTSIDE || (talk.from != talk.to && is_new_pair(t, talk.from, talk.to)))
            add(t, &talk);
    }
}

static void behind_service(struct tracer *t, uint32_t service, struct talk talk)
{
    size_t n;
    const struct route *r = FACTS_OF(&t->d->resource[service], route, &n);

    for (size_t i = 0; i < n; i++)
        behind(t, &r[i], talk);
}

static void toward(struct tracer *t, const struct named *what, struct talk talk)
{
    if (what->service != UINT32_MAX) {
        talk.through = what->service;
        behind_service(t, what->service, talk);
        return;
    }
    talk.to = what->workload;
    if (talk.to != talk.from && is_new_pair(t, talk.from, talk.to))
        add(t, &talk);
}

/* ---- from outside ---- */

static bool is_loopback(struct str ip)
{
    return str_starts(ip, STR("127.")) || str_one_of(ip, "::1 [::1] localhost");
}

static void trace_ports(struct tracer *t, uint32_t i)
{
    const struct workload *w = &t->d->workload[i];

    WORKLOAD_EACH (w, port, p) {
        if (!p->host_port.n || str_eq(p->host_port, STR("0")) || is_loopback(p->host_ip))
            continue;
        add(t, &(struct talk){ .how = FLOW_DECLARED,
                               .from = FLOW_OUTSIDE,
                               .to = i,
                               .through = UINT32_MAX,
                               .port = p,
                               .label = arena_fmt(t->a, STR_FMT "/" STR_FMT, STR_ARG(p->host_port),
                                                  STR_ARG(p->protocol.n ? p->protocol : STR("tcp"))),
                               .path = p->path,
                               .line = p->line });
    }
}

static void trace_route(struct tracer *t, const struct route *r)
{
    struct talk talk = { .how = FLOW_DECLARED,
                         .from = FLOW_OUTSIDE,
                         .through = r->object,
                         .label = r->host.n ? r->host : r->port,
                         .path = r->path,
                         .line = r->line };
    struct str ns, name;

    if (str_one_of(r->kind, "NodePort LoadBalancer"))
        behind(t, r, talk);
    if (!r->to.n || str_one_of(r->kind, "Gateway ClusterIP NodePort LoadBalancer ExternalName"))
        return;
    if (!str_split(r->to, '/', &ns, &name)) {
        name = r->to;
        ns = object_namespace(t->d->resource[r->object].object);
    }
    const struct resource *service = cluster_find(t->d->cluster, STR("Service"), ns, name);
    if (service)
        behind_service(t, service->index, talk);
}

/* ---- what names another ---- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

/* Variables whose whole value is a host by what they are called. */
static bool names_a_host(struct str variable)
{
    static const char *const ends[] = { "HOST",  "HOSTNAME", "SERVER",   "ADDR",    "ADDRESS", "URL",
                                        "URI",   "ENDPOINT", "UPSTREAM", "SERVICE", "BROKER",  "BROKERS",
                                        "HOSTS", "SERVERS",  "host",     "url" };

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(variable, str_of(ends[i])))
            return true;
    return false;
}

/* A name or address that this machine, or everybody, is meant by. */
static bool is_nobody(struct str host)
{
    uint64_t n;
    struct str head, tail;

    str_split(host, '.', &head, &tail);
    return str_one_of(host, "localhost 0.0.0.0 127.0.0.1") || str_u64(head, 10, &n) ||
           !str_has_char(host, '.') || str_ends(host, STR(".local"));
}

/* One value: hosts of URLs, HOST:PORT, or the whole of it. */
static void trace_text(struct tracer *t, uint32_t from, struct str variable, struct str text, struct str path,
                       uint32_t line)
{
    const struct workload *w = &t->d->workload[from];
    struct str scope = scope_of(w);

    for (size_t i = 0, end; i < text.n; i = end + 1) {
        for (end = i; end < text.n && is_name_char(text.p[end]); end++) {
        }
        struct str token = { text.p + i, end - i };
        bool url = i >= 3 && !memcmp(text.p + i - 3, "://", 3);
        bool user = i >= 1 && text.p[i - 1] == '@';
        bool port =
            end + 1 < text.n && text.p[end] == ':' && text.p[end + 1] >= '0' && text.p[end + 1] <= '9';
        bool whole = token.n == text.n && names_a_host(variable);
        if (!token.n || token.n > TOKEN_MOST || !(url || user || port || whole))
            continue;
        struct talk talk = { .how = FLOW_DECLARED,
                             .from = from,
                             .through = UINT32_MAX,
                             .label = url ? arena_str(t->a, str_first(text, i >= 3 ? i - 3 : 0)) : variable,
                             .path = path,
                             .line = line };
        const struct named *what = known(t, scope, token);
        if (what) {
            toward(t, what, talk);
        } else if (url && !is_nobody(token) && !(end < text.n && text.p[end] == '@')) {
            talk.how = FLOW_DANGLING;
            talk.to = FLOW_OUTSIDE;
            talk.outside = token;
            add(t, &talk);
        }
    }
}

static void trace_words(struct tracer *t, uint32_t i)
{
    const struct workload *w = &t->d->workload[i];
    struct str scope = scope_of(w);

    WORKLOAD_EACH (w, link, l) {
        const struct named *what = str_one_of(l->how, "depends-on link") ? known(t, scope, l->to) : NULL;
        if (what)
            toward(t, what,
                   (struct talk){ .how = FLOW_DECLARED,
                                  .from = i,
                                  .through = UINT32_MAX,
                                  .label = l->how,
                                  .path = l->path,
                                  .line = l->line });
    }
    WORKLOAD_EACH (w, variable, v)
        trace_text(t, i, v->name, v->value, v->path, v->line);
    WORKLOAD_SAID (w, ENTRYPOINT, s)
        trace_text(t, i, STR("command"), s->value, s->path, s->line);
    WORKLOAD_SAID (w, COMMAND, s)
        trace_text(t, i, STR("command"), s->value, s->path, s->line);
}

/* ---- what is possible ---- */

static void possible(struct tracer *t, uint32_t from, uint32_t to, struct str label)
{
    if (from != to && t->n_pairs < PAIRS_MOST + SELECTED_MOST && is_new_pair(t, from, to)) {
        t->n_pairs++;
        add(t, &(struct talk){
                   .how = FLOW_POSSIBLE, .from = from, .to = to, .through = UINT32_MAX, .label = label });
    }
}

static bool on_network(const struct workload *w, struct str scope, struct str network)
{
    if (!str_eq(scope_of(w), scope))
        return false;
    WORKLOAD_EACH (w, link, l)
        if (str_eq(l->how, STR("network")) && str_eq(l->to, network))
            return true;
    return false;
}

/* Engines: whoever is on one network with it. */
static void trace_networks(struct tracer *t, uint32_t from)
{
    const struct workload *w = &t->d->workload[from];
    struct str scope = scope_of(w);

    WORKLOAD_EACH (w, link, l)
        for (uint32_t to = 0; str_eq(l->how, STR("network")) && to < t->d->n_workload; to++)
            if (t->d->workload[to].spelling != SPELLING_KUBERNETES &&
                on_network(&t->d->workload[to], scope, l->to))
                possible(t, from, to, l->to);
}

/* Kubernetes: group by group; the first of each stands for it. */
static void trace_groups(struct tracer *t)
{
    const struct cluster *c = t->d->cluster;
    size_t before = t->n_pairs;

    for (uint32_t from = 0; c && from < c->n_group; from++)
        for (uint32_t to = 0; to < c->n_group; to++) {
            uint32_t a = t->member_at[from], b = t->member_at[to];
            if (a == t->member_at[from + 1] || b == t->member_at[to + 1])
                continue;
            if (from == to && ++b == t->member_at[to + 1])
                continue;
            if (t->n_pairs - before > PAIRS_MOST)
                return;
            if (kube_allows_groups(c, &c->group[from], &c->group[to], &t->d->workload[t->member[b]], 0,
                                   STR("tcp")))
                possible(t, t->member[a], t->member[b], STR("policies"));
        }
}

static bool deal_members(struct tracer *t)
{
    const struct cluster *c = t->d->cluster;
    size_t groups = c ? c->n_group : 0;

    t->member_at = arena_array(t->a, uint32_t, groups + 2);
    t->member = arena_array(t->a, uint32_t, t->d->n_workload + 1);
    uint32_t *put = arena_array(t->a, uint32_t, groups + 1);
    if (!t->member_at || !t->member || !put)
        return false;
    for (size_t i = 0; c && i < t->d->n_workload; i++)
        if (c->group_of[i] < groups)
            t->member_at[c->group_of[i] + 1]++;
    for (size_t g = 0; g < groups; g++) {
        t->member_at[g + 1] += t->member_at[g];
        put[g] = t->member_at[g];
    }
    for (uint32_t i = 0; c && i < t->d->n_workload; i++)
        if (c->group_of[i] < groups)
            t->member[put[c->group_of[i]]++] = i;
    return true;
}

int deployment_flows(struct deployment *d, struct arena *a, struct err *e)
{
    struct tracer t = { .d = d, .a = a, .name = MAP, .pair = MAP, .label = MAP };

    t.full = !deal_members(&t);
    for (uint32_t i = 0; !t.full && i < d->n_workload; i++) {
        learn_workload(&t, i);
        learn_labels(&t, i);
    }
    for (uint32_t i = 0; !t.full && i < d->n_resource; i++)
        learn_service(&t, i);
    for (uint32_t i = 0; !t.full && i < d->n_workload; i++) {
        trace_ports(&t, i);
        trace_words(&t, i);
    }
    if (!t.full && d->cluster)
        FACTS_EACH (&d->facts, route, r)
            if (r->object < d->n_resource)
                trace_route(&t, r);
    for (uint32_t i = 0; !t.full && i < d->n_workload; i++)
        if (d->workload[i].spelling != SPELLING_KUBERNETES)
            trace_networks(&t, i);
    if (!t.full)
        trace_groups(&t);
    map_free(&t.name);
    map_free(&t.pair);
    map_free(&t.label);
    return t.full ? err_set(e, ERR_LIMIT, "more flows than fit") : 0;
}
