/* list.c - `scantling list`: the registries, for people. */
#include "advisory/feed.h"
#include "cmd/cmd.h"
#include "model/version/version.h"
#include "parse/parse.h"
#include "report/report.h"
#include "rule/rule.h"
#include "source/source.h"

static void list_threats(void)
{
    for (size_t i = 0; i < THREAT_COUNT; i++)
        printf("%-3s %s: %s\n", threats[i].id, threats[i].name, threats[i].what);
}

static void list_rules(void)
{
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++) {
            const struct check *c = &rule_sets[i]->rule[k].check;
            printf("%-34s %-9s", c->id, severity_name[c->severity]);
            for (unsigned t = 0; t < THREAT_COUNT; t++)
                if (c->threats & (1u << t))
                    printf("%s ", threats[t].id);
            printf(" %s\n", c->title);
        }
}

static void list_parsers(void)
{
    for (size_t i = 0; i < n_parsers; i++) {
        printf("%-18s %s\n", parsers[i]->name, parsers[i]->what);
        for (const char *const *p = parsers[i]->paths; p && *p; p++)
            printf("%-18s   %s\n", "", *p);
        if (parsers[i]->starts)
            printf("%-18s   programs, by their first bytes\n", "");
    }
}

static void list_sources(void)
{
    for (size_t i = 0; i < n_sources; i++)
        printf("%-42s %s\n", sources[i]->syntax, sources[i]->what);
}

static void list_reports(void)
{
    for (size_t i = 0; i < n_reports; i++)
        printf("%-12s %s\n", reports[i]->name, reports[i]->what);
}

static void list_schemes(void)
{
    for (size_t i = 0; i < n_version_schemes; i++)
        printf("%-10s %s\n%-10s   %s\n", version_schemes[i]->name, version_schemes[i]->what, "",
               version_schemes[i]->also);
}

static void list_feeds(void)
{
    for (size_t i = 0; i < n_feeds; i++)
        printf("%-18s %s\n", feeds[i]->name, feeds[i]->what);
}

static const struct {
    const char *name;
    void (*print)(void);
} lists[] = {
    { "threats", list_threats }, { "rules", list_rules },     { "parsers", list_parsers },
    { "sources", list_sources }, { "reports", list_reports }, { "schemes", list_schemes },
    { "feeds", list_feeds },
};

static int run(int argc, char **argv, struct err *e)
{
    for (size_t i = 0; argc == 1 && i < ARRAY_LEN(lists); i++)
        if (!strcmp(argv[0], lists[i].name)) {
            lists[i].print();
            return EXIT_DONE;
        }
    return err_set(e, ERR_USAGE, "lists threats, rules, parsers, sources, reports, schemes or feeds");
}

const struct cmd cmd_list = {
    .name = "list",
    .summary = "list threats, rules, parsers, sources, reports, schemes or feeds",
    .usage = "threats|rules|parsers|sources|reports|schemes|feeds",
    .description = "Prints one of the program's registries, a line each.",
    .run = run,
};
