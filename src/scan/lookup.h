/* lookup.h - what the databases say under an id: matching the other way round, for people who ask.
 *
 * An id is a vulnerability's (CVE-..., or a name that stands for it: GHSA-..., PYSEC-...), or one publisher's update
 * about several (DSA-..., RHSA-...). Databases are found by package, so all of them is read: a second for every few
 * hundred megabytes. */
#pragma once
#include "advisory/db.h"
#include "rule/rule.h"
#include "scan/advisories.h"

/* An advisory: which feed's record it stands in. */
struct told_by {
    size_t set;     /* of struct advisories */
    uint32_t place; /* for db_advisory */
    struct db_advisory said;
};
/* What it says of one package; all lists are in the arena. */
struct told {
    uint32_t by; /* of lookup.by */
    struct str ecosystem, package;
    struct db_statement says;
};
struct lookup {
    struct str id;  /* as it is spelled there; empty: no database has it */
    bool is_update; /* one publisher's, which may be about several vulnerabilities */
    LIST(struct db_vuln)
    vuln; /* each joined over the databases: names and vectors of all, KEV and EPSS of those that have
                                  them, else the first one's word */
    LIST(struct told_by) by;          /* by database, publisher, id */
    LIST(struct told) told;           /* by database, ecosystem, package */
    LIST(const struct check *) check; /* what findings about them are */
};

/* An id is also found when its lead is in small letters: cve-2021-44228. -1: a database is damaged, or *a is full. */
int lookup_id(const struct advisories *s, struct str id, struct arena *a, struct lookup *out,
              struct err *e) MUST_USE;
