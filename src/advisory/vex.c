#include "advisory/vex.h"

#include "advisory/csaf.h"
#include "core/map.h"
#include "doc/doc.h"

enum { TREE_BYTES = 512 << 20 };

#define NAME(id, name) [VEX_##id] = name,
const char *const vex_status_name[VEX_STATUS_COUNT] = { VEX_STATUSES(NAME) };

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "more statements than a document may have");
}

/* A document that is read: what holds for all its statements. */
struct reading {
    struct facts *out;
    struct arena *arena; /* of the document, and of texts made from it */
    struct str path, author, time;
};

static int unclear(struct reading *r, const struct doc *d, const char *why)
{
    facts_remark(r->out, NOTE_INCOMPLETE, r->path, "line %u: %s", d->line, why);
    return 0;
}

static int add(struct reading *r, const struct doc *d, struct vex_statement s, struct err *e)
{
    if (!s.ids.n)
        return unclear(r, d, "the statement does not say about which vulnerability");
    if (!s.products.n)
        return unclear(r, d, "the statement does not say about which product");
    if (s.status == VEX_STATUS_COUNT)
        return unclear(r, d, "the statement has no status that is known");
    s.path = r->path;
    s.line = d->line;
    s.author = s.author.n ? s.author : r->author;
    s.time = s.time.n ? s.time : r->time;
    return facts_add_vex_statement(r->out, &s, e);
}

static enum vex_status status_of(struct str name)
{
    unsigned i = 0;

    while (i < VEX_STATUS_COUNT && !str_eq(name, str_of(vex_status_name[i])))
        i++;
    return (enum vex_status)i;
}

static struct str joined(struct arena *a, struct str word, struct str text)
{
    if (!word.n || !text.n)
        return word.n ? word : text;
    return arena_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(word), STR_ARG(text));
}

/* Room for `n` texts; NULL: memory. */
static struct str *room(struct reading *r, size_t n)
{
    return arena_array(r->arena, struct str, n + 1);
}

/* ---- OpenVEX ---- */

/* A product or component: its purl, else its own id, which mostly is one; or the digest of an image. */
static struct str identity(struct reading *r, const struct doc *d)
{
    struct str purl = doc_text(doc_path(d, "identifiers.purl")),
               hash = doc_text(doc_path(d, "hashes.sha-256"));

    if (d->kind == DOC_TEXT) /* version 0.0.1 */
        return doc_text(d);
    if (hash.n)
        return arena_fmt(r->arena, "sha256:" STR_FMT, STR_ARG(hash));
    return purl.n ? purl : doc_text(doc_get(d, "@id"));
}

static bool identities(struct reading *r, const struct doc *list, struct strs *out)
{
    struct str *to = room(r, list ? list->n : 0);

    *out = (struct strs){ to, 0 };
    DOC_EACH (to ? list : NULL, d) {
        struct str id = identity(r, d);
        if (id.n)
            to[out->n++] = id;
    }
    return to;
}

static bool names_of(struct reading *r, const struct doc *vulnerability, struct strs *out)
{
    const struct doc *aliases = doc_get(vulnerability, "aliases");
    struct str *to = room(r, 2 + (aliases ? aliases->n : 0));
    struct str name = vulnerability && vulnerability->kind == DOC_TEXT
                          ? doc_text(vulnerability)
                          : doc_text(doc_get(vulnerability, "name"));

    *out = (struct strs){ to, 0 };
    if (to && name.n)
        to[out->n++] = name;
    DOC_EACH (to ? aliases : NULL, d)
        to[out->n++] = doc_text(d);
    return to;
}

static int read_openvex_statement(struct reading *r, const struct doc *d, struct err *e)
{
    struct vex_statement s = { .status = status_of(doc_text(doc_get(d, "status"))),
                               .time = doc_text(doc_get(d, "timestamp")) };
    struct str said = doc_text(doc_get(d, "impact_statement"));
    const struct doc *products = doc_get(d, "products");

    s.reason = joined(r->arena, doc_text(doc_get(d, "justification")),
                      said.n ? said : doc_text(doc_get(d, "action_statement")));
    if (!names_of(r, doc_get(d, "vulnerability"), &s.ids))
        return full(e);
    if (!products || !products->n)
        return add(r, d, s, e);
    DOC_EACH (products, product) {
        struct str *id = room(r, 1);
        if (!id || !identities(r, doc_get(product, "subcomponents"), &s.components))
            return full(e);
        *id = identity(r, product);
        s.products = (struct strs){ id, id->n != 0 };
        if (add(r, d, s, e) < 0)
            return -1;
    }
    return 0;
}

