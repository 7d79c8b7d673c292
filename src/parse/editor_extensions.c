/* editor_extensions.c - extensions of Visual Studio Code and its kin: extensions/extensions.json */
#include "doc/doc.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (root->kind == DOC_LIST ? root : NULL, d) {
        struct package p = {
            .type = STR("vscode-extension"),
            .version = doc_text(doc_get(d, "version")),
            .path = in->path,
            .line = d->line,
        };
        if (!str_split(doc_text(doc_path(d, "identifier.id")), '.', &p.ns, &p.name) || !p.version.n)
            continue; /* a folder's own extensions.json has recommendations, no list */
        if (facts_add_package(out, &p, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_editor_extensions = {
    .name = "editor_extensions",
    .what = "extensions of Visual Studio Code and its kin",
    .version = 1,
    .paths = PATHS("**/extensions/extensions.json"),
    .max_size = 16u << 20,
    .parse = parse,
};
