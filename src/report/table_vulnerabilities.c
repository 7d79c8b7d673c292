/* table_vulnerabilities.c - known vulnerabilities for people: by package, the worst first; in each what is
 * known to be exploited first, then what is likely to be. A screen of four hundred has to be readable. */
#include "report/table.h"

#include "model/upgrade.h"

enum { BODY = 12, GROUPS_SHOWN = 30, ROWS_SHOWN = 5, ID_COLUMN = 20, SCORE_COLUMN = 25, SIGN_COLUMN = 36 };

static const char *const severity_label[SEVERITY_COUNT] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL" };

/* Findings about one package: a distribution's source package, or a library of one version. */
struct family {
    const struct finding *first;
    size_t n; /* vulnerabilities, not findings: several binary packages may have the same */
    uint32_t kev, by[SEVERITY_COUNT];
    struct str fix; /* the version from which on all that can be fixed are */
    size_t fixed;   /* how many of them it fixes */
};

static struct str name_of(const struct vulnerability *v)
{
    return v->source.n ? v->source : v->package;
}

static bool same_group(const struct finding *a, const struct finding *b)
{
    return a->element == b->element && a->check == b->check &&
           str_eq(name_of(a->vulnerability), name_of(b->vulnerability)) &&
           str_eq(a->vulnerability->installed, b->vulnerability->installed);
}

static bool is_listed(const struct table *t, const struct finding *f)
{
    return f->vulnerability && f->state == STATE_OPEN && f->severity >= t->o->least;
}

/* The next finding of the group behind *f; NULL at the end. Findings are sorted, so a group's are in order.
 */
static const struct finding *next_of(const struct table *t, const struct family *g, const struct finding *f)
{
    const struct finding *end = t->m->finding.p + t->m->finding.n;

    for (f++; f < end; f++)
        if (is_listed(t, f) && same_group(f, g->first))
            return f;
    return NULL;
}

/* Did an earlier finding of the group show the same vulnerability? */
static bool is_repeated(const struct table *t, const struct family *g, const struct finding *f)
{
    for (const struct finding *k = g->first; k && k < f; k = next_of(t, g, k))
        if (str_eq(k->vulnerability->id, f->vulnerability->id))
            return true;
    return false;
}

static void count(const struct table *t, struct family *g)
{
    int order;

    for (const struct finding *f = g->first; f; f = next_of(t, g, f)) {
        const struct vulnerability *v = f->vulnerability;
        if (is_repeated(t, g, f))
            continue;
        g->n++;
        g->kev += v->kev;
        g->by[f->severity]++;
        g->fixed += v->fixed.n > 0;
        if (v->fixed.n &&
            (!g->fix.n || (version_compare(upgrade_scheme(v), v->fixed, g->fix, &order) == 0 && order > 0)))
            g->fix = v->fixed;
    }
}

static void put_row(struct table *t, const struct finding *f)
{
    const struct vulnerability *v = f->vulnerability;
    struct page *p = &t->page;

    page_add(p, table_severity_style[f->severity], v->id);
    page_tab(p, ID_COLUMN);
    if (v->score)
        page_say(p, PLAIN, "%u.%u", v->score / 10, v->score % 10);
    page_tab(p, SCORE_COLUMN);
    if (v->kev)
        page_say(p, LOUD, "exploited");
    else if (v->has_epss && v->epss_ppm >= 10000)
        page_say(p, PLAIN, "EPSS %u %%", v->epss_ppm / 10000);
    page_tab(p, SIGN_COLUMN);
    if (v->fixed.n) {
        page_sign(p, GREEN, GLYPH_TO);
        page_say(p, PLAIN, " ");
        page_add(p, GREEN, v->fixed);
        page_say(p, DIM, "%s", v->subscribers ? " (subscribers)" : "");
    } else {
        page_say(p, DIM, "%s", strcmp(v->status, "affected") != 0 ? v->status : "no fix");
    }
    if (v->title.n) {
        page_say(p, DIM, "  ");
        table_add_text(t, DIM, v->title);
    }
    page_end(p, BODY, BODY + ID_COLUMN);
}

