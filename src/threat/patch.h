/* patch.h - the exact edit that closes findings, as a unified diff of the documents that decide: YAML and JSON in
 * whatever style (edit.h), Dockerfiles.
 *
 * Edits are made where the values stand, so that comments, order and style stay. What a rule's snippet says
 * is merged into the mapping of the workload, or of its Pod; what must go (a mount, a capability, a namespace of the
 * host) is taken away with the item or key that the evidence names. The result is read again: what cannot be read
 * gives no patch. */
#pragma once
#include "core/buf.h"
#include "model/model.h"

/* The line that goes when the finding is fixed, of which document; false: it is not fixed by taking one away.
 * Findings that share it are fixed by one edit. */
bool patch_drops(const struct model *m, const struct finding *f, struct str *path, uint32_t *line);

/* The document that was read last: the next patch may be of the same. */
struct patch_document {
    struct arena arena;
    const struct declared *doc;
    const struct doc *root;
};
#define PATCH_DOCUMENT            \
    {                             \
        .arena = ARENA(64u << 20) \
    }
static inline void patch_document_free(struct patch_document *last)
{
    arena_free(&last->arena);
}
#define AUTO_PATCH_DOCUMENT CLEANUP(patch_document_free)

/* A diff that closes all of the findings into `out`; those that it could not tell an edit for are counted in
 * *missed. Nothing is written when there are none. */
int patch_make(const struct model *m, const uint32_t *finding, size_t n, struct patch_document *last,
               struct buf *out, size_t *missed, struct err *e) MUST_USE;
