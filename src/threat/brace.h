/* brace.h - edits within braces and brackets: JSON, and YAML in flow style, both read by one small scanner that
 * knows where each value lies. What it cannot read it leaves to people. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"
#include "doc/doc.h"

/* `text` in the place of the bytes at .. at + gone. */
struct splice {
    size_t at, gone;
    struct str text;
};

enum { BRACE_NODES_MOST = 1 << 16 };
struct brace_node {
    size_t at, end;                 /* of the value; of a scalar with its quotes */
    size_t from;                    /* where the key begins, or the value without one */
    struct str key, text;           /* without quotes, escapes left as they are; text: of a scalar */
    char kind;                      /* '{', '[', 's' */
    uint32_t up, first, last, next; /* nodes; BRACE_NONE */
    uint32_t n;
};
static const uint32_t BRACE_NONE = UINT32_MAX;

/* Lines are told by where they begin in the text.
 *
 * The collection of which the line is a part: a JSON document, or the outermost braces in YAML. */
struct braces {
    struct str body;
    bool json;
    struct brace_node *node; /* node[0] is the root */
    uint32_t n;
};
bool brace_read(struct braces *f, struct str body, bool json, size_t line, struct arena *a);

/* The one mapping that begins on the line and has a member "name" with that text, or that is a member of that
 * name itself; BRACE_NONE: none, or several. */
uint32_t brace_mapping(const struct braces *f, size_t from, struct str name);
/* Do the outermost braces begin on the line, behind a dash: the item of a list in block style? Behind a key? */
bool brace_is_item(const struct braces *f, size_t line);
bool brace_is_value(const struct braces *f, size_t line);
/* What begins on the line, told apart from others there by what is told of it. */
uint32_t brace_told(const struct braces *f, size_t from, struct str told);

/* Does the line, by its look, hold more than one thing that could be taken away? */
bool brace_crowded(struct str line);

/* Take the node out of its collection, with the comma that parts it from the next. */
bool brace_drop(const struct braces *f, uint32_t node, struct splice *out);
/* Merge what a mapping or list says into the node, which is one too; splices are added behind the *n there, at
 * most `most`. */
bool brace_merge(const struct braces *f, uint32_t node, const struct doc *what, struct arena *a,
                 struct splice *out, size_t *n, size_t most);