static int read_openvex(struct reading *r, const struct doc *root, struct err *e)
{
    r->author = doc_text(doc_get(root, "author"));
    r->time = doc_text(doc_get(root, "timestamp"));
    DOC_EACH (doc_get(root, "statements"), d)
        if (read_openvex_statement(r, d, e) < 0)
            return -1;
    return 0;
}

/* ---- CycloneDX ---- */

static const struct {
    const char *state;
    enum vex_status status;
} states[] = { { "not_affected", VEX_NOT_AFFECTED },
               { "false_positive", VEX_NOT_AFFECTED },
               { "resolved", VEX_FIXED },
               { "resolved_with_pedigree", VEX_FIXED },
               { "exploitable", VEX_AFFECTED },
               { "in_triage", VEX_UNDER_INVESTIGATION } };

static enum vex_status state_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (str_eq(name, str_of(states[i].state)))
            return states[i].status;
    return VEX_STATUS_COUNT;
}

/* Components by their bom-ref, however deep. doc's own depth bounds the recursion. */
struct refs {
    struct arena *arena;
    struct map by_ref; /* number in purl */
    struct str *purl;
    size_t n, cap;
};

static bool index_components(struct refs *r, const struct doc *list)
{
    DOC_EACH (list, d) {
        struct str ref = doc_text(doc_get(d, "bom-ref")), purl = doc_text(doc_get(d, "purl"));
        bool is_new;
        if (ref.n && purl.n) {
            uint32_t *at = map_put(&r->by_ref, ref, &is_new);
            if (!at || !arena_grow(r->arena, &r->purl, r->n, &r->cap, sizeof *r->purl))
                return false;
            *at = (uint32_t)r->n;
            r->purl[r->n++] = purl;
        }
        if (!index_components(r, doc_get(d, "components")))
            return false;
    }
    return true;
}

/* "urn:cdx:SERIAL/VERSION#REF" names a component of another document by its ref, which often is its purl. */
static struct str resolve(const struct doc *root, const struct refs *refs, struct str ref)
{
    const uint32_t *at = map_get(&refs->by_ref, ref);
    struct str lead, tail;

    if (at && refs->purl)
        return refs->purl[*at];
    if (str_starts(ref, STR("urn:cdx:")) && str_split(ref, '#', &lead, &tail))
        return tail;
    if (str_eq(ref, doc_text(doc_path(root, "metadata.component.bom-ref"))))
        return doc_text(doc_path(root, "metadata.component.purl"));
    return ref;
}

static int read_analysis(struct reading *r, const struct doc *root, const struct refs *refs,
                         const struct doc *d, struct err *e)
{
    const struct doc *affects = doc_get(d, "affects"), *references = doc_get(d, "references");
    struct str *ids = room(r, 1 + (references ? references->n : 0)), *to = room(r, affects ? affects->n : 0);
    struct vex_statement s = { .ids = { ids, 0 },
                               .products = { to, 0 },
                               .status = state_of(doc_text(doc_path(d, "analysis.state"))),
                               .time = doc_text(doc_path(d, "analysis.lastUpdated")) };

    if (!ids || !to)
        return full(e);
    if (!doc_get(d, "analysis")) /* a finding of a scanner, not a statement */
        return 0;
    if (doc_text(doc_get(d, "id")).n)
        ids[s.ids.n++] = doc_text(doc_get(d, "id"));
    DOC_EACH (references, ref)
        ids[s.ids.n++] = doc_text(doc_get(ref, "id"));
    DOC_EACH (affects, one) {
        struct str id = resolve(root, refs, doc_text(doc_get(one, "ref")));
        if (id.n)
            to[s.products.n++] = id;
    }
    s.reason = joined(r->arena, doc_text(doc_path(d, "analysis.justification")),
                      doc_text(doc_path(d, "analysis.detail")));
    return add(r, d, s, e);
}

