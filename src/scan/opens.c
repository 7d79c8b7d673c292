#include "scan/opens.h"

#include "rule/workload.h"
#include "scan/elements.h"

enum { VALUE_LEAST = 4 }; /* shorter ones are equal by chance */

/* ---- data stores, and the settings that hold their passwords ---- */

static const struct {
    const char *images, *variables;
} stores[] = {
    { "postgres postgresql timescaledb postgis pgvector",
      "POSTGRES_PASSWORD POSTGRESQL_PASSWORD PGPASSWORD" },
    { "mysql mariadb percona", "MYSQL_ROOT_PASSWORD MYSQL_PASSWORD MARIADB_ROOT_PASSWORD MARIADB_PASSWORD" },
    { "mongo mongodb mongodb-community-server",
      "MONGO_INITDB_ROOT_PASSWORD MONGODB_ROOT_PASSWORD MONGODB_PASSWORD" },
    { "redis valkey keydb redis-stack", "REDIS_PASSWORD VALKEY_PASSWORD" },
    { "rabbitmq", "RABBITMQ_DEFAULT_PASS RABBITMQ_PASSWORD" },
    { "elasticsearch opensearch", "ELASTIC_PASSWORD OPENSEARCH_INITIAL_ADMIN_PASSWORD" },
    { "minio", "MINIO_ROOT_PASSWORD MINIO_SECRET_KEY" },
    { "mssql server azure-sql-edge", "MSSQL_SA_PASSWORD SA_PASSWORD" },
    { "clickhouse-server clickhouse", "CLICKHOUSE_PASSWORD" },
    { "influxdb", "DOCKER_INFLUXDB_INIT_PASSWORD DOCKER_INFLUXDB_INIT_ADMIN_TOKEN INFLUXDB_ADMIN_PASSWORD" },
    { "couchdb neo4j cassandra arangodb",
      "COUCHDB_PASSWORD NEO4J_AUTH CASSANDRA_PASSWORD ARANGO_ROOT_PASSWORD" },
};

/* Names of the variables that hold the passwords of the store that the workload is; NULL: it is none. */
static const char *passwords_of(const struct workload *w)
{
    struct str image = workload_value(w, SETTING_IMAGE), folder, name, tag;

    str_rsplit(image, '/', &folder, &name);
    str_split(name.n ? name : image, '@', &name, &tag);
    str_split(name, ':', &name, &tag);
    for (size_t i = 0; i < ARRAY_LEN(stores); i++)
        if (str_one_of(name, stores[i].images))
            return stores[i].variables;
    return NULL;
}

/* ---- what stands behind a kind of secret ---- */

static const struct {
    const char *kind; /* begins so */
    enum element_kind is;
    const char *name, *zone;
} behind[] = {
    { "aws-", ELEMENT_ACTOR, "AWS", "cloud" },
    { "azure-registry-key", ELEMENT_REGISTRY, "registry", "registry" },
    { "azure-devops", ELEMENT_KINDS, NULL, NULL },
    { "azure-", ELEMENT_ACTOR, "Azure", "cloud" },
    { "gcp-", ELEMENT_ACTOR, "Google Cloud", "cloud" },
    { "alibaba-", ELEMENT_ACTOR, "Alibaba Cloud", "cloud" },
    { "tencent-", ELEMENT_ACTOR, "Tencent Cloud", "cloud" },
    { "yandex-", ELEMENT_ACTOR, "Yandex Cloud", "cloud" },
    { "digitalocean-", ELEMENT_ACTOR, "DigitalOcean", "cloud" },
    { "linode-", ELEMENT_ACTOR, "Linode", "cloud" },
    { "vultr-", ELEMENT_ACTOR, "Vultr", "cloud" },
    { "kubernetes-", ELEMENT_ORCHESTRATOR, "cluster", "cluster" },
    { "kubeconfig-", ELEMENT_ORCHESTRATOR, "cluster", "cluster" },
    { "k3s-", ELEMENT_ORCHESTRATOR, "cluster", "cluster" },
    { "rancher-", ELEMENT_ORCHESTRATOR, "cluster", "cluster" },
    { "openshift-", ELEMENT_ORCHESTRATOR, "cluster", "cluster" },
    { "docker-hub-", ELEMENT_REGISTRY, "Docker Hub", "registry" },
    { "docker-", ELEMENT_REGISTRY, "registry", "registry" },
    { "quay-", ELEMENT_REGISTRY, "Quay", "registry" },
};

