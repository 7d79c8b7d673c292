/* facts_json.h - facts as JSON: one object with a list for each kind that has any. For people who write
 * parsers, for golden tests and for conformance: `scantling facts`. */
#pragma once
#include "doc/emit.h"
#include "model/fact.h"

/* Adds the lists to the object that is open in *m. Empty fields are left out. */
void facts_emit(struct emit *m, const struct facts *f);
