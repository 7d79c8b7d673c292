/* deployment_flows.c - what only shows across workloads: who can reach whom though nothing says that they
 * talk, what is shared, what leads nowhere. */
#include "rule/workload.h"

#include "model/cluster.h"

enum { SHOWN_MOST = 12 };

static const char *name_of(const struct deployment *d, uint32_t workload, char *to, size_t room)
{
    const struct workload *w = &d->workload[workload];

    snprintf(to, room, STR_FMT, STR_ARG(str_first(w->name.n ? w->name : w->fact->name, 80)));
    return to;
}

/* Is the program one that keeps data, by the name of its image? */
static const char *store_of(const struct workload *w)
{
    static const char *const stores[] = { "postgres",      "mysql",      "mariadb",        "mongo",
                                          "redis",         "valkey",     "keydb",          "memcached",
                                          "elasticsearch", "opensearch", "cassandra",      "couchdb",
                                          "influxdb",      "rabbitmq",   "kafka",          "etcd",
                                          "minio",         "mssql",      "azure-sql-edge", "clickhouse",
                                          "neo4j",         "zookeeper" };
    struct str folder, base, rest, last;
    struct image_ref ref;

    if (workload_says(w, SETTING_BUILD) || !workload_image(w, &ref)) /* what is built here names itself */
        return NULL;
    str_rsplit(ref.name, '/', &folder, &base);
    str_rsplit(base, '-', &rest, &last);
    if (str_one_of(last, "express exporter commander client operator proxy ui admin backup tools"))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(stores); i++)
        if (str_starts(base, str_of(stores[i])) || str_eq(last, str_of(stores[i])))
            return stores[i];
    return NULL;
}

static bool is_entered(const struct deployment *d, uint32_t workload)
{
    for (size_t i = 0; i < d->n_talk; i++)
        if (d->talk[i].from == FLOW_OUTSIDE && d->talk[i].to == workload)
            return true;
    return false;
}

/* Containers of one Pod share its network, whatever is said. */
static bool is_within(const struct deployment *d, const struct talk *t)
{
    const struct workload *from = &d->workload[t->from], *to = &d->workload[t->to];

    return from->spelling == SPELLING_KUBERNETES && from->object && from->object == to->object;
}

static enum verdict crosstalk(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    char from[96], to[96];
    size_t declared = 0;

    if (d->n_workload < 2)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < d->n_talk; i++) {
        const struct talk *t = &d->talk[i];
        declared += t->how == FLOW_DECLARED && t->from != FLOW_OUTSIDE;
        if (t->how == FLOW_POSSIBLE && !is_within(d, t))
            proof_add(p, AT_WORKLOAD(&d->workload[t->from]),
                      "%s can reach %s by " STR_FMT ", nothing says that it does",
                      name_of(d, t->from, from, sizeof from), name_of(d, t->to, to, sizeof to),
                      STR_ARG(str_first(t->label, 60)));
    }
    if (!p->found && !d->complete)
        return cannot_tell(p, AT_WORKLOAD(&d->workload[0]), "not every document could be read");
    return conclude(p, AT_WORKLOAD(&d->workload[0]), "%zu flows are declared, and no other is possible",
                    declared);
}

/* From what the internet reaches to what keeps data, without a word that they talk. */
static enum verdict store_in_reach(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    char from[96], to[96];
    const struct workload *store = NULL;

    for (size_t i = 0; i < d->n_workload && !store; i++)
        store = store_of(&d->workload[i]) ? &d->workload[i] : NULL;
    if (!store)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < d->n_talk; i++) {
        const struct talk *t = &d->talk[i];
        if (t->how == FLOW_POSSIBLE && store_of(&d->workload[t->to]) && is_entered(d, t->from))
            proof_add(p, AT_WORKLOAD(&d->workload[t->from]),
                      "%s is published and can reach %s, which keeps data",
                      name_of(d, t->from, from, sizeof from), name_of(d, t->to, to, sizeof to));
    }
    return conclude(p, AT_WORKLOAD(store), "what is published reaches only data stores that it says it uses");
}

static enum verdict dangling(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    size_t declared = 0;
    char from[96];

    for (size_t i = 0; i < d->n_talk; i++) {
        const struct talk *t = &d->talk[i];
        declared += t->from != FLOW_OUTSIDE;
        if (t->how == FLOW_DANGLING)
            proof_add(p, AT(t), "%s talks to " STR_FMT, name_of(d, t->from, from, sizeof from),
                      STR_ARG(str_first(t->outside, 100)));
    }
    if (!declared)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, AT_WORKLOAD(&d->workload[0]), "%zu flows, each to something that is in the deployment",
                    declared);
}

