/* explain.c - what a threat or a rule means, what an attacker gains, how to fix it. */
#include "cmd/cmd.h"
#include "cmd/screen.h"
#include "rule/rule.h"

enum { INDENT = 2, ID_COLUMN = 36, TITLE_COLUMN = 46 };

static void paragraph(struct page *p, enum style s, const char *text)
{
    page_add(p, s, str_of(text));
    page_end(p, 0, 0);
}

static void heading(struct page *p, const char *text)
{
    page_gap(p);
    paragraph(p, BOLD, text);
}

static void lines(struct page *p, const char *text)
{
    struct str rest = str_of(text), line;

    while (str_cut(&rest, '\n', &line)) {
        page_add(p, GREEN, line);
        page_end(p, INDENT, INDENT + 2);
    }
}

/* Its rules, those of the worst severity first. */
static void rules_of(struct page *p, const struct threat *t)
{
    unsigned bit = 1u << (t - threats);

    for (unsigned s = SEVERITY_COUNT; s-- > 0;)
        for (size_t i = 0; i < n_rule_sets; i++)
            for (size_t k = 0; k < rule_sets[i]->n; k++) {
                const struct check *c = &rule_sets[i]->rule[k].check;
                if (c->severity != s || !(c->threats & bit))
                    continue;
                page_say(p, CYAN, "%s", c->id);
                page_tab(p, ID_COLUMN);
                page_say(p, PLAIN, "%s", severity_name[s]);
                page_tab(p, TITLE_COLUMN);
                page_say(p, PLAIN, "%s", c->title);
                page_end(p, INDENT, INDENT + TITLE_COLUMN);
            }
}

static void explain_threat(struct page *p, const struct threat *t)
{
    page_say(p, BOLD, "%s  %s", t->id, t->name);
    page_say(p, DIM, "  (%s)", stride_name[strchr(stride_letter, t->stride) - stride_letter]);
    page_end(p, 0, 0);
    page_say(p, PLAIN, "%s.", t->what);
    page_end(p, 0, 0);
    heading(p, "Rules, worst first");
    rules_of(p, t);
}

static void put_fix(struct page *p, const struct rule *r)
{
    heading(p, "Fix");
    paragraph(p, PLAIN, r->check.fix);
    if (r->check.snippet)
        lines(p, r->check.snippet);
    for (const struct snippet *s = r->snippets; s && s->text; s++) {
        page_say(p, DIM, "%s:", spelling_name[s->for_spelling]);
        page_end(p, 0, 0);
        lines(p, s->text);
    }
}

static void put_catalogues(struct page *p, const struct check *c)
{
    enum catalogue in = CATALOGUE_COUNT;

    heading(p, "Catalogues");
    for (const struct ref *r = c->refs; r && r->id; r++) {
        if (in != CATALOGUE_COUNT && r->in != in)
            page_end(p, INDENT, INDENT + 2);
        page_say(p, PLAIN, r->in == in ? ", %s%s" : "%s %s", r->in == in ? "" : catalogue_key[r->in], r->id);
        in = r->in;
    }
    page_end(p, INDENT, INDENT + 2);
}

static void explain_rule(struct page *p, const struct rule *r)
{
    const struct check *c = &r->check;

    page_say(p, BOLD, "%s", c->id);
    page_say(p, DIM, "  (%s, layer %s)", severity_name[c->severity], layer_name[c->layer]);
    page_end(p, 0, 0);
    page_say(p, PLAIN, "%s.", c->title);
    page_end(p, 0, 0);
    page_gap(p);
    paragraph(p, PLAIN, c->why);
    put_fix(p, r);
    if (c->holds) {
        heading(p, "Mitigated when");
        page_say(p, PLAIN, "%s.%s", c->holds,
                 r->unknowable ? " It can be unknown: the proof then says what was missing." : "");
        page_end(p, 0, 0);
    }
    heading(p, "Threats");
    for (unsigned t = 0; t < THREAT_COUNT; t++)
        if (c->threats & (1u << t)) {
            page_say(p, PLAIN, "%s  %s", threats[t].id, threats[t].name);
            page_end(p, INDENT, INDENT + 4);
        }
    if (c->refs && c->refs[0].id)
        put_catalogues(p, c);
}

static int run(int argc, char **argv, struct err *e)
{
    struct screen screen = screen_of(stdout, NULL);
    AUTO_PAGE struct page page = { 0 };

    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs a threat (S1 ... E2) or a rule");
    const struct threat *t = threat_by_id(str_of(argv[0]));
    const struct rule *r = t ? NULL : rule_by_id(str_of(argv[0]));
    if (!t && !r)
        return err_set(e, ERR_USAGE, "neither a threat nor a rule: \"%s\"; `scantling list rules` shows them",
                       argv[0]);
    page_init(&page, stdout, screen.width, screen.color, screen.ascii);
    if (t)
        explain_threat(&page, t);
    else
        explain_rule(&page, r);
    return page.failed ? err_set(e, ERR_IO, "cannot write") : EXIT_DONE;
}

const struct cmd cmd_explain = {
    .name = "explain",
    .summary = "explain a threat or a rule",
    .usage = "S1|RULE",
    .description =
        "What it means, what an attacker gains, how to fix it, and where catalogues of others have it.",
    .run = run,
};
