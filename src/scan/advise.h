/* advise.h - from what advisories say about a package to a finding. */
#pragma once
#include "advisory/match.h"
#include "model/model.h"

/* Packages of the same identity: one name and version, perhaps at several places. */
struct same_package {
    const struct installed *first;
    const struct installed *const *all;
    size_t n;
    const struct check *check; /* package_check of the first, once there is something to say */
    bool asked;                /* what brought it, so that `way` is known */
    struct strs way;           /* see needs_way, of the first place where one is known */
};

/* What a distribution answers for one of its files: text for people, empty when it says nothing that acquits.
 */
struct acquittal {
    const struct installed *in; /* the package at this place */
    struct str why;
};

/* Add the finding for one match. `acquitted` has an answer for each place, or is NULL. */
int advise(struct model *m, struct db *db, const struct same_package *same, const struct match *match,
           const struct str *acquitted, struct err *e) MUST_USE;
/* Of a package that is asked for: what is in some of the versions that come in question, and not in others. */
struct doubt {
    struct db *db;
    const struct match *match;
};
enum { DOUBTS_NAMED = 5 };
/* One finding for all of them, unknown; n is not 0. */
int advise_asked(struct model *m, const struct same_package *same, const struct doubt *doubt, size_t n,
                 struct err *e) MUST_USE;
/* Severity that the words of publishers and vectors mean. */
enum severity advise_severity(const struct match *match, const struct db_advisory *said,
                              struct vulnerability *v);
