/* emit.h - writing JSON, by yajl_gen: never by hand, so that quoting cannot go wrong. Bytes that are not UTF-8
 * (file names may be anything) are written as U+FFFD. Output goes to a FILE in pieces of 64 KB: reports of
 * clusters have hundreds of megabytes. */
#pragma once
#include "core/str.h"

#include <stdio.h>

struct emit; /* opaque */

/* NULL when memory is spent. `indent`: pretty-printed, else one line. The file is borrowed. */
struct emit *emit_new(FILE *to, bool indent);
/* Ends the text with a newline, an indented one with two; false when anything could not be written. Frees. */
bool emit_end(struct emit *m);

/* Each takes the key first; NULL inside lists and for the outermost value. */
void emit_object(struct emit *m, const char *key);
void emit_list(struct emit *m, const char *key);
void emit_close(struct emit *m); /* the innermost object or list */
void emit_str(struct emit *m, const char *key, struct str s);
void emit_text(struct emit *m, const char *key, const char *s); /* NULL is written as "" */
void emit_u64(struct emit *m, const char *key, uint64_t v);
void emit_real(struct emit *m, const char *key, double v); /* three decimals at the most */
void emit_bool(struct emit *m, const char *key, bool v);
void emit_null(struct emit *m, const char *key);
/* emit_str, but nothing when it is empty */
void emit_some(struct emit *m, const char *key, struct str s);
/* A key that is not known at compile time; the value follows with key NULL. */
void emit_key(struct emit *m, struct str key);
