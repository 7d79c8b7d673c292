/* uv_lock.c - uv.lock. What no member of the project reaches through its dependencies and extras is there
 * for development only. */
#include "doc/doc.h"
#include "parse/among.h"

struct node {
    const struct doc *d;
    bool needed;
    uint32_t same_name; /* the next package of that name, + 1 */
    uint32_t package;   /* its number among the facts; 0: it is none */
};
struct graph {
    struct arena arena;
    struct map by_name, by_version; /* index + 1 */
    struct node *node;
    uint32_t *queue;
    uint32_t n, n_queue;
    bool rooted;
};

static struct str version_key(struct graph *g, struct str name, struct str version)
{
    return arena_fmt(&g->arena, STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(version));
}

static void need(struct graph *g, uint32_t i)
{
    if (!g->node[i].needed)
        g->queue[g->n_queue++] = i;
    g->node[i].needed = true;
}

/* {name = "idna"}; with a version when there are several. A name is followed once. */
static int edges(struct graph *g, const struct doc *list, struct err *e)
{
    DOC_EACH (list, d) {
        struct str name = doc_text(doc_get(d, "name")), version = doc_text(doc_get(d, "version"));
        struct str key = version.n ? version_key(g, name, version) : name;
        if (!key.p && version.n)
            return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
        uint32_t *at = map_get(version.n ? &g->by_version : &g->by_name, key), next = at ? *at : 0;
        if (at && !version.n)
            *at = 0;
        for (; next; next = version.n ? 0 : g->node[next - 1].same_name)
            need(g, next - 1);
    }
    return 0;
}

static bool is_member(const struct doc *d)
{
    const struct doc *source = doc_get(d, "source");

    return doc_get(source, "virtual") || doc_get(source, "editable");
}

static int add_node(struct graph *g, const struct doc *d, struct err *e)
{
    struct str name = doc_text(doc_get(d, "name"));
    struct str key = version_key(g, name, doc_text(doc_get(d, "version")));
    uint32_t i = g->n++, *by_name, *by_version;

    if (!name.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without name", d->line);
    by_name = key.p ? map_put(&g->by_name, name, NULL) : NULL;
    by_version = by_name ? map_put(&g->by_version, key, NULL) : NULL;
    if (!by_version)
        return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    g->node[i] = (struct node){ d, false, *by_name };
    *by_name = *by_version = i + 1;
    return 0;
}

static int walk(struct graph *g, const struct doc *packages, struct err *e)
{
    g->node = arena_array(&g->arena, struct node, packages->n);
    g->queue = arena_array(&g->arena, uint32_t, packages->n);
    if (!g->node || !g->queue)
        return err_set(e, ERR_LIMIT, "document is too large");
    DOC_EACH (packages, d)
        if (add_node(g, d, e) < 0)
            return -1;
    for (uint32_t i = 0; i < g->n; i++)
        if (is_member(g->node[i].d))
            need(g, i);
    g->rooted = g->n_queue;
    for (uint32_t i = 0; i < g->n_queue; i++) {
        const struct doc *d = g->node[g->queue[i]].d;
        if (edges(g, doc_get(d, "dependencies"), e) < 0)
            return -1;
        DOC_EACH (doc_get(d, "optional-dependencies"), extra)
            if (edges(g, extra, e) < 0)
                return -1;
    }
    return 0;
}

/* "sha256:..." of the one archive that there is; of several nobody says which is installed. */
static struct str hash_of(const struct doc *d)
{
    const struct doc *wheels = doc_get(d, "wheels"), *sdist = doc_get(d, "sdist");

    if ((wheels ? wheels->n : 0) + (sdist != NULL) != 1)
        return STR_NONE;
    return doc_text(doc_get(sdist ? sdist : wheels->child, "hash"));
}

static void relate_list(struct among *a, const struct node *from, const struct doc *list, struct facts *out)
{
    DOC_EACH (list, d) {
        struct str name = doc_text(doc_get(d, "name")), version = doc_text(doc_get(d, "version"));
        uint32_t to = version.n ? among_find_fmt(a, STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(version))
                                : among_find(a, name);
        among_need(a, from->package, to);
        if (is_member(from->d))
            among_direct(out, to);
    }
}

/* Of a member's own packages for development, too. */
static int relate(struct graph *g, const struct input *in, struct facts *out, struct err *e)
{
    static const char *const grouped[] = { "optional-dependencies", "dev-dependencies" };
    AUTO_AMONG struct among a = AMONG;

    for (uint32_t i = 0; i < g->n; i++) {
        struct str name = doc_text(doc_get(g->node[i].d, "name"));
        among_call(&a, g->node[i].package, name);
        among_call_fmt(&a, g->node[i].package, STR_FMT "=" STR_FMT, STR_ARG(name),
                       STR_ARG(doc_text(doc_get(g->node[i].d, "version"))));
    }
    for (uint32_t i = 0; i < g->n; i++) {
        relate_list(&a, &g->node[i], doc_get(g->node[i].d, "dependencies"), out);
        for (size_t k = 0; k < ARRAY_LEN(grouped); k++)
            DOC_EACH (doc_get(g->node[i].d, grouped[k]), group)
                relate_list(&a, &g->node[i], group, out);
    }
    return among_settle(&a, in, out, e);
}

static int read_root(struct graph *g, const struct input *in, struct facts *out, struct err *e)
{
    struct doc *root;

    if (doc_toml(in->body, &g->arena, &root, e) < 0)
        return -1;
    const struct doc *packages = doc_get(root, "package");
    if (!packages || !packages->n)
        return 0;
    if (walk(g, packages, e) < 0)
        return -1;
    for (uint32_t i = 0; i < g->n; i++) {
        const struct doc *d = g->node[i].d;
        struct package p = {
            .type = STR("pypi"),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_text(doc_get(d, "version")),
            .dev = g->rooted && !g->node[i].needed,
            .hash = hash_of(d),
            .path = in->path,
            .line = d->line,
        };
        if (!p.version.n && is_member(d))
            continue; /* the project itself, whose version a tool makes up at build time */
        if (facts_add_package(out, &p, e) < 0)
            return -1;
        g->node[i].package = among_last(out);
    }
    return relate(g, in, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct graph g = { .arena = ARENA(256u << 20) };

    int result = read_root(&g, in, out, e);
    map_free(&g.by_name);
    map_free(&g.by_version);
    arena_free(&g.arena);
    return result;
}

const struct parser parser_uv_lock = {
    .name = "uv_lock",
    .what = "Python packages: uv.lock",
    .version = 2,
    .paths = PATHS("**/uv.lock"),
    .max_size = 32u << 20,
    .parse = parse,
};
