/* span.h - between which versions lies what a manifest asks for ("^1.2", ">= 0.34 and < 2", "~=1.1", "[9.4,9.5)")?
 *
 * The span is one interval: of ">=1,!=1.3" or "1.x || 3.x" it has more than the constraint lets through, never
 * less. So what holds for all of the span holds for whatever gets installed. What installers do not choose unless
 * it is named does not count: pre-releases of the ends, and local builds ("1.0+mine").
 *
 * Syntaxes are those of range.h, in the dialect of the scheme: "1.2" means =1.2 to npm, ^1.2 to Cargo and >=1.2 to
 * NuGet and to the "go" line of a go.mod. What is no range (a tag, a branch, an address) has no span. */
#pragma once
#include "model/version/range.h"

enum { SPAN_TEXT = 64 };

struct version_bound {
    char text[SPAN_TEXT];
    size_t n; /* 0: the span has no such end */
};
struct version_span {
    struct version_bound least; /* at or above it */
    struct version_bound end;   /* below it, or it itself when with_end */
    bool with_end;
};
static inline struct str version_bound(const struct version_bound *b)
{
    return (struct str){ b->text, b->n };
}

/* false: cannot tell, or no version satisfies it. */
bool version_span(const struct version_scheme *s, struct str constraint, struct version_span *out);

/* Is the version within it? UNKNOWN: it cannot be ordered. */
enum tri version_span_has(const struct version_scheme *s, const struct version_span *span,
                          struct str version);

/* YES: every version of the span is in the range of these events (range.h); NO: none is; UNKNOWN: some are, or it
 * cannot be told. */
enum tri version_span_in_range(const struct version_scheme *s, const struct version_span *span,
                               const struct version_event *events, size_t n);
