/* vex.h - what the makers of a product say about vulnerabilities in it: OpenVEX, CycloneDX and CSAF documents
 * become statements, and statements decide findings.
 *
 * Unlike a feed, which is about packages whoever uses them, a VEX document is chosen by the user for what is
 * scanned, and its word is taken:
 *   not_affected         mitigated, with the reason as proof; accepted when no reason is given
 *   fixed                mitigated
 *   under_investigation  unknown
 *   affected             stays open, with what is said as proof
 * Of several statements about a finding the newest holds, of equally old ones the last. */
#pragma once
#include "model/model.h"

#define VEX_STATUSES(X)             \
    X(NOT_AFFECTED, "not_affected") \
    X(AFFECTED, "affected") X(FIXED, "fixed") X(UNDER_INVESTIGATION, "under_investigation")
#define VEX_ENUM(id, name) VEX_##id,
enum vex_status { VEX_STATUSES(VEX_ENUM) VEX_STATUS_COUNT };
extern const char *const vex_status_name[VEX_STATUS_COUNT];

struct vex_statement {
    struct strs ids;        /* the vulnerability and its other names */
    struct strs products;   /* package URLs, or "sha256:..." of an image; one of them */
    struct strs components; /* package URLs within the product; none: the product itself */
    enum vex_status status;
    struct str reason; /* justification and what is said for people; may be empty */
    struct str author, time;
    struct str path; /* of the document */
    uint32_t line;
};

struct vex {
    struct arena arena;
    LIST(struct vex_statement) statement;
    LIST(struct incomplete) unclear; /* what was not understood, for the report */
};
#define VEX                        \
    {                              \
        .arena = ARENA(256u << 20) \
    }
void vex_free(struct vex *v);
#define AUTO_VEX CLEANUP(vex_free)

/* Add the statements of one document; `path` and `body` are copied. -1: it is damaged, or none of the three.
 */
int vex_read(struct vex *v, struct str path, struct str body, struct err *e);
/* The same with a file. */
int vex_load(struct vex *v, const char *path, struct err *e);

/* Decide the findings with a vulnerability; what was unclear becomes incomplete. */
int vex_apply(struct model *m, const struct vex *v, struct err *e);
