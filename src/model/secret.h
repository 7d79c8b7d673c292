/* secret.h - one secret with all the places where it was seen: what rules judge (ON_SECRET). */
#pragma once
#include "model/image.h"
#include "model/threat.h"

/* What is known of a kind of secret: data/secrets. */
struct secret_info {
    const char *id, *title, *rotate;
    enum severity severity;
};
struct secret_at {
    const struct secret *fact;
    struct str layer, created_by; /* digest of the layer that brought it, the history line that made that */
    bool deleted;                 /* a later layer deleted or replaced the file */
    bool told;                    /* a check of the object that holds it says so */
    struct owner owner;           /* the package that brought the file, where one did */
    uint32_t element;             /* that holds it */
    struct str target; /* that the element is part of, as the user named it; empty: the subject's */
};

/* The same secret, wherever it is; the surest place first. */
struct secret_group {
    const struct secret_info *info; /* NULL: this is about those that are none, or about none at all */
    const struct secret_at *at;
    size_t n;
    enum confidence confidence; /* the best of all places, after everything that speaks against it */
    uint32_t number;            /* among those of its kind in its first place, from 0 */
    size_t kinds;               /* that were looked for; 0: nobody looked */
    bool complete;              /* everything was read: only then absence means something */
    struct str now;             /* RFC 3339 */
};

/* What is looked for, as scan/ found it built in. */
struct secret_search {
    const struct secret_info *(*find)(struct str id); /* NULL when there is no such kind */
    size_t kinds;                                     /* 0: nobody looked */
};

/* How sure it is that the place holds a live secret, after everything that speaks against it. */
enum confidence secret_weight(const struct secret_at *at, struct str now);

/* Sort places into groups, in the order of their first place; what is no live secret by all that speaks
 * against it goes into one group at the end, and where there is none at all one group says that. Memory is
 * `a`'s. */
int secret_groups(struct secret_at *at, size_t n, const struct secret_search *search, bool complete,
                  struct str now, struct arena *a, struct secret_group **out, size_t *n_out,
                  struct err *e) MUST_USE;
