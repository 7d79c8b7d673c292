/* json_cut.h - take large JSON apart without a tree of the whole: the members of one object or list as slices
 * of the text, each of which can then be parsed by itself. Brackets and strings are followed, nothing else is
 * checked: that is for whoever parses the slice. */
#pragma once
#include "core/str.h"

struct json_cut {
    struct str rest;
    bool object;
    bool damaged; /* it ended before its bracket closed, or has no comma or colon where one belongs */
};

/* Begin with the text of an object or a list; false when it is neither. */
bool json_cut_begin(struct json_cut *c, struct str text);
/* The next member: *key is the key's text between its quotes, escapes as written (empty in a list); *value
 * begins and ends with the value itself. False at the end, and when the text is damaged. */
bool json_cut_next(struct json_cut *c, struct str *key, struct str *value);
