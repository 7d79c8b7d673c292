/* example.h - folders of tests, examples and documents: keys, certificates and secrets in them are mostly nobody's. */
#pragma once
#include "core/str.h"

/* What such a folder on the path makes of the file: "lies among tests"; NULL: there is none. Whatever their case. */
const char *example_place(struct str path);
