/* composer.h - a version of a PHP package as Composer normalises it. */
#pragma once
#include "model/version/number.h"

enum composer_stability {
    STABILITY_DEV,
    STABILITY_ALPHA,
    STABILITY_BETA,
    STABILITY_RC,
    STABILITY_STABLE,
    STABILITY_PATCH
};

struct composer {
    struct str core; /* "1.2", "1.x", "2024-01-02" */
    enum composer_stability stability;
    struct str number; /* of the stability: "1" of "rc1", "1.2" of "beta.1.2" */
    bool dev;          /* "-dev" behind it */
    bool marked;       /* a stability was written */
    bool any;          /* the core has an "x": a branch, with "-dev" behind it, or part of a range */
};

/* false: Composer does not take it, or it is a branch ("dev-main"), which has no order. */
bool composer_parse(struct str s, struct composer *v);
int composer_cmp(const struct composer *a, const struct composer *b);
/* The first `most` numbers only; an "x" is above any number. */
int composer_core_cmp(struct str a, struct str b, size_t most);
