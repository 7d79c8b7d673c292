/* short_form.h - what `docker run` and Compose write in one word. Parts are views into it. */
#pragma once
#include "core/str.h"

/* "[[IP:]HOST:]CONTAINER[/PROTOCOL]", each port a number or a range. false: not of that form. */
struct port_form {
    struct str ip, published, target, protocol;
    bool host; /* published at all: docker gives a port of its own where none is said */
};
bool port_form(struct str word, struct port_form *out);

/* "[SOURCE:]TARGET[:OPTION,OPTION...]" */
struct volume_form {
    bool bind; /* the source is a path */
    struct str source, target, options;
};
bool volume_form(struct str word, struct volume_form *out);

/* The option that says something of propagation; empty: none does. */
struct str volume_propagation(struct str options);
/* Is the word among the options, which commas part? */
bool option_given(struct str options, const char *word);
