/* npm_lock.c - package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3, and what npm writes about
 * the tree that it installed: node_modules/.package-lock.json. */
#include "parse/npm.h"

/* Behind the last "node_modules/"; empty when the path has none: a folder of the project itself. */
static struct str name_of(struct str path)
{
    struct str part = STR("node_modules/"), name = { 0 };

    for (ptrdiff_t at; (at = str_find(path, part)) >= 0;)
        name = path = str_skip(path, (size_t)at + part.n);
    return name;
}

/* The one that was added last lies in that folder. */
static int place(struct npm *n, const struct doc *d, struct str folder)
{
    among_call(&n->among, npm_last(n), folder);
    return npm_integrity(n, doc_text(doc_get(d, "integrity")));
}

/* The package in that folder needs what the object has as keys. */
static void need_all(struct npm *n, struct str folder, const struct doc *object)
{
    uint32_t from = among_find(&n->among, folder);

    DOC_EACH (from ? object : NULL, d)
        among_need(&n->among, from, among_find_module(&n->among, folder, d->key));
}

/* lockfileVersion 1: a tree of names; "npm:" versions are packages under another name. The tree's depth is
 * bounded by the reader. */
struct level {
    struct str folder; /* that what is in it lies in */
    bool dev;
};

static struct str module_folder(struct npm *n, struct str around, struct str name)
{
    return arena_fmt(&n->arena, STR_FMT "%snode_modules/" STR_FMT, STR_ARG(around), around.n ? "/" : "",
                     STR_ARG(name));
}

static int add_tree(struct npm *n, const struct doc *packages, struct level in)
{
    DOC_EACH (packages, d) {
        struct str name = d->key, version = doc_text(doc_get(d, "version")), real;
        struct level own = { module_folder(n, in.folder, name), in.dev || doc_true(doc_get(d, "dev")) };
        if (!own.folder.p)
            return npm_full(n);
        if (str_starts(version, STR("npm:")) && npm_at(str_skip(version, 4), &real, &version))
            name = real;
        if (d->kind == DOC_OBJECT &&
            (npm_add(n, name, version, own.dev, d->line) < 0 || place(n, d, own.folder) < 0))
            return -1;
        if (add_tree(n, doc_get(d, "dependencies"), own) < 0)
            return -1;
    }
    return 0;
}

static int relate_tree(struct npm *n, const struct doc *packages, struct str around)
{
    DOC_EACH (packages, d) {
        struct str folder = module_folder(n, around, d->key);
        if (!folder.p)
            return npm_full(n);
        need_all(n, folder, doc_get(d, "requires"));
        if (relate_tree(n, doc_get(d, "dependencies"), folder) < 0)
            return -1;
    }
    return 0;
}

/* Links in node_modules give the project's own folders the names under which they are used. */
struct links {
    struct map by_folder; /* index + 1 */
    struct str *name;
    size_t n, cap;
};

static int read_links(struct npm *n, const struct doc *packages, struct links *l)
{
    DOC_EACH (packages, d) {
        if (!doc_true(doc_get(d, "link")))
            continue;
        uint32_t *at = map_put(&l->by_folder, doc_text(doc_get(d, "resolved")), NULL);
        if (!at || !arena_grow(&n->arena, &l->name, l->n, &l->cap, sizeof *l->name))
            return npm_full(n);
        l->name[l->n++] = name_of(d->key);
        *at = (uint32_t)l->n;
    }
    return 0;
}

static struct str folder_name(const struct links *l, struct str folder)
{
    const uint32_t *at = map_get(&l->by_folder, folder);
    struct str parent, base;

    if (at && l->name)
        return l->name[*at - 1];
    str_rsplit(folder, '/', &parent, &base);
    return base;
}

static int add_packages(struct npm *n, const struct doc *packages, const struct links *l)
{
    DOC_EACH (packages, d) {
        struct str name = doc_text(doc_get(d, "name"));
        if (!d->key.n || d->kind != DOC_OBJECT || doc_true(doc_get(d, "link")))
            continue; /* "" is the project itself */
        if (!name.n)
            name = name_of(d->key);
        if (!name.n)
            name = folder_name(l, d->key);
        if (npm_add(n, name, doc_text(doc_get(d, "version")), doc_true(doc_get(d, "dev")), d->line) < 0 ||
            place(n, d, d->key) < 0)
            return -1;
    }
    return 0;
}

/* A link in node_modules is the folder that it leads to. What the project itself, or a folder of it, asks for is
 * direct. */
static void relate(struct npm *n, const struct doc *packages)
{
    static const char *const own[] = { "dependencies", "optionalDependencies", "devDependencies" };

    DOC_EACH (packages, d)
        if (doc_true(doc_get(d, "link")))
            among_call(&n->among, among_find(&n->among, doc_text(doc_get(d, "resolved"))), d->key);
    DOC_EACH (packages, d) {
        for (const char *const *key = npm_dependency_keys; *key; key++)
            need_all(n, d->key, doc_get(d, *key));
        for (size_t i = 0; !name_of(d->key).n && i < ARRAY_LEN(own); i++)
            DOC_EACH (doc_get(d, own[i]), asked)
                among_direct(n->out, among_find_module(&n->among, d->key, asked->key));
    }
}

static int read_root(struct npm *n)
{
    static const char *const keys[] = { "packages", "dependencies", NULL };
    struct links links = { 0 };
    struct doc *root;

    if (doc_json_some(n->in->body, keys, &n->arena, &root, n->e) < 0)
        return -1;
    const struct doc *packages = doc_get(root, "packages");
    if (!packages) {
        const struct doc *tree = doc_get(root, "dependencies");
        return add_tree(n, tree, (struct level){ 0 }) < 0 ? -1 : relate_tree(n, tree, STR_NONE);
    }
    int result = read_links(n, packages, &links) < 0 ? -1 : add_packages(n, packages, &links);
    map_free(&links.by_folder);
    relate(n, packages);
    return result;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);

    if (npm_installed(in->path) && !str_ends(in->path, STR("/.package-lock.json")))
        return 0;
    return read_root(&n) < 0 ? -1 : among_settle(&n.among, in, out, e);
}

const struct parser parser_npm_lock = {
    .name = "npm_lock",
    .what = "JavaScript packages: package-lock.json, npm-shrinkwrap.json, node_modules/.package-lock.json",
    .version = 2,
    .paths = PATHS("**/package-lock.json", "**/npm-shrinkwrap.json", "**/node_modules/.package-lock.json"),
    .max_size = 64u << 20,
    .parse = parse,
};
