/* headers.h - "Name: value" lines as in mail (RFC 822): Python's metadata, R's DESCRIPTION. */
#pragma once
#include "core/str.h"

struct header {
    struct str name;  /* as written: compare without case */
    struct str value; /* trimmed; one that goes on in indented lines is seen with its line breaks */
    uint32_t line;
};
struct headers {
    struct str rest;
    uint32_t line;
};

static inline struct headers headers_of(struct str body)
{
    return (struct headers){ body, 0 };
}

/* The next one; false at the first empty line (what follows is a text for people) or the end. Lines that are
 * not of this form are passed over. */
bool headers_next(struct headers *h, struct header *out);
