/* explain_advisory.c - what the databases say under an id, for people: the vulnerability, who speaks of it, what of
 * which packages, which attacks use it; or that no set has it, and how old they are. */
#include "advisory/cvss.h"
#include "cmd/explain.h"
#include "report/table.h"

#include <time.h>

enum {
    LABEL_COLUMN = 11,
    ID_COLUMN = 24,
    PACKAGE_COLUMN = 28,
    RULE_COLUMN = 34,
    BY_COLUMN = 64,
    ROWS_SHOWN = 40
};

/* ---- attacks ---- */

static bool names_one(const char *const *list, const struct db_vuln *v)
{
    for (; list && *list; list++) {
        if (str_eq(str_of(*list), v->id))
            return true;
        for (size_t i = 0; i < v->aliases.n; i++)
            if (str_eq(str_of(*list), v->aliases.p[i]))
                return true;
    }
    return false;
}

bool explain_uses(const struct attack *a, const struct lookup *l)
{
    for (size_t i = 0; i < l->vuln.n; i++)
        if (names_one(a->all, &l->vuln.p[i]) || names_one(a->any, &l->vuln.p[i]) ||
            names_one(a->there, &l->vuln.p[i]))
            return true;
    return false;
}

/* The template with a noun for what the situation is of. */
static struct str with_noun(struct arena *to, const char *template, enum situation s)
{
    uint32_t on = situation_info[s].on;
    struct str text = str_of(template), noun = STR("a container");
    ptrdiff_t hole = str_find(text, STR("{}"));

    if (on != ON_CONTAINER)
        noun = arena_fmt(to, "the %s", element_kind_name[__builtin_ctz(on)]);
    return hole < 0 ? text
                    : arena_fmt(to, STR_FMT STR_FMT STR_FMT, STR_ARG(str_first(text, (size_t)hole)),
                                STR_ARG(noun), STR_ARG(str_skip(text, (size_t)hole + 2)));
}

struct str explain_begins(struct arena *to, const struct attack *a)
{
    return with_noun(to, situation_info[a->from].step, a->from);
}

struct str explain_does(struct arena *to, const struct attack *a)
{
    return with_noun(to, a->does ? a->does : situation_info[a->to].step, a->to);
}

static void add_needs(struct page *p, const char *lead, const char *between, const char *const *checks)
{
    for (const char *const *c = checks; c && *c; c++) {
        page_say(p, DIM, "%s", c == checks ? lead : between);
        page_say(p, CYAN, "%s", *c);
    }
}

static void put_attacks(struct page *p, const struct explanation *x)
{
    const struct attack *a;

    for (size_t i = 0, n = 0; (a = attack_at(i)); i++) {
        if (!explain_uses(a, x->advisory))
            continue;
        if (!n++) {
            table_heading(p, "Attacks that use it");
            page_end(p, 0, INDENT);
        }
        page_say(p, CYAN, "%s", a->id);
        page_tab(p, ID_COLUMN);
        page_say(p, PLAIN, "from ");
        page_add(p, PLAIN, explain_begins(&x->model->arena, a));
        page_say(p, PLAIN, ": ");
        page_add(p, PLAIN, explain_does(&x->model->arena, a));
        add_needs(p, "; where there is ", " and ", a->all);
        add_needs(p, "; where there is ", " or ", a->any);
        page_end(p, INDENT, INDENT + ID_COLUMN);
    }
}

static void put_checks(struct page *p, const struct lookup *l)
{
    if (!l->check.n)
        return;
    table_heading(p, "What a scan finds where it is open");
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < l->check.n; i++) {
        page_say(p, CYAN, "%s", l->check.p[i]->id);
        page_tab(p, RULE_COLUMN);
        page_say(p, PLAIN, "%s", l->check.p[i]->title);
        page_end(p, INDENT, INDENT + RULE_COLUMN);
    }
}

/* ---- a vulnerability ---- */

static void label(struct page *p, const char *text)
{
    page_say(p, DIM, "%s", text);
    page_tab(p, LABEL_COLUMN);
}

static void end_label(struct page *p)
{
    page_end(p, INDENT, INDENT + LABEL_COLUMN);
}

static void add_score(struct page *p, struct strs cvss)
{
    struct str vector;
    unsigned tenths;

    if (!cvss_newest(cvss, &vector, &tenths))
        return;
    enum severity s = cvss_severity(tenths);
    page_say(p, table_severity_style[s], "%s %u.%u", severity_name[s], tenths / 10, tenths % 10);
}

static void put_names(struct page *p, struct strs names)
{
    for (size_t i = 0; i < names.n; i++) {
        if (i)
            page_say(p, PLAIN, ", ");
        else
            label(p, "Also");
        page_add(p, PLAIN, names.p[i]);
    }
    if (names.n)
        end_label(p);
}

static void put_scores(struct page *p, struct strs cvss)
{
    for (size_t i = 0; i < cvss.n; i++) {
        const struct strs one = { &cvss.p[i], 1 };
        label(p, i ? "" : "Severity");
        add_score(p, one);
        page_say(p, PLAIN, "  ");
        page_add(p, PLAIN, cvss.p[i]);
        end_label(p);
    }
    if (cvss.n)
        return;
    label(p, "Severity");
    page_say(p, PLAIN, "no vector; the words of those who speak of it are below");
    end_label(p);
}

