/* compose_form.c - the long form of everything that Compose lets one write short, so that documents can be
 * merged and read in one way. Lists of NAME=VALUE and lists of names become mappings. */
#include "parse/compose.h"
#include "parse/short_form.h"

typedef struct doc *to_form(struct compose *c, const struct doc *d);
struct form {
    const char *key;
    to_form *to;
};

static struct doc *text_node(struct compose *c, const struct doc *like, const char *key, struct str text)
{
    return compose_node(c, DOC_TEXT, like, str_of(key), text);
}

static void add_text(struct compose *c, struct compose_into *to, const struct doc *like, const char *key,
                     struct str text)
{
    if (text.n)
        compose_add(to, text_node(c, like, key, text));
}

static struct compose_into object(struct compose *c, const struct doc *like, struct str key)
{
    return compose_into(compose_node(c, DOC_OBJECT, like, key, STR_NONE));
}

/* A list of one where a scalar stands. */
static struct doc *as_list(struct compose *c, const struct doc *d)
{
    if (d->kind == DOC_LIST || d->kind == DOC_NULL)
        return compose_same(c, d, d->key);
    struct compose_into list = compose_into(compose_node(c, DOC_LIST, d, d->key, STR_NONE));
    compose_add(&list, compose_same(c, d, STR_NONE));
    return list.node;
}

/* Has the object a member of that name already? The later one of a list counts, as with docker. */
static void put(struct compose *c, struct compose_into *to, const struct doc *like, struct str name,
                bool has_value, struct str value)
{
    compose_add(to, compose_node(c, has_value ? DOC_TEXT : DOC_NULL, like, name, value));
}

static struct doc *pairs(struct compose *c, const struct doc *d, const char *separators)
{
    if (d->kind != DOC_LIST)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    DOC_EACH (d, item) {
        struct str text = compose_text(item);
        size_t n = 0;
        while (n < text.n && !strchr(separators, text.p[n] ? text.p[n] : 'x'))
            n++;
        put(c, &to, item, str_first(text, n), n < text.n, str_skip(text, n + 1));
    }
    return to.node;
}

static struct doc *as_pairs(struct compose *c, const struct doc *d)
{
    return pairs(c, d, "=");
}

static struct doc *as_hosts(struct compose *c, const struct doc *d)
{
    return pairs(c, d, ":=");
}

/* ["a", "b"] is { a: , b: } */
static struct doc *as_names(struct compose *c, const struct doc *d)
{
    return pairs(c, d, "");
}

/* Each element of a list by `each`. */
static struct doc *elements(struct compose *c, const struct doc *d, to_form *each)
{
    if (d->kind == DOC_OBJECT || d->kind == DOC_NULL)
        return compose_same(c, d, d->key);
    struct compose_into to = compose_into(compose_node(c, DOC_LIST, d, d->key, STR_NONE));
    if (d->kind != DOC_LIST)
        compose_add(&to, each(c, d));
    else
        DOC_EACH (d, item)
            compose_add(&to, item->kind == DOC_OBJECT ? compose_same(c, item, STR_NONE) : each(c, item));
    return to.node;
}

static void not_of_form(struct compose *c, const struct doc *d, const char *what)
{
    facts_remark(c->out, NOTE_INCOMPLETE, c->path[d->from], "line %u: \"" STR_FMT "\" is no %s", d->line,
                 STR_ARG(str_first(compose_text(d), 100)), what);
}

static struct doc *port(struct compose *c, const struct doc *d)
{
    struct port_form f;

    if (!port_form(compose_text(d), &f)) {
        not_of_form(c, d, "port");
        return NULL;
    }
    struct compose_into to = object(c, d, STR_NONE);
    add_text(c, &to, d, "host_ip", f.ip);
    add_text(c, &to, d, "published", f.published);
    add_text(c, &to, d, "target", f.target);
    add_text(c, &to, d, "protocol", f.protocol);
    return to.node;
}

static struct doc *ports(struct compose *c, const struct doc *d)
{
    return elements(c, d, port);
}

static struct doc *volume(struct compose *c, const struct doc *d)
{
    struct volume_form f;

    if (!volume_form(compose_text(d), &f)) {
        not_of_form(c, d, "volume");
        return NULL;
    }
    struct compose_into to = object(c, d, STR_NONE);
    add_text(c, &to, d, "type", f.bind ? STR("bind") : STR("volume"));
    add_text(c, &to, d, "source", f.source);
    add_text(c, &to, d, "target", f.target);
    if (f.options.n)
        compose_add(&to, compose_node(c, DOC_BOOL, d, STR("read_only"),
                                      option_given(f.options, "ro") ? STR("true") : STR("false")));
    add_text(c, &to, d, "options", f.options);
    return to.node;
}

static struct doc *volumes(struct compose *c, const struct doc *d)
{
    return elements(c, d, volume);
}

static struct doc *source(struct compose *c, const struct doc *d)
{
    struct compose_into to = object(c, d, STR_NONE);

    add_text(c, &to, d, "source", compose_text(d));
    add_text(c, &to, d, "target", compose_text(d));
    return to.node;
}

/* Secrets and configs; long forms without a target have the source's name. */
static struct doc *sources(struct compose *c, const struct doc *d)
{
    struct doc *list = elements(c, d, source);

    for (struct doc *item = list && list->kind == DOC_LIST ? list->child : NULL; item; item = item->next)
        if (item->kind == DOC_OBJECT && !doc_get(item, "target")) {
            struct compose_into to = object(c, item, STR_NONE);
            DOC_EACH (item, member)
                compose_add(&to, compose_same(c, member, member->key));
            add_text(c, &to, item, "target", compose_text(doc_get(item, "source")));
            if (to.node) {
                item->child = to.node->child;
                item->n = to.node->n;
            }
        }
    return list;
}

