/* kind.h - the kinds of secret, as tools/gen_secrets.c makes them out of data/secrets/: constant tables and
 * databases of Vectorscan over their anchors. Nothing here is compiled at run time but the expressions, each
 * when it is first needed.
 *
 * To add a kind: an entry in a file of data/secrets/ (its README.md is the manual). */
#pragma once
#include "model/secret.h"

/* What must follow an anchor for the expression to be tried at all: decides in a few nanoseconds about nearly
 * all occurrences in ordinary data. */
enum secret_follow {
    FOLLOW_ANY,
    FOLLOW_WORD,    /* at least `follow_n` of A-Z a-z 0-9 _ - */
    FOLLOW_HEX,     /* of 0-9 a-f A-F */
    FOLLOW_BASE64,  /* of A-Z a-z 0-9 + / - _ = */
    FOLLOW_VISIBLE, /* of graphic ASCII */
    FOLLOW_ASSIGN, /* an assignment of at least `follow_n` graphic ASCII characters: `Key = "...`, `-key: ...`
                    */
    FOLLOW_USERINFO, /* of a URL, with a password of at least `follow_n` bytes: `app:secret@` */
};

struct secret_seen;
struct secret_kind {
    struct secret_info info; /* severity: as a live one would be */
    const char *expr;        /* PCRE2; group 1 is the secret where there is one, else the whole match */
    int (*check)(struct secret_seen *s); /* a validator, see check.h; NULL: the format has no proof */
    uint32_t before, after;              /* bytes that a match may have ahead of its anchor and behind it */
    enum secret_follow follow;
    uint16_t follow_n;
    uint16_t least_entropy; /* hundredths of a bit for each character of the secret */
    uint8_t sure;           /* enum confidence of a match without further proof */
    bool text_only;         /* not looked for in binary files */
    bool generic;           /* gives way to any other kind that overlaps it */
    bool guarded;           /* a match begins with its anchor, and never within a word */
};

enum secret_coding { CODED_PLAIN, CODED_BASE64, CODED_HEX };

struct secret_anchor {
    uint16_t kind, n_kinds; /* into secret_anchor_kind */
    uint8_t n;              /* its length in bytes */
    uint8_t coding;         /* enum secret_coding */
    uint8_t phase;          /* base64: position of its first character in its group of four */
    uint32_t before, after; /* the most of its kinds */
};

extern const struct secret_kind secret_kinds[];
extern const size_t n_secret_kinds;
extern const struct secret_anchor secret_anchors[]; /* by the id that Vectorscan reports */
extern const uint16_t secret_anchor_kind[];

/* Vectorscan's, serialised, in streaming mode, for any processor. The anchors of kinds that are only looked
 * for in text are mostly ordinary words, which Vectorscan has to look at twice wherever their letters stand
 * side by side: a database without them goes through programs a fifth faster. */
enum { FOR_TEXT, FOR_BINARY, N_SECRET_DATABASES };
struct secret_database {
    const unsigned char *bytes;
    size_t n;
};
extern const struct secret_database secret_databases[N_SECRET_DATABASES];
extern const uint64_t secret_kinds_version; /* changes with the data */

/* For tests: `good` lines are grammars of secrets, `bad` ones of what is near. Only in secret_examples.c. */
struct secret_example {
    uint16_t kind;
    bool good;
    const char *grammar;
};
extern const struct secret_example secret_examples[];
extern const size_t n_secret_examples;
