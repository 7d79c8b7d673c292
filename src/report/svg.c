/* svg.c - the data-flow diagram as a picture that stands alone: SVG 1.1 with its styles inside, light and
 * dark, without scripts, fonts or anything fetched. Every text goes through one function that leaves it no
 * way to be markup. Pointing at a node shows its whole name and its threats. */
#include "core/text.h"
#include "report/placing.h"
#include "report/report.h"

enum { MARGIN = 24, TITLE = 40, LEGEND = 64, BADGE_GAP = 3, LABEL_MOST = 24, THREATS_MOST = 12 };

struct picture {
    FILE *to;
    const struct model *m;
    const struct diagram *d;
    const struct placing *p;
};

/* Text between tags or in an attribute: safe for a terminal first, which writes out controls and what hides,
 * then for XML. */
static void put_text(FILE *to, struct str s, size_t most)
{
    AUTO_BUF struct buf b = BUF(1 << 20);

    text_safe(&b, s, false);
    struct str t = buf_view(&b);
    size_t at = 0, n = 0, len;
    for (; at < t.n && n < most && (len = utf8_at(str_skip(t, at), NULL)); at += len, n++) {
        char c = t.p[at];
        if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
            fprintf(to, "&#%d;", c);
        else
            fwrite(t.p + at, 1, len, to);
    }
    if (at < t.n)
        fputs("…", to);
}

/* Names differ at their ends, "shop/Deployment/web/proxy": what does not fit goes at the front. */
static void put_name(FILE *to, struct str name)
{
    size_t n = 0, at = name.n;

    while (at > 0 && n < NODE_NAME_MOST)
        n += ((unsigned char)name.p[--at] & 0xc0) != 0x80; /* counts the first bytes of characters */
    if (at > 0) {
        fputs("…", to);
        while (at < name.n && n-- >= NODE_NAME_MOST) /* room for the sign */
            for (at++; at < name.n && ((unsigned char)name.p[at] & 0xc0) == 0x80;)
                at++;
    }
    put_text(to, str_skip(name, at), NODE_NAME_MOST);
}

static const char style[] =
    "<style>"
    "svg{font:13px system-ui,sans-serif;background:#fff;color:#1c2733}"
    "text{fill:currentColor}.b{fill:#8b97a514;stroke:#8b97a5;stroke-dasharray:7 "
    "4}.z{font-size:12px;fill:#5d6b7a}"
    ".n{fill:#f7f9fb;stroke:#47586a;stroke-width:1.4}.k{font-size:10px;fill:#5d6b7a}"
    ".f{fill:none;stroke:#47586a;stroke-width:1.3;marker-end:url(#a)}.r{stroke:#9aa6b2;stroke-width:1}"
    ".possible{stroke-dasharray:5 4;stroke:#b26a00}.dangling{stroke:#c22b3a;stroke-dasharray:2 3}"
    ".l{font-size:10px;fill:#5d6b7a}.h{paint-order:stroke;stroke:#fff;stroke-width:3px}.g "
    "text{font-size:11px;fill:#fff;font-weight:600}"
    ".s4{fill:#8e1230}.s3{fill:#c22b3a}.s2{fill:#b26a00}.s1{fill:#3a6ea5}.s0{fill:#6b7785}"
    "@media(prefers-color-scheme:dark){svg{background:#12181f;color:#e4eaf0}.n{fill:#1c2733;stroke:#8b97a5}"
    ".f{stroke:#8b97a5}.h{stroke:#12181f}.z,.k,.l{fill:#9aa6b2}}"
    "</style>"
    "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
    "orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#6b7785\"/></marker></defs>\n";

static void put_boundaries(const struct picture *c)
{
    for (uint32_t i = 0; i < c->d->n_boundary; i++) {
        const struct box *b = &c->p->at.cluster[i];
        fprintf(c->to, "<rect class=\"b\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>", b->x,
                b->y, b->w, b->h);
        fprintf(c->to, "<text class=\"z\" x=\"%d\" y=\"%d\">", b->x + 8, b->y + 16);
        put_text(c->to, c->d->boundary[i].label, LABEL_MOST);
        fputs("</text>\n", c->to);
    }
}

