/* tree_form.h - how a tree lies in memory: for tree.c, which makes it from layers, and tree_list.c, which makes it
 * from its own list. */
#pragma once
#include "core/arena.h"
#include "core/map.h"
#include "model/tree.h"

/* ENTRY_BYTES: of one in a list, rather more than it takes. */
enum { DEPTH_MOST = ENTRY_PATH_MOST, ENTRY_BYTES = 24 };

struct extra {
    struct str link, caps;
    uint32_t major, minor;
};
/* Where a name of a directory is: with its hash beside it, so that a search that ends at an empty place, as
 * that of every new name does, touches no node. */
struct slot {
    uint32_t hash;
    node_id id; /* 0: empty; a node stays where it is for good */
};
struct tree {
    struct tree_node *node; /* from 1, the root; a removed node stays and is revived by its name */
    size_t n, cap;
    struct slot *slot; /* a power of two, a quarter of them empty at the least */
    size_t n_slot;
    struct extra *extra; /* from 1 */
    size_t n_extra, cap_extra;
    size_t max_bytes;
    uint64_t alive;
    struct arena names; /* of directories that no entry spells */
    uint32_t changes;   /* removals and replacements so far: what may make a remembered parent wrong */
};

static inline uint32_t tree_hash(node_id parent, struct str name)
{
    return (uint32_t)map_hash(name.p, name.n) ^ parent * 0x9e3779b1u;
}

/* The first empty place for a hash. */
static inline struct slot *tree_place(const struct tree *t, uint32_t hash)
{
    size_t i = hash & (t->n_slot - 1);

    while (t->slot[i].id)
        i = (i + 1) & (t->n_slot - 1);
    return &t->slot[i];
}

/* Room for so many nodes in all; false: memory or the tree's budget is spent. */
bool tree_room(struct tree *t, size_t n);
/* What a node has besides, if anything; false likewise. */
bool tree_set_extra(struct tree *t, node_id i, const struct extra *x);
