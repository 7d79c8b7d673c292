/* pages.h - how memory is laid out in pages. */
#pragma once
#include "core/base.h"

/* Fresh memory that will be filled and then looked up at random: in pages of 2 MB where it is that large and the kernel
 * has them (transparent huge pages), for one of them is cleared and found faster than 512 small ones. A hint: nothing
 * rests on it. */
void pages_large(void *p, size_t n);