static void put_flow(const struct picture *c, uint32_t i)
{
    const struct diagram_flow *f = &c->d->flow[i];
    const struct line *l = &c->p->at.line[i];

    if (!l->n)
        return;
    fprintf(c->to, "<path class=\"f %s\" d=\"M%d %dC", f->kind == RELATION_FLOW ? flow_name[f->flow] : "r",
            l->point[0].x, l->point[0].y);
    for (uint32_t k = 1; k < l->n; k++)
        fprintf(c->to, "%s%d %d", k > 1 ? " " : "", l->point[k].x, l->point[k].y);
    fputs("\"><title>", c->to);
    put_text(c->to, c->d->node[f->from].name, 200);
    fprintf(c->to, " %s%s%s → ", flow_name[f->flow], f->flow ? " " : "", relation_kind_name[f->kind]);
    put_text(c->to, c->d->node[f->to].name, 200);
    fputs("</title></path>\n", c->to);
}

/* Above the nodes, at the middle of the curve's middle part. */
static void put_label(const struct picture *c, uint32_t i)
{
    const struct diagram_flow *f = &c->d->flow[i];
    const struct line *l = &c->p->at.line[i];

    if (!l->n)
        return;
    const struct point *p = &l->point[(size_t)3 * ((l->n - 1) / 3 / 2)];
    int x = (p[0].x + 3 * p[1].x + 3 * p[2].x + p[3].x) / 8,
        y = (p[0].y + 3 * p[1].y + 3 * p[2].y + p[3].y) / 8;
    fprintf(c->to, "<text class=\"l h\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y - 4);
    put_text(c->to, f->label.n ? f->label : str_of(relation_kind_name[f->kind]), LABEL_MOST);
    if (f->count > 1)
        fprintf(c->to, " ×%u", f->count);
    if (f->flow == FLOW_DANGLING)
        fputs(" ?", c->to);
    fputs("</text>\n", c->to);
}

/* A store has no sides, a channel is round: the shapes of a data-flow diagram. */
static void put_shape(const struct picture *c, const struct box *b, enum shape shape)
{
    static const int radius[SHAPE_COUNT] = {
        [SHAPE_ACTOR] = 0, [SHAPE_PROCESS] = 14, [SHAPE_STORE] = 0, [SHAPE_CHANNEL] = 31
    };

    fprintf(c->to, "<rect class=\"n\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"", b->x, b->y,
            b->w, b->h, radius[shape]);
    if (shape == SHAPE_STORE)
        fprintf(c->to, " stroke-dasharray=\"%d %d\"", b->w, b->h);
    fputs("/>", c->to);
}

static void put_badges(const struct picture *c, const struct diagram_node *n, const struct box *b)
{
    int x = b->x + NODE_MARGIN, w = NODE_BADGE - BADGE_GAP;

    for (unsigned s = 0; s < STRIDE_COUNT; s++) {
        if (!n->badge[s].open)
            continue;
        fprintf(c->to,
                "<g class=\"g\"><rect class=\"s%u\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" rx=\"4\"/>"
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%c",
                (unsigned)n->badge[s].worst, x, b->y + b->h - 21, w, x + w / 2, b->y + b->h - 9,
                stride_letter[s]);
        if (n->badge[s].open < 100)
            fprintf(c->to, "·%u", n->badge[s].open);
        else
            fputs("+", c->to);
        fputs("</text></g>", c->to);
        x += NODE_BADGE;
    }
}

static void put_threats(const struct picture *c, const struct diagram_node *n)
{
    size_t shown = 0;

    for (size_t i = 0; i < n->n_threat; i++) {
        const struct diagram_threat *t = &n->threat[i];
        if (t->state != STATE_OPEN || shown++ >= THREATS_MOST)
            continue;
        fprintf(c->to, "\n%s: ", severity_name[t->severity]);
        put_text(c->to, c->m->finding.p[t->finding].title, 120);
        if (t->count > 1)
            fprintf(c->to, " ×%u", t->count);
    }
    if (shown > THREATS_MOST)
        fprintf(c->to, "\nand %zu more", shown - THREATS_MOST);
}

static void put_node(const struct picture *c, uint32_t i)
{
    const struct diagram_node *n = &c->d->node[i];
    const struct box *b = &c->p->at.node[i];

    fputs("<g><title>", c->to);
    put_text(c->to, n->id, 400);
    put_threats(c, n);
    fputs("</title>", c->to);
    put_shape(c, b, element_shape[n->kind]);
    fprintf(c->to, "<text class=\"k\" x=\"%d\" y=\"%d\">%s</text>", b->x + NODE_MARGIN, b->y + 14,
            element_kind_name[n->kind]);
    fprintf(c->to, "<text x=\"%d\" y=\"%d\">", b->x + NODE_MARGIN, b->y + 31);
    put_name(c->to, n->name);
    fputs("</text>", c->to);
    put_badges(c, n, b);
    fputs("</g>\n", c->to);
}

static void put_legend(const struct picture *c, int y)
{
    int x = 0;

    for (int s = SEVERITY_COUNT - 1; s >= 0; s--, x += 82)
        fprintf(c->to,
                "<rect class=\"s%d\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"3\"/>"
                "<text class=\"l\" x=\"%d\" y=\"%d\">%s</text>",
                s, x, y, x + 17, y + 10, severity_name[s]);
    for (enum flow f = FLOW_DECLARED; f < FLOW_COUNT; f++, x += 110)
        fprintf(c->to,
                "<path class=\"f %s\" d=\"M%d %dh26\"/><text class=\"l\" x=\"%d\" y=\"%d\">%s flow</text>",
                flow_name[f], x, y + 6, x + 32, y + 10, flow_name[f]);
    fprintf(
        c->to,
        "<text class=\"l\" x=\"0\" y=\"%d\">Badges: open findings by STRIDE letter, coloured by the worst of "
        "them; a letter stands only where the element can suffer it.",
        y + 30);
    if (c->p->why_simple[0]) {
        fputs(" Placed without Graphviz: ", c->to);
        put_text(c->to, str_of(c->p->why_simple), 120);
    }
    fputs("</text>\n", c->to);
}

static void put_picture(const struct picture *c)
{
    int w = c->p->at.w + 2 * MARGIN, h = c->p->at.h + 2 * MARGIN + TITLE + LEGEND;

    w = w > 900 ? w : 900;
    fprintf(c->to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            "role=\"img\">",
            w, h, w, h);
    fputs("<title>Data-flow diagram</title>", c->to);
    fputs(style, c->to);
    fprintf(
        c->to,
        "<g transform=\"translate(%d %d)\"><text x=\"0\" y=\"14\" font-size=\"17\">Data-flow diagram: %zu "
        "elements, %zu relations",
        MARGIN, MARGIN, c->m->element.n, c->m->relation.n);
    if (c->d->n_node < c->m->element.n)
        fprintf(c->to, ", drawn as %u", c->d->n_node);
    fprintf(c->to, "</text>\n<g transform=\"translate(0 %d)\">\n", TITLE);
    put_boundaries(c);
    for (uint32_t i = 0; i < c->d->n_flow; i++)
        put_flow(c, i);
    for (uint32_t i = 0; i < c->d->n_node; i++)
        put_node(c, i);
    for (uint32_t i = 0; i < c->d->n_flow; i++)
        put_label(c, i);
    put_legend(c, c->p->at.h + MARGIN);
    fputs("</g></g></svg>\n", c->to);
}

static int write_svg(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_DIAGRAM struct diagram d;
    struct placing p;

    if (diagram_make(&d, m, o->least, DRAW_MOST, e) < 0 || placing_make(&p, &d, e) < 0)
        return -1;
    put_picture(&(struct picture){ to, m, &d, &p });
    return ferror(to) || fflush(to) != 0 ? err_errno(e, "cannot write the report") : 0;
}

const struct report report_svg = { .name = "svg",
                                   .what =
                                       "the data-flow diagram as a picture: boundaries, flows, STRIDE badges",
                                   .write = write_svg };
