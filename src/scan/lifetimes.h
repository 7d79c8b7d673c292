/* lifetimes.h - until when the releases in an image are supported: the distribution's, and those of programs that no
 * distribution brought. */
#pragma once
#include "scan/advisories.h"

/* Add a finding for the distribution (open: support is over; unknown: nothing is known of its end; none for a
 * rolling release, or where there is no distribution), and one for each release line of a program among `in`. */
int lifetimes_judge(const struct advisories *set, struct model *m, const struct image *img,
                    const struct installed *in, size_t n, struct err *e) MUST_USE;
