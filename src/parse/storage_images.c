/* storage_images.c - overlay-images/images.json of containers-storage: which images a podman or buildah store
 * has. */
#include "parse/oci.h"

static int image(const struct doc *d, struct arena *a, struct facts *out, struct err *e)
{
    struct stored s = { 0 };

    if (oci_text(d, "id", &s.id, e) < 0 || oci_texts(d, "names", a, &s.names, e) < 0 ||
        oci_text(d, "layer", &s.top_layer, e) < 0 || oci_text(d, "digest", &s.digest, e) < 0 ||
        oci_text(d, "created", &s.created, e) < 0)
        return -1;
    if (!s.id.n)
        return err_set(e, ERR_FORMAT, "line %u: an image without \"id\"", d->line);
    return facts_add_stored(out, &s, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return oci_each(in, image, out, e);
}

const struct parser parser_storage_images = {
    .name = "storage_images",
    .what = "containers-storage: images.json",
    .version = 1,
    .max_size = 64 << 20,
    .parse = parse,
};
