/* gleam.c - Gleam packages: manifest.toml has what was chosen, gleam.toml what was asked for. */
#include "doc/doc.h"
#include "parse/plain.h"

static int asked_for(const struct input *in, const struct doc *list, bool dev, struct facts *out,
                     struct err *e)
{
    DOC_EACH (list, d) {
        struct package p = {
            .type = STR("hex"),
            .name = d->key,
            .constraint = doc_text(d),
            .dev = dev,
            .how = HOW_ASKED,
            .path = in->path,
            .line = d->line,
        };
        if (!doc_get(d, "path") &&
            facts_add_package(out, &p, e) < 0) /* "path": a folder of the same project */
            return -1;
    }
    return 0;
}

static int chosen(const struct input *in, const struct doc *root, struct facts *out, struct err *e)
{
    DOC_EACH (doc_get(root, "packages"), d) {
        if (!doc_get(d, "build_tools")) /* many tools call a file manifest.toml */
            continue;
        if (plain_package(in, "hex", doc_text(doc_get(d, "name")), doc_text(doc_get(d, "version")), d->line,
                          out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_toml(in->body, &a, &root, e) < 0)
        return -1;
    if (str_ends(in->path, STR("manifest.toml")))
        return chosen(in, root, out, e);
    const struct doc *dev = doc_get(root, "dev-dependencies");
    return asked_for(in, doc_get(root, "dependencies"), false, out, e) < 0 ||
                   asked_for(in, dev ? dev : doc_get(root, "dev_dependencies"), true, out, e) < 0
               ? -1
               : 0;
}

const struct parser parser_gleam = {
    .name = "gleam",
    .what = "Gleam packages: gleam.toml, manifest.toml",
    .version = 2,
    .paths = PATHS("**/gleam.toml", "**/manifest.toml"),
    .max_size = 4u << 20,
    .parse = parse,
};
