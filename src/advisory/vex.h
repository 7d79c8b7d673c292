/* vex.h - what the makers of a product say about vulnerabilities in it: OpenVEX, CycloneDX and CSAF documents
 * become statements (FACT_VEX), and statements decide findings. Documents are read in a confined job
 * (scan/statements.h); what this file applies are facts.
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

/* Add the statements of one document to *out, and a note for each that does not count. Texts are copied. -1:
 * it is damaged, or none of the three. */
int vex_read(struct str path, struct str body, struct facts *out, struct err *e) MUST_USE;

/* Decide the findings with a vulnerability by the statements; what did not count becomes incomplete. */
int vex_apply(struct model *m, const struct facts *statements, struct err *e) MUST_USE;
