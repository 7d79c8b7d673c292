/* table_findings.c - the second half of the report for people: each finding with its proof and fix. */
#include "report/table.h"

enum {
    BODY = 12, /* where the text of a finding begins: behind the longest severity */
    PROOF_SHOWN = 3
};

static const char *const severity_label[SEVERITY_COUNT] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL" };

/* Findings of one check and state stand together. */
struct alike {
    const struct finding *f;
    size_t n;
};

static bool next_group(const struct table *t, enum state state, size_t *at, struct alike *g)
{
    const struct finding *f = t->m->finding.p;

    for (; *at < t->m->finding.n; ++*at) {
        if (f[*at].state != state || f[*at].severity < t->o->least ||
            (state == STATE_OPEN && f[*at].vulnerability))
            continue; /* open vulnerabilities have a section of their own, by package */
        *g = (struct alike){ &f[*at], 0 };
        while (*at < t->m->finding.n && f[*at].state == state && f[*at].check == g->f->check &&
               f[*at].severity == g->f->severity) {
            g->n++;
            ++*at;
        }
        return true;
    }
    return false;
}

static void put_proof(struct table *t, const struct finding *f, const struct evidence *ev, unsigned indent)
{
    struct page *p = &t->page;

    page_sign(p, DIM, GLYPH_BULLET);
    page_say(p, PLAIN, " ");
    if (t->m->image.n > 1) {
        page_add(p, PLAIN, ev->target.n ? ev->target : t->m->element.p[f->element].name);
        page_say(p, PLAIN, " ");
    }
    if (ev->path.n) {
        table_add_path(t, CYAN, ev->path);
        if (ev->line)
            page_say(p, CYAN, ":%u", ev->line);
        page_say(p, PLAIN, "  ");
    }
    table_add_text(t, PLAIN, ev->text);
    if (ev->layer.n) {
        page_say(p, DIM, "  ");
        page_say(p, DIM | KEEP, "(layer ");
        page_add(p, DIM, table_short_digest(ev->layer));
        page_say(p, DIM, ")");
    }
    page_end(p, indent, indent + 2);
}

/* As the ignore file wants it. */
static void put_fingerprint(struct table *t, struct str fingerprint, unsigned indent)
{
    struct page *p = &t->page;

    if (!fingerprint.n || !t->o->verbose)
        return;
    page_say(p, DIM, "fingerprint ");
    page_say(p, DIM | KEEP, "secret:" STR_FMT, STR_ARG(fingerprint));
    page_end(p, indent + 2, indent + 2);
}

static void put_proofs(struct table *t, const struct alike *g, unsigned indent)
{
    size_t shown = 0, total = 0, most = t->o->verbose ? SIZE_MAX : PROOF_SHOWN;

    for (size_t i = 0; i < g->n; i++) {
        total += g->f[i].n_found > g->f[i].n_evidence ? g->f[i].n_found : g->f[i].n_evidence;
        for (size_t k = 0; k < g->f[i].n_evidence && shown < most; k++, shown++)
            put_proof(t, &g->f[i], &g->f[i].evidence[k], indent);
        put_fingerprint(t, g->f[i].fingerprint, indent);
    }
    if (total <= shown)
        return;
    page_sign(&t->page, DIM, GLYPH_BULLET);
    page_say(&t->page, DIM, " and %zu more", total - shown);
    page_end(&t->page, indent, indent + 2);
}

/* "image-root-user · E2 Root permissions · image" */
static void put_words(struct table *t, const struct check *c)
{
    struct page *p = &t->page;

    page_say(p, DIM, "%s", c->id);
    for (unsigned k = 0; k < THREAT_COUNT; k++) {
        if (!(c->threats & (1u << k)))
            continue;
        table_add_dot(p);
        page_say(p, DIM | KEEP, "%s %s", threats[k].id, threats[k].name);
    }
    table_add_dot(p);
    page_say(p, DIM | KEEP, "layer: %s", layer_name[c->layer]);
    page_end(p, BODY, BODY);
}

static void put_open(struct table *t, const struct alike *g)
{
    const struct check *c = g->f->check;
    struct page *p = &t->page;
    enum severity s = g->f->severity;

    page_gap(p);
    page_say(p, table_severity_style[s], "%s", severity_label[s]);
    page_tab(p, BODY - INDENT);
    page_add(p, BOLD, g->n == 1 ? g->f->title : str_of(c->title));
    if (g->n > 1)
        page_say(p, PLAIN, " (%zu times)", g->n);
    page_end(p, INDENT, BODY);
    put_words(t, c);
    page_say(p, PLAIN, "%s", c->why);
    page_end(p, BODY, BODY);
    put_proofs(t, g, BODY);
    page_say(p, GREEN, "Fix:");
    page_say(p, PLAIN, " " STR_FMT, STR_ARG(g->f->fix));
    page_end(p, BODY, BODY + 5);
    table_put_snippet(p, str_of(c->snippet), BODY + 5);
}

