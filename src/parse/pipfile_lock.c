/* pipfile_lock.c - Pipfile.lock of pipenv: {"default": {name: {"version": "==1.0"}}, "develop": ...} */
#include "doc/doc.h"
#include "parse/distinct.h"
#include "parse/parse.h"

static int section(const struct doc *list, bool dev, struct distinct *packages, const struct input *in,
                   struct facts *out, struct err *e)
{
    DOC_EACH (list, d) {
        struct str version = doc_text(doc_get(d, "version"));
        struct package p = {
            .type = STR("pypi"), .name = d->key, .dev = dev, .path = in->path, .line = d->line
        };
        const struct doc *hashes =
            doc_get(d, "hashes"); /* of several archives nobody says which is installed */
        if (hashes && hashes->n == 1)
            p.hash = doc_text(hashes->child);
        while (version.n && version.p[0] == '=')
            version = str_skip(version, 1);
        p.version = version; /* none: a path or a commit */
        if (distinct_package(packages, &p, out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    /* "default" first: what both need is not for development only */
    return section(doc_get(root, "default"), false, &packages, in, out, e) < 0 ||
                   section(doc_get(root, "develop"), true, &packages, in, out, e) < 0
               ? -1
               : 0;
}

const struct parser parser_pipfile_lock = {
    .name = "pipfile_lock",
    .what = "Python packages: Pipfile.lock",
    .version = 2,
    .paths = PATHS("**/Pipfile.lock"),
    .max_size = 32u << 20,
    .parse = parse,
};
