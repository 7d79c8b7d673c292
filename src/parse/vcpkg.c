/* vcpkg.c - C and C++ ports: vcpkg.json, a project's manifest. Which version of a port is installed is in the
 * registry's history, not here, unless the manifest overrides it; what is installed leaves SPDX documents. */
#include "doc/doc.h"
#include "parse/plain.h"

static struct str version_of(const struct doc *d)
{
    static const char *const keys[] = { "version", "version-semver", "version-date", "version-string" };
    struct str version = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(keys) && !version.n; i++)
        version = doc_text(doc_get(d, keys[i]));
    return version;
}

static struct str overridden(const struct doc *root, struct str name)
{
    DOC_EACH (doc_get(root, "overrides"), d)
        if (str_eq(doc_text(doc_get(d, "name")), name))
            return version_of(d);
    return (struct str){ 0 };
}

enum { OVERRIDES_MOST = 1000 }; /* each dependency looks through all of them */

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *overrides = doc_get(root, "overrides");
    if (overrides && overrides->n > OVERRIDES_MOST)
        return err_set(e, ERR_LIMIT, "line %u: more than %d overrides", overrides->line, OVERRIDES_MOST);
    if (plain_package(in, "vcpkg", doc_text(doc_get(root, "name")), version_of(root), root->line, out, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "dependencies"), d) {
        struct str name = d->kind == DOC_OBJECT ? doc_text(doc_get(d, "name")) : doc_text(d);
        if (plain_package(in, "vcpkg", name, overridden(root, name), d->line, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_vcpkg = {
    .name = "vcpkg",
    .what = "C and C++ ports that a project asks for: vcpkg.json",
    .version = 1,
    .paths = PATHS("**/vcpkg.json"),
    .max_size = 4u << 20,
    .parse = parse,
};
