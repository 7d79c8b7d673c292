/* updates.h - what ends the vulnerabilities that a fix closes: which packages, from which version to which, and the
 * commands for it. */
#pragma once
#include "model/model.h"

/* When all of these findings are vulnerabilities: the sentence into *text, one command a line into *snippet (empty when
 * there is none), both in the model's arena; else both stay as they are. Of several updates of one package the last
 * version counts, which has the others. */
int updates_say(struct model *m, const uint32_t *finding, size_t n, struct str *text, struct str *snippet,
                struct err *e) MUST_USE;
