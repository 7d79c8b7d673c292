/* table.c - the report for people, in the order of their questions: am I at risk, what was not seen, how
 * would it be attacked, what do I change first, where are the gaps, and then (table_findings.c) each finding
 * with its proof. */
#include "report/table.h"

#include "core/map.h"

enum {
    FIXES_SHOWN = 5,  /* the rest is in the other formats */
    GAPS_SHOWN = 20,  /* places that could not be looked at */
    PATH_SHOWN = 120, /* bytes of a path: longer ones lose their middle */
    TEXT_SHOWN = 300
};

const enum style table_severity_style[SEVERITY_COUNT] = {
    [SEVERITY_INFO] = DIM, [SEVERITY_LOW] = BLUE,      [SEVERITY_MEDIUM] = YELLOW,
    [SEVERITY_HIGH] = RED, [SEVERITY_CRITICAL] = LOUD,
};

const char *table_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void table_heading(struct page *p, const char *text)
{
    page_gap(p);
    page_say(p, BOLD, "%s", text);
}

struct str table_short_digest(struct str digest)
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

void table_add_path(struct table *t, enum style s, struct str path)
{
    if (t->o->verbose || path.n <= PATH_SHOWN) {
        page_add(&t->page, s, path);
        return;
    }
    page_add(&t->page, s, whole_end(path, PATH_SHOWN / 3));
    page_sign(&t->page, s, GLYPH_MORE);
    page_add(&t->page, s, whole_start(str_skip(path, path.n - PATH_SHOWN / 2)));
}

void table_add_text(struct table *t, enum style s, struct str text)
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
        page_say(p, table_severity_style[s], "%u %s", by[s], severity_name[s]);
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

/* Packages of one type in the image at hand. */
struct kind {
    struct str type;
    size_t n;
};
struct kinds {
    struct map at; /* type: index */
    struct kind *p;
    size_t n, cap;
};

static bool count_kinds(struct kinds *k, const struct model *m, const struct image *img, struct arena *a)
{
    for (size_t i = 0; i < m->package.n; i++) {
        struct str type = m->package.p[i].package->type;
        bool is_new = false;
        uint32_t *at = m->package.p[i].image == img ? map_put(&k->at, type, &is_new) : NULL;
        if ((m->package.p[i].image == img && !at) ||
            (is_new && !arena_grow(a, &k->p, k->n, &k->cap, sizeof *k->p)))
            return false;
        if (is_new) {
            *at = (uint32_t)k->n;
            k->p[k->n++] = (struct kind){ type, 0 };
        }
        if (at)
            k->p[*at].n++;
    }
    return true;
}

static int by_type(const void *a, const void *b)
{
    return str_cmp(((const struct kind *)a)->type, ((const struct kind *)b)->type);
}

/* "212 packages (deb 88, npm 124)", by type. */
static int add_packages(struct table *t, const struct image *img, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct kinds k = { 0 };
    size_t total = 0;
    bool counted = count_kinds(&k, t->m, img, &a);

    map_free(&k.at);
    if (!counted)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (k.n)
        qsort(k.p, k.n, sizeof *k.p, by_type);
    for (size_t i = 0; i < k.n; i++)
        total += k.p[i].n;
    page_say(&t->page, KEEP, "%zu package%s", total, table_plural(total));
    for (size_t i = 0; i < k.n; i++) {
        page_say(&t->page, i ? KEEP : PLAIN, "%s", i ? ", " : " (");
        page_add(&t->page, KEEP, k.p[i].type);
        page_say(&t->page, KEEP, " %zu", k.p[i].n);
    }
    if (k.n)
        page_say(&t->page, PLAIN, ")");
    return 0;
}

void table_add_dot(struct page *p)
{
    page_say(p, KEEP, " ");
    page_sign(p, DIM, GLYPH_DOT);
    page_say(p, PLAIN, " ");
}

static void add_passed_over(struct table *t, const struct image *img)
{
    struct str what = model_property(t->m, img->element, IMAGE_PASSED_OVER);

    if (!what.n)
        return;
    table_add_dot(&t->page);
    page_say(&t->page, PLAIN, "without ");
    table_add_path(t, PLAIN, what);
}

static int put_targets(struct table *t, struct err *e)
{
    struct page *p = &t->page;

    for (size_t i = 0; i < t->m->image.n; i++) {
        const struct image *img = t->m->image.p[i];
        page_add(p, CYAN, img->target);
        if (img->os) {
            table_add_dot(p);
            page_add(p, PLAIN, img->os->name.n ? img->os->name : img->os->id);
        }
        table_add_dot(p);
        if (image_is_source(img))
            page_say(p, PLAIN, "source tree");
        else
            page_say(p, PLAIN, "%zu layer%s", img->n_layers, table_plural(img->n_layers));
        table_add_dot(p);
        if (add_packages(t, img, e) < 0)
            return -1;
        if (img->digest.n) {
            table_add_dot(p);
            page_add(p, DIM, table_short_digest(img->digest));
        }
        add_passed_over(t, img);
        page_end(p, INDENT, INDENT + 2);
    }
    return 0;
}

static void put_gap(struct table *t, const struct incomplete *in, size_t alike)
{
    struct page *p = &t->page;

    page_sign(p, YELLOW, GLYPH_BULLET);
    page_say(p, PLAIN, " ");
    if (in->where.n) {
        table_add_path(t, CYAN, in->where);
        page_say(p, PLAIN, ": ");
    }
    table_add_text(t, PLAIN, in->reason);
    if (alike)
        page_say(p, DIM, " (and %zu more of its lines)", alike);
    page_end(p, INDENT, INDENT + 2);
}

