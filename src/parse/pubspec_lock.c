/* pubspec_lock.c - Dart packages: pubspec.lock */
#include "doc/doc.h"
#include "parse/parse.h"

/* A package of an SDK is called 0.0.0 and comes with the SDK, of which `sdks` says which versions would do. */
static struct str sdk_of(const struct doc *d, const struct doc *sdks)
{
    DOC_EACH (str_eq(doc_text(doc_get(d, "source")), STR("sdk")) ? sdks : NULL, sdk)
        if (str_eq(sdk->key, doc_text(doc_get(d, "description"))))
            return doc_scalar(sdk);
    return STR_NONE;
}

static int add(const struct input *in, const struct doc *d, const struct doc *sdks, struct arena *a,
               struct facts *out, struct err *e)
{
    struct str sum = doc_text(doc_path(d, "description.sha256")), asked = doc_text(doc_get(d, "dependency"));
    struct package p = {
        .type = STR("pub"),
        .name = doc_text(
            doc_path(d, "description.name")), /* of what is hosted; the key is what it is called here */
        .version = doc_scalar(doc_get(d, "version")),
        .constraint = sdk_of(d, sdks),
        .dev = str_eq(asked, STR("direct dev")),
        .direct = str_starts(asked, STR("direct")),
        .hash = sum.n ? arena_fmt(a, "sha256:" STR_FMT, STR_ARG(sum)) : STR_NONE,
        .path = in->path,
        .line = d->line,
    };

    if (!p.name.n)
        p.name = d->key;
    if (!p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without version", d->line);
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(128u << 20);
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "packages"), d)
        if (add(in, d, doc_get(root, "sdks"), &a, out, e) < 0)
            return -1;
    return 0;
}

const struct parser parser_pubspec_lock = {
    .name = "pubspec_lock",
    .what = "Dart packages: pubspec.lock",
    .version = 3,
    .paths = PATHS("**/pubspec.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
