/* composer_lock.c - PHP packages: composer.lock, and vendor/composer/installed.json of what it installed */
#include "core/map.h"
#include "doc/doc.h"
#include "parse/distinct.h"
#include "parse/parse.h"

struct reader {
    const struct input *in;
    struct facts *out;
    struct arena arena;
    struct distinct packages;
    struct map dev_names;
};

static int add(struct reader *r, const struct doc *d, bool dev, struct err *e)
{
    const struct doc *license = doc_get(d, "license");
    struct str name = doc_text(doc_get(d, "name")), one = doc_text(license);
    struct package p = {
        .type = STR("composer"),
        .version = doc_text(doc_get(d, "version")),
        .licenses = { &one, one.n ? 1 : 0 },
        .dev = dev || map_get(&r->dev_names, name),
        .path = r->in->path,
        .line = d->line,
    };

    str_rsplit(name, '/', &p.ns, &p.name);
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without %s", d->line,
                       p.name.n ? "version" : "name");
    if (!one.n && !doc_texts(license, &r->arena, &p.licenses.p, &p.licenses.n))
        return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    return distinct_package(&r->packages, &p, r->out, e);
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
    if (root->kind == DOC_LIST) /* installed.json of composer 1 */
        return add_all(r, root, false, e);
    DOC_EACH (doc_get(root, "dev-package-names"), d)
        if (d->kind == DOC_TEXT && !map_put(&r->dev_names, d->text, NULL))
            return err_set(e, ERR_LIMIT, "out of memory");
    return add_all(r, doc_get(root, "packages"), false, e) < 0 ||
                   add_all(r, doc_get(root, "packages-dev"), true, e) < 0
               ? -1
               : 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = { .in = in, .out = out, .arena = ARENA(256u << 20), .packages = DISTINCT };

    int result = read_root(&r, e);
    map_free(&r.dev_names);
    distinct_free(&r.packages);
    arena_free(&r.arena);
    return result;
}

const struct parser parser_composer_lock = {
    .name = "composer_lock",
    .what = "PHP packages: composer.lock and composer/installed.json",
    .version = 1,
    .paths = PATHS("**/composer.lock", "**/composer/installed.json"),
    .max_size = 32u << 20,
    .parse = parse,
};
