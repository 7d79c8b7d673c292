/* oci_index.c - OCI image index (also a layout's index.json) and Docker manifest list: which manifests there
 * are. */
#include "parse/oci.h"

static const char *const keys[] = { "schemaVersion", "mediaType", "manifests", "config",
                                    "layers",        "fsLayers",  "subject",   NULL };

/* An index that is a manifest too shows every reader another image (CVE-2021-41190). */
static int confused(const struct doc *root, const struct input *in, struct facts *out, struct err *e)
{
    static const char *const others[] = { "layers", "config", "fsLayers" };

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct doc *d = doc_get(root, others[i]);
        if (!d)
            continue;
        facts_remark(out, NOTE_HOSTILE, in->path,
                     "an index with \"%s\": readers disagree on what image this is", others[i]);
        return err_set(e, ERR_FORMAT, "line %u: both an index and a manifest: it has \"%s\"", d->line,
                       others[i]);
    }
    return 0;
}

static int media_type(const struct manifest *m, struct err *e)
{
    if (!m->media_type.n || str_eq(m->media_type, STR("application/vnd.oci.image.index.v1+json")) ||
        str_eq(m->media_type, STR("application/vnd.docker.distribution.manifest.list.v2+json")))
        return 0;
    return err_set(e, ERR_FORMAT, "media type " STR_FMT " is not one of an index",
                   STR_ARG(str_first(m->media_type, 120)));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    struct manifest m = { .index = true };
    const struct doc *list;
    struct doc *root;

    if (oci_open(in, keys, &a, &root, out, e) < 0 || confused(root, in, out, e) < 0)
        return -1;
    if (oci_version(root, &m, e) < 0 || media_type(&m, e) < 0 || oci_list(root, "manifests", &list, e) < 0)
        return -1;
    if (m.schema != 2 || !list)
        return err_set(e, ERR_FORMAT, "line %u: not an index: %s", root->line,
                       list ? "schemaVersion is not 2" : "no \"manifests\"");
    if (facts_add_manifest(out, &m, e) < 0)
        return -1;
    DOC_EACH (list, d) {
        struct descriptor to = { .role = ROLE_MANIFEST };
        if (oci_descriptor(d, &a, &to, out, e) < 0)
            return err_wrap(e, "manifests");
        if (facts_add_descriptor(out, &to, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_oci_index = {
    .name = "oci_index",
    .what = "OCI image index, Docker manifest list",
    .version = 1,
    .max_size = OCI_MANIFEST_BYTES,
    .parse = parse,
};