static void put_danger(struct page *p, const struct db_vuln *v)
{
    label(p, "Exploited");
    if (v->kev_added.n) {
        page_say(p, LOUD, "known since ");
        page_add(p, LOUD, str_first(v->kev_added, 10));
        page_say(p, PLAIN, "%s (CISA's catalogue)", v->kev_ransomware ? ", by ransomware too" : "");
    } else {
        page_say(p, PLAIN, "not in CISA's catalogue");
    }
    end_label(p);
    label(p, "EPSS");
    if (v->has_epss)
        page_say(p, PLAIN, "%u.%02u %% to be exploited within 30 days", v->epss_ppm / 10000,
                 v->epss_ppm / 100 % 100);
    else
        page_say(p, PLAIN, "not in the database");
    end_label(p);
}

static void put_dates(struct page *p, const struct db_vuln *v)
{
    if (!v->published.n && !v->modified.n)
        return;
    label(p, "Dates");
    page_say(p, PLAIN, "%s", v->published.n ? "published " : "");
    page_add(p, PLAIN, str_first(v->published, 10));
    page_say(p, PLAIN, "%s%s", v->published.n && v->modified.n ? ", " : "", v->modified.n ? "changed " : "");
    page_add(p, PLAIN, str_first(v->modified, 10));
    end_label(p);
}

static void put_vuln(struct page *p, const struct db_vuln *v)
{
    page_add(p, BOLD, v->id);
    page_say(p, PLAIN, "  ");
    add_score(p, v->cvss);
    page_end(p, 0, INDENT);
    page_add(p, PLAIN, v->title);
    page_end(p, INDENT, INDENT);
    put_names(p, v->aliases);
    put_scores(p, v->cvss);
    put_danger(p, v);
    put_dates(p, v);
}

/* ---- who speaks of it ---- */

static void put_stops(struct page *p, const struct db_advisory *said)
{
    if (!said->stops.n)
        return;
    page_say(p, PLAIN, "What stops it without an update: ");
    page_add(p, GREEN, said->stops);
    page_end(p, INDENT * 2, INDENT * 2);
}

static void put_by(struct page *p, const struct explanation *x)
{
    const struct lookup *l = x->advisory;

    table_heading(p, "It stands in");
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < l->by.n && (i < ROWS_SHOWN || x->verbose); i++) {
        const struct told_by *by = &l->by.p[i];
        page_add(p, CYAN, by->said.id);
        page_tab(p, PACKAGE_COLUMN);
        page_add(p, PLAIN, by->said.source);
        page_say(p, DIM, " (");
        page_add(p, DIM, x->model->advisories.p[by->set].name);
        page_say(p, DIM, ")%s", by->said.modified.n ? ", " : "");
        page_add(p, DIM, str_first(by->said.modified, 10));
        page_say(p, PLAIN, "%s", by->said.severity.n ? ", says " : "");
        page_add(p, PLAIN, by->said.severity);
        for (size_t k = 0; k < by->said.cvss.n; k++) {
            page_say(p, DIM, ", ");
            page_add(p, DIM, by->said.cvss.p[k]);
        }
        page_end(p, INDENT, INDENT + PACKAGE_COLUMN);
        put_stops(p, &by->said);
    }
    if (l->by.n > ROWS_SHOWN && !x->verbose) {
        page_say(p, DIM, "and %zu more: --verbose shows them", l->by.n - ROWS_SHOWN);
        page_end(p, INDENT, INDENT);
    }
}

/* ---- what of which packages ---- */

static const char *const means[STATEMENT_COUNT] = {
    [SAYS_AFFECTED] = "affected",
    [SAYS_NOT_AFFECTED] = "not affected",
    [SAYS_WILL_NOT_FIX] = "affected, no fix will come",
    [SAYS_FIX_DEFERRED] = "affected, the fix is deferred",
    [SAYS_UNIMPORTANT] = "affected, of no importance",
    [SAYS_UNDER_INVESTIGATION] = "under investigation",
    [SAYS_END_OF_LIFE] = "nobody looks after this release any more",
};

static bool is_everything(const struct version_event *v)
{
    return v->kind == EVENT_INTRODUCED && str_eq(v->version, STR("0"));
}

