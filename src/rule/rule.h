/* rule.h - a rule is one judgement over one kind of subject, never over a file format. Pure: no I/O, no
 * state.
 *
 * To add one: put a record into the table of the file it belongs to (or a new file with its line in
 * rule/list.h) and cases under tests/data/rule/<id>/ (the tests fail while open and mitigated, and for a rule
 * that is `unknowable` also unknown, have none).
 *
 * Most rules are data: a record with a shared judge and a parameter. A rule that must write code answers with
 * one of four verdicts and adds its proof for each: a verdict without proof is a bug. */
#pragma once
#include "model/deployment.h"
#include "model/finding.h"
#include "model/image.h"

enum verdict {
    VERDICT_OPEN,           /* the threat is there: proof says where */
    VERDICT_MITIGATED,      /* it is not, and proof says what prevents it */
    VERDICT_NOT_APPLICABLE, /* the question does not arise: nothing is reported */
    VERDICT_CANNOT_TELL     /* proof says what was missing */
};

/* What a rule judges; the struct that its judge gets. */
enum subject {
    ON_IMAGE,    /* struct image */
    ON_WORKLOAD, /* struct workload: one container, whatever spelled it */
    ON_OBJECT,   /* struct resource: one declared object with what refers to it: Service, Role, Secret ... */
    ON_SECRET,   /* struct secret_group: one secret, wherever it is */
    ON_CERTIFICATES, /* struct certificates: all that an image or the documents of a deployment hold */
    ON_IMAGES,       /* struct images: what only shows across the images of a run */
    ON_COMPONENT,    /* struct component: parameters of the component(s) that the rule names */
    ON_DEPLOYMENT,   /* struct deployment: what only shows across objects */
    ON_PACKAGE       /* struct package: no judge, advisories decide (rule/package.h) */
};

/* Text to paste, for one spelling. Lists end with { SPELLING_COUNT, NULL }. */
struct snippet {
    enum spelling for_spelling;
    const char *text;
};
#define SNIPPETS(...)            \
    (const struct snippet[])     \
    {                            \
        __VA_ARGS__,             \
        {                        \
            SPELLING_COUNT, NULL \
        }                        \
    }

/* What a check is, as the words of a table; what follows the threats are its catalogue ids. */
#define CHECK_RECORD(layer_, id_, title_, holds_, why_, fix_, severity_, threats_, ...) \
    .check = { .id = id_,                                                               \
               .title = title_,                                                         \
               .holds = holds_,                                                         \
               .why = why_,                                                             \
               .fix = fix_,                                                             \
               .threats = threats_,                                                     \
               .layer = layer_,                                                         \
               .severity = SEVERITY_##severity_,                                        \
               .refs = REFS(__VA_ARGS__) }

struct rule {
    struct check check;
    enum subject on;
    bool unknowable; /* there are subjects for which it answers VERDICT_CANNOT_TELL */
    enum verdict (*judge)(const struct rule *r, const void *subject, struct proof *p);
    const void *with;               /* parameter of a shared judge */
    const char *of;                 /* ON_COMPONENT: names of components, ON_OBJECT: kinds, ON_PACKAGE: names;
                                       blank-separated, NULL: any */
    const struct snippet *snippets; /* the fix, for the spellings that say it differently; NULL: check.snippet
                                     */
};

struct rule_set {
    const char *name;
    const struct rule *rule;
    size_t n;
};
extern const struct rule_set *const rule_sets[];
extern const size_t n_rule_sets;

/* Conclude: open when something was proven; else mitigated, with the formatted proof. */
enum verdict conclude(struct proof *p, const struct evidence *where, const char *fmt, ...) PRINTF(3, 4);
/* It cannot be told: the formatted proof says what was missing. */
enum verdict cannot_tell(struct proof *p, const struct evidence *where, const char *fmt, ...) PRINTF(3, 4);

const struct rule *rule_by_id(struct str id); /* NULL when there is none */
