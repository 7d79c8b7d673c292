/* julia_manifest.c - Julia packages: Manifest.toml, format 1 (packages at the root) and 2 (under "deps"). */
#include "doc/doc.h"
#include "parse/plain.h"

static int add(const struct input *in, const struct doc *d, struct str julia, struct facts *out,
               struct err *e)
{
    struct str version = doc_text(doc_get(d, "version"));

    if (!version.n && !doc_get(d, "git-tree-sha1") && !doc_get(d, "path"))
        version = julia; /* of the standard library, which comes with it */
    return plain_package(in, "julia", d->key, version, d->line, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(128u << 20);
    struct doc *root;

    if (doc_toml(in->body, &a, &root, e) < 0)
        return -1;
    struct str julia = doc_text(doc_get(root, "julia_version"));
    const struct doc *packages = doc_get(root, "manifest_format") ? doc_get(root, "deps") : root;
    DOC_EACH (packages, list) {
        if (list->kind != DOC_LIST)
            continue;
        DOC_EACH (list, d) {
            struct doc named = *d;
            named.key = list->key;
            if (d->kind == DOC_OBJECT && add(in, &named, julia, out, e) < 0)
                return -1;
        }
    }
    return 0;
}

const struct parser parser_julia_manifest = {
    .name = "julia_manifest",
    .what = "Julia packages: Manifest.toml",
    .version = 1,
    .paths = PATHS("**/Manifest.toml", "**/JuliaManifest.toml"),
    .max_size = 16u << 20,
    .parse = parse,
};
