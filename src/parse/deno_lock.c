/* deno_lock.c - deno.lock, version 2 to 5, and the imports of deno.json, which are asked for. JSR's packages are reached through npm's names (@jsr/scope__name)
 * elsewhere; here they keep the name that they have there, and the type "jsr". */
#include "parse/npm.h"

static int add_jsr(struct npm *n, struct str name, struct package p)
{
    p.type = STR("jsr");
    p.path = n->in->path;
    return str_split(name, '/', &p.ns, &p.name) ? distinct_package(&n->packages, &p, n->out, n->e) : 0;
}

/* Keys are "name@1.2.3", with the versions of peers behind "_". */
static int add_keys(struct npm *n, const struct doc *packages, bool jsr)
{
    DOC_EACH (packages, d) {
        struct str name, version, peers;
        npm_at(d->key, &name, &version);
        str_split(version, '_', &version, &peers);
        struct package p = { .version = version, .line = d->line };
        n->packages.at = 0;
        if ((jsr ? version.n ? add_jsr(n, name, p) : 0 : npm_add(n, name, version, false, d->line)) < 0 ||
            (!jsr && npm_integrity(n, doc_text(doc_get(d, "integrity"))) < 0))
            return -1;
        among_call_fmt(&n->among, npm_last(n), "%s:" STR_FMT, jsr ? "jsr" : "npm", STR_ARG(d->key));
        among_call_fmt(&n->among, npm_last(n), "%s:" STR_FMT, jsr ? "jsr" : "npm", STR_ARG(name));
    }
    return 0;
}

/* "name@1.2.3", since version 4 only "name" where there is one version; of JSR's packages with "jsr:" or "npm:"
 * before it. Up to 3 an object, whose values these are. */
static void relate(struct npm *n, const struct doc *packages, bool jsr)
{
    DOC_EACH (packages, d) {
        uint32_t from = among_find_fmt(&n->among, "%s:" STR_FMT, jsr ? "jsr" : "npm", STR_ARG(d->key));
        DOC_EACH (doc_get(d, "dependencies"), needed) {
            struct str to = doc_text(needed);
            among_need(&n->among, from,
                       jsr ? among_find(&n->among, to)
                           : among_find_fmt(&n->among, "npm:" STR_FMT, STR_ARG(to)));
        }
    }
}

static int add_imports(struct npm *n, const struct doc *imports)
{
    DOC_EACH (imports, d) {
        struct str spec = doc_text(d), name, version, path;
        bool jsr = str_starts(spec, STR("jsr:"));
        if (!jsr && !str_starts(spec, STR("npm:")))
            continue;
        spec = str_skip(spec, 4);
        npm_at(str_starts(spec, STR("/")) ? str_skip(spec, 1) : spec, &name, &version);
        str_split(version, '/', &version, &path);
        struct package p = { .how = HOW_ASKED, .line = d->line };
        *(npm_is_exact(version) ? &p.version : &p.constraint) = version;
        if ((jsr ? add_jsr(n, name, p) : npm_ask(n, name, version, false, d->line)) < 0)
            return -1;
    }
    return 0;
}

static int read_root(struct npm *n)
{
    struct doc *root;

    if (doc_jsonc(n->in->body, &n->arena, &root, n->e) < 0)
        return -1;
    if (!str_ends(n->in->path, STR(".lock")))
        return add_imports(n, doc_get(root, "imports"));
    const struct doc *older = doc_get(root, "packages"), *npm = doc_get(older ? older : root, "npm");
    if (doc_get(npm, "packages")) /* version 2 */
        npm = doc_get(npm, "packages");
    const struct doc *jsr = doc_get(older ? older : root, "jsr");
    if (add_keys(n, npm, false) < 0 || add_keys(n, jsr, true) < 0)
        return -1;
    relate(n, npm, false);
    relate(n, jsr, true);
    return among_settle(&n->among, n->in, n->out, n->e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);

    if (npm_installed(in->path))
        return 0;
    return read_root(&n);
}

const struct parser parser_deno_lock = {
    .name = "deno_lock",
    .what = "JavaScript packages: deno.lock, deno.json",
    .version = 3,
    .paths = PATHS("**/deno.lock", "**/deno.json", "**/deno.jsonc"),
    .max_size = 32u << 20,
    .parse = parse,
};
