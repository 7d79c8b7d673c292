/* packages.h - the packages of an image: what its layers' files say, joined. Licences that stand in files of
 * their own are put where they belong, a package that a bill of materials only repeats is said once with both
 * files as evidence, lists that are superseded by better ones beside them are left out, and each package
 * knows which package of the distribution brought its file: to keep the fact and let who judges it decide. */
#pragma once
#include "model/model.h"

/* Add to m->package what img->seen has; img->os and img->tree are known. */
int add_packages(struct model *m, const struct image *img, struct err *e) MUST_USE;
