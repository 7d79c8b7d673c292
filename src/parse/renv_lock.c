/* renv_lock.c - renv.lock: the R packages of a project */
#include "doc/doc.h"
#include "parse/parse.h"

/* The same name is another package in another repository. */
static struct str type_of(struct str source)
{
    if (!source.n || str_eq(source, STR("Repository")) || str_eq(source, STR("CRAN")))
        return STR("cran");
    return str_eq(source, STR("Bioconductor")) ? STR("bioconductor") : STR("generic");
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "Packages"), d) {
        struct str license = doc_text(doc_get(d, "License"));
        struct package p = {
            .type = type_of(doc_text(doc_get(d, "Source"))),
            .name = doc_text(doc_get(d, "Package")),
            .version = doc_text(doc_get(d, "Version")),
            .licenses = { &license, license.n ? 1 : 0 },
            .path = in->path,
            .line = d->line,
        };
        if (!p.name.n || !p.version.n)
            return err_set(e, ERR_FORMAT, "line %u: a package without %s", d->line,
                           p.name.n ? "Version" : "Package");
        if (facts_add_package(out, &p, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_renv_lock = {
    .name = "renv_lock",
    .what = "R packages: renv.lock",
    .version = 1,
    .paths = PATHS("**/renv.lock"),
    .max_size = 32u << 20,
    .parse = parse,
};
