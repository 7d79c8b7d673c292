/* csaf.h - the products of a CSAF document (section 3.2.2 of the standard): a tree of branches, and
 * relationships that put a component into a platform. */
#pragma once
#include "core/map.h"
#include "doc/doc.h"

struct csaf_product {
    struct str id, name;
    struct str cpe, purl;           /* empty: not said */
    struct str component, platform; /* ids, of a relationship; else empty */
};
struct csaf {
    struct csaf_product *product;
    size_t n, cap;
    struct map by_id;
};

/* Read product_tree into *out, whose texts are the document's and whose products are in *a. */
int csaf_products(struct csaf *out, const struct doc *tree, struct arena *a, struct err *e);
void csaf_free(struct csaf *c);

/* What an id stands for: the component at the end of its relationships, and the platform of the outermost
 * one (NULL: none). False: the id is not in the tree, or its relationships go in circles. */
bool csaf_whole(const struct csaf *c, struct str id, const struct csaf_product **component,
                const struct csaf_product **platform);
