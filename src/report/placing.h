/* placing.h - a diagram on a page: by Graphviz where it is there and copes, else boundary after boundary,
 * each a grid of its nodes, with straight lines. */
#pragma once
#include "io/graphviz.h"
#include "report/diagram.h"

/* Sizes in points; a letter is one of 13 points in a common font, a badge with the gap behind it. */
enum {
    NODE_HEIGHT = 62,
    NODE_MARGIN = 12,
    NODE_LETTER = 8,
    NODE_NAME_MOST = 26, /* letters: what is longer loses its beginning */
    NODE_BADGE = 31,
    NODE_WIDTH_LEAST = 120,
    NODE_WIDTH_MOST = NODE_NAME_MOST * NODE_LETTER + 2 * NODE_MARGIN
};

struct placing {
    struct layout at;     /* lies in the diagram's arena; node[i] places d->node[i], and so on */
    char why_simple[480]; /* empty: Graphviz did it */
};
int placing_make(struct placing *p, struct diagram *d, struct err *e) MUST_USE;
