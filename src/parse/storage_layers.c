/* storage_layers.c - overlay-layers/layers.json of containers-storage: layers and their parents. */
#include "parse/oci.h"

static int layer(const struct doc *d, struct arena *a, struct facts *out, struct err *e)
{
    struct stored s = { 0 };

    if (oci_text(d, "id", &s.id, e) < 0 || oci_texts(d, "names", a, &s.names, e) < 0 ||
        oci_text(d, "parent", &s.parent, e) < 0 || oci_text(d, "created", &s.created, e) < 0 ||
        oci_text(d, "compressed-diff-digest", &s.digest, e) < 0 ||
        oci_text(d, "diff-digest", &s.diff_digest, e) < 0)
        return -1;
    if (!s.id.n)
        return err_set(e, ERR_FORMAT, "line %u: a layer without \"id\"", d->line);
    return facts_add_stored(out, &s, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return oci_each(in, layer, out, e);
}

const struct parser parser_storage_layers = {
    .name = "storage_layers",
    .what = "containers-storage: layers.json",
    .version = 1,
    .max_size = 64 << 20,
    .parse = parse,
};
