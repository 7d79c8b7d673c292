/* listing.h - one reading of a file that lists packages of one type: the state that such readers share. */
#pragma once
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/distinct.h"
#include "parse/parse.h"

struct listing {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct str type;    /* purl type of its packages */
    struct arena arena; /* the document and what is computed from it */
    struct distinct packages;
    struct among among; /* for those whose files say who needs whom: who uses it settles it */
};
#define LISTING(input, facts, err, purl_type)                                                          \
    {                                                                                                  \
        .in = (input), .out = (facts), .e = (err), .type = STR(purl_type), .arena = ARENA(256u << 20), \
        .packages = DISTINCT, .among = AMONG                                                           \
    }
#define AUTO_LISTING CLEANUP(listing_free)

/* Without a name nothing is added; the version may be empty: known to be there, not in which version. */
int listing_add(struct listing *m, struct str ns, struct str name, struct str version, bool dev,
                uint32_t line) MUST_USE;
/* A manifest asks for it, and which versions would do. */
int listing_ask(struct listing *m, struct str ns, struct str name, struct str constraint, bool dev,
                uint32_t line) MUST_USE;
/* "name/version", which .NET's files use as a key; others are left out. */
int listing_add_pair(struct listing *m, struct str pair, uint32_t line) MUST_USE;
int listing_full(struct listing *m); /* the budget is spent: sets the error, returns -1 */
void listing_free(struct listing *m);
