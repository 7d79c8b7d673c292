#include "advisory/csaf.h"

enum { DEPTH_MOST = 8 }; /* of relationships: a package in a module in a product is 2 */

static int add(struct csaf *c, struct arena *a, const struct csaf_product *p, struct err *e)
{
    bool is_new;

    if (!p->id.n)
        return 0;
    uint32_t *at = map_put(&c->by_id, p->id, &is_new);
    if (!at || (is_new && !arena_grow(a, &c->product, c->n, &c->cap, sizeof *c->product)))
        return err_set(e, ERR_LIMIT, "more products than a document may have");
    if (is_new) {
        *at = (uint32_t)c->n;
        c->product[c->n++] = *p;
    }
    return 0;
}

static struct csaf_product read_product(const struct doc *d)
{
    return (struct csaf_product){ .id = doc_text(doc_get(d, "product_id")),
                                  .name = doc_text(doc_get(d, "name")),
                                  .cpe = doc_text(doc_path(d, "product_identification_helper.cpe")),
                                  .purl = doc_text(doc_path(d, "product_identification_helper.purl")) };
}

/* doc's own depth bounds the recursion. */
static int read_branches(struct csaf *c, const struct doc *branches, struct arena *a, struct err *e)
{
    DOC_EACH (branches, d) {
        struct csaf_product p = read_product(doc_get(d, "product"));
        if (add(c, a, &p, e) < 0 || read_branches(c, doc_get(d, "branches"), a, e) < 0)
            return -1;
    }
    return 0;
}

int csaf_products(struct csaf *out, const struct doc *tree, struct arena *a, struct err *e)
{
    *out = (struct csaf){ 0 };
    if (read_branches(out, doc_get(tree, "branches"), a, e) < 0)
        return -1;
    DOC_EACH (doc_get(tree, "full_product_names"), d) {
        struct csaf_product p = read_product(d);
        if (add(out, a, &p, e) < 0)
            return -1;
    }
    DOC_EACH (doc_get(tree, "relationships"), d) {
        struct csaf_product p = read_product(doc_get(d, "full_product_name"));
        p.component = doc_text(doc_get(d, "product_reference"));
        p.platform = doc_text(doc_get(d, "relates_to_product_reference"));
        if (add(out, a, &p, e) < 0)
            return -1;
    }
    return 0;
}

void csaf_free(struct csaf *c)
{
    map_free(&c->by_id);
    *c = (struct csaf){ 0 };
}

static const struct csaf_product *find(const struct csaf *c, struct str id)
{
    const uint32_t *at = map_get(&c->by_id, id);

    return at ? &c->product[*at] : NULL;
}

bool csaf_whole(const struct csaf *c, struct str id, const struct csaf_product **component,
                const struct csaf_product **platform)
{
    const struct csaf_product *p = find(c, id);

    *platform = p && p->platform.n ? find(c, p->platform) : NULL;
    for (int depth = 0; p && p->component.n; depth++) {
        if (depth == DEPTH_MOST)
            return false;
        p = find(c, p->component);
    }
    for (int depth = 0; *platform && (*platform)->platform.n; depth++) {
        if (depth == DEPTH_MOST)
            return false;
        *platform = find(c, (*platform)->platform);
    }
    *component = p;
    return p;
}