static struct doc *device(struct compose *c, const struct doc *d)
{
    struct volume_form f;

    if (!volume_form(compose_text(d), &f))
        return NULL;
    struct compose_into to = object(c, d, STR_NONE);
    add_text(c, &to, d, "source", f.source.n ? f.source : f.target);
    add_text(c, &to, d, "target", f.target);
    add_text(c, &to, d, "permissions", f.options);
    return to.node;
}

static struct doc *devices(struct compose *c, const struct doc *d)
{
    return elements(c, d, device);
}

static struct doc *file(struct compose *c, const struct doc *d)
{
    struct compose_into to = object(c, d, STR_NONE);

    add_text(c, &to, d, "path", compose_text(d));
    return to.node;
}

static struct doc *files(struct compose *c, const struct doc *d)
{
    return elements(c, d, file);
}

/* nofile: 1024 is { soft: 1024, hard: 1024 } */
static struct doc *ulimits(struct compose *c, const struct doc *d)
{
    if (d->kind != DOC_OBJECT)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    DOC_EACH (d, limit) {
        if (limit->kind == DOC_OBJECT) {
            compose_add(&to, compose_same(c, limit, limit->key));
            continue;
        }
        struct compose_into both = object(c, limit, limit->key);
        add_text(c, &both, limit, "soft", compose_text(limit));
        add_text(c, &both, limit, "hard", compose_text(limit));
        compose_add(&to, both.node);
    }
    return to.node;
}

/* An object with those of its members that have another form in it. */
static struct doc *members(struct compose *c, const struct doc *d, const struct form *form, size_t n)
{
    if (d->kind != DOC_OBJECT)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    if (to.node)
        to.node->tag = d->tag;
    DOC_EACH (d, m) {
        size_t i = 0;
        while (i < n && !str_eq(m->key, str_of(form[i].key)))
            i++;
        struct doc *as = i < n && m->tag != DOC_RESET ? form[i].to(c, m) : compose_same(c, m, m->key);
        if (as)
            as->tag = m->tag;
        compose_add(&to, as);
    }
    return to.node;
}

static const struct form build_forms[] = {
    { "args", as_pairs },        { "labels", as_pairs },      { "additional_contexts", as_pairs },
    { "extra_hosts", as_hosts }, { "secrets", sources },      { "ssh", as_list },
    { "cache_from", as_list },   { "ulimits", ulimits },      { "tags", as_list },
    { "platforms", as_list },    { "entitlements", as_list },
};

static struct doc *build(struct compose *c, const struct doc *d)
{
    if (d->kind == DOC_OBJECT)
        return members(c, d, build_forms, ARRAY_LEN(build_forms));
    if (d->kind == DOC_NULL)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    add_text(c, &to, d, "context", compose_text(d));
    return to.node;
}

static const struct form deploy_forms[] = { { "labels", as_pairs } };

static struct doc *deploy(struct compose *c, const struct doc *d)
{
    return members(c, d, deploy_forms, ARRAY_LEN(deploy_forms));
}

static const struct form service_forms[] = {
    { "environment", as_pairs }, { "labels", as_pairs },      { "annotations", as_pairs },
    { "sysctls", as_pairs },     { "storage_opt", as_pairs }, { "extra_hosts", as_hosts },
    { "depends_on", as_names },  { "networks", as_names },    { "dns", as_list },
    { "dns_opt", as_list },      { "dns_search", as_list },   { "tmpfs", as_list },
    { "label_file", as_list },   { "cap_add", as_list },      { "cap_drop", as_list },
    { "security_opt", as_list }, { "expose", as_list },       { "ports", ports },
    { "volumes", volumes },      { "secrets", sources },      { "configs", sources },
    { "devices", devices },      { "env_file", files },       { "ulimits", ulimits },
    { "build", build },          { "deploy", deploy },
};

struct doc *compose_canonical_service(struct compose *c, const struct doc *service)
{
    return members(c, service, service_forms, ARRAY_LEN(service_forms));
}

static struct doc *services(struct compose *c, const struct doc *d)
{
    if (d->kind != DOC_OBJECT)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    DOC_EACH (d, service) {
        struct doc *as = compose_canonical_service(c, service);
        if (as)
            as->tag = service->tag;
        compose_add(&to, as);
    }
    return to.node;
}

static struct doc *declared(struct compose *c, const struct doc *d)
{
    static const struct form forms[] = { { "labels", as_pairs } };

    if (d->kind != DOC_OBJECT)
        return compose_same(c, d, d->key);
    struct compose_into to = object(c, d, d->key);
    DOC_EACH (d, one)
        compose_add(&to, members(c, one, forms, ARRAY_LEN(forms)));
    return to.node;
}

static const struct form root_forms[] = {
    { "services", services }, { "networks", declared }, { "volumes", declared },
    { "secrets", declared },  { "configs", declared },  { "include", as_list },
};

/* Before version 2 the services stood at the top. */
static bool is_first_version(const struct doc *root)
{
    static const char *const known[] = { "services", "version", "networks", "volumes", "secrets",
                                         "configs",  "include", "name",     "models" };
    bool service = false;

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (doc_get(root, known[i]))
            return false;
    DOC_EACH (root, d)
        service |= doc_get(d, "image") || doc_get(d, "build");
    return service;
}

struct doc *compose_canonical(struct compose *c, const struct doc *root)
{
    if (!is_first_version(root))
        return members(c, root, root_forms, ARRAY_LEN(root_forms));
    struct compose_into to = object(c, root, STR_NONE);
    struct doc *all = compose_same(c, root, STR("services"));
    if (all)
        compose_add(&to, services(c, all));
    return to.node;
}
