/* variables.h - names with values, as .env files give them, and the interpolation of texts by them, as the
 * Compose specification has both:
 *   $NAME ${NAME}  $$ (a dollar)  ${NAME:-default} ${NAME-default}  ${NAME:?message} ${NAME?message}
 *   ${NAME:+instead} ${NAME+instead}, each nested: ${A:-${B:-x}}. With ":" an empty value counts as none. */
#pragma once
#include "core/buf.h"
#include "core/map.h"
#include "parse/parse.h"

struct given {
    struct str name, value;
    bool unset; /* "NAME" alone: whatever the environment has */
    uint32_t line;
    struct str path;
};
struct variables {
    const struct variables *outer; /* asked before these; NULL: none */
    struct arena *arena;
    struct map at; /* index + 1 */
    struct given *given;
    size_t n, cap;
};
void variables_free(struct variables *v);

/* The newest of that name, the outer ones' first; NULL: there is none. */
const struct given *variables_get(const struct variables *v, struct str name);
/* Texts are borrowed. */
int variables_set(struct variables *v, const struct given *g, struct err *e) MUST_USE;

/* Where texts come from and who hears of what is missing. */
struct interpolation {
    const struct variables *variables;
    struct facts
        *out; /* for notes: a variable that is not set, or that has to be; a "$" that means nothing */
    struct str path;
    uint32_t line;
};
/* Append the text with its variables replaced. What is not set is empty; what is no variable is copied. */
void interpolate(const struct interpolation *of, struct str text, struct buf *to);

/* Read a .env file into *to: NAME=value lines, "export", comments, quotes of both kinds over several lines,
 * values interpolated by what stands before them. `raw`: values as they are, without quotes and variables
 * (docker's --env-file, Compose's format: raw). */
int variables_read(struct variables *to, const struct input *in, bool raw, struct facts *out,
                   struct err *e) MUST_USE;
