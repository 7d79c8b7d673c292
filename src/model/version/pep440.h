/* pep440.h - a Python version taken apart, by PEP 440; the scheme and its specifiers both need the parts. */
#pragma once
#include "model/version/number.h"

enum pep440_stage { STAGE_NONE, STAGE_A, STAGE_B, STAGE_RC };

struct pep440 {
    struct str epoch, release; /* "1.2.3" */
    enum pep440_stage stage;
    bool has_post, has_dev;
    struct str stage_n, post_n, dev_n; /* digits; empty: 0 */
    struct str local;                  /* behind the "+" */
};

/* false: not a version by PEP 440, appendix B (which accepts more spellings than the canonical one). */
bool pep440_parse(struct str s, struct pep440 *v);

/* The whole order, and that without the local version; -1, 0 or 1. */
int pep440_cmp(const struct pep440 *a, const struct pep440 *b);
int pep440_public_cmp(const struct pep440 *a, const struct pep440 *b);
/* Epoch and release only: 1.0rc1 and 1.0.0 are the same. */
int pep440_base_cmp(const struct pep440 *a, const struct pep440 *b);

/* Dotted numbers, what is missing being 0; at most the first `most` of them are compared. */
int dotted_cmp(struct str a, struct str b, size_t most);
/* How many numbers "1.2.3" has. */
size_t dotted_count(struct str s);
