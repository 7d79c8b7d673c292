/* composer_lock.c - PHP packages: composer.lock, and vendor/composer/installed.json of what it installed */
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/distinct.h"

struct reader {
    const struct input *in;
    struct facts *out;
    struct arena arena;
    struct distinct packages;
    struct map dev_names;
    struct among among;
};

static const char *const lists[] = { "packages", "packages-dev" };

static int add(struct reader *r, const struct doc *d, bool dev, struct err *e)
{
    const struct doc *license = doc_get(d, "license");
    struct str name = doc_text(doc_get(d, "name")), one = doc_text(license);
    struct str sum = doc_text(doc_path(d, "dist.shasum")); /* often empty */
    struct package p = {
        .type = STR("composer"),
        .version = doc_text(doc_get(d, "version")),
        .licenses = { &one, one.n ? 1 : 0 },
        .dev = dev || map_get(&r->dev_names, name),
        .hash = sum.n ? arena_fmt(&r->arena, "sha1:" STR_FMT, STR_ARG(sum)) : STR_NONE,
        .path = r->in->path,
        .line = d->line,
    };

    str_rsplit(name, '/', &p.ns, &p.name);
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without %s", d->line,
                       p.name.n ? "version" : "name");
    if (!one.n && !doc_texts(license, &r->arena, &p.licenses.p, &p.licenses.n))
        return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    if (distinct_package(&r->packages, &p, r->out, e) < 0)
        return -1;
    among_call(&r->among, r->packages.at, name);
    return 0;
}

/* What one replaces or provides is needed under that name where there is no package of it. */
static void call_further(struct reader *r, const struct doc *list)
{
    static const char *const further[] = { "replace", "provide" };

    DOC_EACH (list, d)
        for (size_t i = 0; i < ARRAY_LEN(further); i++)
            DOC_EACH (doc_get(d, further[i]), name)
                among_call(&r->among, among_find(&r->among, doc_text(doc_get(d, "name"))), name->key);
}

static void relate(struct reader *r, const struct doc *list)
{
    DOC_EACH (list, d)
        DOC_EACH (doc_get(d, "require"), needed)
            among_need(&r->among, among_find(&r->among, doc_text(doc_get(d, "name"))),
                       among_find(&r->among, needed->key));
}

static int add_all(struct reader *r, const struct doc *list, bool dev, struct err *e)
{
    DOC_EACH (list, d)
        if (add(r, d, dev, e) < 0)
            return -1;
    return 0;
}

static int read_root(struct reader *r, struct err *e)
{
    struct doc *root;

    if (doc_json(r->in->body, &r->arena, &root, e) < 0)
        return -1;
    if (root->kind == DOC_LIST) { /* installed.json of composer 1 */
        if (add_all(r, root, false, e) < 0)
            return -1;
        call_further(r, root);
        relate(r, root);
        return 0;
    }
    DOC_EACH (doc_get(root, "dev-package-names"), d)
        if (d->kind == DOC_TEXT && !map_put(&r->dev_names, d->text, NULL))
            return err_set(e, ERR_LIMIT, "out of memory");
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (add_all(r, doc_get(root, lists[i]), i == 1, e) < 0)
            return -1;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        call_further(r, doc_get(root, lists[i]));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        relate(r, doc_get(root, lists[i]));
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = {
        .in = in, .out = out, .arena = ARENA(256u << 20), .packages = DISTINCT, .among = AMONG
    };

    int result = read_root(&r, e) < 0 ? -1 : among_settle(&r.among, in, out, e);
    among_free(&r.among);
    map_free(&r.dev_names);
    distinct_free(&r.packages);
    arena_free(&r.arena);
    return result;
}

const struct parser parser_composer_lock = {
    .name = "composer_lock",
    .what = "PHP packages: composer.lock and composer/installed.json",
    .version = 2,
    .paths = PATHS("**/composer.lock", "**/composer/installed.json"),
    .max_size = 32u << 20,
    .parse = parse,
};
