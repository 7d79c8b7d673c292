/* pnpm_lock.c - pnpm-lock.yaml, lockfileVersion 5 to 9. What only development needs is said by a field up to
 * 6; since 9 it follows from who depends on whom. */
#include "parse/npm.h"

/* "1.2.3_peer@4", "1.2.3(peer@4)" */
static struct str without_peers(struct str version)
{
    for (size_t i = 0; i < version.n; i++)
        if (version.p[i] == '(' || version.p[i] == '_')
            return str_first(version, i);
    return version;
}

static bool starts_with_digit(struct str s)
{
    return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* Up to 5: "/name/1.2.3", "/@scope/name/1.2.3", "host/name/1.2.3". */
static bool split_slashes(struct str key, struct str *name, struct str *version)
{
    struct str rest, before;

    /* peers may have slashes in them, but stand behind the version */
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] == '_' && i && key.p[i - 1] != '/') {
            struct str at = str_first(key, i), folder, base;
            if (str_rsplit(at, '/', &folder, &base) && starts_with_digit(base)) {
                key = at;
                break;
            }
        }
    if (!str_rsplit(key, '/', &rest, version) || !starts_with_digit(*version) || !rest.n)
        return false;
    str_rsplit(rest, '/', &before, name);
    struct str host, scope;
    str_rsplit(before, '/', &host, &scope);
    if (scope.n && scope.p[0] == '@')
        *name = (struct str){ scope.p, scope.n + 1 + name->n };
    return name->n;
}

/* From 6: "/name@1.2.3(peer@4)", since 9 without the slash; a registry's host may stand before. */
static bool split_at(struct str key, struct str *name, struct str *version)
{
    struct str head, tail;

    if (str_starts(key, STR("file:")))
        return false;
    if (str_starts(key, STR("/")))
        key = str_skip(key, 1);
    else if (key.n && key.p[0] != '@' && str_split(key, '/', &head, &tail) && str_has_char(head, '.') &&
             !str_has_char(head, '@'))
        key = tail;
    return npm_at(key, name, version) && name->n && version->n;
}

/* Whatever its file's version spells like, a package is called "name@version" here. */
static int add_called(struct npm *n, struct str name, struct str version, bool dev, uint32_t line)
{
    if (npm_add(n, name, version, dev, line) < 0)
        return -1;
    among_call_fmt(&n->among, npm_last(n), STR_FMT "@" STR_FMT, STR_ARG(name), STR_ARG(version));
    return 0;
}

static int add(struct npm *n, const struct doc *d, unsigned major, bool dev)
{
    struct str name = { 0 }, version = { 0 };
    struct str own_name = doc_text(doc_get(d, "name")), own_version = doc_scalar(doc_get(d, "version"));
    bool split = major < 6 ? split_slashes(d->key, &name, &version) : split_at(d->key, &name, &version);

    if (!split && !own_name.n)
        return 0; /* a folder or URL that says neither name nor version */
    if (own_name.n)
        name = own_name;
    version = own_version.n ? own_version : without_peers(version);
    if (add_called(n, name, version, dev || doc_true(doc_get(d, "dev")), d->line) < 0)
        return -1;
    return npm_integrity(n, doc_text(doc_path(d, "resolution.integrity")));
}

/* --- since 9: who depends on whom --- */

struct graph {
    struct map index; /* of a snapshot, + 1 */
    const struct doc **snapshot;
    struct npm_reach reach;
    struct map needed, development; /* "name@version" without peers */
};

static int enter(struct npm *n, struct graph *g, struct str name, struct str version, unsigned char mark)
{
    const uint32_t *at = map_get(&g->index, version); /* under another name: the whole key */

    if (!at) {
        struct str key = arena_fmt(&n->arena, STR_FMT "@" STR_FMT, STR_ARG(name), STR_ARG(version));
        if (!key.p)
            return npm_full(n);
        at = map_get(&g->index, key);
    }
    return !at || npm_reach_push(&g->reach, *at - 1, mark, &n->arena) ? 0 : npm_full(n);
}

/* {name: version} or {name: {version: ...}} */
static int enter_all(struct npm *n, struct graph *g, const struct doc *dependencies, unsigned char mark)
{
    DOC_EACH (dependencies, d) {
        struct str version = doc_scalar(d->kind == DOC_OBJECT ? doc_get(d, "version") : d);
        if (enter(n, g, d->key, version, mark) < 0)
            return -1;
    }
    return 0;
}

static const struct {
    const char *key;
    unsigned char mark;
} dependency_kinds[] = { { "dependencies", NEEDED },
                         { "optionalDependencies", NEEDED },
                         { "devDependencies", FOR_DEVELOPMENT },
                         { "configDependencies", FOR_DEVELOPMENT },
                         { "packageManagerDependencies", FOR_DEVELOPMENT } };

static int enter_importers(struct npm *n, struct graph *g, const struct doc *document)
{
    DOC_EACH (doc_get(document, "importers"), importer)
        for (size_t i = 0; i < ARRAY_LEN(dependency_kinds); i++)
            if (enter_all(n, g, doc_get(importer, dependency_kinds[i].key), dependency_kinds[i].mark) < 0)
                return -1;
    return 0;
}

static int read_graph(struct npm *n, struct graph *g, const struct doc *document)
{
    const struct doc *snapshots = doc_get(document, "snapshots");
    uint32_t count = 0;

    g->snapshot = arena_array(&n->arena, const struct doc *, snapshots ? snapshots->n + 1 : 1);
    if (!g->snapshot || !npm_reach_init(&g->reach, snapshots ? snapshots->n : 0, &n->arena))
        return npm_full(n);
    DOC_EACH (snapshots, d) {
        uint32_t *at = map_put(&g->index, d->key, NULL);
        if (!at)
            return npm_full(n);
        g->snapshot[count++] = d;
        *at = count;
    }
    return enter_importers(n, g, document);
}

