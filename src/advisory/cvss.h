/* cvss.h - the base score of a vector, by the formulae of its version: CVSS 2.0, 3.0, 3.1 and 4.0 (FIRST). */
#pragma once
#include "model/fact.h"
#include "model/threat.h"

/* In tenths: 98 is 9.8. false: not a vector, a metric is missing, said twice or has no such value. Temporal,
 * threat and environmental metrics may stand in it and do not count: they are the reader's, not the
 * publisher's. A vector without "CVSS:" is one of version 2. */
bool cvss_base(struct str vector, unsigned *tenths);
/* "3.1", "2.0"; empty: no vector. */
struct str cvss_version(struct str vector);
/* Of several vectors the newest version's: the vector and its score; false: there is none that has one. */
bool cvss_newest(struct strs vectors, struct str *vector, unsigned *tenths);
/* none is info; 0.1 low, 4.0 medium, 7.0 high, 9.0 critical. */
enum severity cvss_severity(unsigned tenths);
