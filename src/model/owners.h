/* owners.h - which package brought which file: what the package databases of an image list, as a table by path.
 * The lists are long, and few of their files are asked about, by packages, certificates, secrets and the survey:
 * they are read once for all of them. */
#pragma once
#include "model/image.h"

/* Of img->seen; img->tree says which folders are links to others: what a package lists as bin/su lies in
 * usr/bin. The image must outlive it. NULL: no memory. */
struct owners *owners_new(const struct image *img) MUST_USE;
void owners_free(struct owners **o);

/* Who brought the file with a clean path, spelt as in the tree, says img->owners; nobody, when that is NULL.
 * `deleted`: when no database that is still there knows it, one that a later layer deleted will do. */
struct owner owner_of(const struct image *img, struct str path, bool deleted);
