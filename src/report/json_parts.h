/* json_parts.h - what our JSON documents share. Each writes keys into the object that is open. */
#pragma once
#include "doc/emit.h"
#include "model/model.h"

/* "threats", "stride" */
void json_put_threats(struct emit *j, const struct check *c);
/* "catalogues": {KEY: [ID ...]} */
void json_put_catalogues(struct emit *j, const struct check *c);
/* "advisories": the sets that were asked and their sources */
void json_put_advisories(struct emit *j, const struct model *m);
void json_put_list(struct emit *j, const char *key, const struct strs *list);
