/* build.h - how the readers of this folder make a tree: node after node, in the order of the text, with the
 * limits that all of them share. All return -1 (or NULL) after setting t->e. */
#pragma once
#include "core/map.h"
#include "doc/doc.h"

struct placed {
    struct doc doc; /* first: a struct doc of such a tree is one of these */
    struct doc_place place;
};
struct tree_level {
    struct doc *node, *last;
    struct map keys; /* for objects of many keys */
};
struct tree {
    struct arena *arena;
    struct err *e;
    struct doc *root;
    struct str key;  /* of the next node within an object */
    bool may_repeat; /* keys: XML's elements repeat */
    bool placed;     /* nodes are struct placed; the reader keeps the last two */
    int depth;
    struct tree_level level[DOC_DEPTH_MOST];
    struct doc_place at; /* from, to, style: of what was read last */
    uint32_t key_at;     /* where the key begins */
};

/* A node that is in no list or object yet. */
struct doc *tree_make(struct tree *t, enum doc_kind kind, uint32_t line) MUST_USE;
/* A node without text, behind the last one of the innermost open list or object. */
struct doc *tree_add(struct tree *t, enum doc_kind kind, uint32_t line) MUST_USE;
/* A node with a copy of the text. */
struct doc *tree_value(struct tree *t, enum doc_kind kind, uint32_t line, struct str text) MUST_USE;
/* The next node's key, copied; refused when the open object has it. */
int tree_key(struct tree *t, uint32_t line, struct str key) MUST_USE;
/* A list or an object that takes what follows until tree_close. */
int tree_open(struct tree *t, enum doc_kind kind, uint32_t line) MUST_USE;
void tree_close(struct tree *t);
/* Release what is not the arena's. */
void tree_end(struct tree *t);

static inline struct doc_place *tree_place(struct doc *d)
{
    return &((struct placed *)d)->place;
}

static inline struct tree_level *tree_top(struct tree *t)
{
    return t->depth ? &t->level[t->depth - 1] : NULL;
}

/* Does the object of the level have the key? True also when memory ends. */
bool tree_has(struct tree_level *in, struct str key) MUST_USE;
int tree_full(struct tree *t, uint32_t line);
/* Whole text is UTF-8: no overlong forms, no surrogates, in which a second reader may see other text. */
bool doc_is_utf8(struct str s) MUST_USE;
