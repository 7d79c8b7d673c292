/* table.c - the report for people, in the order of their questions: am I at risk, what was not seen, how
 * would it be attacked, what do I change first, where are the gaps, and then each finding with its proof. */
#include "report/inventory.h"
#include "report/page.h"
#include "report/report.h"

enum {
    INDENT = 2,
    BODY = 12,       /* where the text of a finding begins: behind the longest severity */
    FIXES_SHOWN = 5, /* the rest is in the other formats */
    PROOF_SHOWN = 3,
    PATH_SHOWN = 120, /* bytes of a path: longer ones lose their middle */
    TEXT_SHOWN = 300
};

struct table {
    struct page page;
    const struct model *m;
    const struct report_options *o;
    struct tally tally;
};

static const enum style severity_style[SEVERITY_COUNT] = {
    [SEVERITY_INFO] = DIM, [SEVERITY_LOW] = BLUE,      [SEVERITY_MEDIUM] = YELLOW,
    [SEVERITY_HIGH] = RED, [SEVERITY_CRITICAL] = LOUD,
};
static const char *const severity_label[SEVERITY_COUNT] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL" };

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void heading(struct page *p, const char *text)
{
    page_gap(p);
    page_say(p, BOLD, "%s", text);
}

/* First 12 digits of a digest: enough to find it, short enough to read. */
static struct str short_digest(struct str digest)
{
    struct str algorithm, hex;

    return str_split(digest, ':', &algorithm, &hex) ? str_first(hex, 12) : str_first(digest, 12);
}

/* Not in the middle of a character. */
static struct str whole_start(struct str s)
{
    while (s.n && ((unsigned char)s.p[0] & 0xc0) == 0x80)
        s = str_skip(s, 1);
    return s;
}

static struct str whole_end(struct str s, size_t n)
{
    n = MIN(n, s.n);
    while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return str_first(s, n);
}

static void add_path(struct table *t, enum style s, struct str path)
{
    if (t->o->verbose || path.n <= PATH_SHOWN) {
        page_add(&t->page, s, path);
        return;
    }
    page_add(&t->page, s, whole_end(path, PATH_SHOWN / 3));
    page_sign(&t->page, s, GLYPH_MORE);
    page_add(&t->page, s, whole_start(str_skip(path, path.n - PATH_SHOWN / 2)));
}

static void add_text(struct table *t, enum style s, struct str text)
{
    bool whole = t->o->verbose || text.n <= TEXT_SHOWN;

    page_add(&t->page, s, whole ? text : whole_end(text, TEXT_SHOWN));
    if (!whole)
        page_sign(&t->page, s, GLYPH_MORE);
}

static void open_by_severity(const struct table *t, uint32_t by[SEVERITY_COUNT])
{
    memset(by, 0, SEVERITY_COUNT * sizeof *by);
    for (size_t i = 0; i < t->m->finding.n; i++)
        if (t->m->finding.p[i].state == STATE_OPEN)
            by[t->m->finding.p[i].severity]++;
}

static void put_severities(struct table *t, const uint32_t by[SEVERITY_COUNT])
{
    struct page *p = &t->page;
    const char *sep = "open: ";

    for (unsigned s = SEVERITY_COUNT; s-- > 0;) {
        if (!by[s])
            continue;
        page_say(p, PLAIN, "%s", sep);
        page_say(p, severity_style[s], "%u %s", by[s], severity_name[s]);
        sep = ", ";
    }
    if (t->tally.state[STATE_ACCEPTED])
        page_say(p, DIM, "%s%u accepted", t->tally.state[STATE_OPEN] ? "; " : "",
                 t->tally.state[STATE_ACCEPTED]);
    page_end(p, INDENT, INDENT);
}

