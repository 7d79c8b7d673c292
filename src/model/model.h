/* model.h - the threat model: elements and relations with what was found about them. Parts put facts into it,
 * judge it and draw it; no two of those know each other. */
#pragma once
#include "model/deployment.h"
#include "model/finding.h"
#include "model/flow.h"
#include "model/image.h"

#define ELEMENTS(X)                 \
    X(ACTOR, "actor")               \
    X(IMAGE, "image")               \
    X(SOURCE, "source")             \
    X(WORKLOAD, "workload")         \
    X(ENGINE, "engine")             \
    X(HOST, "host")                 \
    X(NETWORK, "network")           \
    X(ENDPOINT, "endpoint")         \
    X(VOLUME, "volume")             \
    X(SECRET, "secret")             \
    X(CERTIFICATE, "certificate")   \
    X(REGISTRY, "registry")         \
    X(ORCHESTRATOR, "orchestrator") \
    X(IDENTITY, "identity")
#define ELEMENT_ENUM(id, name) ELEMENT_##id,
enum element_kind { ELEMENTS(ELEMENT_ENUM) ELEMENT_KINDS };
extern const char *const element_kind_name[ELEMENT_KINDS];

/* What an element is in a data-flow diagram, which decides what can happen to it: STRIDE by element. An image
 * is a process, for it is nothing but one that does not run yet, and so is a source tree, of which one will
 * be built; an identity is one too: what may be done with it is done by whoever speaks in its name. */
#define SHAPES(X)           \
    X(ACTOR, "actor", "SR") \
    X(PROCESS, "process", "STRIDE") X(STORE, "store", "TRID") X(CHANNEL, "channel", "TID")
#define SHAPE_ENUM(id, name, stride) SHAPE_##id,
enum shape { SHAPES(SHAPE_ENUM) SHAPE_COUNT };
struct shape_info {
    const char *name, *stride; /* the letters that it can suffer */
};
extern const struct shape_info shape_info[SHAPE_COUNT];
extern const enum shape element_shape[ELEMENT_KINDS];
/* Can an element of that kind suffer what the letter stands for? */
bool element_can_suffer(enum element_kind kind, char stride);

/* From whom to whom:
 * flow     who asks to who answers
 * runs     an engine or orchestrator its workloads; a host its engine; a workload its image
 * mounts   a workload its volumes and secrets
 * exposes  an endpoint what stands behind it
 * uses     a workload its account, secrets, engine, networks; an account what is bound to it in one namespace
 * opens    who holds a secret, or the secret, what it opens: a data store, a cloud's account, a registry
 * trusts   an account what is bound to it in the whole cluster, a binding its role */
#define RELATIONS(X) \
    X(FLOW, "flow")  \
    X(RUNS, "runs")  \
    X(MOUNTS, "mounts") X(EXPOSES, "exposes") X(USES, "uses") X(TRUSTS, "trusts") X(OPENS, "opens")
#define RELATION_ENUM(id, name) RELATION_##id,
enum relation_kind { RELATIONS(RELATION_ENUM) RELATION_KINDS };
extern const char *const relation_kind_name[RELATION_KINDS];

struct property {
    struct str name, value;
};
struct element {
    enum element_kind kind;
    struct str id; /* kind:name, the same from run to run */
    struct str name;
    struct str zone;                 /* trust boundary it lies in */
    const struct workload *workload; /* NULL: it is none, or its deployment is not in the model */
    struct property *property;
    size_t n_property, cap_property;
};
struct relation {
    enum relation_kind kind;
    uint32_t from, to;
    struct str label;
    enum flow flow; /* RELATION_FLOW, else FLOW_NONE */
};
struct incomplete {
    struct str where, reason;
};

/* A package of an image, joined with its distribution. */
struct installed {
    const struct package *package;
    uint32_t element, layer; /* layer: index into the image's */
    const struct image *image;
    struct str purl;
    struct str place;   /* path, and "!/" and where inside when it is an archive */
    struct owner owner; /* the distribution's package that brought the file; empty: none did */
    struct strs also;   /* further files that say the same package: bills of materials */
    struct str hash; /* of the archive that it came as, see hash.h: its own file says it, or one of `also` */
    bool direct;     /* a project itself asks for it, likewise */
};

