/* edit.h - edits of YAML and JSON at the bytes where their values stand (struct doc_place): what is in braces and
 * brackets is parted by commas, what is in block style stands on lines of its own. What stands behind an alias is
 * left to people. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"
#include "doc/doc.h"

/* `text` in the place of the bytes at .. at + gone; whole lines, where it begins and ends with some. */
struct splice {
    size_t at, gone;
    struct str text;
};

enum { SPLICES_MOST = 200 };
struct edits {
    struct str body;
    bool json;
    struct arena *arena;
    const struct doc *root; /* as edits_read says */
    struct splice splice[SPLICES_MOST];
    size_t n;
};
/* The tree with places; of YAML a list of documents. NULL: too large, or it cannot be read. */
const struct doc *edits_read(struct str body, bool json, struct arena *a);

/* A node and what it is part of, the root first. */
struct edit_path {
    const struct doc *node[DOC_DEPTH_MOST + 2];
    size_t n;
};
static inline const struct doc *edit_up(const struct edit_path *p, size_t levels)
{
    return levels < p->n ? p->node[p->n - 1 - levels] : NULL;
}

/* The one mapping on the line (from 1) that `is_it` says yes to; of several the one of that name. */
typedef bool edit_is_it(const struct edit_path *p);
bool edit_mapping(const struct edits *e, uint32_t line, edit_is_it *is_it, struct str name,
                  struct edit_path *out);
/* What begins on the line, told apart from others there by what is told of it. */
bool edit_told(const struct edits *e, uint32_t line, struct str told, struct edit_path *out);

/* Each adds splices; false: there is no such edit, and what was added is of no use. */

/* Take the last of the path away, with the list or mapping that it leaves empty. */
bool edit_drop(struct edits *e, const struct edit_path *p);
/* What `what` says is said by the node, which is a mapping or a list too. */
bool edit_merge(struct edits *e, const struct doc *node, const struct doc *what);
bool edit_add(struct edits *e, struct splice s);

/* Behind the line on which the byte before `at` stands. */
size_t edit_next_line(const struct edits *e, size_t at);
