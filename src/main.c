/* main.c - find the command, print the error's story, choose the exit code. */
#include "cmd/cmd.h"

#include <sys/resource.h>

static void help(FILE *to)
{
    fputs("Usage: scantling COMMAND [OPTIONS] [ARGUMENTS]\n\n"
          "Finds which threats a container deployment is exposed to, with proof.\n\nCommands:\n",
          to);
    for (size_t i = 0; i < n_cmds; i++)
        fprintf(to, "  %-12s %s\n", cmds[i]->name, cmds[i]->summary);
    fputs("\n`scantling COMMAND --help` shows its options. `scantling --version` shows the version.\n", to);
}

static void command_help(const struct cmd *c)
{
    printf("Usage: scantling %s %s\n\n%s\n", c->name, c->usage, c->description ? c->description : c->summary);
    if (c->opts) {
        puts("\nOptions:");
        opt_help(c->opts, stdout);
    }
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return true;
    return false;
}

static int run(const struct cmd *c, int argc, char **argv)
{
    static const struct opt none[] = { { 0 } };
    struct err e = { 0 };

    if (asks_help(argc, argv)) {
        command_help(c);
        return EXIT_DONE;
    }
    int r = opt_parse(c->opts ? c->opts : none, &argc, argv, &e);
    if (r == 0)
        r = c->run(argc, argv, &e);
    if (r >= 0)
        return r;
    cmd_say("scantling %s: %s", c->name, e.text);
    if (e.code == ERR_USAGE)
        fprintf(stderr, "Try `scantling %s --help`.\n", c->name);
    return e.code == ERR_USAGE ? EXIT_USAGE : EXIT_UNREADABLE;
}

int main(int argc, char **argv)
{
    /* documents with secrets pass through this process: its memory is not for keeping, whatever happens to it */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    if (argc > 1 && (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))) {
        puts("scantling " SCANTLING_VERSION);
        return EXIT_DONE;
    }
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))) {
        help(stdout);
        return EXIT_DONE;
    }
    const struct cmd *c = argc > 1 ? cmd_by_name(argv[1]) : NULL;
    if (c)
        return run(c, argc - 2, argv + 2);
    if (argc > 1)
        fprintf(stderr, "scantling: no command \"%s\"\n\n", argv[1]);
    help(stderr);
    return EXIT_USAGE;
}
