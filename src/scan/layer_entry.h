/* layer_entry.h - an entry of a layer as whoever packed it wrote it becomes one that can be relied on. */
#pragma once
#include "model/entries.h"
#include "model/fact.h"

/* *raw with a clean path, into `path` (ENTRY_PATH_MOST bytes), and where whiteouts are names, as in a tar, with those
 * recognised. false: leave the entry out; remarks in *out say what was wrong. */
bool entry_understand(const struct entry *raw, bool whiteouts, char *path, struct entry *en,
                      struct facts *out);
/* The same of a hard link's target, into `link`. */
bool entry_understand_link(char *link, struct entry *en, struct facts *out);