static int read_cyclonedx(struct reading *r, const struct doc *root, struct err *e)
{
    struct refs refs = { .arena = r->arena };
    int done = 0;

    r->author = doc_text(doc_path(root, "metadata.supplier.name"));
    r->time = doc_text(doc_path(root, "metadata.timestamp"));
    if (!index_components(&refs, doc_get(root, "components")))
        done = full(e);
    DOC_EACH (doc_get(root, "vulnerabilities"), d)
        if (done == 0)
            done = read_analysis(r, root, &refs, d, e);
    map_free(&refs.by_ref);
    return done;
}

/* ---- CSAF ---- */

/* What a list of flags or threats says of a product; of all products where it names none. */
static struct str said_of(const struct doc *list, const char *key, struct str product)
{
    DOC_EACH (list, d) {
        const struct doc *ids = doc_get(d, "product_ids");
        struct str category = doc_text(doc_get(d, "category"));
        if (category.n && !str_eq(category, STR("impact")))
            continue;
        if (!ids)
            return doc_text(doc_get(d, key));
        DOC_EACH (ids, id)
            if (str_eq(doc_text(id), product))
                return doc_text(doc_get(d, key));
    }
    return STR_NONE;
}

/* A component in a platform that has an identity of its own (an image) is a component of that product. */
static int read_csaf_product(struct reading *r, const struct csaf *c, const struct doc *vulnerability,
                             const struct doc *id, struct vex_statement s, struct err *e)
{
    const struct csaf_product *component, *platform;
    struct str *ids = room(r, 1), *one = room(r, 2);

    if (!ids || !one)
        return full(e);
    ids[0] = doc_text(doc_get(vulnerability, "cve"));
    s.ids = (struct strs){ ids, ids[0].n != 0 };
    if (!csaf_whole(c, doc_text(id), &component, &platform) || !component->purl.n)
        return unclear(r, id, "the product has no package URL");
    one[0] = component->purl;
    s.products = (struct strs){ one, 1 };
    if (platform && platform->purl.n) {
        one[1] = platform->purl;
        s.products = (struct strs){ one + 1, 1 };
        s.components = (struct strs){ one, 1 };
    }
    s.reason = joined(r->arena, said_of(doc_get(vulnerability, "flags"), "label", doc_text(id)),
                      said_of(doc_get(vulnerability, "threats"), "details", doc_text(id)));
    return add(r, vulnerability, s, e);
}

static int read_csaf_statuses(struct reading *r, const struct csaf *c, const struct doc *root, struct err *e)
{
    static const struct {
        const char *key;
        enum vex_status status;
    } lists[] = { { "known_not_affected", VEX_NOT_AFFECTED },
                  { "fixed", VEX_FIXED },
                  { "first_fixed", VEX_FIXED },
                  { "known_affected", VEX_AFFECTED },
                  { "last_affected", VEX_AFFECTED },
                  { "under_investigation", VEX_UNDER_INVESTIGATION } };

    DOC_EACH (doc_get(root, "vulnerabilities"), d)
        for (size_t i = 0; i < ARRAY_LEN(lists); i++)
            DOC_EACH (doc_get(doc_get(d, "product_status"), lists[i].key), id)
                if (read_csaf_product(r, c, d, id, (struct vex_statement){ .status = lists[i].status }, e) <
                    0)
                    return -1;
    return 0;
}

static int read_csaf(struct reading *r, const struct doc *root, struct err *e)
{
    struct csaf c;

    r->author = doc_text(doc_path(root, "document.publisher.name"));
    r->time = doc_text(doc_path(root, "document.tracking.current_release_date"));
    int done = csaf_products(&c, doc_get(root, "product_tree"), r->arena, e);
    if (done == 0)
        done = read_csaf_statuses(r, &c, root, e);
    csaf_free(&c);
    return done;
}

/* ---- documents ---- */

int vex_read(struct str path, struct str body, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena tree = ARENA(TREE_BYTES);
    struct reading r = { .out = out, .arena = &tree, .path = path };
    struct doc *root;

    if (doc_json(body, &tree, &root, e) < 0)
        return -1;
    if (str_has(doc_text(doc_get(root, "@context")), STR("openvex")))
        return read_openvex(&r, root, e);
    if (str_eq(doc_text(doc_get(root, "bomFormat")), STR("CycloneDX")))
        return read_cyclonedx(&r, root, e);
    if (doc_path(root, "document.csaf_version"))
        return read_csaf(&r, root, e);
    return err_set(e, ERR_FORMAT, "neither OpenVEX nor CycloneDX nor CSAF");
}