/* A package needs another one of its image; both by their places in model.package. */
struct need {
    uint32_t from, to;
};

/* A set of advisories that packages were matched with. */
struct advisory_source {
    struct str name, date;
    uint64_t records;
};
struct advisory_set {
    struct str name, built, digest; /* built: RFC 3339 */
    uint64_t vulnerabilities, ecosystems;
    const struct advisory_source *source;
    size_t n_source;
};

/* How an attacker gets from an entry to a goal, over open findings; filled by threat/. */
struct step {
    struct str from, to, rule;
    const uint32_t *finding; /* indices */
    size_t n_finding;
};
struct path {
    struct str goal, sentence;
    const struct step *step;
    size_t n_step;
    const uint32_t *closer; /* one finding of each of the fewest changes that close this goal, whatever the
                               way; none: not looked for */
    size_t n_closer;
};
struct fix {
    struct str text, snippet;
    struct str patch;   /* the exact edit, a unified diff; empty: nobody could tell it from the documents */
    struct str by_hand; /* why there is none; empty: there is one, or no document that it could be made in */
    const uint32_t *finding; /* what it closes */
    size_t n_finding;
    uint32_t paths; /* how many of them it breaks */
    uint32_t cost;  /* effort: 1 a line of configuration, 2 an image built anew, 5 a program changed */
    bool optimal;   /* no smaller set of fixes breaks all paths: proven */
};

/* An array in the model's arena. */
#define LIST(type)     \
    struct {           \
        type *p;       \
        size_t n, cap; \
    }

struct model {
    struct arena arena; /* everything below */
    struct str time;    /* of the run, RFC 3339 */
    LIST(struct image *) image;
    LIST(struct deployment *) deployment;
    LIST(struct element) element;
    LIST(struct relation) relation;
    LIST(struct installed) package;
    LIST(struct need) need; /* sorted, each once; see scan/needs.h for whose are there */
    size_t n_related;       /* of how many packages it has been asked what they need */
    LIST(struct finding) finding;
    LIST(struct incomplete) incomplete;
    LIST(struct advisory_set) advisories; /* none: nothing was matched */
    LIST(struct path) path;
    LIST(struct fix) fix;
};

/* All of these copy text into the model's arena. They return -1 with ERR_LIMIT when it is full. */
int model_add_element(struct model *m, enum element_kind kind, struct str name, struct str zone, uint32_t *at,
                      struct err *e);
int model_set(struct model *m, uint32_t element, const char *name, struct str value, struct err *e);
/* A property of an element; empty when it has none of that name. */
struct str model_property(const struct model *m, uint32_t element, const char *name);
int model_relate(struct model *m, enum relation_kind kind, uint32_t from, uint32_t to, struct str label,
                 struct err *e);
/* A flow of data from who asks to who answers; `label`: protocol and port, "redis 6379/tcp". */
int model_flow(struct model *m, enum flow how, uint32_t from, uint32_t to, struct str label, struct err *e);
int model_add_finding(struct model *m, const struct finding *f, struct str about,
                      struct err *e); /* sets its id */
/* Say that something could not be looked at: shown first in every report. Formatted. */
void model_incomplete(struct model *m, struct str where, const char *fmt, ...) PRINTF(3, 4);

/* What a package needs: a piece of model.need, of *n. */
const struct need *model_needs(const struct model *m, uint32_t package, size_t *n);

/* Worst first: open before unknown before mitigated before accepted, then severity, then id. */
void model_sort_findings(struct model *m);

/* For each threat (row) and state: how many findings; a finding of several threats counts in each. */
struct tally {
    uint32_t state[STATE_COUNT];
    uint32_t threat[THREAT_COUNT][STATE_COUNT];
    uint32_t layer[LAYER_COUNT][STATE_COUNT];
    uint32_t cell[STRIDE_COUNT][LAYER_COUNT][STATE_COUNT];
};
void model_tally(const struct model *m, struct tally *t);