/* Schemes that say everything in the clear. */
static bool is_clear(struct str scheme)
{
    return str_one_of(
        scheme, "http ftp ldap redis amqp mqtt mongodb postgres postgresql mysql smtp ws tcp kafka nats");
}

static enum verdict clear_flow(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    const struct talk *good = NULL;
    char from[96];

    for (size_t i = 0; i < d->n_talk; i++) {
        const struct talk *t = &d->talk[i];
        if (t->from == FLOW_OUTSIDE || t->how == FLOW_POSSIBLE)
            continue;
        if (is_clear(t->label))
            proof_add(p, AT(t), "%s speaks " STR_FMT, name_of(d, t->from, from, sizeof from),
                      STR_ARG(t->label));
        else if (str_one_of(t->label, "https rediss amqps mqtts ldaps wss tls"))
            good = t;
    }
    if (!p->found && !good)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, good ? AT(good) : AT_WORKLOAD(&d->workload[0]), "%.*s",
                    STR_ARG(good ? good->label : STR("")));
}

/* ---- what is shared ---- */

/* A mount of something that others may mount too. */
struct mounted {
    const struct mount *m;
    uint32_t workload;
};

/* Engines scope the names of volumes by project, Kubernetes those of claims by namespace; paths are the
 * host's. */
static int by_scope(const struct workload *a, const struct workload *b, struct str kind)
{
    if (!a->object || !b->object || str_one_of(kind, "bind nfs"))
        return 0;
    if (str_eq(kind, STR("pvc")))
        return str_cmp(object_namespace(a->object), object_namespace(b->object));
    return (a->object > b->object) - (a->object < b->object);
}

static int by_what(const struct mounted *x, const struct mounted *y, const struct deployment *d)
{
    int r = str_cmp(x->m->kind, y->m->kind);

    if (!r)
        r = str_cmp(x->m->source, y->m->source);
    return r ? r : by_scope(&d->workload[x->workload], &d->workload[y->workload], x->m->kind);
}

/* Of one volume, file or folder those first that may write; then in the order of the documents. */
static int by_mounted(const void *a, const void *b, void *deployment)
{
    const struct mounted *x = a, *y = b;
    int r = by_what(x, y, deployment);

    if (!r)
        r = (x->m->read_only == YES) - (y->m->read_only == YES);
    if (!r)
        r = (x->workload > y->workload) - (x->workload < y->workload);
    return r ? r : (x->m > y->m) - (x->m < y->m);
}

/* Each mount of the same that is behind `first`, which may write. */
static void prove_shared(const struct deployment *d, const struct mounted *first, size_t n, struct proof *p)
{
    char other[96];

    for (size_t i = 1; i < n && p->n < SHOWN_MOST && first->m->read_only != YES; i++)
        if (first[i].workload != first->workload)
            proof_add(p, AT(first[i].m), STR_FMT " is mounted by %s too, and one of them may write",
                      STR_ARG(str_first(first->m->source, 80)),
                      name_of(d, first->workload, other, sizeof other));
}

static enum verdict shared_volume(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    size_t mounts = d->facts.list[FACT_MOUNT_KIND].n, n = 0;
    AUTO_FREE struct mounted *all = calloc(mounts + 1, sizeof *all);

    if (!mounts)
        return VERDICT_NOT_APPLICABLE;
    if (!all)
        return cannot_tell(p, AT_WORKLOAD(&d->workload[0]), "out of memory");
    for (uint32_t i = 0; i < d->n_workload; i++)
        WORKLOAD_EACH (&d->workload[i], mount, m)
            if (m->source.n && str_one_of(m->kind, "bind volume pvc nfs"))
                all[n++] = (struct mounted){ m, i };
    qsort_r(all, n, sizeof *all, by_mounted, (void *)(uintptr_t)d);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && !by_what(&all[i], &all[end], d);)
            end++;
        prove_shared(d, &all[i], end - i, p);
    }
    return conclude(p, AT_WORKLOAD(&d->workload[0]), "%zu mounts, none shared by two that may write", mounts);
}

