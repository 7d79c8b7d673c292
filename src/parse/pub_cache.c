/* pub_cache.c - Dart packages as pub has installed them: hosted/<host>/<name>-<version>/pubspec.yaml of its
 * cache, and what a build leaves of it. A pubspec.yaml elsewhere is a project's, which asks for packages. */
#include "doc/doc.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    struct doc *root;

    if (!str_eq(path_part(in->path, -4), STR("hosted")))
        return 0;
    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *name = doc_get(root, "name");
    return plain_package(in, "pub", doc_text(name), doc_scalar(doc_get(root, "version")),
                         name ? name->line : 0, out, e);
}

const struct parser parser_pub_cache = {
    .name = "pub_cache",
    .what = "installed Dart packages: pubspec.yaml in pub's cache",
    .version = 1,
    .paths = PATHS("**/pubspec.yaml"),
    .max_size = 1u << 20,
    .parse = parse,
};
