/* placing.h - a diagram on a page: by Graphviz where it is there and copes, else boundary after boundary,
 * each a grid of its nodes, with straight lines. */
#pragma once
#include "io/graphviz.h"
#include "report/diagram.h"

enum { NODE_WIDTH = 176, NODE_HEIGHT = 62 };

struct placing {
    struct layout at;     /* lies in the diagram's arena; node[i] places d->node[i], and so on */
    char why_simple[480]; /* empty: Graphviz did it */
};
int placing_make(struct placing *p, struct diagram *d, struct err *e) MUST_USE;
