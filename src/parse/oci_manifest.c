/* oci_manifest.c - OCI image manifest and Docker's schema 2: the configuration and the layers of one image.
 * Docker's schema 1 is recognised and not followed: its image identity covers no content. */
#include "parse/oci.h"

static const char *const keys[] = { "schemaVersion", "mediaType", "artifactType", "manifests", "config",
                                    "layers",        "fsLayers",  "subject",      NULL };

/* A manifest that is an index too shows every reader another image (CVE-2021-41190). */
static int confused(const struct doc *root, const struct input *in, struct facts *out, struct err *e)
{
    const struct doc *d = doc_get(root, "manifests");

    if (!d && doc_get(root, "layers"))
        d = doc_get(root, "fsLayers");
    if (!d)
        return 0;
    facts_remark(out, NOTE_HOSTILE, in->path,
                 "a manifest with \"" STR_FMT "\": readers disagree on what image this is", STR_ARG(d->key));
    return err_set(e, ERR_FORMAT, "line %u: both a manifest and something else: it has \"" STR_FMT "\"",
                   d->line, STR_ARG(d->key));
}

static int schema_1(const struct input *in, const struct manifest *m, struct facts *out, struct err *e)
{
    facts_remark(
        out, NOTE_INCOMPLETE, in->path,
        "Docker image manifest schema 1: nothing binds its layers to the image's digest; not followed");
    return facts_add_manifest(out, m, e);
}

static int media_type(const struct manifest *m, struct err *e)
{
    if (!m->media_type.n || str_eq(m->media_type, STR("application/vnd.oci.image.manifest.v1+json")) ||
        str_eq(m->media_type, STR("application/vnd.docker.distribution.manifest.v2+json")))
        return 0;
    return err_set(e, ERR_FORMAT, "media type " STR_FMT " is not one of an image manifest",
                   STR_ARG(str_first(m->media_type, 120)));
}

static int add(const struct doc *d, const char *where, uint32_t role, struct arena *a, struct facts *out,
               struct err *e)
{
    struct descriptor to = { .role = role };

    if (oci_descriptor(d, a, &to, out, e) < 0)
        return err_wrap(e, "%s", where);
    return facts_add_descriptor(out, &to, e);
}

static int schema_2(const struct doc *root, struct arena *a, struct facts *out, struct err *e)
{
    const struct doc *config = doc_get(root, "config"), *subject = doc_get(root, "subject"), *layers;

    if (oci_list(root, "layers", &layers, e) < 0)
        return -1;
    if (!config || !layers)
        return err_set(e, ERR_FORMAT, "line %u: not an image manifest: no \"%s\"", root->line,
                       config ? "layers" : "config");
    if (add(config, "config", ROLE_CONFIG, a, out, e) < 0)
        return -1;
    DOC_EACH (layers, d)
        if (add(d, "layers", ROLE_LAYER, a, out, e) < 0)
            return -1;
    if (subject && subject->kind != DOC_NULL)
        return add(subject, "subject", ROLE_SUBJECT, a, out, e);
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    struct manifest m = { 0 };
    struct doc *root;

    if (oci_open(in, keys, &a, &root, out, e) < 0 || confused(root, in, out, e) < 0 ||
        oci_version(root, &m, e) < 0)
        return -1;
    if (m.schema == 1)
        return schema_1(in, &m, out, e);
    if (media_type(&m, e) < 0 || facts_add_manifest(out, &m, e) < 0)
        return -1;
    return schema_2(root, &a, out, e);
}

const struct parser parser_oci_manifest = {
    .name = "oci_manifest",
    .what = "OCI image manifest, Docker image manifest schema 1 and 2",
    .version = 1,
    .max_size = OCI_MANIFEST_BYTES,
    .parse = parse,
};
