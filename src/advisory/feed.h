/* feed.h - a feed reader turns one document of a publisher (an OSV record, Debian's tracker, a secdb, a CSAF
 * document ...) into advisories. Like a parser it does no I/O, holds no state and has no opinion; it runs in
 * a confined process, for feeds too are written by others.
 *
 * To add one:
 *   1. write advisory/feed_<name>.c with `const struct feed feed_<name> = { ... };` and nothing else visible
 *   2. add FEED(<name>) to advisory/list.h
 *   3. put cases under tests/data/feed/<name>/<case>/{path,input,expect}   (tests fail while there is none);
 *      build/check/feed_test tests/data/feed --accept writes expect: read it before you commit it */
#pragma once
#include "model/fact.h"
#include "model/version/range.h"

/* What a document says of one package: FACT_AFFECTS with its events taken apart. Without events and versions
 * it is said of every version. See fact_advisory.h for the
 * fields; struct advisory and struct release_end are the facts themselves. OSV's words where it has them
 * (https://ossf.github.io/osv-schema/). */
struct affected {
    struct str ecosystem, name;
    bool binary;
    struct str arch, module;
    enum statement says;
    const struct version_event *event; /* in the order of the document; introduced "0": from the beginning */
    size_t n_event;
    struct strs versions;
    struct str severity;
    struct strs cvss;
};

/* Where a feed puts what it understood; texts are copied. A record about which nothing can be said well is
 * left out with skip, and counted: a skipped record is reported by `db build`. */
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
    /* Does this document look like mine? By its name and its first bytes (up to FEED_START). */
    bool (*recognises)(struct str path, struct str start);
    size_t max_size; /* of one document */
    /* -1: the document is damaged; what was handed out before stays, the error says where and why. */
    int (*read)(const struct feed_input *in, struct feed_sink *to, struct err *e);
};
enum { FEED_START = 4096 };

extern const struct feed *const feeds[];
extern const size_t n_feeds;

const struct feed *feed_by_name(struct str name);
/* The first of the list that recognises the document, or NULL. */
const struct feed *feed_for(struct str path, struct str start);

/* A number from 0 to 1 as written (EPSS), in millionths; false: it is none. */
bool feed_millionths(struct str s, uint32_t *out);

/* A sink that keeps all as facts (ADVISORY, AFFECTS, RELEASE_END; what is skipped as notes): what tests show
 * and what a confined reader returns as a record. */
struct feed_facts {
    struct feed_sink sink; /* first */
    struct facts *into;
    uint64_t skipped; /* all of them; only SKIPS_NOTED in each `into` are notes */
};
enum { SKIPS_NOTED = 20 };
void feed_facts_init(struct feed_facts *f, struct facts *into);

/* Back again: take a fact's events apart into *out, which has room for n of them; views into the fact. False:
 * not an event. */
bool affects_events(const struct affects *a, struct version_event *out);