static void put_head(struct table *t, const struct family *g)
{
    const struct vulnerability *v = g->first->vulnerability;
    struct page *p = &t->page;
    const char *sep = "  ";

    page_gap(p);
    page_say(p, table_severity_style[g->first->severity], "%s", severity_label[g->first->severity]);
    page_tab(p, BODY - INDENT);
    page_add(p, BOLD, name_of(v));
    page_say(p, PLAIN, " ");
    page_add(p, PLAIN, v->installed);
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        if (!g->by[s])
            continue;
        page_say(p, PLAIN, "%s", sep);
        page_say(p, table_severity_style[s] | KEEP, "%u %s", g->by[s], severity_name[s]);
        sep = ", ";
    }
    if (g->kev)
        page_say(p, LOUD | KEEP, "  %u known to be exploited", g->kev);
    if (t->m->image.n > 1) {
        page_say(p, DIM, "  in ");
        page_add(p, DIM, t->m->element.p[g->first->element].name);
    }
    page_end(p, INDENT, BODY);
}

static void put_fix(struct table *t, const struct family *g)
{
    AUTO_ARENA struct arena a = ARENA(64u << 10);
    struct page *p = &t->page;

    if (!g->fix.n)
        return;
    page_say(p, GREEN, "Fix:");
    page_say(p, PLAIN, " update to ");
    page_add(p, BOLD, g->fix);
    if (g->fixed < g->n)
        page_say(p, PLAIN, ", which closes %zu of %zu", g->fixed, g->n);
    page_end(p, BODY, BODY + 5);
    table_put_snippet(p, upgrade_command(&a, g->first->vulnerability, g->fix), BODY + 5);
}

static void put_group(struct table *t, const struct family *g)
{
    const struct evidence *ev = g->first->n_evidence ? g->first->evidence : NULL;
    size_t shown = 0;

    put_head(t, g);
    if (ev && ev->path.n && !g->first->vulnerability->source.n) {
        page_say(&t->page, DIM, "in ");
        table_add_path(t, CYAN, ev->path);
        if (g->first->n_found > 1)
            page_say(&t->page, DIM, " and %zu more", g->first->n_found - 1);
        page_end(&t->page, BODY, BODY + 3);
    }
    for (const struct finding *f = g->first; f; f = next_of(t, g, f)) {
        if (is_repeated(t, g, f) || (shown >= ROWS_SHOWN && !t->o->verbose))
            continue;
        put_row(t, f);
        shown++;
    }
    if (g->n > shown) {
        page_say(&t->page, DIM, "and %zu more", g->n - shown);
        page_end(&t->page, BODY, BODY);
    }
    put_fix(t, g);
}

static bool begins_group(const struct table *t, size_t at)
{
    const struct finding *f = t->m->finding.p;

    if (!is_listed(t, &f[at]))
        return false;
    for (size_t i = 0; i < at; i++)
        if (is_listed(t, &f[i]) && same_group(&f[i], &f[at]))
            return false;
    return true;
}

void table_put_vulnerabilities(struct table *t)
{
    size_t groups = 0, hidden = 0, hidden_n = 0;

    for (size_t i = 0; i < t->m->finding.n; i++) {
        struct family g = { .first = &t->m->finding.p[i] };
        if (!begins_group(t, i))
            continue;
        if (!groups++) {
            table_heading(&t->page, "Known vulnerabilities by package, worst first");
            page_end(&t->page, 0, INDENT);
        }
        count(t, &g);
        if (groups <= GROUPS_SHOWN || t->o->verbose) {
            put_group(t, &g);
        } else {
            hidden++;
            hidden_n += g.n;
        }
    }
    if (!hidden)
        return;
    page_gap(&t->page);
    page_say(&t->page, DIM, "and %zu more package%s with %zu vulnerabilities: --verbose shows them", hidden,
             table_plural(hidden), hidden_n);
    page_end(&t->page, INDENT, INDENT);
}

/* "Advisories: built-in of 2026-11-25 (523 vulnerabilities)" */
void table_put_advisories(struct table *t)
{
    struct page *p = &t->page;

    for (size_t i = 0; i < t->m->advisories.n; i++) {
        const struct advisory_set *s = &t->m->advisories.p[i];
        if (i)
            table_add_dot(p);
        else
            page_say(p, DIM, "Advisories: ");
        page_add(p, DIM | KEEP, s->name);
        page_say(p, DIM | KEEP, " of ");
        page_add(p, DIM | KEEP, str_first(s->built, 10));
        page_say(p, DIM | KEEP, " (%llu vulnerabilities)", (unsigned long long)s->vulnerabilities);
    }
    if (t->m->advisories.n)
        page_end(p, INDENT, INDENT + 2);
}
