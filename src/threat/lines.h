/* lines.h - edits of whole lines of a text, and the difference that they make as a unified diff. */
#pragma once
#include "core/arena.h"
#include "core/buf.h"

struct lines {
    struct arena *arena;
    struct str *line; /* without its end */
    size_t n;
    bool open_end; /* no newline behind the last */
    const uint32_t *secret;
    size_t n_secret; /* as in struct declared */
};
/* One edit: lines at .. at + gone are replaced by `text` (whole lines, each with its end; may be empty). Numbers of lines
 * are from 0 here. */
struct edit {
    size_t at, gone;
    struct str text;
};
bool lines_split(struct lines *l, struct str body, struct arena *a);
/* The line that the byte stands on; their number: behind the end of the last. */
size_t lines_of(const struct lines *l, size_t at);

/* Does the edit take away, and so a diff quote, a line that holds a secret? */
bool lines_tells(const struct lines *l, const struct edit *e);
/* All edits (sorted, apart from each other) as one unified diff of the file, with three lines of context or as
 * many as lie before the next line that holds a secret; and the text that comes out. */
void lines_diff(const struct lines *l, struct str path, const struct edit *edit, size_t n, struct buf *out);
void lines_apply(const struct lines *l, const struct edit *edit, size_t n, struct buf *out);
