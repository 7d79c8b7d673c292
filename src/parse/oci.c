#include "parse/oci.h"

static bool all_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return true;
}

bool oci_digest_ok(struct str digest)
{
    struct str algorithm, hex;

    if (!str_split(digest, ':', &algorithm, &hex))
        return false;
    return ((str_eq(algorithm, STR("sha256")) && hex.n == 64) ||
            (str_eq(algorithm, STR("sha512")) && hex.n == 128)) &&
           all_hex(hex);
}

/* The member, unless it is null. */
static const struct doc *given(const struct doc *object, const char *key)
{
    const struct doc *d = doc_get(object, key);

    return d && d->kind != DOC_NULL ? d : NULL;
}

int oci_text(const struct doc *object, const char *key, struct str *out, struct err *e)
{
    const struct doc *d = given(object, key);

    *out = doc_text(d);
    if (d && d->kind != DOC_TEXT)
        return err_set(e, ERR_FORMAT, "line %u: \"%s\" is not text", d->line, key);
    return 0;
}

int oci_texts(const struct doc *object, const char *key, struct arena *a, struct strs *out, struct err *e)
{
    const struct doc *d = given(object, key);

    *out = (struct strs){ 0 };
    if (!d)
        return 0;
    if (d->kind == DOC_TEXT) {
        *out = (struct strs){ &d->text, 1 };
        return 0;
    }
    if (d->kind != DOC_LIST)
        return err_set(e, ERR_FORMAT, "line %u: \"%s\" is not a list", d->line, key);
    DOC_EACH (d, item)
        if (item->kind != DOC_TEXT)
            return err_set(e, ERR_FORMAT, "line %u: \"%s\" holds something that is not text", item->line,
                           key);
    if (!doc_texts(d, a, &out->p, &out->n))
        return err_set(e, ERR_LIMIT, "line %u: \"%s\" is too long", d->line, key);
    return 0;
}

int oci_keys(const struct doc *object, const char *key, struct arena *a, struct strs *out, struct err *e)
{
    const struct doc *d = given(object, key);
    size_t n = 0;

    *out = (struct strs){ 0 };
    if (!d)
        return 0;
    if (d->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: \"%s\" is not an object", d->line, key);
    struct str *names = arena_array(a, struct str, (size_t)d->n + 1);
    if (!names)
        return err_set(e, ERR_LIMIT, "line %u: \"%s\" is too long", d->line, key);
    DOC_EACH (d, item)
        names[n++] = item->key;
    *out = (struct strs){ names, n };
    return 0;
}

int oci_list(const struct doc *object, const char *key, const struct doc **out, struct err *e)
{
    const struct doc *d = *out = given(object, key);

    if (d && d->kind != DOC_LIST)
        return err_set(e, ERR_FORMAT, "line %u: \"%s\" is not a list", d->line, key);
    if (d && d->n > OCI_ITEMS_MOST)
        return err_set(e, ERR_LIMIT, "line %u: \"%s\" has %u items, at most %d are read", d->line, key, d->n,
                       OCI_ITEMS_MOST);
    return 0;
}

/* Names are written by builders: containerd adds the whole reference, OCI's own key often has the tag alone.
 */
static int reference_name(const struct doc *d, struct descriptor *out, struct err *e)
{
    const struct doc *notes = given(d, "annotations");

    if (notes && notes->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: \"annotations\" is not an object", notes->line);
    if (oci_text(notes, "org.opencontainers.image.ref.name", &out->ref_name, e) < 0)
        return -1;
    return out->ref_name.n ? 0 : oci_text(notes, "io.containerd.image.name", &out->ref_name, e);
}

static int platform(const struct doc *d, struct descriptor *out, struct err *e)
{
    const struct doc *p = given(d, "platform");

    if (p && p->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: \"platform\" is not an object", p->line);
    if (oci_text(p, "os", &out->os, e) < 0 || oci_text(p, "architecture", &out->arch, e) < 0)
        return -1;
    return oci_text(p, "variant", &out->variant, e);
}

void oci_odd_case(const struct doc *object, const char *const *keys, struct facts *out, struct str where)
{
    DOC_EACH (object, d)
        for (const char *const *k = keys; *k; k++)
            if (!str_eq(d->key, str_of(*k)) && str_eq_nocase(d->key, str_of(*k)))
                facts_remark(out, NOTE_HOSTILE, where,
                             "line %u: key \"" STR_FMT
                             "\": engines take it for \"%s\", strict readers do not see it",
                             d->line, STR_ARG(d->key), *k);
}

int oci_descriptor(const struct doc *d, struct arena *a, struct descriptor *to, struct facts *out,
                   struct err *e)
{
    static const char *const keys[] = {
        "mediaType", "digest", "size", "urls", "platform", "annotations", NULL
    };

    if (d->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: a descriptor is not an object", d->line);
    oci_odd_case(d, keys, out, STR("descriptor"));
    if (oci_text(d, "mediaType", &to->media_type, e) < 0 || oci_text(d, "digest", &to->digest, e) < 0)
        return -1;
    if (!oci_digest_ok(to->digest))
        return err_set(e, ERR_FORMAT, "line %u: descriptor %s", d->line,
                       to->digest.n ? "whose digest is not a sha256 or sha512" : "without a digest");
    if (!to->media_type.n)
        return err_set(e, ERR_FORMAT, "line %u: descriptor without a media type", d->line);
    if (!doc_u64(doc_get(d, "size"), &to->size) || to->size > INT64_MAX)
        return err_set(e, ERR_FORMAT, "line %u: descriptor without a valid size", d->line);
    if (platform(d, to, e) < 0 || reference_name(d, to, e) < 0)
        return -1;
    return oci_texts(d, "urls", a, &to->urls, e);
}

int oci_open(const struct input *in, const char *const *keys, struct arena *a, struct doc **root,
             struct facts *out, struct err *e)
{
    if (doc_json(in->body, a, root, e) < 0)
        return -1;
    if ((*root)->kind != DOC_OBJECT)
        return err_set(e, ERR_FORMAT, "line %u: not an object", (*root)->line);
    oci_odd_case(*root, keys, out, in->path);
    return 0;
}

int oci_each(const struct input *in,
             int (*one)(const struct doc *d, struct arena *a, struct facts *out, struct err *e),
             struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA((size_t)4 * OCI_TREE_BYTES);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (root->kind != DOC_LIST && root->kind != DOC_NULL)
        return err_set(e, ERR_FORMAT, "line %u: not a list", root->line);
    DOC_EACH (root, d) {
        if (d->kind != DOC_OBJECT)
            return err_set(e, ERR_FORMAT, "line %u: not an object", d->line);
        if (one(d, &a, out, e) < 0)
            return -1;
    }
    return 0;
}

int oci_version(const struct doc *root, struct manifest *out, struct err *e)
{
    uint64_t v = 0;

    if (!doc_u64(doc_get(root, "schemaVersion"), &v) || v < 1 || v > 2)
        return err_set(e, ERR_FORMAT, "line %u: \"schemaVersion\" is not 1 or 2", root->line);
    out->schema = (uint32_t)v;
    if (oci_text(root, "mediaType", &out->media_type, e) < 0)
        return -1;
    return oci_text(root, "artifactType", &out->artifact_type, e);
}
