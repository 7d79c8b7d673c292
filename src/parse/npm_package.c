/* npm_package.c - package.json: an installed JavaScript package says its own name and version, and the names of what it
 * needs. In which versions it would like that are ranges, not packages that are there. */
#include "parse/needs.h"
#include "parse/npm.h"

static const char *const keys[] = {
    "name", "version", "license", "licenses", "dependencies", "optionalDependencies", "peerDependencies", NULL
};

/* "MIT", {"type": "MIT"} or a list of these. */
static size_t add_license(const struct doc *d, struct str *to, size_t n, size_t most)
{
    struct str text = doc_text(d);

    if (d && d->kind == DOC_OBJECT)
        text = doc_text(doc_get(d, "type"));
    if (text.n && n < most)
        to[n++] = text;
    return n;
}

static size_t licenses(const struct doc *root, struct str *to, size_t most)
{
    size_t n = 0;

    for (int i = 0; i < 2; i++) {
        const struct doc *d = doc_get(root, i ? "licenses" : "license");
        n = add_license(d, to, n, most);
        if (d && d->kind == DOC_LIST)
            DOC_EACH (d, one)
                n = add_license(one, to, n, most);
    }
    return n;
}

static bool needed(const struct doc *root, struct needs *to)
{
    for (const char *const *key = npm_dependency_keys; *key; key++)
        DOC_EACH (doc_get(root, *key), d)
            if (!needs_name(to, d->key))
                return false;
    return true;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    AUTO_NEEDS struct needs needs = NEEDS;
    struct doc *root;
    struct str license[8];

    if (doc_json_some(in->body, keys, &a, &root, e) < 0)
        return -1;
    const struct doc *name = doc_get(root, "name");
    struct package p = {
        .type = STR("npm"),
        .version = doc_text(doc_get(root, "version")),
        .path = in->path,
        .line = name ? name->line : 0,
    };
    struct str whole = doc_text(name);
    if (!whole.n || whole.p[0] != '@' || !str_split(whole, '/', &p.ns, &p.name))
        p.name = whole;
    if (!p.name.n || !p.version.n) /* many only set options for a folder */
        return 0;
    p.licenses = (struct strs){ license, licenses(root, license, ARRAY_LEN(license)) };
    if (!needed(root, &needs))
        facts_remark(out, NOTE_INCOMPLETE, in->path, "needs more packages than any does");
    p.needs = needs_all(&needs);
    return facts_add_package(out, &p, e);
}

const struct parser parser_npm_package = {
    .name = "npm_package",
    .what = "installed JavaScript packages: package.json",
    .version = 2,
    .paths = PATHS("**/package.json"),
    .max_size = 8u << 20,
    .parse = parse,
};
