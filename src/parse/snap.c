/* snap.c - a snap as mounted or unpacked: meta/snap.yaml, and snap/manifest.yaml with what was staged into
 * it. */
#include "doc/doc.h"
#include "parse/parse.h"

/* primed-stage-packages: Ubuntu's packages as name[:arch]=version */
static int add_staged(const struct input *in, const struct doc *d, struct str arch, struct facts *out,
                      struct err *e)
{
    struct package p = { .type = STR("deb"), .arch = arch, .path = in->path, .line = d->line };
    struct str own_arch;

    if (!str_split(doc_text(d), '=', &p.name, &p.version) || !p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: not name=version", d->line);
    if (str_split(p.name, ':', &p.name, &own_arch))
        p.arch = own_arch;
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *archs = doc_get(root, "architectures");
    struct str license = doc_text(doc_get(root, "license"));
    struct package p = {
        .type = STR("snap"),
        .name = doc_text(doc_get(root, "name")),
        .version = doc_scalar(doc_get(root, "version")),
        .arch = archs && archs->n == 1 ? doc_text(archs->child) : (struct str){ 0 },
        .licenses = { &license, license.n ? 1 : 0 },
        .path = in->path,
        .line = root->line,
    };
    if (str_ends(in->path, STR("manifest.yaml"))) {
        DOC_EACH (doc_get(root, "primed-stage-packages"), d)
            if (add_staged(in, d, p.arch, out, e) < 0)
                return -1;
        return 0;
    }
    if (!p.name.n)
        return err_set(e, ERR_FORMAT, "no \"name\"");
    return facts_add_package(out, &p, e);
}

const struct parser parser_snap = {
    .name = "snap",
    .what = "snaps, and the packages staged into them",
    .version = 1,
    .paths = PATHS("**/meta/snap.yaml", "**/snap/manifest.yaml"),
    .max_size = 4u << 20,
    .parse = parse,
};
