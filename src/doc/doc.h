/* doc.h - one tree for structured text (JSON now; YAML and TOML grow here), with the line of every value.
 *
 * Strict on purpose, for a lenient reader is an attack on whoever reads after us: duplicate keys, trailing
 * bytes, invalid UTF-8 and comments are errors; depth and size are bounded. The tree lives in an arena. */
#pragma once
#include "core/arena.h"
#include "core/err.h"

enum doc_kind { DOC_NULL, DOC_BOOL, DOC_NUMBER, DOC_TEXT, DOC_LIST, DOC_OBJECT };

struct doc {
    enum doc_kind kind;
    uint32_t line;            /* from 1 */
    struct str key;           /* within an object */
    struct str text;          /* DOC_TEXT decoded; DOC_NUMBER as written */
    bool yes;                 /* DOC_BOOL */
    uint32_t n;               /* children */
    struct doc *child, *next; /* first child; next sibling, in the order of the text */
};

/* Parse all of `text` into *a. Errors say line and reason. */
int doc_json(struct str text, struct arena *a, struct doc **out, struct err *e);

/* All of these take NULL and wrong kinds and then say NULL, empty or false: a missing value is an empty one.
 */
const struct doc *doc_get(const struct doc *object, const char *key);
const struct doc *doc_path(const struct doc *object, const char *dotted); /* "config.User" */
struct str doc_text(const struct doc *d);                                 /* of DOC_TEXT, else empty */
bool doc_u64(const struct doc *d, uint64_t *out);
bool doc_true(const struct doc *d);
/* DOC_EACH (list_or_object, item) ... */
#define DOC_EACH(d, it) for (const struct doc *it = (d) ? (d)->child : NULL; it; it = it->next)
/* The texts of a list (other kinds in it are skipped), allocated in *a; false when it is full. */
bool doc_texts(const struct doc *list, struct arena *a, const struct str **p, size_t *n);
