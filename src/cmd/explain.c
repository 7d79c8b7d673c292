/* explain.c - what a threat or a rule means, what an attacker gains, how to fix it. */
#include "cmd/cmd.h"
#include "rule/rule.h"

static const struct check *check_at(size_t set, size_t i)
{
    return &rule_sets[set]->rule[i].check;
}

static void explain_threat(const struct threat *t)
{
    unsigned bit = 1u << (t - threats);

    printf("%s  %s  (%s)\n%s.\n\nRules:\n", t->id, t->name,
           stride_name[strchr(stride_letter, t->stride) - stride_letter], t->what);
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            if (check_at(i, k)->threats & bit)
                printf("  %-34s %-9s %s\n", check_at(i, k)->id, severity_name[check_at(i, k)->severity],
                       check_at(i, k)->title);
}

static void explain_check(const struct check *c)
{
    printf("%s  (%s, layer %s)\n%s.\n\n%s\n\nFix: %s\n", c->id, severity_name[c->severity],
           layer_name[c->layer], c->title, c->why, c->fix);
    if (c->snippet)
        printf("\n  %s\n", c->snippet);
    if (c->holds)
        printf("\nMitigated when: %s.\n", c->holds);
    puts("\nThreats:");
    for (unsigned t = 0; t < THREAT_COUNT; t++)
        if (c->threats & (1u << t))
            printf("  %s  %s\n", threats[t].id, threats[t].name);
    if (c->refs && c->refs[0].id)
        puts("Catalogues:");
    for (const struct ref *r = c->refs; r && r->id; r++)
        printf("  %s %s\n", catalogue_key[r->in], r->id);
}

static int run(int argc, char **argv, struct err *e)
{
    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs a threat (S1 ... E2) or a rule");
    const struct threat *t = threat_by_id(str_of(argv[0]));
    const struct rule *r = t ? NULL : rule_by_id(str_of(argv[0]));
    if (t)
        explain_threat(t);
    else if (r)
        explain_check(&r->check);
    else
        return err_set(e, ERR_USAGE, "neither a threat nor a rule: \"%s\"; `scantling list rules` shows them",
                       argv[0]);
    return EXIT_DONE;
}

const struct cmd cmd_explain = {
    .name = "explain",
    .summary = "explain a threat or a rule",
    .usage = "S1|RULE",
    .description =
        "What it means, what an attacker gains, how to fix it, and where catalogues of others have it.",
    .run = run,
};
