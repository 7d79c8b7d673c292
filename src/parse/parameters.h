/* parameters.h - configuration files as parameters: what of a tree or of lines of NAME VALUE every parser of
 * configuration says in the same way. */
#pragma once
#include "parse/declare.h"

enum { PARAMETERS_BYTES = 64 << 20, PARAMETERS_FILE_MOST = 4 << 20 };

/* The whole tree: keys joined by dots; a list of scalars gives one parameter an element, in a list of objects
 * their number joins in (from 0); empty objects and lists are said with an empty value. */
int parameters_of_tree(const struct input *in, const char *component,
                       int (*read)(struct str text, struct arena *a, struct doc **out, struct err *e),
                       struct facts *out, struct err *e) MUST_USE;

/* Lines of a name and a value, blanks or `between` (if it is not '\0') between them; comments begin with one
 * of `comment` at the front of a line. Names in lower case when `fold`. Quotes around a value are dropped. */
struct parameter_lines {
    const char *component, *comment;
    char between;
    bool fold;
    /* A line of this name ends what holds for all: names behind it are written "NAME.name"; and of a name
     * that comes again the first counts. NULL: neither. */
    const char *section;
};
int parameters_of_lines(const struct input *in, const struct parameter_lines *how, struct facts *out,
                        struct err *e) MUST_USE;
