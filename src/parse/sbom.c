/* sbom.c - software bills of materials that lie in an image: CycloneDX (JSON, XML), SPDX (JSON, YAML,
 * tag-value) and Syft's JSON. Names of such files say little about which it is, so what is in them decides.
 */
#include "parse/sbom.h"

static int read_json(struct sbom *s, struct err *e)
{
    struct doc *root;

    if (doc_json(s->in->body, s->arena, &root, e) < 0)
        return -1;
    if (doc_get(root, "bomFormat"))
        return sbom_cyclonedx(s, root, e);
    if (doc_get(root, "spdxVersion"))
        return sbom_spdx(s, root, e);
    if (doc_get(root, "artifacts") && doc_get(root, "schema"))
        return sbom_syft(s, root, e);
    facts_remark(s->out, NOTE_INCOMPLETE, s->in->path, "JSON, but neither CycloneDX nor SPDX 2 nor Syft's");
    return 0;
}

static int read_xml(struct sbom *s, struct err *e)
{
    struct doc *root;

    if (doc_xml(s->in->body, s->arena, &root, e) < 0)
        return -1;
    if (str_eq(root->key, STR("bom")))
        return sbom_cyclonedx(s, root, e);
    facts_remark(s->out, NOTE_INCOMPLETE, s->in->path, "XML, but not CycloneDX");
    return 0;
}

static int read_any(struct sbom *s, struct err *e)
{
    struct str text = str_trim(s->in->body);
    struct doc *root;

    if (str_starts(text, STR("{")))
        return read_json(s, e);
    if (str_starts(text, STR("<")))
        return read_xml(s, e);
    if (!str_ends(s->in->path, STR(".yml")) && !str_ends(s->in->path, STR(".yaml")))
        return sbom_spdx_text(s, e);
    return doc_yaml(s->in->body, s->arena, &root, e) < 0 ? -1 : sbom_spdx(s, root, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(512u << 20);
    struct sbom s = { .in = in, .out = out, .arena = &a, .among = AMONG };

    int bad = read_any(&s, e) < 0 || sbom_settle(&s, e) < 0;
    among_free(&s.among);
    if (bad)
        return -1;
    return s.os.id.n ? facts_add_os(out, &s.os, e) : 0;
}

const struct parser parser_sbom = {
    .name = "sbom",
    .what = "bills of materials in an image: CycloneDX, SPDX, Syft; Bitnami's among them",
    .version = 6,
    .paths = PATHS("**/*.cdx.json", "**/*.cdx.xml", "**/*.cyclonedx.json", "**/*.cyclonedx.xml",
                   "**/bom.json", "**/bom.xml", "**/sbom.json", "**/*.sbom.json", "**/*.spdx.json",
                   "**/.spdx.*.json", "**/*.spdx", "**/*.spdx.yml", "**/*.spdx.yaml", "**/*.syft.json"),
    .max_size = 64u << 20,
    .parse = parse,
};
