/* doc.h - one tree for structured text (JSON, YAML, TOML, XML), with the line of every value.
 *
 * Strict on purpose, for a lenient reader is an attack on whoever reads after us: duplicate keys, trailing
 * bytes, invalid UTF-8 and (in JSON) comments are errors; depth and size are bounded. The tree lives in an
 * arena, whose budget bounds it; texts never point into the input. */
#pragma once
#include "core/arena.h"
#include "core/err.h"

enum { DOC_DEPTH_MOST = 128 }; /* of lists and objects: readers of a tree may recurse */

enum doc_kind { DOC_NULL, DOC_BOOL, DOC_NUMBER, DOC_TEXT, DOC_LIST, DOC_OBJECT };
/* YAML's local tags that a format gives a meaning: Compose's !reset and !override. */
enum doc_tag { DOC_UNTAGGED, DOC_RESET, DOC_OVERRIDE };

struct doc {
    enum doc_kind kind;
    uint32_t line;            /* from 1 */
    struct str key;           /* within an object */
    struct str text;          /* DOC_TEXT decoded; DOC_NUMBER and DOC_BOOL as written: 1.10 stays 1.10 */
    bool yes;                 /* DOC_BOOL */
    uint8_t tag;              /* enum doc_tag */
    uint16_t from;            /* for callers that join several documents: which one; readers leave it 0 */
    uint32_t n;               /* children */
    struct doc *child, *next; /* first child; next sibling, in the order of the text */
};

/* Where a value stands in the text, in bytes from its beginning. YAML's words: what is plain, quoted or in brackets is
 * in flow style. */
enum doc_style { DOC_FLOW, DOC_BLOCK, DOC_ALIAS };
struct doc_place {
    /* The value, with its quotes or brackets, anchor and tag; of a text behind | or > its lines alone; empty where
     * nothing is said. Of an alias, or what a merge key brings: of what it stands for. */
    uint32_t from, to;
    uint32_t line;     /* of `from` */
    uint32_t key, end; /* what is written here: its key, or itself, and what follows; 0: it was merged */
    uint8_t style;     /* enum doc_style; DOC_ALIAS: what is below it stands elsewhere */
};

/* Load libxml2 now, for who cannot do so later (a confined job): doc_xml does when it is first called. */
int doc_xml_load(struct err *e) MUST_USE;

/* Parse all of `text` into *a. Errors say line and reason; *out is NULL then. */

/* RFC 8259. */
int doc_json(struct str text, struct arena *a, struct doc **out, struct err *e);
/* The same, but of an object at the root only the members in `only` (NULL-ended) are kept, and duplicates
 * within the others are not noticed: cheap when a large document has few interesting keys. */
int doc_json_some(struct str text, const char *const *only, struct arena *a, struct doc **out, struct err *e);
int doc_json_placed(struct str text, struct arena *a, struct doc **out, struct err *e);
/* JSON with comments and trailing commas. */
int doc_jsonc(struct str text, struct arena *a, struct doc **out, struct err *e);

/* YAML 1.2, core schema: `yes` and `on` are texts, 0o17 and .inf numbers. Anchors are resolved: an alias
 * shares its anchor's children, so it costs one node, but what a walk over the tree would meet is bounded
 * (YAML_NODES_MOST). Merge keys (`<<`) are merged: a key of the object itself wins, then the first of a list.
 * Keys must be scalars. Tags other than the core schema's do not change a value's kind, except that a scalar
 * with one is a text. doc_yaml refuses a stream of several documents; doc_yaml_all gives a DOC_LIST of all.
 */
enum { YAML_NODES_MOST = 4000000 };
int doc_yaml(struct str text, struct arena *a, struct doc **out, struct err *e);
int doc_yaml_all(struct str text, struct arena *a, struct doc **out, struct err *e);
int doc_yaml_all_placed(struct str text, struct arena *a, struct doc **out, struct err *e);

/* TOML 1.0. Dates and times are DOC_TEXT as written. */
int doc_toml(struct str text, struct arena *a, struct doc **out, struct err *e);

/* XML 1.0. An element is a DOC_OBJECT; its key is the local name, its `text` its own character data without
 * the blanks around it; its children are its attributes (DOC_TEXT, "@name", namespace declarations left out)
 * and its elements, which may repeat: doc_get finds the first. The root element is the tree's root, with its
 * key. Nothing is fetched; entities other than the five predefined ones are errors. */
int doc_xml(struct str text, struct arena *a, struct doc **out, struct err *e);

/* The same of a document of hundreds of megabytes: no tree of the whole, but one of each element that stands in an
 * element that stands `depth` levels below the root (0: in the root itself), one after the other. `parent` is the key of
 * what it stands in; the tree is gone when `fn` returns, which ends it all with -1. */
typedef int doc_xml_fn(void *ctx, struct str parent, const struct doc *element, struct err *e);
int doc_xml_each(struct str text, int depth, doc_xml_fn *fn, void *ctx, struct err *e) MUST_USE;

/* Of a node in a tree that was read ..._placed; copies and other trees have none. */
const struct doc_place *doc_place(const struct doc *d);

/* All of these take NULL and wrong kinds and then say NULL, empty or false: a missing value is an empty one.
 */
const struct doc *doc_get(const struct doc *object, const char *key);
const struct doc *doc_path(const struct doc *object, const char *dotted); /* "config.User" */
struct str doc_text(const struct doc *d);                                 /* of DOC_TEXT, else empty */
struct str doc_scalar(const struct doc *d); /* the text of any kind: numbers as written, XML's elements */
bool doc_u64(const struct doc *d, uint64_t *out);
bool doc_true(const struct doc *d);
/* Is it a list with that text in it? */
bool doc_lists(const struct doc *d, const char *text);
/* DOC_EACH (list_or_object, item) ... */
#define DOC_EACH(d, it) for (const struct doc *it = (d) ? (d)->child : NULL; it; it = it->next)
/* The texts of a list (other kinds in it are skipped), allocated in *a; false when it is full. */
bool doc_texts(const struct doc *list, struct arena *a, const struct str **p, size_t *n);
