/* compare.c - `scantling compare SCHEME`: the order of versions, for people and scripts. */
#include "cmd/cmd.h"
#include "model/version/version.h"

#include <errno.h>

static char order_of(const struct version_scheme *s, struct str line)
{
    struct str a, b;
    int order;

    if (!str_split(line, '\t', &a, &b) || version_compare(s, a, b, &order) < 0)
        return '?';
    return order < 0 ? '<' : order > 0 ? '>' : '=';
}

static int run(int argc, char **argv, struct err *e)
{
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t n;

    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs one SCHEME; `scantling list schemes` has them");
    const struct version_scheme *s = version_scheme_for(str_of(argv[0]));
    if (!s)
        return err_set(e, ERR_USAGE, "%s: no such scheme; `scantling list schemes` has them", argv[0]);
    while ((n = getline(&line, &room, stdin)) >= 0) {
        if (n && line[n - 1] == '\n')
            n--;
        putchar(order_of(s, (struct str){ line, (size_t)n }));
        putchar('\n');
    }
    if (ferror(stdin))
        return err_errno(e, "standard input");
    if (fflush(stdout) || ferror(stdout))
        return err_errno(e, "standard output");
    return EXIT_DONE;
}

const struct cmd cmd_compare = {
    .name = "compare",
    .summary = "compare versions, as the ecosystem they are from would",
    .usage = "SCHEME",
    .description =
        "Reads lines of two versions with a tab between them and prints <, = or > for each; ? where it "
        "cannot be told, because one of them is not a version of the scheme. SCHEME is a name of "
        "`scantling list schemes` or an ecosystem that uses it, such as Debian.",
    .run = run,
};
