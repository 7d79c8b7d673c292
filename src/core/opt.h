/* opt.h - command-line options as a table: parsing, --help, man page and completions come from it. */
#pragma once
#include "core/err.h"
#include "core/str.h"

enum opt_kind { OPT_END, OPT_FLAG, OPT_TEXT, OPT_LIST, OPT_U64, OPT_BYTES };

struct opt_list {
    const char **p;
    size_t n;
};
struct opt {
    enum opt_kind kind;
    char letter; /* 0: none */
    const char *name;
    void *into;
    const char *arg; /* how the help calls the value */
    const char *help;
    const char *const *values; /* to complete, NULL-ended, or NULL */
};
/* The macros check that `v` points to the right type. */
#define opt_flag(l, n, v, h)                                 \
    {                                                        \
        OPT_FLAG, l, n, (1 ? (v) : (bool *)0), NULL, h, NULL \
    }
#define opt_text(l, n, v, a, h)                                  \
    {                                                            \
        OPT_TEXT, l, n, (1 ? (v) : (const char **)0), a, h, NULL \
    }
#define opt_list(l, n, v, a, h)                                      \
    {                                                                \
        OPT_LIST, l, n, (1 ? (v) : (struct opt_list *)0), a, h, NULL \
    } /* may be repeated */
#define opt_u64(l, n, v, a, h)                               \
    {                                                        \
        OPT_U64, l, n, (1 ? (v) : (uint64_t *)0), a, h, NULL \
    }
#define opt_bytes(l, n, v, a, h)                               \
    {                                                          \
        OPT_BYTES, l, n, (1 ? (v) : (uint64_t *)0), a, h, NULL \
    } /* 64M, 2G */

/* Sort options out of argv, which afterwards holds what is left; "--" ends options; "--name=value", "-n
 * value",
 * "-nvalue" and clustered flags work. Values are borrowed from argv; lists are allocated and live for ever.
 */
int opt_parse(const struct opt *table, int *argc, char **argv, struct err *e) MUST_USE;
/* Two columns for --help. */
void opt_help(const struct opt *table, FILE *to);
/* "512", "64K", "64M", "2G" */
bool opt_size(struct str s, uint64_t *out);
