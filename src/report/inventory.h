/* inventory.h - the packages of a model in the order and with the names that SBOMs need: sorted, so that the
 * same image gives the same document, and each with a reference that is unique in it. */
#pragma once
#include "core/buf.h"
#include "model/model.h"

struct item {
    const struct installed *in;
    char ref[17];          /* hex; of the package, its place and its layer; unique in the document */
    const uint32_t *needs; /* indices of the items it needs, each once */
    size_t n_needs;
};
struct inventory {
    struct arena arena;
    struct item *item; /* by image, type, name, version, arch, path */
    size_t n;
    char uuid[37]; /* of the content: the same for the same images and packages */
};
#define AUTO_INVENTORY CLEANUP(inventory_free)
int inventory_make(struct inventory *v, const struct model *m, struct err *e) MUST_USE;
void inventory_free(struct inventory *v);

/* What names a layer: its blob's digest, else its diff ID; empty when it has neither or is none of the
 * image's. */
struct str layer_digest(const struct image *img, uint32_t layer);
/* What an image is called: its name, else the target. */
struct str image_title(const struct image *img);
/* "where: reason", appended. */
void incomplete_text(struct buf *out, const struct incomplete *in);
