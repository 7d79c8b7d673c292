/* bitnami_components.c - what older Bitnami images have installed; newer ones have an SPDX document for each.
 */
#include "doc/doc.h"
#include "parse/parse.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (root, d) {
        struct package p = {
            .type = STR("bitnami"),
            .name = d->key,
            .version = doc_text(doc_get(d, "version")),
            .arch = doc_text(doc_get(d, "arch")),
            .path = in->path,
            .line = d->line,
        };
        if (d->kind != DOC_OBJECT || !p.name.n)
            return err_set(e, ERR_FORMAT, "line %u: not a component", d->line);
        if (facts_add_package(out, &p, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_bitnami_components = {
    .name = "bitnami_components",
    .what = "components of older Bitnami images",
    .version = 1,
    .paths = PATHS("**/bitnami/.bitnami_components.json"),
    .max_size = 1u << 20,
    .parse = parse,
};