/* Relations to Secrets and talks, by who has them: asked for by workload, and there are as many as workloads. */
struct owned_by {
    uint32_t owner, at; /* element or index of the workload; index of the relation or talk */
};
struct by_owner {
    struct owned_by *p;
    size_t n;
};
struct opener {
    struct model *m;
    struct elements el;
    struct arena keys;              /* of the maps */
    struct map by_key;              /* what a password is known by: element of the store + 1 */
    struct map by_place;            /* secrets of the deployment at hand: file and line to index + 1 */
    struct by_owner secrets, talks; /* talks: of the deployment at hand */
};
enum { KEY_BYTES = 1 << 30 };

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

static int relate(struct opener *o, uint32_t from, uint32_t to, struct str label, struct err *e)
{
    return elements_relate(&o->el, RELATION_OPENS, from, to, label, e);
}

/* ---- keys ---- */

/* Secrets of documents by file and line, where a line has one. */
static struct str place_of(struct opener *o, struct str path, uint32_t line)
{
    return arena_fmt(&o->keys, STR_FMT ":%u", STR_ARG(path), line);
}

static int learn_places(struct opener *o, const struct deployment *d, struct err *e)
{
    size_t n = 0;
    const struct secret *all = facts_secret(&d->facts, &n);

    map_free(&o->by_place);
    for (size_t i = 0; i < n; i++) {
        struct str place = place_of(o, all[i].path, all[i].line);
        bool is_new = false;
        uint32_t *at = place.p ? map_put(&o->by_place, place, &is_new) : NULL;
        if (!at)
            return full(e);
        if (is_new)
            *at = (uint32_t)i + 1;
        else if (*at && !str_eq(all[*at - 1].hash, all[i].hash))
            *at = 0;
    }
    return 0;
}

/* The secret that the variable's value is: what was found was written over (secret/mask.c). */
static const struct secret *secret_of(struct opener *o, const struct deployment *d, const struct variable *v)
{
    if (!o->by_place.n || !str_has(v->value, STR("****")))
        return NULL;
    const uint32_t *at = map_get(&o->by_place, place_of(o, v->path, v->line));
    size_t n;
    const struct secret *all = facts_secret(&d->facts, &n);

    return at && *at ? &all[*at - 1] : NULL;
}

/* The password in "scheme://user:password@host"; empty: none. */
static struct str password_in(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://"));
    struct str rest, user, tail, host;

    if (at < 0)
        return STR_NONE;
    rest = str_skip(url, (size_t)at + 3);
    if (!str_split(rest, '@', &user, &host) || !str_split(user, ':', &user, &tail) || str_has_char(tail, '/'))
        return STR_NONE;
    return tail;
}

/* By what the value of a variable is known: the hash of the secret on its line, else itself. */
static struct str key_of(struct opener *o, const struct deployment *d, const struct variable *v)
{
    const struct secret *s = secret_of(o, d, v);
    struct str value = password_in(v->value);

    if (!value.n)
        value = v->value;
    if (s)
        return arena_fmt(&o->keys, "#" STR_FMT, STR_ARG(s->hash));
    if (value.n < VALUE_LEAST || str_starts(value, STR("$")))
        return STR_NONE;
    return arena_fmt(&o->keys, "=" STR_FMT, STR_ARG(value));
}

static int learn(struct opener *o, struct str key, uint32_t store, struct err *e)
{
    uint32_t *at = key.n ? map_put(&o->by_key, key, NULL) : NULL;

    if (key.n && !at)
        return full(e);
    if (at && !*at)
        *at = store + 1;
    return 0;
}

static int by_owner(const void *a, const void *b)
{
    const struct owned_by *x = a, *y = b;

    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Room for `most`, none yet. */
static int owned_new(struct opener *o, struct by_owner *list, size_t most, struct err *e)
{
    *list = (struct by_owner){ arena_array(&o->keys, struct owned_by, most + 1), 0 };
    return list->p ? 0 : full(e);
}

static void owned_sort(struct by_owner *list)
{
    qsort(list->p, list->n, sizeof *list->p, by_owner);
}

/* The first of an owner, in their own order; those behind it follow. */
static const struct owned_by *owned_first(const struct by_owner *list, uint32_t owner)
{
    size_t low = 0, high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->p[middle].owner < owner)
            low = middle + 1;
        else
            high = middle;
    }
    return list->p + low;
}
#define OWNED_EACH(list, who, it)                                \
    for (const struct owned_by *it = owned_first((list), (who)); \
         it < (list)->p + (list)->n && it->owner == (who); it++)

