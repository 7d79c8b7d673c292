/* assemble.h - layers' facts become an image: the squashed tree, which facts are visible in it, the
 * distribution, packages, and what could not be looked at. */
#pragma once
#include "model/model.h"
#include "source/source.h"

/* Fill img->tree, seen, os and complete from img->layer; add its packages and gaps to the model. Everything
 * is allocated in the model's arena; the tree is freed by the caller after judging (*tree). */
int assemble_image(struct model *m, struct image *img, struct tree **tree, struct err *e);