/* One line: the verdict and the three numbers. */
static void put_verdict(struct table *t)
{
    static const struct {
        const char *text;
        enum style style;
        enum glyph sign;
    } verdict[] = { { "At risk", LOUD, GLYPH_BAD },
                    { "Needs work", YELLOW, GLYPH_BAD },
                    { "Minor gaps", BLUE, GLYPH_BULLET },
                    { "Nothing open, but not everything could be seen", YELLOW, GLYPH_BULLET },
                    { "Nothing open", GREEN, GLYPH_GOOD } };
    uint32_t by[SEVERITY_COUNT];
    struct page *p = &t->page;
    bool blind = t->tally.state[STATE_UNKNOWN] || t->m->incomplete.n;

    open_by_severity(t, by);
    unsigned v = by[SEVERITY_CRITICAL] || by[SEVERITY_HIGH] ? 0
                 : by[SEVERITY_MEDIUM]                      ? 1
                 : t->tally.state[STATE_OPEN]               ? 2
                 : blind                                    ? 3
                                                            : 4;
    page_sign(p, verdict[v].style, verdict[v].sign);
    page_say(p, verdict[v].style, " %s:", verdict[v].text);
    page_say(p, BOLD, " %u open", t->tally.state[STATE_OPEN]);
    page_say(p, PLAIN, ", ");
    page_say(p, BOLD, "%u mitigated", t->tally.state[STATE_MITIGATED]);
    page_say(p, PLAIN, ", ");
    page_say(p, BOLD, "%u unknown", t->tally.state[STATE_UNKNOWN]);
    page_end(p, 0, INDENT);
    put_severities(t, by);
}

/* "212 packages (deb 88, npm 124)"; types in the order of the inventory, which is sorted. */
static void add_packages(struct table *t, const struct inventory *v, const struct image *img)
{
    size_t total = 0, n = 0;
    struct str type = { 0 };
    AUTO_BUF struct buf by_type = BUF(1 << 16);

    for (size_t i = 0; i <= v->n; i++) {
        const struct installed *in = i < v->n ? v->item[i].in : NULL;
        if (in && in->image != img)
            continue;
        if (in && n && str_eq(in->package->type, type)) {
            n++;
            continue;
        }
        if (n) {
            buf_str(&by_type, by_type.n ? STR(", ") : STR(""));
            buf_str(&by_type, type);
            buf_fmt(&by_type, " %zu", n);
            total += n;
        }
        n = 1;
        type = in ? in->package->type : type;
    }
    page_say(&t->page, KEEP, "%zu package%s", total, plural(total));
    if (total) {
        page_say(&t->page, PLAIN, " (");
        page_add(&t->page, KEEP, buf_view(&by_type));
        page_say(&t->page, PLAIN, ")");
    }
}

static void add_dot(struct page *p)
{
    page_say(p, KEEP, " ");
    page_sign(p, DIM, GLYPH_DOT);
    page_say(p, PLAIN, " ");
}

static int put_targets(struct table *t, struct err *e)
{
    AUTO_INVENTORY struct inventory v;
    struct page *p = &t->page;

    if (inventory_make(&v, t->m, e) < 0)
        return -1;
    for (size_t i = 0; i < t->m->image.n; i++) {
        const struct image *img = t->m->image.p[i];
        page_add(p, CYAN, img->target);
        if (img->os) {
            add_dot(p);
            page_add(p, PLAIN, img->os->name.n ? img->os->name : img->os->id);
        }
        add_dot(p);
        page_say(p, PLAIN, "%zu layer%s", img->n_layers, plural(img->n_layers));
        add_dot(p);
        add_packages(t, &v, img);
        if (img->digest.n) {
            add_dot(p);
            page_add(p, DIM, short_digest(img->digest));
        }
        page_end(p, INDENT, INDENT + 2);
    }
    return 0;
}

static void put_incomplete(struct table *t)
{
    struct page *p = &t->page;

    if (!t->m->incomplete.n)
        return;
    heading(p, "Could not be looked at");
    page_say(p, PLAIN, " (%zu)", t->m->incomplete.n);
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < t->m->incomplete.n; i++) {
        const struct incomplete *in = &t->m->incomplete.p[i];
        page_sign(p, YELLOW, GLYPH_BULLET);
        page_say(p, PLAIN, " ");
        if (in->where.n) {
            add_path(t, CYAN, in->where);
            page_say(p, PLAIN, ": ");
        }
        add_text(t, PLAIN, in->reason);
        page_end(p, INDENT, INDENT + 2);
    }
}

static void put_paths(struct table *t)
{
    struct page *p = &t->page;
    size_t n = t->o->verbose ? t->m->path.n : MIN(t->m->path.n, (size_t)1);

    if (!n)
        return;
    heading(p, n > 1 ? "Attack paths, worst first" : "Worst attack path");
    if (t->m->path.n > n)
        page_say(p, DIM, " (of %zu)", t->m->path.n);
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < n; i++) {
        page_add(p, i ? PLAIN : RED, t->m->path.p[i].sentence);
        page_end(p, INDENT, INDENT);
    }
}

