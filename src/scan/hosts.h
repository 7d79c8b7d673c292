/* hosts.h - the software that hosts run, where somebody tells its versions: Node objects of a cluster's dump,
 * what engines say of themselves (parse/engine_info.h), packages of a host's root file system. What is known
 * about it is the host's, so that attacks from what runs there find it. */
#pragma once
#include "scan/advisories.h"

/* The versions that documents tell: packages and findings of d->host. The deployment is assembled. */
int hosts_match(const struct advisories *set, struct model *m, const struct deployment *d,
                struct err *e) MUST_USE;

/* Kernel and engine packages of a root file system, m->package.p[first ...], are those of the host. */
int hosts_take(struct model *m, const struct image *rootfs, size_t first, struct err *e) MUST_USE;