static int learn_secrets(struct opener *o, struct err *e)
{
    const struct model *m = o->m;

    if (owned_new(o, &o->secrets, m->relation.n, e) < 0)
        return -1;
    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        if ((r->kind == RELATION_MOUNTS || r->kind == RELATION_USES) &&
            m->element.p[r->to].kind == ELEMENT_SECRET)
            o->secrets.p[o->secrets.n++] = (struct owned_by){ r->from, (uint32_t)i };
    }
    owned_sort(&o->secrets);
    return 0;
}

static int learn_talks(struct opener *o, const struct deployment *d, struct err *e)
{
    if (owned_new(o, &o->talks, d->n_talk, e) < 0)
        return -1;
    for (size_t i = 0; i < d->n_talk; i++)
        if (d->talk[i].to < d->n_workload)
            o->talks.p[o->talks.n++] = (struct owned_by){ d->talk[i].from, (uint32_t)i };
    owned_sort(&o->talks);
    return 0;
}

/* A secret that is mounted, or handed to a variable, whose object is an element. */
static int relate_object(struct opener *o, const struct workload *w, struct str name, struct err *e)
{
    OWNED_EACH(&o->secrets, w->element, held)
    {
        uint32_t secret = o->m->relation.p[held->at].to;
        struct str own = o->m->element.p[secret].name, folder, last;
        last = str_rsplit(own, '/', &folder, &last) ? last : own;
        if (str_eq(last, name))
            return relate(o, secret, w->element, STR("password"), e);
    }
    return 0;
}

/* The passwords of a store, however it is told them: in clear, by a Secret, by a file that is mounted. */
static int learn_store(struct opener *o, const struct deployment *d, const struct workload *w, struct err *e)
{
    const char *names = passwords_of(w);
    struct str kind, rest, name, key;

    WORKLOAD_EACH (w, variable, v) {
        bool file = str_ends(v->name, STR("_FILE"));
        struct str plain = file ? str_first(v->name, v->name.n - 5) : v->name;
        if (!str_one_of(plain, names))
            continue;
        if (file) {
            str_rsplit(v->value, '/', &rest, &name);
            if (relate_object(o, w, name, e) < 0)
                return -1;
        } else if (str_split(v->source, ':', &kind, &rest) && str_eq(kind, STR("secret"))) {
            str_split(rest, '/', &name, &key);
            if (relate_object(o, w, name, e) < 0)
                return -1;
        } else if (learn(o, key_of(o, d, v), w->element, e) < 0)
            return -1;
    }
    return 0;
}

static int learn_stores(struct opener *o, const struct deployment *d, struct err *e)
{
    if (learn_places(o, d, e) < 0)
        return -1;
    for (size_t i = 0; i < d->n_workload; i++)
        if (d->workload[i].spelling != SPELLING_DOCKERFILE && passwords_of(&d->workload[i]) &&
            learn_store(o, d, &d->workload[i], e) < 0)
            return -1;
    return 0;
}

/* ---- holders ---- */

static int relate_key(struct opener *o, struct str key, uint32_t holder, struct err *e)
{
    const uint32_t *store = key.n ? map_get(&o->by_key, key) : NULL;

    return store ? relate(o, holder, *store - 1, STR("password"), e) : 0;
}

/* A URL with a password names the store: the flow that it declares leads there. */
static int relate_url(struct opener *o, const struct deployment *d, const struct workload *w,
                      const struct variable *v, struct err *e)
{
    if (!password_in(v->value).n)
        return 0;
    OWNED_EACH(&o->talks, w->index, said)
    {
        const struct talk *t = &d->talk[said->at];
        if (t->line == v->line && str_eq(t->path, v->path) && passwords_of(&d->workload[t->to]))
            return relate(o, w->element, d->workload[t->to].element, STR("URL"), e);
    }
    return 0;
}

static int relate_kind(struct opener *o, const struct secret *s, uint32_t holder, struct err *e)
{
    uint32_t to;

    if (s->confidence == CONFIDENCE_LOW)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
        if (!str_starts(s->kind, str_of(behind[i].kind)))
            continue;
        if (!behind[i].name)
            return 0;
        if (elements_get(&o->el, behind[i].is, str_of(behind[i].name), str_of(behind[i].zone), &to, e) < 0)
            return -1;
        return relate(o, holder, to, STR("credential"), e);
    }
    return 0;
}

static int relate_secret(struct opener *o, const struct secret *s, uint32_t holder, struct err *e)
{
    struct str key = arena_fmt(&o->keys, "#" STR_FMT, STR_ARG(s->hash));

    return relate_key(o, key, holder, e) < 0 || relate_kind(o, s, holder, e) < 0 ? -1 : 0;
}

