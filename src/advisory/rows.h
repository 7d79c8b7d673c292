/* rows.h - what readers of feeds have in common: the rows of one advisory while it is read. They live in an
 * arena, which bounds them. */
#pragma once
#include "advisory/feed.h"
#include "doc/doc.h"

struct rows {
    struct arena *arena;
    struct affected *p;
    size_t n, cap;
};

/* Append a copy of *like; its texts and events are borrowed. ERR_LIMIT. */
int rows_add(struct rows *r, const struct affected *like, struct err *e);
/* The same with a range from `from` ("0": the beginning) until before `fixed`; no fix when that is empty. */
int rows_add_range(struct rows *r, const struct affected *like, struct str from, struct str fixed,
                   struct err *e);

/* The ids among blank-separated words; what does not look like one is left out. False: memory. */
bool rows_ids(struct arena *a, struct str words, struct strs *ids);

/* [EPOCH:]VERSION-RELEASE as rpm writes it, without an epoch of 0; STR_NONE: memory. */
struct str rows_evr(struct arena *a, struct str epoch, struct str version, struct str release);
