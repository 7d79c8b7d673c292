/* built_in.h - the advisory database that comes with the program: made of data/ by tools/embed_advisories.c.
 */
#pragma once
#include <stddef.h>

extern const char built_in_advisories[];
extern const size_t built_in_advisories_size;
