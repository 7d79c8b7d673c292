/* range.h - is a version within a range: the events of an OSV advisory, or a range in an ecosystem's own
 * syntax.
 *
 * The question is "is it affected", not "would the installer choose it": pre-releases count by their place in
 * the order, also where an installer would leave them out. What cannot be read, in the version or anywhere in
 * the range, makes the answer UNKNOWN. Nothing allocates. */
#pragma once
#include "model/version/version.h"

enum version_event_kind { EVENT_INTRODUCED, EVENT_FIXED, EVENT_LAST_AFFECTED, EVENT_LIMIT };

struct version_event {
    enum version_event_kind kind;
    struct str version; /* "0" of an introduced: before every version; "*" of a limit: above all */
};

/* The evaluation that the OSV schema gives for `ranges[].events`, in any order; of events at the same version
 * the later of the list holds. YES without a look at the version when every version is affected.
 * Beyond the schema: pairs of begin and end that stand in order but overlap ("1 to 2.7.9.5, 2.7.9.1 to
 * 2.9.7": databases make such of the ranges of several release lines) are ranges of their own. By the schema
 * the first one's end would end the second too, and 2.9.6 would not be affected. */
enum tri version_in_range(const struct version_scheme *s, struct str version,
                          const struct version_event *events, size_t n);

/* The scheme's own syntax, or range_relations where it has none. NULL scheme: UNKNOWN. */
enum tri version_satisfies(const struct version_scheme *s, struct str range, struct str version);

/* "op version" separated by commas, all of which must hold; "||" between alternatives. Operators: < << <= =
 * == !=
 * >= > >>; none: =. Also the syntax of GitHub's advisories, for every scheme. For apk also ~ (begins with).
 */
enum tri range_relations(const struct version_scheme *s, struct str range, struct str version);

/* The syntaxes of the ecosystems; s is the scheme whose order counts. */
enum tri range_npm(const struct version_scheme *s, struct str range, struct str version);
enum tri range_cargo(const struct version_scheme *s, struct str range, struct str version);
enum tri range_pub(const struct version_scheme *s, struct str range, struct str version);
enum tri range_hex(const struct version_scheme *s, struct str range, struct str version);
enum tri range_pep440(const struct version_scheme *s, struct str range, struct str version);
enum tri range_ruby(const struct version_scheme *s, struct str range, struct str version);
enum tri range_composer(const struct version_scheme *s, struct str range, struct str version);
enum tri range_maven(const struct version_scheme *s, struct str range, struct str version);
enum tri range_nuget(const struct version_scheme *s, struct str range, struct str version);

/* For those who write such a syntax. */
enum range_op {
    OP_NONE,
    OP_LT,
    OP_LE,
    OP_EQ,
    OP_NE,
    OP_GE,
    OP_GT,
    OP_TILDE,
    OP_CARET,
    OP_PESSIMISTIC,
    OP_COMPATIBLE,
    OP_SAME_TEXT
};

/* Cut the operator off the front of *s, and blanks around it. OP_NONE when there is none. */
enum range_op range_cut_op(struct str *s);
/* Does `order`, of a version against the bound, satisfy one of the six comparisons? */
bool range_order_holds(int order, enum range_op op);
/* The same for two texts; OP_NONE is =. */
enum tri range_holds(const struct version_scheme *s, struct str version, enum range_op op, struct str bound);

static inline enum tri range_tri(bool yes)
{
    return yes ? YES : NO;
}
/* Unlike in three-valued logic, what is unknown stays so: half a range that cannot be read may change the
 * rest. */
static inline enum tri range_and(enum tri a, enum tri b)
{
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : range_tri(a == YES && b == YES);
}
static inline enum tri range_or(enum tri a, enum tri b)
{
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : range_tri(a == YES || b == YES);
}

/* Cut the next alternative off *rest, up to "||" (or also a single "|"). False when *rest is {NULL}. */
bool range_cut_alternative(struct str *rest, bool single, struct str *one);