static int relate_workload(struct opener *o, const struct deployment *d, const struct workload *w,
                           struct err *e)
{
    WORKLOAD_EACH (w, variable, v) {
        const struct secret *s = secret_of(o, d, v);
        if (relate_key(o, key_of(o, d, v), w->element, e) < 0 || relate_url(o, d, w, v, e) < 0 ||
            (s && relate_kind(o, s, w->element, e) < 0))
            return -1;
    }
    return 0;
}

/* What a Secret of the cluster pulls with, its reader pushes with; and who pulls there gets what he pushed. */
static int relate_pull_secret(struct opener *o, const struct workload *w, struct err *e)
{
    struct image_ref ref;
    uint32_t secret, registry;

    WORKLOAD_SAID (w, PULL_SECRET, s) {
        struct str id = arena_fmt(&o->m->arena, "secret:" STR_FMT "/Secret/" STR_FMT,
                                  STR_ARG(workload_namespace(w)), STR_ARG(s->value));
        if (!elements_find(&o->el, id, &secret) || !workload_image(w, &ref) || !ref.registry.n)
            continue;
        if (elements_get(&o->el, ELEMENT_REGISTRY, ref.registry, STR("registry"), &registry, e) < 0 ||
            relate(o, secret, registry, STR("credential"), e) < 0 ||
            elements_relate(&o->el, RELATION_USES, w->element, registry, STR("pulls"), e) < 0)
            return -1;
    }
    return 0;
}

/* A Secret that holds an account's token says which: whoever reads it is that account. */
static int relate_tokens(struct opener *o, const struct deployment *d, struct err *e)
{
    for (size_t i = 0; i < d->n_resource; i++) {
        const struct object *secret = d->resource[i].object;
        struct str name = str_eq(secret->kind, STR("Secret"))
                              ? label_value(secret->annotations, STR("kubernetes.io/service-account.name"))
                              : STR_NONE;
        struct str id = name.n ? arena_fmt(&o->m->arena, "identity:" STR_FMT "/ServiceAccount/" STR_FMT,
                                           STR_ARG(object_namespace(secret)), STR_ARG(name))
                               : STR_NONE;
        uint32_t account;
        if (elements_find(&o->el, id, &account) && d->resource[i].element != UINT32_MAX &&
            relate(o, d->resource[i].element, account, STR("token"), e) < 0)
            return -1;
    }
    return 0;
}

static int relate_deployment(struct opener *o, const struct deployment *d, struct err *e)
{
    if (learn_places(o, d, e) < 0 || learn_talks(o, d, e) < 0 || relate_tokens(o, d, e) < 0)
        return -1;
    for (size_t i = 0; i < d->n_workload; i++)
        if (d->workload[i].spelling != SPELLING_DOCKERFILE &&
            (relate_workload(o, d, &d->workload[i], e) < 0 || relate_pull_secret(o, &d->workload[i], e) < 0))
            return -1;
    FACTS_EACH (&d->facts, secret, s) /* of no workload alone: whoever reads the document has it */
        if (relate_secret(o, s, d->element, e) < 0)
            return -1;
    return 0;
}

static int relate_image(struct opener *o, const struct image *img, struct err *e)
{
    const struct seen_list *seen = &img->seen[FACT_SECRET_KIND];

    for (size_t i = 0; i < seen->n; i++)
        if (relate_secret(o, seen->p[i].fact, img->element, e) < 0)
            return -1;
    if (img->config_facts)
        FACTS_EACH (img->config_facts, secret, s)
            if (relate_secret(o, s, img->element, e) < 0)
                return -1;
    return 0;
}

static int relate_all(struct opener *o, struct err *e)
{
    struct model *m = o->m;

    if (elements_know(&o->el, m, e) < 0 || learn_secrets(o, e) < 0)
        return -1;
    for (size_t i = 0; i < m->deployment.n; i++)
        if (learn_stores(o, m->deployment.p[i], e) < 0)
            return -1;
    for (size_t i = 0; i < m->deployment.n; i++)
        if (relate_deployment(o, m->deployment.p[i], e) < 0)
            return -1;
    for (size_t i = 0; i < m->image.n; i++)
        if (relate_image(o, m->image.p[i], e) < 0)
            return -1;
    return 0;
}

int opens_relate(struct model *m, struct err *e)
{
    struct opener o = { .m = m, .keys = ARENA(KEY_BYTES) };
    int r = relate_all(&o, e);

    elements_free(&o.el);
    map_free(&o.by_key);
    map_free(&o.by_place);
    arena_free(&o.keys);
    return r;
}
