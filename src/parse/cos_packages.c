/* cos_packages.c - Container-Optimized OS lists its packages in JSON; those that only built it are not on it.
 */
#include "doc/doc.h"
#include "parse/parse.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *list = doc_get(root, "installedPackages");
    if (!list || list->kind != DOC_LIST)
        return err_set(e, ERR_FORMAT, "line %u: no list \"installedPackages\"", root->line);
    DOC_EACH (list, d) {
        struct package p = {
            .type = STR("cos"),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_text(doc_get(d, "version")),
            .path = in->path,
            .line = d->line,
        };
        if (!p.name.n || !p.version.n)
            return err_set(e, ERR_FORMAT, "line %u: package without name or version", d->line);
        if (facts_add_package(out, &p, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_cos_packages = {
    .name = "cos_packages",
    .what = "packages of Container-Optimized OS",
    .version = 1,
    .paths = PATHS("etc/cos-package-info.json"),
    .max_size = 16u << 20,
    .parse = parse,
};