void table_put_findings(struct table *t)
{
    struct page *p = &t->page;
    struct alike g;
    size_t hidden = 0;

    for (size_t i = 0; i < t->m->finding.n; i++)
        hidden += t->m->finding.p[i].state != STATE_MITIGATED && t->m->finding.p[i].severity < t->o->least;
    if (t->tally.state[STATE_OPEN]) {
        table_heading(p, "Findings, worst first");
        page_end(p, 0, INDENT);
    }
    for (size_t at = 0; next_group(t, STATE_OPEN, &at, &g);)
        put_open(t, &g);
    if (!hidden)
        return;
    page_gap(p);
    page_say(p, DIM, "%zu finding%s below %s not shown", hidden, table_plural(hidden),
             severity_name[t->o->least]);
    page_end(p, INDENT, INDENT);
}

/* A state that is told in short: its sign, the title and the first proof. */
static void put_short(struct table *t, enum state state, const char *title, enum glyph sign, enum style style)
{
    struct page *p = &t->page;
    struct alike g;
    bool any = false;

    for (size_t at = 0; next_group(t, state, &at, &g); any = true) {
        if (!any) {
            table_heading(p, title);
            page_end(p, 0, INDENT);
        }
        page_sign(p, style, sign);
        page_say(p, PLAIN, " ");
        page_add(p, PLAIN, g.f->title);
        if (g.n > 1)
            page_say(p, PLAIN, " (%zu times)", g.n);
        page_say(p, DIM, "  %s", g.f->check->id);
        page_end(p, INDENT, INDENT + 2);
        if (state == STATE_ACCEPTED) {
            page_say(p, PLAIN, "Reason: ");
            page_add(p, PLAIN, g.f->accepted_why);
            page_end(p, INDENT + 2, INDENT + 4);
        }
        if (state != STATE_ACCEPTED || t->o->verbose)
            put_proofs(t, &g, INDENT + 2);
    }
}

static bool is_unknown(const struct table *t, size_t i)
{
    return t->m->finding.p[i].state == STATE_UNKNOWN && t->m->finding.p[i].severity >= t->o->least;
}

/* Is it for the same reason, at the same place? */
static bool same_reason(const struct finding *a, const struct finding *b)
{
    const struct evidence *x = a->evidence, *y = b->evidence;

    if (!a->n_evidence || !b->n_evidence)
        return a->n_evidence == b->n_evidence;
    return a->element == b->element && str_eq(x->text, y->text) && str_eq(x->path, y->path) &&
           x->line == y->line && str_eq(x->target, y->target);
}

/* One missing thing leaves many questions open: it is said once, with the names of the questions. */
static void put_reason(struct table *t, size_t first)
{
    const struct finding *f = t->m->finding.p, *of = &f[first];
    struct page *p = &t->page;
    const char *sep = "";

    for (size_t i = first; i-- > 0 && f[i].state == STATE_UNKNOWN;) /* findings of one state stand together */
        if (is_unknown(t, i) && same_reason(&f[i], of))
            return;
    if (of->n_evidence)
        put_proof(t, of, of->evidence, INDENT);
    for (size_t i = first; i < t->m->finding.n && f[i].state == STATE_UNKNOWN; i++) {
        if (!is_unknown(t, i) || !same_reason(&f[i], of))
            continue;
        page_say(p, DIM, "%s%s", sep, f[i].check->id);
        sep = ", ";
    }
    page_end(p, INDENT + 2, INDENT + 2);
}

static void put_unknown(struct table *t)
{
    if (t->o->verbose) {
        put_short(t, STATE_UNKNOWN, "Could not be decided", GLYPH_BULLET, YELLOW);
        return;
    }
    bool any = false;
    for (size_t i = 0; i < t->m->finding.n; i++) {
        if (!is_unknown(t, i))
            continue;
        if (!any) {
            table_heading(&t->page, "Could not be decided");
            page_end(&t->page, 0, INDENT);
        }
        any = true;
        put_reason(t, i);
    }
}

void table_put_rest(struct table *t)
{
    struct page *p = &t->page;
    uint32_t mitigated = t->tally.state[STATE_MITIGATED];

    put_unknown(t);
    put_short(t, STATE_ACCEPTED, "Accepted", GLYPH_BULLET, BLUE);
    if (t->o->verbose) {
        put_short(t, STATE_MITIGATED, "Mitigated, with the proof", GLYPH_GOOD, GREEN);
    } else if (mitigated) {
        page_gap(p);
        page_sign(p, GREEN, GLYPH_GOOD);
        page_say(p, PLAIN, " %u mitigated: --verbose shows what holds, and the proof", mitigated);
        page_end(p, 0, INDENT);
    }
    if (t->tally.state[STATE_OPEN]) {
        page_gap(p);
        page_say(p, DIM, "scantling explain RULE says more about one of them.");
        page_end(p, 0, INDENT);
    }
}
