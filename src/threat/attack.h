/* attack.h - what an attacker can do with what is open: attack rules as data, and the graph they make of a
 * model.
 *
 * A situation is what an attacker has of one element ("code running in debian:12"). Some are assumed
 * (entries), some are what he is after (goals). An attack leads from a situation of one element to one of the
 * same or of an element that is related to it, when findings of certain checks are open. Only open findings
 * count: a mitigated, accepted or unknown one carries no path. Nothing but findings decides: what a setting
 * allows or stops is a rule's judgement, never an attack's.
 *
 * A workload has the findings of its image too: whatever a container makes of its image, a setuid file is in
 * it. Where the workload can override the image (user, health check), the attack names the workload's check.
 * So has a binding those of its role: what a role allows, it allows where it is bound.
 *
 * To add an attack: a record in threat/attacks_*.c; to add a situation: a line below. A test fails when a
 * record names a check that does not exist, or when no entry can ever lead to a situation. */
#pragma once
#include "model/model.h"
#include "threat/reach.h"

/* Kinds of element, as a set. */
#define ON(kind) (1u << ELEMENT_##kind)
enum {
    ON_CONTAINER = ON(IMAGE) | ON(WORKLOAD), /* an image is judged as the container that it becomes */
    ON_STORE = ON(VOLUME) | ON_CONTAINER | ON(ENDPOINT), /* a data base too, wherever it keeps its files */
    ON_SERVER = ON_CONTAINER | ON(REGISTRY),
    ON_DOCUMENT = ON(ENGINE) | ON(ORCHESTRATOR) | ON(SOURCE), /* what findings about documents belong to */
    ON_HOLDER = ON_CONTAINER | ON_DOCUMENT
};

/* ID, the elements that it is about, what it is called as a step, the subject of the sentence when it is
 * assumed or NULL, how it is called as a goal or NULL. {} is the element's name. Goals come worst first. */
#define SITUATIONS(X)                                                                                        \
    X(NODE, ON(HOST), "root on {}", NULL, "root on {}")                                                      \
    X(ADMIN, ON(ORCHESTRATOR), "control of {}", NULL, "control of {}")                                       \
    X(SPACE, ON(ORCHESTRATOR), "control of {}", NULL, "control of {}")                                       \
    X(CLOUD, ON(HOST) | ON(ACTOR), "the cloud account of {}", NULL, "the cloud account of {} used")          \
    X(HOST, ON(IMAGE), "control of the host that runs {}", NULL, "the host that runs {} taken over")         \
    X(SIGHT, ON(HOST), "the processes of {}", NULL, NULL)                                                    \
    X(READ, ON(SECRET), "{}", NULL, "{} read")                                                               \
    X(ROOT, ON_CONTAINER, "root in {}", NULL, "root in {}")                                                  \
    X(CODE, ON_CONTAINER, "code running in {}", NULL, "foreign code run in {}")                              \
    X(CHANGED, ON_STORE, "the data of {}, to write", NULL, "data of {} changed")                             \
    X(SEEN, ON_STORE, "the data of {}", NULL, "data of {} read")                                             \
    X(IMAGES, ON_SERVER, "the images of {}, to replace", NULL, "images of {} replaced")                      \
    X(CONTENT, ON(IMAGE), "the content of {}", NULL, "the content of {} replaced")                           \
    X(SECRETS, ON_HOLDER, "what {} keeps secret", NULL, "secrets of {} read")                                \
    X(PERSISTENCE, ON_CONTAINER, "a lasting place in {}", NULL, "programs or data of {} changed for good")   \
    X(TRACES, ON_CONTAINER | ON(ORCHESTRATOR), "the logs of {}", NULL, "traces in {} wiped")                 \
    X(HALT, ON(HOST), "{}, to stop", NULL, "{} stopped, with all that runs on it")                           \
    X(STOPPED, ON(WORKLOAD), "the service of {}, to stop", NULL, "the service of {} stopped")                \
    X(DOWN, ON_CONTAINER, "the service of {} stopped", NULL, "the service of {} down unnoticed")             \
    X(PAGE, ON(SECRET) | ON(VOLUME) | ON_DOCUMENT, "the document of {}", "Whoever reads the document of {}", \
      NULL)                                                                                                  \
    X(SOURCE, ON(WORKLOAD), "the image of {}", "Whoever controls where the image of {} comes from", NULL)    \
    X(HOLDER, ON(IDENTITY), "the token of {}", "Whoever holds {}", NULL)                                     \
    X(RIGHTS, ON(IDENTITY), "the rights of {}", NULL, NULL)                                                  \
    X(LOCAL, ON(IDENTITY), "the rights that {} gives in its namespace", NULL, NULL)                          \
    X(ACCOUNTS, ON(ORCHESTRATOR), "the accounts of {}", NULL, NULL)                                          \
    X(KEYS, ON(ORCHESTRATOR), "the Secrets of {}", NULL, NULL)                                               \
    X(PUSH, ON(REGISTRY), "the right to push to {}", NULL, NULL)                                             \
    X(TOLD, ON(ORCHESTRATOR), "what the Pods of {} are told", NULL, NULL)                                    \
    X(SCHEDULE, ON(ORCHESTRATOR), "Pods of own choice on {}", NULL, NULL)                                    \
    X(EXEC, ON(ORCHESTRATOR), "commands in the Pods of {}", NULL, NULL)                                      \
    X(STEER, ON(ORCHESTRATOR), "the traffic of {}", NULL, NULL)                                              \
    X(REMOVE, ON(ORCHESTRATOR), "the end of what runs on {}", NULL, NULL)                                    \
    X(OUTSIDE, ON(ACTOR), "the network outside", "Anyone on {}", NULL)                                       \
    X(MAKER, ON(IMAGE), "the making of {}", "Whoever made {}", NULL)                                         \
    X(SUPPLY, ON(IMAGE), "a source that the build of {} fetches from",                                       \
      "Whoever controls what the build of {} fetches", NULL)                                                 \
    X(REPOSITORY, ON(IMAGE), "the repository of {}", "Whoever can write to the repository of {}", NULL)      \
    X(COPY, ON(IMAGE), "a copy of {}", "Whoever pulls {}", NULL)                                             \
    X(MIDDLE, ON_CONTAINER, "the network of {}", "Whoever sits between {} and what it talks to", NULL)       \
    X(INSIDE, ON_CONTAINER, "code running in {}", NULL, NULL)                                                \
    X(BREACH, ON_CONTAINER, "code running in {}", "Whoever gets code running in {}", NULL)                   \
    X(CLIENT, ON_CONTAINER | ON(ENDPOINT) | ON(ENGINE) | ON(ORCHESTRATOR) | ON(HOST) | ON(REGISTRY),         \
      "a port of {}", "Whoever reaches a port of {}", NULL)                                                  \
    X(USER, ON(IMAGE), "the service of {}", "Whoever uses the service of {}", NULL)

