/* policy.h - what the user has decided: findings that are accepted, and when a scan counts as failed.
 *
 * The ignore file has one decision a line: WHAT [PACKAGE] [ELEMENT] [until=YYYY-MM-DD] # reason
 * WHAT is one of
 *   a check's id
 *   a vulnerability's id or one of its other names: CVE-2030-1, GHSA-...
 *   a package URL: all vulnerabilities of that package; without a version, of all its versions
 *   secret:HASH for one secret: its fingerprint, or at least 12 digits from its beginning, as the JSON and
 *     the verbose report show it. A fingerprint is the same only under the same key: who shares the file
 *     shares the key, too (--secret-key).
 * PACKAGE is a package URL, too: only there. ELEMENT is the element's name, or one ending in "*". A line
 * without a reason or past its date does not count and is reported. */
#pragma once
#include "model/model.h"

/* Mark open findings as accepted by the file at `path`. */
int policy_accept(struct model *m, const char *path, struct err *e);

/* --fail-on: "critical" ... "info" (that severity or worse is open), "kev" (a vulnerability that is
 * known to be exploited is open), "unknown", "incomplete", "new" (an open
 * finding that the baseline report does not have); several by comma. */
struct fail_on {
    bool any; /* something was asked for */
    bool by_severity, kev, unknown, incomplete, fresh;
    enum severity severity;
};
int policy_parse_fail_on(struct str text, struct fail_on *out, struct err *e);
/* `baseline`: a JSON report of before, or NULL. 1: the scan fails, and *why says what for; 0: it does not;
 * -1. */
int policy_fails(const struct model *m, const struct fail_on *f, const char *baseline, struct err *why);
