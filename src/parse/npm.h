/* npm.h - what the readers of JavaScript's package files share: names with scopes, packages said once, and
 * which of them only development needs, and who needs whom. */
#pragma once
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/distinct.h"
#include "parse/parse.h"

struct npm {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct arena arena; /* the document and what is computed from it */
    struct distinct packages;
    struct among among;
};
#define NPM(input, facts, err)                                                                       \
    {                                                                                                \
        .in = (input), .out = (facts), .e = (err), .arena = ARENA(384u << 20), .packages = DISTINCT, \
        .among = AMONG                                                                               \
    }
#define AUTO_NPM CLEANUP(npm_free)

/* "@scope/name" or "name". A version that is none (a path, a URL, a range of a protocol) is left out: such a
 * package is known, but not in which version. */
int npm_add(struct npm *n, struct str name, struct str version, bool dev, uint32_t line) MUST_USE;
/* The number of what was added last, 0 when it had no name. */
uint32_t npm_last(const struct npm *n);
/* Its archive's hash, as npm's `integrity` says it. */
int npm_integrity(struct npm *n, struct str text) MUST_USE;
/* The members of an object of dependencies, under the keys that package.json has for them: what one installs in order
 * to use the package. */
extern const char *const npm_dependency_keys[]; /* NULL-ended */

/* What a manifest asks for: "1.2.3" is a version, all else (a range, a tag, an address) a constraint. Of another
 * name ("npm:name@^1") it is that package; a folder of the same project is none. */
int npm_ask(struct npm *n, struct str name, struct str spec, bool dev, uint32_t line) MUST_USE;
/* "@scope/name" or "name", into its two fields. */
void npm_name(struct str whole, struct package *p);
bool npm_is_exact(struct str version); /* "1.2.3", "1.2.3-rc.1" */

/* Split "name@rest" at the first "@" that does not begin a scope; false when there is none. */
bool npm_at(struct str spec, struct str *name, struct str *rest);

/* Lock files of packages that were themselves installed describe their makers' machines. */
bool npm_installed(struct str path);

int npm_full(struct npm *n); /* the budget is spent: sets the error, returns -1 */
void npm_free(struct npm *n);

/* What can be reached from where, over nodes 0 to n-1: push the roots with a mark, then pull nodes and push
 * theirs. A node is pulled once for every mark. */
struct npm_reach {
    unsigned char *marks;
    struct npm_step {
        uint32_t node;
        unsigned char mark;
    } * stack;
    size_t n, top, cap;
};
enum { NEEDED = 1, FOR_DEVELOPMENT = 2 };
bool npm_reach_init(struct npm_reach *r, size_t n, struct arena *a) MUST_USE;
bool npm_reach_push(struct npm_reach *r, uint32_t node, unsigned char mark, struct arena *a) MUST_USE;
bool npm_reach_pull(struct npm_reach *r, struct npm_step *out);
static inline bool npm_for_development(const struct npm_reach *r, uint32_t node)
{
    return r->marks[node] == FOR_DEVELOPMENT;
}
