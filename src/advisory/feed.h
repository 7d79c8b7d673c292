/* feed.h - a feed reader turns one document of a publisher (an OSV record, Debian's tracker, a secdb, a CSAF
 * document ...) into advisories. Like a parser it does no I/O, holds no state and has no opinion; it runs in
 * a confined process, for feeds too are written by others.
 *
 * To add one:
 *   1. write advisory/feed_<name>.c with `const struct feed feed_<name> = { ... };` and nothing else visible
 *   2. add FEED(<name>) to advisory/list.h
 *   3. put cases under tests/data/feed/<name>/<case>/{path,input,expect}   (tests fail while there is none)
 */
#pragma once
#include "model/fact.h"

/* What the publisher says of one package. OSV's words where it has them (https://ossf.github.io/osv-schema/).
 */
enum statement {
    SAYS_AFFECTED,            /* within the ranges; a fix may be named by them */
    SAYS_NOT_AFFECTED,        /* the publisher looked: the package never had it, or not in this release */
    SAYS_WILL_NOT_FIX,        /* affected, and no fix will come (Debian: ignored, Red Hat: Will not fix) */
    SAYS_FIX_DEFERRED,        /* affected, perhaps later (no-dsa, postponed, Fix deferred) */
    SAYS_UNIMPORTANT,         /* affected, without consequence by the publisher's judgement */
    SAYS_UNDER_INVESTIGATION, /* not known yet (undetermined, in triage) */
    SAYS_END_OF_LIFE          /* affected or not: nobody looks any more */
};

enum event_kind { EVENT_INTRODUCED, EVENT_FIXED, EVENT_LAST_AFFECTED, EVENT_LIMIT };
struct version_event {
    enum event_kind kind;
    struct str version; /* introduced "0": from the beginning */
};

struct affected {
    struct str
        ecosystem; /* as OSV spells it, with the release: "Debian:12", "Alpine:v3.20", "npm", "Red Hat:..." */
    struct str
        name; /* source or binary package by `binary`; Maven "group:artifact"; as the ecosystem spells it */
    bool binary;       /* distributions: a binary package's name */
    struct str arch;   /* empty: all */
    struct str module; /* modularity "nodejs:18"; Ubuntu: channel esm-apps, esm-infra; RHEL: eus ... */
    enum statement says;
    const struct version_event *event; /* in the order of the document */
    size_t n_event;
    struct strs versions; /* further single versions that are affected */
    struct str severity;  /* this publisher's word for this package: "important", "high", "unimportant" ... */
    struct strs cvss;     /* vectors for this package only */
};

struct advisory {
    struct str id;                /* the publisher's: CVE-..., GHSA-..., DSA-..., ALPINE-CVE-... */
    struct strs aliases, related; /* the same vulnerability; another one that has to do with it */
    struct str source;            /* who says so: "debian", "osv-npm", "nvd" ... */
    struct str title;             /* one line, may be empty */
    struct str published, modified, withdrawn; /* RFC 3339 or a date; empty: not said */
    struct strs cvss;                          /* vectors: "CVSS:3.1/AV:N/..." */
    struct str severity;                       /* a word of the publisher's */
    struct str kev_added;                      /* date; not empty: known to be exploited */
    bool kev_ransomware;
    bool has_epss;
    uint32_t epss_ppm; /* EPSS probability in millionths */
};

/* Releases and when support ends; `lts` and `extended`: further dates with their conditions. */
struct release_end {
    struct str ecosystem;                     /* "Debian:12"; products: "nodejs", "python" */
    struct str version;                       /* of products: release line "18" */
    struct str ends, lts_ends, extended_ends; /* YYYY-MM-DD; empty: not said */
};

/* Where a feed puts what it understood; texts are copied. A record about which nothing can be said well is
 * left out with feed_skip, and counted: a skipped record is reported by `db build`. */
struct feed_sink {
    int (*advisory)(struct feed_sink *to, const struct advisory *a, const struct affected *p, size_t n,
                    struct err *e);
    int (*release)(struct feed_sink *to, const struct release_end *r, struct err *e);
    void (*skip)(struct feed_sink *to, struct str where, const char *why);
};

struct feed_input {
    struct str path; /* name of the file or archive member */
    struct str body;
};

struct feed {
    const char *name;
    const char *what; /* one line for `scantling list feeds` */
    /* Does this document look like mine? By its name and its first bytes (up to 4096). */
    bool (*recognises)(struct str path, struct str start);
    size_t max_size; /* of one document */
    /* -1: the document is damaged; what was handed out before stays, the error says where and why. */
    int (*read)(const struct feed_input *in, struct feed_sink *to, struct err *e);
};
extern const struct feed *const feeds[];
extern const size_t n_feeds;
