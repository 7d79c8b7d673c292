/* squash.h - what the layers of an image make together, as the cache keeps it beside the layers' own records: a
 * second scan of the image decodes this one, in which the list of the squashed tree (tree_list) stands in for the
 * lists of all layers. Its key is the digest over the layers' keys, in their order. */
#pragma once
#include "model/image.h"
#include "scan/layers.h"

/* Set the facts of all layers, and img->squashed; nothing, when the cache has no such record. */
void squash_get(struct source_image *img, struct cache *c, struct store *s, bool no_verify);
/* Keep it, when every layer's record is kept and the tree is whole. Failing is not an error. */
void squash_put(const struct source_image *src, const struct image *img, struct cache *c, bool no_verify);
