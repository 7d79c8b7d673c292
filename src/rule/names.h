/* names.h - file names that tell what a file is, without a look inside. */
#pragma once
#include "core/str.h"

enum tell_kind {
    TELL_CREDENTIAL, /* keeps keys or passwords */
    TELL_HOST_KEY,   /* private key of an SSH server */
    TELL_HISTORY,    /* what someone typed */
    TELL_PROJECT,    /* of the source tree or its build, not of the program */
    TELL_LOGIN,      /* lets someone in without a password */
    TELL_MINER,      /* coin miners by the names they go by */
    TELL_KINDS
};

struct tell {
    enum tell_kind kind;
    struct str name; /* last component, or the last two: ".kube/config" */
    const char *is;  /* "an SSH private key" */
    bool directory;
};

/* What the name at the end of `path` tells; NULL: nothing. */
const struct tell *tell_of(struct str path, bool directory);
/* A quick no, for a walk over millions: when tell_may is false, tell_of says NULL for every path whose last
 * component is `name`. Names that tell something, in chains by their ends and length. */
enum { TELLS_MOST = 254 };
struct tell_index {
    uint8_t head[256], next[TELLS_MOST]; /* index of a row + 1; 0: the end */
};
void tell_index_fill(struct tell_index *x);
bool tell_may(const struct tell_index *x, struct str name);
