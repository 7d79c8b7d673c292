/* cmd.h - a sub-command: one const record, one function. List it in cmd/list.h. */
#pragma once
#include "core/opt.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAIL_ON = 1, EXIT_USAGE = 2, EXIT_UNREADABLE = 3 };

struct cmd {
    const char *name, *summary;
    const char *usage;       /* what follows the name: "[OPTIONS] TARGET..." */
    const char *description; /* a paragraph for --help and the man page */
    const struct opt *opts;  /* NULL: none */
    /* Returns an exit code; -1 with *e for an error, whose code chooses the exit code. argv holds what is
     * left after the options. */
    int (*run)(int argc, char **argv, struct err *e);
};
extern const struct cmd *const cmds[];
extern const size_t n_cmds;
const struct cmd *cmd_by_name(const char *name); /* NULL when there is none */

/* A line on standard error. Errors and notes quote what others wrote: whatever a
 * terminal would obey in it is shown instead. */
void cmd_say(const char *fmt, ...) PRINTF(1, 2);
