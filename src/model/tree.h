/* tree.h - the file system that layers make together: "squash" of the OCI image specification (layer.md).
 *
 * Layers are applied from the lowest to the highest, entry after entry, as an extraction would: whiteouts and
 * opaque directories hide what lower layers have, an entry of another type replaces and hides a subtree,
 * parents that are symbolic links are followed inside the root, hard links take over their target's
 * attributes. Every node knows the layer that brought it. About 60 bytes a node with its place in the table by
 * name; names are views into the entries, which must live as long as the tree. */
#pragma once
#include "model/entries.h"

typedef uint32_t node_id; /* 0: none */
enum { TREE_ROOT = 1 };

struct tree_node {
    const char *name;    /* name_n bytes, not terminated */
    uint64_t size : 48;  /* bytes of a file; of a directory: internal */
    uint64_t layer : 16; /* index of the layer that brought it */
    node_id parent, child, next;
    uint32_t extra; /* link, capabilities, device; see tree_entry */
    uint32_t uid, gid;
    uint16_t mode, name_n, depth;
    uint8_t kind;              /* enum entry_kind; hard links have become what they link to */
    bool implied : 1;          /* a directory that no layer lists, only things in it */
    bool dead : 1, linked : 1; /* internal: removed; still in its parent's list */
};

struct tree; /* opaque */

/* NULL when memory is spent. `max_bytes` bounds what the tree itself may take. */
struct tree *tree_new(size_t max_bytes) MUST_USE;
void tree_free(struct tree **t);

/* Called for what is odd but does not stop: hostile whiteouts, links out of the root ... Never twice for the
 * same entry. */
typedef void tree_note_fn(void *ctx, bool hostile, struct str path, const char *what);

/* Apply the next layer's entries (layers are numbered from 0, at most 65,535). `entries` must outlive the
 * tree. On error the tree holds what came before. */
int tree_apply(struct tree *t, uint32_t layer, struct str entries, tree_note_fn *note, void *ctx,
               struct err *e) MUST_USE;

/* The whole tree as a list of entries in the order of a walk, the root first, each with its layer: what the cache
 * keeps, so that it need not be made again from its layers. ERR_LIMIT: full, or a path is too long to be one. */
int tree_list(const struct tree *t, struct entries_writer *out, struct err *e) MUST_USE;
/* Into a new tree what tree_list made of another: a walk finds the same in the same order. The list must outlive
 * it. ERR_FORMAT: it is no such list. */
int tree_take_list(struct tree *t, struct str list, struct err *e) MUST_USE;

/* The node at a clean path ("" is the root); links in parents are followed within the root, the last
 * component's too when `follow`. 0 when there is none or links go in circles. */
node_id tree_find(const struct tree *t, struct str path, bool follow);
const struct tree_node *tree_node(const struct tree *t, node_id id);
/* Everything about a node but its path: kind, mode, uid, gid, size, link, caps, major, minor. */
struct entry tree_entry(const struct tree *t, node_id id);
/* Its path, into `to` (ENTRY_PATH_MOST bytes); a view of it. */
struct str tree_path(const struct tree *t, node_id id, char *to);
/* The next node of a walk over the whole tree, parents first; start with TREE_ROOT's child by passing 0;
 * 0 at the end. Order within a directory is not defined. */
node_id tree_next(const struct tree *t, node_id id);
uint64_t tree_count(const struct tree *t);
