/* plain.h - for the parsers of formats that say little more of a package than its name and version. */
#pragma once
#include "parse/parse.h"

/* Add the package; nothing when it has no name. `type` is a purl type, `line` where it stands. */
MUST_USE static inline int plain_package(const struct input *in, const char *type, struct str name,
                                         struct str version, uint32_t line, struct facts *out, struct err *e)
{
    struct package p = {
        .type = str_of(type),
        .name = name,
        .version = version,
        .path = in->path,
        .line = line,
    };

    return name.n ? facts_add_package(out, &p, e) : 0;
}

/* The next word of a line, which blanks and tabs end; empty at its end. */
MUST_USE static inline struct str next_word(struct str *line)
{
    struct str rest = str_trim(*line);
    size_t n = 0;

    while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\t')
        n++;
    *line = str_skip(rest, n);
    return str_first(rest, n);
}

/* What stands between the slashes of a path: path_part("a/b/c", 1) is "b", path_part("a/b/c", -1) is "c";
 * empty when there are fewer parts. */
MUST_USE static inline struct str path_part(struct str path, int which)
{
    struct str part = { 0 };

    for (; which >= 0; which--)
        if (!str_cut(&path, '/', &part))
            return (struct str){ 0 };
    if (part.p)
        return part;
    for (; which < 0; which++) {
        struct str rest = path;
        if (!path.n)
            return (struct str){ 0 };
        str_rsplit(rest, '/', &path, &part);
    }
    return part;
}