/* Swarm's "encrypted" has no value, or a true one. */
static bool is_encrypted(const struct shared *network)
{
    struct str name, value;

    for (size_t i = 0; i < network->options.n; i++) {
        str_split(network->options.p[i], '=', &name, &value);
        if (str_eq(name, STR("encrypted")))
            return !str_one_of(value, "false 0");
    }
    return false;
}

static enum verdict overlay_clear(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    struct evidence last = { 0 };
    size_t n = 0;

    FACTS_EACH (&d->facts, shared, s) {
        if (!str_eq(s->kind, STR("network")) || !str_eq(s->driver, STR("overlay")))
            continue;
        last = (struct evidence){ .path = s->path, .line = s->line };
        n++;
        if (!is_encrypted(s))
            proof_add(p, &last, "network %.80s is an overlay without the option encrypted",
                      arena_cstr(p->arena, s->name));
    }
    if (!n)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, &last, "%zu overlay networks, each with the option encrypted", n);
}

static const struct rule table[] = {
    {
        .check = { .id = "deployment-crosstalk",
                   .title = "Workloads reach each other though nothing says that they talk",
                   .holds = "Workloads reach only what they say they talk to",
                   .why =
                       "One that is taken over is a base from which every other on the network is attacked.",
                   .fix = "Put those that talk on a network together and keep the others apart: networks in "
                          "Compose, NetworkPolicies in Kubernetes.",
                   .threats = THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.30" }, { CAT_CIS_KUBERNETES, "5.3.2" },
                                { CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1046" },
                                { CAT_MS_MATRIX, "MS-TA9034" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_DEPLOYMENT,
        .unknowable = true,
        .judge = crosstalk,
    },
    {
        .check = { .id = "deployment-store-in-reach",
                   .title = "What is published reaches a data store that it does not use",
                   .holds = "What is published reaches only data stores that it uses",
                   .why = "A hole in the published service is then a way to data that it has nothing to do "
                          "with.",
                   .fix = "Take the data store off the networks of the published service.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(T5),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1046" },
                                { CAT_MS_MATRIX, "MS-TA9034" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_DEPLOYMENT,
        .judge = store_in_reach,
    },
    {
        .check = { .id = "deployment-dangling-flow",
                   .title = "A workload talks to something that is not in the deployment",
                   .holds = "Workloads talk only to what is in the deployment",
                   .why = "Who answers there is decided somewhere else: nobody here can say that it is still "
                          "the one that was meant.",
                   .fix = "Make sure who runs the other end, and speak TLS to it.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_DEPLOYMENT,
        .judge = dangling,
    },
    {
        .check = { .id = "deployment-clear-flow",
                   .title = "Workloads talk to each other in clear text",
                   .holds = "Workloads talk to each other by TLS",
                   .why =
                       "Whoever takes over one workload or node on the way reads what is said, with NET_RAW "
                       "also from beside it.",
                   .fix = "Use the TLS form of the protocol, or a mesh that encrypts.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.2.1" }, { CAT_MS_MATRIX, "MS-TA9036" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_OWASP_KUBERNETES, "K07" },
                                { CAT_CWE, "CWE-319" }) },
        .on = ON_DEPLOYMENT,
        .judge = clear_flow,
    },
    {
        .check = { .id = "deployment-shared-volume",
                   .title = "Workloads share a volume that one of them may write",
                   .holds = "No writable volume is shared",
                   .why =
                       "What one puts there the others read, run or show: files, links and sockets go from "
                       "one to the other past the network.",
                   .fix = "Give each its own volume, or mount it read-only where it is only read.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_CWE, "CWE-668" }) },
        .on = ON_DEPLOYMENT,
        .judge = shared_volume,
    },
    {
        .check = { .id = "deployment-overlay-clear",
                   .title = "Traffic between hosts of a swarm is not encrypted",
                   .holds = "Traffic between hosts of a swarm is encrypted",
                   .why =
                       "Whoever is on the network between the hosts reads what containers say, and says it "
                       "in their name.",
                   .fix = "Give the overlay network the option encrypted.",
                   .snippet = "driver_opts:\n  encrypted: \"\"",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "7.3" }, { CAT_NIST, "4.3.3" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_CWE, "CWE-319" }) },
        .on = ON_DEPLOYMENT,
        .judge = overlay_clear,
    },
};
const struct rule_set rules_deployment_flows = { "deployment_flows", table, ARRAY_LEN(table) };