static void put_snippet(struct page *p, struct str snippet, unsigned indent)
{
    struct str line;

    while (snippet.n && str_cut(&snippet, '\n', &line)) {
        page_add(p, GREEN, line);
        page_end(p, indent, indent + 2);
    }
}

static void put_fix(struct table *t, size_t i)
{
    const struct fix *x = &t->m->fix.p[i];
    struct page *p = &t->page;

    page_say(p, BOLD, "%zu. ", i + 1);
    page_add(p, PLAIN, x->text);
    page_say(p, PLAIN, " ");
    page_sign(p, DIM, GLYPH_TO);
    page_say(p, DIM, " closes %zu finding%s", x->n_finding, plural(x->n_finding));
    if (x->paths)
        page_say(p, DIM, ", breaks %u attack path%s", x->paths, plural(x->paths));
    page_end(p, INDENT, INDENT + 3);
    put_snippet(p, x->snippet, INDENT + 3);
}

static void put_fixes(struct table *t)
{
    struct page *p = &t->page;
    size_t n = t->o->verbose ? t->m->fix.n : MIN(t->m->fix.n, (size_t)FIXES_SHOWN);

    if (!n)
        return;
    heading(p, "Fix first");
    if (t->m->fix.p[0].optimal)
        page_say(p, DIM, " (proven: no smaller set of changes breaks every path)");
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < n; i++)
        put_fix(t, i);
    if (t->m->fix.n > n) {
        page_say(p, DIM, "%zu more with --verbose", t->m->fix.n - n);
        page_end(p, INDENT + 3, INDENT + 3);
    }
}

/* A cell: open findings and unknown ones; else accepted ones; else whether something holds; else nothing was
 * asked. */
static void add_cell(struct page *p, const uint32_t *n)
{
    if (n[STATE_OPEN])
        page_say(p, LOUD, "%u", n[STATE_OPEN]);
    if (n[STATE_OPEN] && n[STATE_UNKNOWN])
        page_say(p, PLAIN, " ");
    if (n[STATE_UNKNOWN])
        page_say(p, YELLOW, "?%u", n[STATE_UNKNOWN]);
    if (n[STATE_OPEN] || n[STATE_UNKNOWN])
        return;
    if (n[STATE_ACCEPTED])
        page_say(p, BLUE, "(%u)", n[STATE_ACCEPTED]);
    else if (n[STATE_MITIGATED])
        page_sign(p, GREEN, GLYPH_GOOD);
    else
        page_sign(p, DIM, GLYPH_DOT);
}

/* Layers that nothing was asked about are left out where the screen is too narrow for all. */
static bool layer_shown(const struct table *t, unsigned layer, bool narrow)
{
    for (unsigned s = 0; s < STATE_COUNT; s++)
        if (t->tally.layer[layer][s])
            return true;
    return !narrow;
}

static void put_matrix(struct table *t)
{
    struct page *p = &t->page;
    bool narrow = p->width < 80;
    unsigned label = narrow ? 4 : 25, column;

    if (!t->m->finding.n)
        return;
    heading(p, "STRIDE ");
    page_sign(p, BOLD, GLYPH_TIMES);
    page_say(p, BOLD, " layer");
    page_say(p, DIM, "  (n open, ?n unknown, ");
    page_sign(p, DIM, GLYPH_GOOD);
    page_say(p, DIM, " mitigated, ");
    page_sign(p, DIM, GLYPH_DOT);
    page_say(p, DIM, " nothing asked%s)", t->tally.state[STATE_ACCEPTED] ? ", (n) accepted" : "");
    page_end(p, 0, INDENT);
    for (int row = -1; row < STRIDE_COUNT; row++) {
        if (row >= 0 && narrow)
            page_say(p, PLAIN, "%c", stride_letter[row]);
        else if (row >= 0)
            page_say(p, PLAIN, "%s", stride_name[row]);
        column = label;
        for (unsigned k = 0; k < LAYER_COUNT; k++) {
            if (!layer_shown(t, k, narrow))
                continue;
            page_tab(p, column);
            column += (unsigned)strlen(layer_name[k]) + 1;
            if (row < 0)
                page_say(p, DIM, "%s", layer_name[k]);
            else
                add_cell(p, t->tally.cell[row][k]);
        }
        page_end(p, INDENT, INDENT);
    }
}