static int follow(struct npm *n, struct graph *g)
{
    for (struct npm_step s; npm_reach_pull(&g->reach, &s);) {
        const struct doc *d = g->snapshot[s.node];
        if (!map_put(s.mark == NEEDED ? &g->needed : &g->development, without_peers(d->key), NULL) ||
            enter_all(n, g, doc_get(d, "dependencies"), s.mark) < 0 ||
            enter_all(n, g, doc_get(d, "optionalDependencies"), s.mark) < 0)
            return npm_full(n);
    }
    return 0;
}

static int add_all(struct npm *n, const struct doc *document, unsigned major, const struct graph *g)
{
    DOC_EACH (doc_get(document, "packages"), d)
        if (add(n, d, major, map_get(&g->development, d->key) && !map_get(&g->needed, d->key)) < 0)
            return -1;
    return 0;
}

/* What an importer depends on is said with its version too: of a file that somebody cut short, where the
 * entry among the packages is missing, that is what is left. */
static int add_direct(struct npm *n, const struct doc *importer)
{
    for (size_t i = 0; i < ARRAY_LEN(dependency_kinds); i++)
        DOC_EACH (doc_get(importer, dependency_kinds[i].key), d) {
            struct str version = doc_scalar(d->kind == DOC_OBJECT ? doc_get(d, "version") : d);
            bool dev = dependency_kinds[i].mark == FOR_DEVELOPMENT;
            if (starts_with_digit(version) && add_called(n, d->key, without_peers(version), dev, d->line) < 0)
                return -1;
        }
    return 0;
}

static int add_all_direct(struct npm *n, const struct doc *document)
{
    const struct doc *importers = doc_get(document, "importers");

    DOC_EACH (importers, importer)
        if (add_direct(n, importer) < 0)
            return -1;
    return importers ? 0 : add_direct(n, document); /* up to 5, of a single importer */
}

/* --- who needs whom --- */

/* {name: version}, {name: {version: ...}}; a version may be another package's whole key. */
static uint32_t find(const struct npm *n, unsigned major, const struct doc *d)
{
    struct str version = doc_scalar(d->kind == DOC_OBJECT ? doc_get(d, "version") : d), name = d->key;

    if (!starts_with_digit(version) &&
        !(major < 6 ? split_slashes(version, &name, &version) : split_at(version, &name, &version)))
        return 0;
    version = without_peers(version);
    return among_find_fmt(&n->among, STR_FMT "@" STR_FMT, STR_ARG(name), STR_ARG(version));
}

static void relate_direct(struct npm *n, unsigned major, const struct doc *importer)
{
    for (size_t i = 0; i < ARRAY_LEN(dependency_kinds); i++)
        DOC_EACH (doc_get(importer, dependency_kinds[i].key), d)
            among_direct(n->out, find(n, major, d));
}

static void relate(struct npm *n, const struct doc *document, unsigned major)
{
    const struct doc *importers = doc_get(document, "importers");

    DOC_EACH (doc_get(document, major < 9 ? "packages" : "snapshots"), d) {
        struct str name = doc_text(doc_get(d, "name")), version;
        bool split = major < 6 ? split_slashes(d->key, &name, &version) : split_at(d->key, &name, &version);
        version = split ? without_peers(version) : doc_scalar(doc_get(d, "version"));
        uint32_t from = among_find_fmt(&n->among, STR_FMT "@" STR_FMT, STR_ARG(name), STR_ARG(version));
        for (const char *const *key = npm_dependency_keys; from && *key; key++)
            DOC_EACH (doc_get(d, *key), needed)
                among_need(&n->among, from, find(n, major, needed));
    }
    DOC_EACH (importers, importer)
        relate_direct(n, major, importer);
    if (!importers)
        relate_direct(n, major, document);
}

static int read_document(struct npm *n, const struct doc *document)
{
    struct str head, tail;
    struct graph g = { 0 };
    uint64_t major = 5;

    str_split(doc_scalar(doc_get(document, "lockfileVersion")), '.', &head, &tail);
    if (!str_u64(head, 10, &major))
        return err_set(n->e, ERR_UNSUPPORTED, "line %u: no lockfileVersion that is known", document->line);
    int result = (major >= 9 && (read_graph(n, &g, document) < 0 || follow(n, &g) < 0)) ||
                         add_all(n, document, (unsigned)major, &g) < 0 || add_all_direct(n, document) < 0
                     ? -1
                     : 0;
    map_free(&g.index);
    map_free(&g.needed);
    map_free(&g.development);
    if (result == 0)
        relate(n, document, (unsigned)major);
    return result;
}

static int read_root(struct npm *n)
{
    struct doc *documents; /* pnpm 11 writes itself into a first one */

    if (doc_yaml_all(n->in->body, &n->arena, &documents, n->e) < 0)
        return -1;
    DOC_EACH (documents, d)
        if (d->kind == DOC_OBJECT && read_document(n, d) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);

    if (npm_installed(in->path) && !str_ends(in->path, STR("/node_modules/.pnpm/lock.yaml")))
        return 0;
    return read_root(&n) < 0 ? -1 : among_settle(&n.among, in, out, e);
}

const struct parser parser_pnpm_lock = {
    .name = "pnpm_lock",
    .what = "JavaScript packages: pnpm-lock.yaml, node_modules/.pnpm/lock.yaml",
    .version = 3,
    .paths = PATHS("**/pnpm-lock.yaml", "**/node_modules/.pnpm/lock.yaml"),
    .max_size = 64u << 20,
    .parse = parse,
};
