/* assemble.h - layers' facts become an image: the squashed tree, which facts are visible in it, the
 * distribution, packages, and what could not be looked at. */
#pragma once
#include "model/model.h"
#include "source/source.h"

/* `squashed`: what the cache has of all layers together, or NULL. Fill img->tree, owners, seen, os and complete from img->layer; add its packages and gaps to the model. All but
 * the tree and the owners is in the model's arena. */
int assemble_image(struct model *m, struct image *img, const struct facts *squashed, struct err *e);
/* After judging: what is large and no longer asked. */
void assemble_forget(struct image *img);
