/* ruby.h - a gem's version taken apart. */
#pragma once
#include "model/version/number.h"

struct ruby {
    struct str numbers; /* the numbers in front, without the zeros at their end, which do not count */
    struct str rest;    /* from the first word on: a pre-release */
};

/* false: Gem::Version would not take it. */
bool ruby_parse(struct str s, struct ruby *v);
/* The next segment, a number or a word; false at the end. */
bool ruby_next(struct ruby *v, struct str *segment);
int ruby_cmp(struct ruby a, struct ruby b);
