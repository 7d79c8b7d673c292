/* semantic.h - a semantic version taken apart (semver.org, 2.0.0), and what each ecosystem bends about it. */
#pragma once
#include "model/version/number.h"

enum semantic_allow {
    ALLOW_V = 1,      /* "v1.2.3" */
    ALLOW_SHORT = 2,  /* "1", "1.2": what is missing is 0 */
    ALLOW_LONG = 4,   /* "1.2.3.4" */
    ALLOW_ZEROS = 8,  /* "01.2.3", "1.2.3-01" */
    ALLOW_EQUALS = 16 /* "=1.2.3" */
};

struct semantic {
    struct str core;  /* "1.2.3" */
    struct str pre;   /* behind "-" */
    struct str build; /* behind "+" */
};

/* false: not a version, with what `allow` allows. */
bool semantic_parse(struct str s, unsigned allow, struct semantic *v);

/* The order of semver.org: the core, then pre-releases below none; builds do not count. -1, 0 or 1. */
int semantic_cmp(const struct semantic *a, const struct semantic *b);

/* Two lists of dot-separated identifiers: numbers below words, fewer below more; `nocase`: capitals do not
 * count. */
int identifiers_cmp(struct str a, struct str b, bool nocase);

/* The order of two texts with these allowances: what a scheme's compare() is. */
int semantic_compare(struct str a, struct str b, unsigned allow, int *order);