/* "affected from 1.0, fixed in 1.5; from 2.0, fixed in 2.2": one range after the other. */
static void add_meaning(struct page *p, const struct db_statement *s)
{
    static const char *const word[] = { [EVENT_INTRODUCED] = "from",
                                        [EVENT_FIXED] = "fixed in",
                                        [EVENT_LAST_AFFECTED] = "to",
                                        [EVENT_LIMIT] = "before" };
    bool plain = s->says == SAYS_AFFECTED && s->n_event == 2 && is_everything(&s->event[0]) &&
                 s->event[1].kind == EVENT_FIXED; /* what most say */
    const char *between = s->says == SAYS_AFFECTED ? " " : ": ";

    page_say(p, PLAIN, "%s", plain ? "" : means[s->says]);
    for (size_t i = 0; i < s->n_event; i++) {
        const struct version_event *v = &s->event[i];
        if (is_everything(v))
            continue;
        page_say(p, PLAIN, "%s%s ", plain ? "" : between, word[v->kind]);
        page_add(p, v->kind == EVENT_FIXED ? GREEN : PLAIN, v->version);
        between = i + 1 < s->n_event && s->event[i + 1].kind == EVENT_INTRODUCED ? "; " : ", ";
    }
    if (s->versions.n)
        page_say(p, PLAIN, "%s%zu single version%s", s->n_event ? ", " : ": ", s->versions.n,
                 table_plural(s->versions.n));
    else if (s->says == SAYS_AFFECTED && s->n_event == 1 && is_everything(&s->event[0]))
        page_say(p, PLAIN, ", all versions");
}

static void put_told(struct page *p, const struct lookup *l, const struct told *t)
{
    page_add(p, BOLD, t->package);
    page_say(p, DIM, "%s", t->says.binary ? " (binary)" : "");
    if (t->says.arch.n || t->says.module.n) {
        page_say(p, DIM, " ");
        page_add(p, DIM, t->says.module);
        page_add(p, DIM, t->says.arch);
    }
    page_say(p, PLAIN, "  ");
    page_tab(p, PACKAGE_COLUMN);
    add_meaning(p, &t->says);
    page_say(p, PLAIN, "  ");
    page_tab(p, BY_COLUMN);
    page_add(p, DIM, l->by.p[t->by].said.id);
    page_say(p, DIM, "%s", t->says.severity.n ? ", says " : "");
    page_add(p, DIM, t->says.severity);
    page_end(p, INDENT * 2, INDENT + PACKAGE_COLUMN);
}

static void put_packages(struct page *p, const struct explanation *x)
{
    const struct lookup *l = x->advisory;
    struct str ecosystem = STR_NONE;

    if (!l->told.n)
        return;
    table_heading(p, "What is affected");
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < l->told.n && (i < ROWS_SHOWN || x->verbose); i++) {
        const struct told *t = &l->told.p[i];
        if (!str_eq(t->ecosystem, ecosystem)) {
            page_add(p, PLAIN, t->ecosystem);
            page_end(p, INDENT, INDENT);
        }
        ecosystem = t->ecosystem;
        put_told(p, l, t);
    }
    if (l->told.n > ROWS_SHOWN && !x->verbose) {
        page_say(p, DIM, "and %zu more: --verbose shows them", l->told.n - ROWS_SHOWN);
        page_end(p, INDENT, INDENT);
    }
}

/* ---- all ---- */

static void put_sets(struct page *p, const struct explanation *x)
{
    page_gap(p);
    for (size_t i = 0; i < x->sets->n; i++) {
        const struct advisory_set *set = &x->model->advisories.p[i];
        struct db_summary sum;
        db_summarise(x->sets->db[i], &sum);
        uint64_t now = (uint64_t)time(NULL), days = now > sum.built ? (now - sum.built) / 86400 : 0;
        page_say(p, DIM, i ? "            " : "Advisories: ");
        page_add(p, DIM, set->name);
        page_say(p, DIM, " of ");
        page_add(p, DIM, str_first(set->built, 10));
        page_say(p, DIM, ", %llu day%s old: %llu vulnerabilities in %llu ecosystems",
                 (unsigned long long)days, table_plural(days), (unsigned long long)set->vulnerabilities,
                 (unsigned long long)set->ecosystems);
        page_end(p, INDENT, INDENT + 12);
    }
}

static void put_unknown(struct page *p, const struct explanation *x)
{
    page_say(p, BOLD, "%s", x->asked);
    page_say(
        p, PLAIN,
        " is in none of these sets. It may exist all the same: they have what their feeds knew when they "
        "were built.");
    page_end(p, 0, 0);
    put_sets(p, x);
    if (x->sets->n < ADVISORY_SETS) {
        page_say(p, PLAIN, "Only the built-in set was asked: `scantling db update` or --db brings more.");
        page_end(p, 0, 0);
    }
}

static void put_update(struct page *p, const struct lookup *l)
{
    page_add(p, BOLD, l->id);
    page_say(p, DIM, "  (%zu vulnerabilit%s)", l->vuln.n, l->vuln.n == 1 ? "y" : "ies");
    page_end(p, 0, INDENT);
    page_add(p, PLAIN, l->by.p[0].said.title);
    page_end(p, INDENT, INDENT);
    for (size_t i = 0; i < l->vuln.n; i++) {
        page_gap(p);
        put_vuln(p, &l->vuln.p[i]);
    }
}

void explain_advisory(struct page *p, const struct explanation *x)
{
    const struct lookup *l = x->advisory;

    if (!l->id.n) {
        put_unknown(p, x);
        return;
    }
    if (l->is_update)
        put_update(p, l);
    else
        put_vuln(p, &l->vuln.p[0]);
    put_by(p, x);
    put_packages(p, x);
    put_checks(p, l);
    put_attacks(p, x);
    put_sets(p, x);
}
