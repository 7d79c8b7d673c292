/* together.h - files of a layer that are only understood with others of it: a pom.xml and its parents, a .NET
 * project and its central list of versions. They are kept until the layer has been read, which may bring them
 * in any order, and then parsed, each with those that its parser asks for by FACT_WANT. */
#pragma once
#include "core/map.h"
#include "parse/parse.h"

struct together {
    struct arena arena; /* what is kept; its budget bounds that */
    struct map by_path; /* index + 1 */
    struct kept {
        const struct parser *parser;
        struct str path, body;
    } * kept;
    size_t n, cap;
};
enum { TOGETHER_BYTES = 96 << 20 };
#define TOGETHER                       \
    {                                  \
        .arena = ARENA(TOGETHER_BYTES) \
    }

/* Keep a copy for later. false: no room is left, so parse it alone. */
bool together_keep(struct together *t, const struct parser *p, const struct input *in) MUST_USE;
/* Parse the at-th of the n that were kept into *out. */
int together_parse_one(struct together *t, size_t at, struct facts *out, struct err *e) MUST_USE;
/* Parse what was kept into *out. A file that cannot be read is a note there; -1 only when *out is full. */
int together_parse(struct together *t, struct facts *out, struct err *e) MUST_USE;
void together_free(struct together *t);
