/* cpan_meta.c - Perl distributions: META.json and META.yml (CPAN::Meta::Spec), as they lie in sources and in
 * <perl>/.meta/<name>/ of what cpanm installed. */
#include "doc/doc.h"
#include "parse/parse.h"

/* PostgreSQL's extensions have a META.json of the same form, as have others. */
static bool is_cpan(const struct doc *root)
{
    const struct doc *spec = doc_get(root, "meta-spec");
    struct str url = doc_text(doc_get(spec, "url"));

    return spec && !str_has(url, STR("pgxn"));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;
    bool json = str_ends(in->path, STR(".json"));

    if ((json ? doc_json(in->body, &a, &root, e) : doc_yaml(in->body, &a, &root, e)) < 0)
        return -1;
    if (!is_cpan(root))
        return 0;
    const struct doc *license = doc_get(root, "license");
    struct str one = doc_text(license);
    struct package p = {
        .type = STR("cpan"),
        .name = doc_text(doc_get(root, "name")),
        .version = doc_scalar(doc_get(root, "version")),
        .licenses = { &one, one.n ? 1 : 0 },
        .path = in->path,
    };
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "no \"%s\"", p.name.n ? "version" : "name");
    if (!one.n && !doc_texts(license, &a, &p.licenses.p, &p.licenses.n))
        return err_set(e, ERR_LIMIT, "document is too large");
    return facts_add_package(out, &p, e);
}

const struct parser parser_cpan_meta = {
    .name = "cpan_meta",
    .what = "Perl distributions: META.json, META.yml",
    .version = 1,
    .paths = PATHS("**/META.json", "**/META.yml", "**/MYMETA.json", "**/MYMETA.yml"),
    .max_size = 2u << 20,
    .parse = parse,
};
