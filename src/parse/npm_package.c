/* npm_package.c - package.json: a JavaScript package says its own name and version, and the names of what it needs. Of a
 * project that is what it asks for; what an installed package would like to have beside it is installed beside it. */
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

/* What it asks for at run time, as packages; what it expects its user to bring is the user's to ask for. */
static int add_asked(struct npm *n, const struct doc *root)
{
    static const char *const asks[] = { "dependencies", "optionalDependencies" };

    for (size_t i = 0; i < ARRAY_LEN(asks); i++)
        DOC_EACH (doc_get(root, asks[i]), d)
            if (npm_ask(n, d->key, doc_text(d), false, d->line) < 0)
                return -1;
    return 0;
}

static int add_itself(const struct input *in, const struct doc *root, struct facts *out, struct err *e)
{
    AUTO_NEEDS struct needs needs = NEEDS;
    struct str license[8];
    const struct doc *name = doc_get(root, "name");
    struct package p = {
        .type = STR("npm"),
        .version = doc_text(doc_get(root, "version")),
        .path = in->path,
        .line = name ? name->line : 0,
    };
    npm_name(doc_text(name), &p);
    if (!p.name.n || !p.version.n) /* many only set options for a folder */
        return 0;
    p.licenses = (struct strs){ license, licenses(root, license, ARRAY_LEN(license)) };
    if (!needed(root, &needs))
        facts_remark(out, NOTE_INCOMPLETE, in->path, "needs more packages than any does");
    p.needs = needs_all(&needs);
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);
    struct doc *root;

    if (doc_json_some(in->body, keys, &n.arena, &root, e) < 0 || add_itself(in, root, out, e) < 0)
        return -1;
    return npm_installed(in->path) ? 0 : add_asked(&n, root);
}

const struct parser parser_npm_package = {
    .name = "npm_package",
    .what = "JavaScript packages: package.json, of a project also what it asks for",
    .version = 3,
    .paths = PATHS("**/package.json"),
    .max_size = 8u << 20,
    .parse = parse,
};
