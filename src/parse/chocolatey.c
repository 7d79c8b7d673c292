/* chocolatey.c - packages of Chocolatey: chocolatey/lib/<id>/<id>.nuspec */
#include "doc/doc.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    struct doc *root;

    if (!str_has(in->path, STR("chocolatey/"))) /* NuGet has the same kind of file */
        return 0;
    if (doc_xml(in->body, &a, &root, e) < 0)
        return -1;
    return plain_package(in, "chocolatey", doc_scalar(doc_path(root, "metadata.id")),
                         doc_scalar(doc_path(root, "metadata.version")), root->line, out, e);
}

const struct parser parser_chocolatey = {
    .name = "chocolatey",
    .what = "packages of Chocolatey",
    .version = 1,
    .paths = PATHS("**/*.nuspec"),
    .max_size = 1u << 20,
    .parse = parse,
};
