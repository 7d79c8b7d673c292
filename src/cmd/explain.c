/* explain.c - what a threat or a rule means, what an attacker gains, how to fix it; what advisories say under an id. */
#include "cmd/explain.h"

#include "cmd/built_in.h"
#include "cmd/cmd.h"
#include "cmd/scan_options.h"
#include "cmd/screen.h"

enum { INDENT = 2, ID_COLUMN = 36, TITLE_COLUMN = 46 };
static const size_t ANSWER_BYTES = 1 << 30;

static struct {
    const char *format, *color, *db, *db_key;
    bool verbose;
} args;

static const struct opt opts[] = {
    opt_text('f', "format", &args.format, "NAME", "table (default) or json"),
    SCAN_DB_OPTIONS(args),
    opt_flag('v', "verbose", &args.verbose, "of an advisory, all packages"),
    opt_text(0, "color", &args.color, "WHEN", "auto, always or never (NO_COLOR is obeyed)"),
    { 0 },
};

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

void explain_threat(struct page *p, const struct threat *t)
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

void explain_rule(struct page *p, const struct rule *r)
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

/* Words with a dash and a number, CVE-2021-44228: no threat, no rule, so perhaps an advisory. */
static bool may_be_advisory(const char *id)
{
    return strchr(id, '-') && strpbrk(id, "0123456789");
}

static int write_answer(const struct explanation *x, bool json, struct err *e)
{
    struct screen screen = screen_of(stdout, args.color);
    AUTO_PAGE struct page page = { 0 };

    if (json)
        return explain_json(x, stdout, e);
    page_init(&page, stdout, screen.width, screen.color, screen.ascii);
    if (x->threat)
        explain_threat(&page, x->threat);
    else if (x->rule)
        explain_rule(&page, x->rule);
    else
        explain_advisory(&page, x);
    return page.failed ? err_set(e, ERR_IO, "cannot write") : 0;
}

static int ask_databases(const struct explanation *asked, bool json, struct err *e)
{
    CLEANUP(advisories_close) struct advisories sets = { 0 };
    struct model model = { .arena = ARENA(ANSWER_BYTES) };
    struct advisories_options o = { .path = args.db,
                                    .key_path = args.db_key,
                                    .built_in = { built_in_advisories, built_in_advisories_size } };
    struct lookup found = { 0 };
    struct explanation x = *asked;

    x.sets = &sets;
    x.model = &model;
    x.advisory = &found;
    int r = advisories_open(&sets, &o, &model, e);
    if (r == 0)
        r = lookup_id(&sets, str_of(x.asked), &model.arena, &found, e);
    if (r == 0)
        r = write_answer(&x, json, e);
    arena_free(&model.arena);
    return r < 0 ? -1 : found.id.n ? EXIT_DONE : EXIT_UNREADABLE;
}

static int run(int argc, char **argv, struct err *e)
{
    bool json = args.format && !strcmp(args.format, "json");

    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs a threat (S1 ... E2), a rule or the id of an advisory");
    if (args.format && !json && strcmp(args.format, "table") != 0)
        return err_set(e, ERR_USAGE, "--format takes table or json, not \"%s\"", args.format);
    const struct explanation x = { .asked = argv[0],
                                   .threat = threat_by_id(str_of(argv[0])),
                                   .rule = rule_by_id(str_of(argv[0])),
                                   .verbose = args.verbose };
    if (x.threat || x.rule)
        return write_answer(&x, json, e) < 0 ? -1 : EXIT_DONE;
    if (!may_be_advisory(argv[0]))
        return err_set(
            e, ERR_USAGE,
            "neither a threat, a rule nor the id of an advisory: \"%s\"; `scantling list rules` shows "
            "the rules",
            argv[0]);
    return ask_databases(&x, json, e);
}

const struct cmd cmd_explain = {
    .name = "explain",
    .summary = "explain a threat, a rule or an advisory",
    .usage = "[OPTIONS] S1|RULE|CVE-...|GHSA-...|DSA-...",
    .description = "Of a threat or a rule: what it means, what an attacker gains, how to fix it, and where "
                   "catalogues of\n"
                   "others have it. Of a vulnerability or an advisory: its other names, how bad it is and "
                   "who says so, whether it\n"
                   "is exploited, which packages of which distributions and ecosystems are affected, from "
                   "the advisory database\n"
                   "and the built-in set, and which attacks use it. Exit code 3: none of these sets has it.",
    .opts = opts,
    .run = run,
};
