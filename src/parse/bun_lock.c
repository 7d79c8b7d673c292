/* bun_lock.c - bun.lock: JSON with comments; a package is a tuple under the place that it has in
 * node_modules, "a" or "a/b" (b within a). */
#include "parse/npm.h"

struct graph {
    struct map index; /* of a package's place, + 1 */
    const struct doc **package;
    struct npm_reach reach;
    struct among_need *asked; /* indices of packages + 1; from 0: the project itself */
    size_t n_asked, cap_asked;
};

static const struct doc *info_of(const struct doc *tuple)
{
    DOC_EACH (tuple, d)
        if (d->kind == DOC_OBJECT)
            return d;
    return NULL;
}

/* As node resolves names: in the package's own node_modules first, then in those around it. The package's index,
 * + 1; 0: there is none. */
static int find(struct npm *n, const struct graph *g, struct str place, struct str name, uint32_t *out)
{
    const uint32_t *at;

    for (;;) {
        struct str key = name, inner;
        if (place.n)
            key = arena_fmt(&n->arena, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(name));
        if (!key.p)
            return npm_full(n);
        at = map_get(&g->index, key);
        if (at || !place.n)
            break;
        str_rsplit(place, '/', &place, &inner);
    }
    *out = at ? *at : 0;
    return 0;
}

/* needer: the package that asks, + 1; 0: the project itself. */
static int enter(struct npm *n, struct graph *g, uint32_t needer, struct str name, unsigned char mark)
{
    struct str place = needer ? g->package[needer - 1]->key : STR_NONE;
    uint32_t at = 0;

    if (find(n, g, place, name, &at) < 0)
        return -1;
    if (at && !arena_grow(&n->arena, &g->asked, g->n_asked, &g->cap_asked, sizeof *g->asked))
        return npm_full(n);
    if (at)
        g->asked[g->n_asked++] = (struct among_need){ needer, at };
    return !at || npm_reach_push(&g->reach, at - 1, mark, &n->arena) ? 0 : npm_full(n);
}

static int enter_all(struct npm *n, struct graph *g, uint32_t needer, const struct doc *of, const char *key,
                     unsigned char mark)
{
    DOC_EACH (doc_get(of, key), d)
        if (enter(n, g, needer, d->key, mark) < 0)
            return -1;
    return 0;
}

static int enter_needed(struct npm *n, struct graph *g, uint32_t needer, const struct doc *of,
                        unsigned char mark)
{
    for (const char *const *key = npm_dependency_keys; *key; key++)
        if (enter_all(n, g, needer, of, *key, mark) < 0)
            return -1;
    return 0;
}

static int follow(struct npm *n, struct graph *g, const struct doc *workspaces)
{
    DOC_EACH (workspaces, w)
        if (enter_needed(n, g, 0, w, NEEDED) < 0 ||
            enter_all(n, g, 0, w, "devDependencies", FOR_DEVELOPMENT) < 0)
            return -1;
    for (struct npm_step s; npm_reach_pull(&g->reach, &s);)
        if (enter_needed(n, g, s.node + 1, info_of(g->package[s.node]), s.mark) < 0)
            return -1;
    return 0;
}

static struct str workspace_version(const struct doc *workspaces, struct str folder)
{
    DOC_EACH (workspaces, w)
        if (str_eq(w->key, folder))
            return doc_text(doc_get(w, "version"));
    return (struct str){ 0 };
}

static int add(struct npm *n, const struct doc *d, const struct doc *workspaces, bool dev)
{
    struct str name, version, workspace = STR("workspace:");

    if (d->kind != DOC_LIST || !d->child || d->child->kind != DOC_TEXT) {
        facts_remark(n->out, NOTE_INCOMPLETE, n->in->path, "line %u: not a package", d->line);
        return 0;
    }
    npm_at(d->child->text, &name, &version);
    if (str_starts(version, workspace))
        version = workspace_version(workspaces, str_skip(version, workspace.n));
    if (npm_add(n, name, version, dev, d->line) < 0)
        return -1;
    among_call(&n->among, npm_last(n), d->key);
    DOC_EACH (d, part) /* the last text of a registry's */
        if (str_starts(doc_text(part), STR("sha512-")) && npm_integrity(n, part->text) < 0)
            return -1;
    return 0;
}

static int read_packages(struct npm *n, struct graph *g, const struct doc *root)
{
    const struct doc *packages = doc_get(root, "packages"), *workspaces = doc_get(root, "workspaces");
    uint32_t count = 0;

    g->package = arena_array(&n->arena, const struct doc *, packages ? packages->n + 1 : 1);
    if (!g->package || !npm_reach_init(&g->reach, packages ? packages->n : 0, &n->arena))
        return npm_full(n);
    DOC_EACH (packages, d) {
        uint32_t *at = map_put(&g->index, d->key, NULL);
        if (!at)
            return npm_full(n);
        g->package[count++] = d;
        *at = count;
    }
    if (follow(n, g, workspaces) < 0)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        if (add(n, g->package[i], workspaces, npm_for_development(&g->reach, i)) < 0)
            return -1;
    for (size_t i = 0; i < g->n_asked; i++) {
        uint32_t to = among_find(&n->among, g->package[g->asked[i].to - 1]->key);
        if (g->asked[i].from)
            among_need(&n->among, among_find(&n->among, g->package[g->asked[i].from - 1]->key), to);
        else
            among_direct(n->out, to);
    }
    return among_settle(&n->among, n->in, n->out, n->e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);
    struct graph g = { 0 };
    struct doc *root;

    if (npm_installed(in->path))
        return 0;
    if (str_ends(in->path, STR(".lockb"))) {
        facts_remark(
            out, NOTE_INCOMPLETE, in->path,
            "the older, binary lock file of bun: `bun install --save-text-lockfile` writes one that is read");
        return 0;
    }
    int result = doc_jsonc(in->body, &n.arena, &root, e) < 0 ? -1 : read_packages(&n, &g, root);
    map_free(&g.index);
    return result;
}

const struct parser parser_bun_lock = {
    .name = "bun_lock",
    .what = "JavaScript packages: bun.lock",
    .version = 3,
    .paths = PATHS("**/bun.lock", "**/bun.lockb"),
    .max_size = 64u << 20,
    .parse = parse,
};
