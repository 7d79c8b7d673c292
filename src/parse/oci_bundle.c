/* oci_bundle.c - config.json of an OCI bundle: what a low-level runtime is told to start. */
#include "parse/oci_spec.h"

enum { TREE_BYTES = 64 << 20 };

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(TREE_BYTES);
    struct declare d = { .out = out, .e = e, .arena = &a, .path = in->path, .by = SAID_BY_CONTAINER };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (root->kind != DOC_OBJECT || !doc_get(root, "ociVersion"))
        return err_set(e, ERR_FORMAT, "line %u: no OCI specification of a container", root->line);
    declare_object(&d, (struct object){ .kind = STR("oci"), .api = STR("oci"), .line = root->line });
    oci_spec_declare(&d, root, STR_NONE, STR_NONE);
    return declare_end(&d);
}

const struct parser parser_oci_bundle = {
    .name = "oci_bundle",
    .what = "containers of OCI bundles: config.json",
    .version = 1,
    .document = "oci",
    .max_size = 16u << 20,
    .parse = parse,
};
