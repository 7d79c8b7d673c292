/* finding.h - what was judged: a check, a state, an element and the proof. */
#pragma once
#include "core/arena.h"
#include "model/fact.h"
#include "model/threat.h"

enum state { STATE_OPEN, STATE_MITIGATED, STATE_UNKNOWN, STATE_ACCEPTED, STATE_COUNT };
extern const char *const state_name[STATE_COUNT];

/* A catalogue's id for a check; lists end with { CATALOGUE_COUNT, NULL }. */
struct ref {
    enum catalogue in;
    const char *id;
};
#define REFS(...)                 \
    (const struct ref[])          \
    {                             \
        __VA_ARGS__,              \
        {                         \
            CATALOGUE_COUNT, NULL \
        }                         \
    }

/* What a check is, apart from how it is decided: the part that reports show. Constant data. */
struct check {
    const char *id;      /* kebab-case, begins with its subject: "image-root-user" */
    const char *title;   /* what is wrong when it is open: a statement, no full stop */
    const char *holds;   /* what is right when it is mitigated: a statement, no full stop */
    const char *why;     /* what an attacker gains, in a sentence or two */
    const char *fix;     /* imperative, one sentence */
    const char *snippet; /* text to paste, or NULL */
    uint32_t threats;    /* THREAT_BIT(...) | ... : at least one */
    enum defence_layer layer;
    enum severity severity;
    const struct ref *refs; /* REFS({ CAT_CIS_DOCKER, "4.1" }, ...) */
};

/* One piece of proof. Empty fields do not apply. */
struct evidence {
    struct str target; /* as the user named it */
    struct str path;   /* of a file in the target, or of the document */
    uint32_t line;     /* from 1; 0: none */
    struct str layer;  /* digest of the layer that brought it */
    struct str text;   /* one line: what was seen */
};

/* A known vulnerability in a package: what advisories say of it. */
struct vulnerability {
    struct str id; /* CVE where it has one */
    struct strs aliases;
    struct str package, installed; /* name as its ecosystem spells it, with its namespace; version */
    struct str asked;              /* where no version is known: what is asked for */
    struct str source;             /* distributions: the source package */
    struct str purl;
    struct strs
        brought_by;   /* packages from what a project asks for down to what needs this one; none: it is such a
                                one, or nobody says */
    struct str fixed; /* version; empty: none is named */
    const char *status;      /* fixed: there is an update; else the publisher's statement: statement_name */
    bool subscribers;        /* the fixed version is for subscribers of an extended support */
    struct str advisory, by; /* the publisher's id, and who that is */
    struct str title, published, modified;
    struct strs cvss;          /* vectors */
    unsigned score;            /* of the first of them that can be read, in tenths */
    const char *severity_from; /* "vendor", "cvss", or "none": nobody says, taken as medium */
    bool kev, ransomware, has_epss;
    struct str kev_added;
    uint32_t epss_ppm; /* millionths */
};

/* The version for people: what is installed, or asked for. */
static inline struct str vulnerability_version(const struct vulnerability *v)
{
    return v->installed.n ? v->installed : v->asked;
}

struct finding {
    char id[17]; /* the same from run to run: of check, element name and `about` */
    const struct check *check;
    enum state state;
    enum severity severity; /* the check's, unless the case decides otherwise */
    const char *snippet;    /* text to paste for this case: the check's, unless the spelling has its own */
    struct str title;       /* the check's, unless the case says more */
    struct str fix;         /* the same */
    uint32_t element;       /* index into the model's elements */
    const struct evidence *evidence;
    size_t n_evidence;                         /* kept */
    size_t n_found;                            /* there were, kept or not */
    const struct vulnerability *vulnerability; /* NULL: it is none */
    struct str fingerprint;  /* keyed hash of the secret it is about, hex; empty: it is about none */
    struct str accepted_why; /* STATE_ACCEPTED: the reason given in the ignore file */
};

/* Collects evidence while a rule judges; keeps the first `most`, counts all. */
struct proof {
    struct arena *arena;
    struct str target; /* put into every piece that has none */
    size_t most;
    struct evidence *item;
    size_t n, cap, found;
    struct str title, fix, about; /* what the case says instead of the check; what it is about, for the id */
    struct str fingerprint;       /* of the secret that it is about */
    bool severity_is_set;         /* the case is worse or better than the rule says: see proof_weigh */
    enum severity severity;
};
enum { PROOF_MOST = 50 };
/* This case weighs `s`, whatever the check says; of several calls the worst counts. */
void proof_weigh(struct proof *p, enum severity s);
/* Add a piece; `text` is formatted into the arena, the views in *where must live as long as the model. */
void proof_add(struct proof *p, const struct evidence *where, const char *fmt, ...) PRINTF(3, 4);