#define SITUATION_ENUM(id, on, step, who, goal) SITUATION_##id,
enum situation { SITUATIONS(SITUATION_ENUM) SITUATION_COUNT };
struct situation_info {
    uint32_t on;
    const char *step, *who, *goal;
};
extern const struct situation_info situation_info[SITUATION_COUNT];

/* From the element of one situation to that of the other: along the model's relations, forwards or backwards,
 * or to where an element stands. */
enum way {
    WAY_SAME,
    WAY_RUNS, /* an engine's or orchestrator's workloads, a workload's image, a host's engine */
    WAY_RUN_BY,
    WAY_MOUNTS,
    WAY_MOUNTED_BY,
    WAY_EXPOSES, /* what stands behind an endpoint */
    WAY_USES,    /* identities, secrets, engines, networks */
    WAY_USED_BY,
    WAY_TRUSTS,   /* an account's roles */
    WAY_FLOW,     /* who asks to who answers, declared or possible */
    WAY_HOST,     /* by RUN_BY, as often as it takes to come to a host */
    WAY_GUESTS,   /* the workloads of a host */
    WAY_CLUSTER,  /* the orchestrator that an identity or component belongs to */
    WAY_KEEPS,    /* secrets and volumes in the boundary of an orchestrator or namespace */
    WAY_SPACE,    /* the namespace that an identity is of */
    WAY_ACCOUNTS, /* service accounts of an orchestrator or namespace */
    WAY_OPENS,    /* who holds a secret, to what it opens */
    WAY_COUNT
};

/* Ids of checks, and of known vulnerabilities: open when a finding about one is. */
#define CHECKS(...)       \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define ALSO(id)        (&(const enum situation){ SITUATION_##id })
#define GET(from_, to_) .from = SITUATION_##from_, .to = SITUATION_##to_
struct attack {
    const char *id;
    enum situation from, to;
    enum way way;               /* from the element of `from` to that of `to` */
    uint32_t on;                /* kinds of the element of `from`; 0: all that can be in that situation */
    const char *const *all;     /* CHECKS(...): each open on that element; NULL: none needed */
    const char *const *any;     /* CHECKS(...): and one of these; NULL: none needed */
    const char *const *there;   /* CHECKS(...): and one of these open on the element of `to` */
    const enum situation *also; /* ALSO(...): and this situation of the element of `to`; NULL: none needed */
    enum severity least;        /* of the worst finding of `any` or `there`: what is milder leads nowhere */
    uint32_t cost;              /* effort: 1 at once, 3 with some work, 10 with luck or skill */
    const char *does; /* goes on from "Whoever gets code running in {} ..."; {}: the element of `to`; NULL:
                         goes without saying */
};
struct attack_set {
    const struct attack *attack;
    size_t n;
};
extern const struct attack_set attacks_image, attacks_workload, attacks_component, attacks_hole,
    attacks_secret, attacks_cluster;
/* The attack of that number, from 0; NULL: there are no more. */
const struct attack *attack_at(size_t number);

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
    fact_no *first; /* of each element: its situations, in their order, are facts first[e] ... */
};
static const uint32_t ATTACK_NONE = UINT32_MAX; /* tag of the rules that only say "finding, so check" */
static const fact_no FACT_NONE = UINT32_MAX;

/* The fact that somebody is in the situation; FACT_NONE: an element of that kind has no such. */
fact_no attack_situation(const struct attack_graph *a, const struct model *m, uint32_t element,
                         enum situation s);

/* All instances of all attacks over the open findings of `m`, which must not change while the graph is used.
 * On error and after use: reach_free(&a->g). */
int attack_graph_make(struct attack_graph *a, const struct model *m, struct err *e) MUST_USE;
