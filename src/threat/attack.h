/* attack.h - what an attacker can do with what is open: attack rules as data, and the graph they make of a
 * model.
 *
 * A situation is what an attacker has of one element ("code running in debian:12"). Some are assumed
 * (entries), some are what he is after (goals). An attack leads from one situation to another when findings
 * of certain checks are open on the element. Only open findings count: a mitigated, accepted or unknown one
 * carries no path.
 *
 * To add an attack: a record in threat/attacks.c; to add a situation: a line below. A test fails when a
 * record names a check that does not exist, or when no entry can ever lead to a situation. */
#pragma once
#include "model/model.h"
#include "threat/reach.h"

/* ID, what it is called as a step, the subject of the sentence when it is assumed or NULL,
 * how it is called as a goal or NULL. {} is the element's name. Goals come worst first. */
#define SITUATIONS(X)                                                                                        \
    X(HOST, "control of the host that runs {}", NULL, "the host that runs {} taken over")                    \
    X(ROOT, "root in {}", NULL, "root in {}")                                                                \
    X(CODE, "code running in {}", NULL, "foreign code run in {}")                                            \
    X(CONTENT, "the content of {}", NULL, "the content of {} replaced")                                      \
    X(SECRETS, "what {} keeps secret", NULL, "secrets of {} read")                                           \
    X(PERSISTENCE, "a lasting place in {}", NULL, "programs or data of {} changed for good")                 \
    X(TRACES, "the logs of {}", NULL, "traces in {} wiped")                                                  \
    X(DOWN, "the service of {} stopped", NULL, "the service of {} down unnoticed")                           \
    X(MAKER, "the making of {}", "Whoever made {}", NULL)                                                    \
    X(SUPPLY, "a source that the build of {} fetches from", "Whoever controls what the build of {} fetches", \
      NULL)                                                                                                  \
    X(REPOSITORY, "the repository of {}", "Whoever can write to the repository of {}", NULL)                 \
    X(COPY, "a copy of {}", "Whoever pulls {}", NULL)                                                        \
    X(MIDDLE, "the network of {}", "Whoever sits between {} and what it talks to", NULL)                     \
    X(INSIDE, "code running in {}", NULL, NULL)                                                              \
    X(BREACH, "code running in {}", "Whoever gets code running in {}", NULL)                                 \
    X(CLIENT, "a port of {}", "Whoever reaches a port of {}", NULL)                                          \
    X(USER, "the service of {}", "Whoever uses the service of {}", NULL)

#define SITUATION_ENUM(id, step, who, goal) SITUATION_##id,
enum situation { SITUATIONS(SITUATION_ENUM) SITUATION_COUNT };
struct situation_info {
    const char *step, *who, *goal;
};
extern const struct situation_info situation_info[SITUATION_COUNT];

/* Ids of checks. */
#define CHECKS(...)       \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
struct attack {
    const char *id;
    enum situation from, to;
    const char *const *all; /* CHECKS(...): each open on the element; NULL: none needed */
    const char *const *any; /* CHECKS(...): and one of these; NULL: none needed */
    uint32_t cost;          /* effort: 1 at once, 3 with some work, 10 with luck or skill */
    const char *does; /* goes on from "Whoever gets code running in {} ..."; NULL: goes without saying */
};
extern const struct attack attacks[];
extern const size_t n_attacks;

enum means { MEANS_SITUATION, MEANS_CHECK, MEANS_FINDING };
struct meaning {
    enum means is;
    uint32_t what; /* enum situation, index of the cause, or of the finding */
    uint32_t element;
};
/* The open findings of one check on one element: what one change closes. */
struct cause {
    const struct check *check;
    uint32_t element;
    fact_no fact;        /* "the check is open on the element" */
    const fact_no *leaf; /* of its findings, n of them, worst first */
    uint32_t n;
};
struct attack_graph {
    struct reach g;          /* ready; owns all of this */
    struct meaning *meaning; /* of each fact */
    struct cause *cause;
    uint32_t n_causes;
    fact_no *situation; /* of element e: situation[e * SITUATION_COUNT + s] */
};
static const uint32_t ATTACK_NONE = UINT32_MAX; /* tag of the rules that only say "finding, so check" */

/* All instances of all attacks over the open findings of `m`, which must not change while the graph is used.
 * On error and after use: reach_free(&a->g). */
int attack_graph_make(struct attack_graph *a, const struct model *m, struct err *e) MUST_USE;
