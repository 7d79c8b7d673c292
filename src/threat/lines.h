/* lines.h - edits of text on its lines. Of YAML in block style: find a mapping by its line, set a value in it,
 * take an item away (what stands in braces is brace.h's). And the difference as a unified diff. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"
#include "doc/doc.h"

struct lines {
    struct arena *arena;
    struct str *line; /* without its end */
    size_t n;
    bool open_end; /* no newline behind the last */
    const uint32_t *secret;
    size_t n_secret; /* as in struct declared */
};
/* One edit: lines at .. at + gone are replaced by `text` (whole lines, each with its end; may be empty). */
struct edit {
    size_t at, gone;
    struct str text;
};
bool lines_split(struct lines *l, struct str body, struct arena *a);

/* Numbers of lines are from 0 here. */

/* The item or key at the line goes, with what is indented below it, and with the list or mapping that it
 * leaves empty. */
bool lines_drop(const struct lines *l, size_t at, struct edit *out);
/* What the fragment (one key, maybe nested) says is merged into the mapping whose first key is at the line.
 */
bool lines_merge(const struct lines *l, size_t at, const struct doc *fragment, struct edit *out);

/* Whole lines, each with its end, before the line; behind the last where it is their number. */
bool lines_insert(const struct lines *l, size_t at, struct str text, struct edit *out);
/* The line of a key of the mapping whose first key is at the line. */
bool lines_find(const struct lines *l, size_t at, struct str key, size_t *line);

/* Does the edit take away, and so a diff quote, a line that holds a secret? */
bool lines_tells(const struct lines *l, const struct edit *e);
/* All edits (sorted, apart from each other) as one unified diff of the file, with three lines of context or as
 * many as lie before the next line that holds a secret; and the text that comes out. */
void lines_diff(const struct lines *l, struct str path, const struct edit *edit, size_t n, struct buf *out);
void lines_apply(const struct lines *l, const struct edit *edit, size_t n, struct buf *out);