/* Of a file that is not understood line after line, the first one tells. The file: what stands ahead of the line
 * in both reasons. */
static bool same_file(const struct incomplete *a, const struct incomplete *b)
{
    ptrdiff_t n = str_find(a->reason, STR(": line "));

    return n >= 0 && n == str_find(b->reason, STR(": line ")) && str_eq(a->where, b->where) &&
           str_eq(str_first(a->reason, (size_t)n), str_first(b->reason, (size_t)n));
}

static void put_incomplete(struct table *t)
{
    const struct incomplete *in = t->m->incomplete.p;
    struct page *p = &t->page;
    size_t n = t->m->incomplete.n, shown = 0, end, n_left = 0;

    if (!n)
        return;
    table_heading(p, "Could not be looked at");
    page_say(p, PLAIN, " (%zu)", n);
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < n && (t->o->verbose || shown < GAPS_SHOWN); i = end, shown++) {
        for (end = i + 1; !t->o->verbose && end < n && same_file(&in[i], &in[end]);)
            end++;
        put_gap(t, &in[i], end - i - 1);
        n_left = n - end;
    }
    if (n_left) {
        page_say(p, DIM, "and %zu more: --verbose shows them", n_left);
        page_end(p, INDENT, INDENT);
    }
}

static void put_paths(struct table *t)
{
    struct page *p = &t->page;
    size_t n = t->o->verbose ? t->m->path.n : MIN(t->m->path.n, (size_t)1);

    if (!n)
        return;
    table_heading(p, n > 1 ? "Attack paths, worst first" : "Worst attack path");
    if (t->m->path.n > n)
        page_say(p, DIM, " (of %zu)", t->m->path.n);
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < n; i++) {
        page_add(p, i ? PLAIN : RED, t->m->path.p[i].sentence);
        page_end(p, INDENT, INDENT);
    }
}

void table_put_snippet(struct page *p, struct str snippet, unsigned indent)
{
    struct str line;

    while (snippet.n && str_cut(&snippet, '\n', &line)) {
        page_add(p, GREEN, line);
        page_end(p, indent, indent + 2);
    }
}

/* The exact edit: its file and the lines that change; whole with --verbose, to be given to `patch`. */
static void put_patch(struct table *t, struct str patch, unsigned indent)
{
    struct str line;

    while (patch.n && str_cut(&patch, '\n', &line)) {
        bool file = str_starts(line, STR("+++ b/"));
        if (!t->o->verbose && !file &&
            (!line.n || !memchr("+-", line.p[0], 2) || str_starts(line, STR("--- "))))
            continue;
        enum style s = file || !line.n ? DIM : line.p[0] == '+' ? GREEN : line.p[0] == '-' ? RED : DIM;
        page_add(&t->page, s | KEEP, file && !t->o->verbose ? str_skip(line, 6) : line);
        page_end(&t->page, indent, indent + 2);
    }
}

static void put_fix(struct table *t, size_t i)
{
    const struct fix *x = &t->m->fix.p[i];
    struct page *p = &t->page;

    page_say(p, BOLD, "%zu. ", i + 1);
    page_add(p, PLAIN, str_ends(x->text, STR(".")) ? str_first(x->text, x->text.n - 1) : x->text);
    page_say(p, PLAIN, " ");
    page_sign(p, DIM, GLYPH_TO);
    page_say(p, DIM, " closes %zu finding%s", x->n_finding, table_plural(x->n_finding));
    if (x->paths)
        page_say(p, DIM, ", breaks %u attack path%s", x->paths, table_plural(x->paths));
    page_end(p, INDENT, INDENT + 3);
    if (x->patch.n)
        put_patch(t, x->patch, INDENT + 3);
    else
        table_put_snippet(p, x->snippet, INDENT + 3);
    if (x->by_hand.n) {
        page_say(p, DIM, "by hand: ");
        page_add(p, DIM, x->by_hand);
        page_end(p, INDENT + 3, INDENT + 5);
    }
}

static void put_fixes(struct table *t)
{
    struct page *p = &t->page;
    size_t n = t->o->verbose ? t->m->fix.n : MIN(t->m->fix.n, (size_t)FIXES_SHOWN);

    if (!n)
        return;
    table_heading(p, "Fix first");
    if (t->m->fix.p[0].optimal)
        page_say(p, DIM, " (proven: no smaller set of changes breaks every path)");
    page_end(p, 0, INDENT);
    for (size_t i = 0; i < n; i++)
        put_fix(t, i);
    if (t->m->fix.n > n) {
        page_say(p, DIM, "and %zu more: --verbose shows them", t->m->fix.n - n);
        page_end(p, INDENT, INDENT);
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
    table_heading(p, "STRIDE ");
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

static int write_table(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    struct table t = { .m = m, .o = o };

    model_tally(m, &t.tally);
    page_init(&t.page, to, o->width, o->color, o->ascii);
    put_verdict(&t);
    int r = put_targets(&t, e);
    if (r == 0) {
        table_put_advisories(&t);
        put_incomplete(&t);
        put_paths(&t);
        put_fixes(&t);
        put_matrix(&t);
        table_put_findings(&t);
        r = table_put_vulnerabilities(&t, e);
    }
    if (r == 0)
        table_put_rest(&t);
    bool failed = t.page.failed || fflush(to);
    page_free(&t.page);
    if (r == 0 && failed)
        return err_errno(e, "cannot write the report");
    return r;
}

const struct report report_table = { .name = "table",
                                     .what = "for people, on a terminal",
                                     .write = write_table };
