/* sbom_syft.c - Syft's own JSON: a list of "artifacts". */
#include "parse/sbom.h"

int sbom_syft(struct sbom *s, const struct doc *root, struct err *e)
{
    sbom_os(s, doc_text(doc_path(root, "distro.id")), doc_text(doc_path(root, "distro.versionID")),
            doc_text(doc_path(root, "distro.prettyName")));
    DOC_EACH (doc_get(root, "artifacts"), d) {
        const struct doc *licenses = doc_get(d, "licenses");
        struct str *to = licenses && licenses->n ? arena_array(s->arena, struct str, licenses->n) : NULL;
        struct sbom_package p = {
            .id = doc_text(doc_get(d, "id")),
            .purl = doc_text(doc_get(d, "purl")),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_text(doc_get(d, "version")),
            .licenses = { to, 0 },
            .line = d->line,
        };
        if (!to && licenses && licenses->n)
            return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
        DOC_EACH (licenses, l) { /* texts; from schema 7 on objects */
            struct str text = l->kind == DOC_OBJECT ? doc_text(doc_get(l, "value")) : doc_text(l);
            if (to && sbom_license(text))
                to[p.licenses.n++] = text;
        }
        if (sbom_add(s, &p, e) < 0)
            return -1;
    }
    DOC_EACH (doc_get(root, "artifactRelationships"), d) {
        if (str_eq(doc_text(doc_get(d, "type")), STR("dependency-of")))
            sbom_need(s, doc_text(doc_get(d, "child")), doc_text(doc_get(d, "parent")));
        if (str_eq(doc_text(doc_get(d, "type")), STR("ownership-by-file-overlap")) &&
            sbom_claim(s, doc_text(doc_get(d, "parent")), doc_text(doc_get(d, "child")), e) < 0)
            return -1;
    }
    return 0;
}
