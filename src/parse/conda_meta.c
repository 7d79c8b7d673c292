/* conda_meta.c - packages of a conda environment: one conda-meta/<name>-<version>-<build>.json each */
#include "doc/doc.h"
#include "parse/needs.h"
#include "parse/parse.h"

/* "python >=3.9,<4" */
static bool needed(const struct doc *depends, struct needs *to)
{
    struct str name, range;

    DOC_EACH (depends, d) {
        str_split(doc_text(d), ' ', &name, &range);
        if (!needs_name(to, name))
            return false;
    }
    return true;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    AUTO_NEEDS struct needs needs = NEEDS;
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    struct str license = doc_text(doc_get(root, "license")), sum = doc_text(doc_get(root, "sha256"));
    if (!needed(doc_get(root, "depends"), &needs))
        facts_remark(out, NOTE_INCOMPLETE, in->path, "needs more packages than any does");
    struct package p = {
        .type = STR("conda"),
        .name = doc_text(doc_get(root, "name")),
        .version = doc_text(doc_get(root, "version")),
        .arch = doc_text(doc_get(root, "subdir")),
        .licenses = { &license, license.n ? 1 : 0 },
        .needs = needs_all(&needs),
        .hash = sum.n ? arena_fmt(&a, "sha256:" STR_FMT, STR_ARG(sum)) : STR_NONE,
        .path = in->path,
    };
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "no \"%s\"", p.name.n ? "version" : "name");
    return facts_add_package(out, &p, e);
}

const struct parser parser_conda_meta = {
    .name = "conda_meta",
    .what = "installed conda packages: conda-meta",
    .version = 2,
    .paths = PATHS("**/conda-meta/*.json"),
    .max_size = 64u << 20, /* it lists all files of the package */
    .parse = parse,
};
