/* diagram.h - the data-flow diagram of a model: what every export of it draws. Elements become nodes within
 * trust boundaries, relations become flows between them, findings become threats of the nodes, by STRIDE and
 * only by the letters that a node can suffer.
 *
 * A drawing of ten thousand nodes tells nobody anything: where there are more than `most`, elements of one
 * kind in one boundary are drawn as one node that says how many it stands for, the largest groups first, and
 * the flows between them likewise; where that does not suffice, in one outer boundary. Nothing is left out.
 */
#pragma once
#include "model/model.h"

enum { DRAW_MOST = 150 }; /* nodes that a reader can take in */

/* The findings of one check in one state on a node. */
struct diagram_threat {
    const struct check *check;
    enum state state;
    enum severity severity; /* the worst */
    uint32_t count;
    uint32_t finding; /* the first of them, which is the worst: an index into the model */
};
struct diagram_badge {
    uint32_t open;       /* findings */
    enum severity worst; /* of them */
};
struct diagram_node {
    enum element_kind kind;
    uint32_t element, count; /* the first element, and how many it stands for */
    uint32_t boundary;
    struct str id;   /* of the element or the group; the same from run to run, unique in the diagram */
    struct str name; /* the element's, or "120 workloads" */
    struct diagram_badge badge[STRIDE_COUNT];
    struct diagram_threat *threat; /* worst first */
    size_t n_threat;
};
struct diagram_flow {
    enum relation_kind kind;
    enum flow flow;
    uint32_t from, to; /* nodes */
    uint32_t count;    /* relations that it stands for */
    struct str label;  /* of the first */
};
/* A trust boundary; what it lies in comes before it. */
struct diagram_boundary {
    struct str name;  /* whole: "cluster/shop" */
    struct str label; /* its last part, for who draws it within the outer one: "shop" */
    uint32_t parent;  /* NO_BOUNDARY: none */
    uint32_t nodes;   /* directly in it */
};
#define NO_BOUNDARY UINT32_MAX
struct diagram {
    struct arena arena;
    struct diagram_node *node;
    struct diagram_flow *flow;
    struct diagram_boundary *boundary;
    uint32_t n_node, n_flow, n_boundary;
    uint32_t *node_of; /* of each element */
};
#define AUTO_DIAGRAM CLEANUP(diagram_free)
/* Texts are views into the model or the diagram's own arena. Findings below `least` are left out. */
int diagram_make(struct diagram *d, const struct model *m, enum severity least, uint32_t most,
                 struct err *e) MUST_USE;
void diagram_free(struct diagram *d);

/* The letters that a check stands for on a node of that kind, in STRIDE's order; "" when none fits. */
void diagram_letters(const struct check *c, enum element_kind kind, char to[static STRIDE_COUNT + 1]);
/* A version 5 look-alike UUID of a text, for formats that want one: the same for the same text. */
void diagram_uuid(const char *what, struct str text, char to[static 37]);
