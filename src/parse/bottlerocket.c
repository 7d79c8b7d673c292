/* bottlerocket.c - what a Bottlerocket system is made of: an inventory in JSON of rpm packages. */
#include "doc/doc.h"
#include "parse/parse.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "Content"), d) {
        struct str version = doc_text(doc_get(d, "Version")), release = doc_text(doc_get(d, "Release"));
        struct str epoch = doc_text(doc_get(d, "Epoch"));
        bool has_epoch = epoch.n && !str_eq(epoch, STR("0"));
        struct package p = {
            .type = STR("bottlerocket"),
            .name = doc_text(doc_get(d, "Name")),
            .version =
                arena_fmt(&a, STR_FMT "%s" STR_FMT "%s" STR_FMT, has_epoch ? (int)epoch.n : 0, epoch.p,
                          has_epoch ? ":" : "", STR_ARG(version), release.n ? "-" : "", STR_ARG(release)),
            .arch = doc_text(doc_get(d, "Architecture")),
            .vendor = doc_text(doc_get(d, "Publisher")),
            .path = in->path,
            .line = d->line,
        };
        if (!p.name.n || !version.n)
            return err_set(e, ERR_FORMAT, "line %u: package without name or version", d->line);
        if (facts_add_package(out, &p, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_bottlerocket = {
    .name = "bottlerocket",
    .what = "packages of a Bottlerocket system",
    .version = 1,
    .paths = PATHS("**/bottlerocket/application-inventory.json"),
    .max_size = 16u << 20,
    .parse = parse,
};