/* Findings of one check and state stand together. */
struct alike {
    const struct finding *f;
    size_t n;
};

static bool next_group(const struct table *t, enum state state, size_t *at, struct alike *g)
{
    const struct finding *f = t->m->finding.p;

    for (; *at < t->m->finding.n; ++*at) {
        if (f[*at].state != state || f[*at].severity < t->o->least)
            continue;
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
        add_path(t, CYAN, ev->path);
        if (ev->line)
            page_say(p, CYAN, ":%u", ev->line);
        page_say(p, PLAIN, "  ");
    }
    add_text(t, PLAIN, ev->text);
    if (ev->layer.n) {
        page_say(p, DIM, "  ");
        page_say(p, DIM | KEEP, "(layer ");
        page_add(p, DIM, short_digest(ev->layer));
        page_say(p, DIM, ")");
    }
    page_end(p, indent, indent + 2);
}

static void put_proofs(struct table *t, const struct alike *g, unsigned indent)
{
    size_t shown = 0, total = 0, most = t->o->verbose ? SIZE_MAX : PROOF_SHOWN;

    for (size_t i = 0; i < g->n; i++) {
        total += g->f[i].n_found > g->f[i].n_evidence ? g->f[i].n_found : g->f[i].n_evidence;
        for (size_t k = 0; k < g->f[i].n_evidence && shown < most; k++, shown++)
            put_proof(t, &g->f[i], &g->f[i].evidence[k], indent);
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
        add_dot(p);
        page_say(p, DIM | KEEP, "%s %s", threats[k].id, threats[k].name);
    }
    add_dot(p);
    page_say(p, DIM | KEEP, "layer: %s", layer_name[c->layer]);
    page_end(p, BODY, BODY);
}

static void put_open(struct table *t, const struct alike *g)
{
    const struct check *c = g->f->check;
    struct page *p = &t->page;
    enum severity s = g->f->severity;

    page_gap(p);
    page_say(p, severity_style[s], "%s", severity_label[s]);
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
    page_say(p, PLAIN, " %s", c->fix);
    page_end(p, BODY, BODY + 5);
    put_snippet(p, str_of(c->snippet), BODY + 5);
}

static void put_findings(struct table *t)
{
    struct page *p = &t->page;
    struct alike g;
    size_t hidden = 0;

    for (size_t i = 0; i < t->m->finding.n; i++)
        hidden += t->m->finding.p[i].state != STATE_MITIGATED && t->m->finding.p[i].severity < t->o->least;
    if (t->tally.state[STATE_OPEN]) {
        heading(p, "Findings, worst first");
        page_end(p, 0, INDENT);
    }
    for (size_t at = 0; next_group(t, STATE_OPEN, &at, &g);)
        put_open(t, &g);
    if (!hidden)
        return;
    page_gap(p);
    page_say(p, DIM, "%zu finding%s below %s not shown", hidden, plural(hidden), severity_name[t->o->least]);
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
            heading(p, title);
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

static void put_rest(struct table *t)
{
    struct page *p = &t->page;
    uint32_t mitigated = t->tally.state[STATE_MITIGATED];

    put_short(t, STATE_UNKNOWN, "Could not be decided", GLYPH_BULLET, YELLOW);
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

static int write_table(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    struct table t = { .m = m, .o = o };

    model_tally(m, &t.tally);
    page_init(&t.page, to, o->width, o->color, o->ascii);
    put_verdict(&t);
    int r = put_targets(&t, e);
    if (r == 0) {
        put_incomplete(&t);
        put_paths(&t);
        put_fixes(&t);
        put_matrix(&t);
        put_findings(&t);
        put_rest(&t);
    }
    bool failed = t.page.failed || fflush(to);
    page_free(&t.page);
    if (r == 0 && failed)
        return err_errno(e, "cannot write the report");
    return r;
}

const struct report report_table = { .name = "table",
                                     .what = "for people, on a terminal",
                                     .write = write_table };
