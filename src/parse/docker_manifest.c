/* docker_manifest.c - manifest.json of `docker save`: which members of the archive are which image.
 *
 * For every image (its `group`) one descriptor of its configuration and one of every layer, lowest first. The
 * configuration's has the first RepoTag as its ref_name; each further tag is a descriptor of ROLE_MANIFEST.
 */
#include "parse/oci.h"

static const char *const keys[] = { "Config", "RepoTags", "Layers", NULL };

/* Members are only looked up by name, so this harms nobody here; a loader that joins paths is another matter.
 */
static bool leads_outside(struct str name)
{
    struct str rest = name, part;

    if (name.n && name.p[0] == '/')
        return true;
    while (str_cut(&rest, '/', &part))
        if (str_eq(part, STR("..")))
            return true;
    return false;
}

static int add(uint32_t role, struct str file, struct str name, uint32_t group, struct arena *a,
               struct facts *out, struct err *e)
{
    struct descriptor d = { .role = role, .file = file, .ref_name = name, .group = group };
    const struct str blobs = STR("blobs/sha256/");

    if (leads_outside(file))
        facts_remark(out, NOTE_HOSTILE, file, "the archive's manifest names a file outside of the archive");
    if (str_starts(file, blobs) && file.n == blobs.n + 64) {
        d.digest = arena_fmt(a, "sha256:%.64s", file.p + blobs.n);
        if (!oci_digest_ok(d.digest))
            d.digest = (struct str){ 0 };
    }
    return facts_add_descriptor(out, &d, e);
}

static int image(const struct doc *d, uint32_t group, struct arena *a, struct facts *out, struct err *e)
{
    struct str config;
    struct strs tags, layers;
    const struct doc *counted;

    if (d->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: not an object", d->line);
    oci_odd_case(d, keys, out, STR("manifest.json"));
    if (oci_text(d, "Config", &config, e) < 0 || oci_texts(d, "RepoTags", a, &tags, e) < 0 ||
        oci_list(d, "Layers", &counted, e) < 0 || oci_texts(d, "Layers", a, &layers, e) < 0)
        return -1;
    if (!config.n)
        return err_set(e, ERR_FORMAT, "line %u: no \"Config\"", d->line);
    if (add(ROLE_CONFIG, config, tags.n ? tags.p[0] : (struct str){ 0 }, group, a, out, e) < 0)
        return -1;
    for (size_t i = 0; i < layers.n; i++)
        if (add(ROLE_LAYER, layers.p[i], (struct str){ 0 }, group, a, out, e) < 0)
            return -1;
    for (size_t i = 1; i < tags.n; i++)
        if (add(ROLE_MANIFEST, (struct str){ 0 }, tags.p[i], group, a, out, e) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    struct doc *root;
    uint32_t group = 0;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (root->kind != DOC_LIST || !root->n || root->n > OCI_ITEMS_MOST)
        return err_set(e, ERR_FORMAT, "line %u: not a list of 1 to %d images", root->line, OCI_ITEMS_MOST);
    DOC_EACH (root, d) {
        if (image(d, group, &a, out, e) < 0)
            return err_wrap(e, "image %u", group + 1);
        group++;
    }
    return 0;
}

const struct parser parser_docker_manifest = {
    .name = "docker_manifest",
    .what = "manifest.json of docker save",
    .version = 1,
    .max_size = OCI_MANIFEST_BYTES,
    .parse = parse,
};
