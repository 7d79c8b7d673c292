/* graphviz.h - where things go on a page: Graphviz' dot, in a confined job.
 *
 * It gets sizes and who is joined to whom, never a name: no text of the input can meet its readers of labels,
 * fonts and HTML. What is left that an attacker decides is the shape of the graph, and that costs a job's
 * time and memory at the most. Lengths are points, y grows downwards.
 *
 * Without Graphviz (at build or run time) graphviz_layout says ERR_UNSUPPORTED: the caller then places things
 * by simpler means. The library is loaded when it is first needed. */
#pragma once
#include "core/arena.h"
#include "core/err.h"

struct box {
    int32_t x, y, w, h; /* left, top */
};
struct point {
    int32_t x, y;
};
struct line {
    struct point *point; /* a cubic Bezier curve: 1 + 3n points */
    uint32_t n;
};
struct layout_edge {
    uint32_t from, to;
};
/* To be filled: node[].w and .h, cluster_of, cluster_in; the answer: all the rest, in `arena`. */
struct layout {
    struct box *node;
    uint32_t *cluster_of;
    uint32_t
        *cluster_in; /* of each cluster the one that it lies in, which comes before it; UINT32_MAX: none */
    const struct layout_edge *edge;
    uint32_t n_node, n_cluster, n_edge;
    struct box *cluster;
    struct line *line; /* of each edge */
    int32_t w, h;
};
int graphviz_layout(struct layout *l, struct arena *arena, struct err *e) MUST_USE;
