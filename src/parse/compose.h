/* compose.h - Compose files, step by step as the Compose specification has it: each document is read with its
 * variables replaced (compose_load.c), its short forms become long ones (compose_form.c), `extends` and
 * `include` are followed (compose_load.c), documents are merged (compose_merge.c), and what is left says what
 * runs (compose.c, compose_service.c).
 *
 * Trees are struct doc; doc.from says which document a value came from. They are built in one arena; when it
 * is full c->e says so and c->failed is set, asked for once at the end. */
#pragma once
#include "parse/declare.h"
#include "parse/variables.h"

enum { COMPOSE_BYTES = 128 << 20, COMPOSE_DOCUMENTS_MOST = 1000, COMPOSE_NESTED_MOST = 24 };

struct compose_document {
    struct str path;
    const struct variables *variables; /* by which it was read */
    struct doc *root;                  /* canonical; NULL: could not be read */
    uint16_t from;                     /* index of its path */
};
struct compose {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct arena arena;
    bool failed;
    struct declare d;
    struct str *path; /* of documents, by doc.from */
    size_t n_path, cap_path;
    struct compose_document *document;
    size_t n_document, cap_document;
    struct variables **set; /* of variables, to be freed */
    size_t n_set, cap_set;
};

/* The declaring of what stands at `d`: c->d with the path of d's document. */
struct declare *compose_at(struct compose *c, const struct doc *d);
int compose_full(struct compose *c);
/* The text of a scalar; empty for null, lists and objects. */
struct str compose_text(const struct doc *d);

/* --- making trees --- */

/* A node as `like` has line and document; NULL: full. */
struct doc *compose_node(struct compose *c, enum doc_kind kind, const struct doc *like, struct str key,
                         struct str text);
/* Children, one behind the other. */
struct compose_into {
    struct doc *node, **end;
};
struct compose_into compose_into(struct doc *node);
void compose_add(struct compose_into *to, struct doc *child);
/* The same value (its children shared) under the key. */
struct doc *compose_same(struct compose *c, const struct doc *d, struct str key);

/* --- steps --- */

/* The whole project: the document, what it includes and extends and what is merged over it. */
int compose_load(struct compose *c, struct doc **root);
/* The variables of a file beside the document at `from`, `outer` before them. */
const struct variables *compose_environment(struct compose *c, struct str from, struct str file,
                                            bool optional, const struct variables *outer, uint32_t line);
/* A document that another names, when it has been read; who reads it says when it is not there. */
const struct input *compose_wanted(struct compose *c, struct str file, struct str from, bool optional,
                                   uint32_t line);
struct doc *compose_canonical(struct compose *c, const struct doc *root);
struct doc *compose_canonical_service(struct compose *c, const struct doc *service);
/* Merge whole documents, and single services. */
struct doc *compose_merge(struct compose *c, const struct doc *base, const struct doc *over);
struct doc *compose_merge_service(struct compose *c, const struct doc *base, const struct doc *over);

void compose_service(struct compose *c, const struct doc *service, const struct variables *env);
