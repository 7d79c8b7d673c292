/* dot.c - the data-flow diagram in Graphviz' language, to be laid out and restyled by whoever wants to. */
#include "core/text.h"
#include "report/diagram.h"
#include "report/report.h"

enum { NAME_MOST = 60 };

/* Inside double quotes: what a terminal would obey is written out first, then backslashes and quotes are
 * escaped, for a label reads \n, \N and \G as orders. */
static void put_text(FILE *to, struct str s, size_t most)
{
    AUTO_BUF struct buf b = BUF(1 << 20);

    text_safe(&b, s, false);
    struct str t = buf_view(&b);
    for (size_t at = 0, n = 0, len; at < t.n && n < most && (len = utf8_at(str_skip(t, at), NULL));
         at += len, n++) {
        if (t.p[at] == '"' || t.p[at] == '\\')
            fputc('\\', to);
        fwrite(t.p + at, 1, len, to);
    }
}

static void put_node(FILE *to, const struct diagram_node *n, uint32_t number)
{
    static const char *const shape[SHAPE_COUNT] = { [SHAPE_ACTOR] = "box",
                                                    [SHAPE_PROCESS] = "box, style=rounded",
                                                    [SHAPE_STORE] = "cylinder",
                                                    [SHAPE_CHANNEL] = "hexagon" };
    static const char *const color[SEVERITY_COUNT] = { "#6b7785", "#3a6ea5", "#b26a00", "#c22b3a",
                                                       "#8e1230" };
    enum severity worst = SEVERITY_INFO;
    bool open = false;

    fprintf(to, "    n%u [label=\"%s\\n", number, element_kind_name[n->kind]);
    put_text(to, n->name, NAME_MOST);
    for (unsigned s = 0; s < STRIDE_COUNT; s++) {
        const struct diagram_badge *b = &n->badge[s];
        if (!b->open)
            continue;
        fprintf(to, "%s%c:%u", open ? " " : "\\n", stride_letter[s], b->open);
        worst = b->worst > worst ? b->worst : worst;
        open = true;
    }
    fprintf(to, "\", tooltip=\"");
    put_text(to, n->id, 400);
    fprintf(to, "\", shape=%s", shape[element_shape[n->kind]]);
    if (open)
        fprintf(to, ", color=\"%s\", penwidth=2", color[worst]);
    fputs("];\n", to);
}

static void put_flow(FILE *to, const struct diagram_flow *f)
{
    static const char *const style[FLOW_COUNT] = { [FLOW_NONE] = "color=\"#9aa6b2\"",
                                                   [FLOW_DECLARED] = "style=solid",
                                                   [FLOW_POSSIBLE] = "style=dashed, color=\"#b26a00\"",
                                                   [FLOW_DANGLING] =
                                                       "style=dotted, color=\"#c22b3a\", arrowhead=odot" };

    fprintf(to, "  n%u -> n%u [label=\"", f->from, f->to);
    put_text(to, f->label.n ? f->label : str_of(relation_kind_name[f->kind]), NAME_MOST);
    if (f->count > 1)
        fprintf(to, " x%u", f->count);
    fprintf(to, "%s\", %s];\n", f->flow == FLOW_DANGLING ? " (dangling)" : "", style[f->flow]);
}

/* Those that lie in `parent`, with what lies in them: as deep as zones are told apart. */
static void put_boundaries(FILE *to, const struct diagram *d, uint32_t parent)
{
    for (uint32_t i = 0; i < d->n_boundary; i++) {
        if (d->boundary[i].parent != parent)
            continue;
        fprintf(to, "  subgraph cluster%u {\n    style=dashed;\n    label=\"", i);
        put_text(to, d->boundary[i].label, NAME_MOST);
        fputs("\";\n", to);
        for (uint32_t k = 0; k < d->n_node; k++)
            if (d->node[k].boundary == i)
                put_node(to, &d->node[k], k);
        put_boundaries(to, d, i);
        fputs("  }\n", to);
    }
}

static int write_dot(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_DIAGRAM struct diagram d;

    if (diagram_make(&d, m, o->least, DRAW_MOST, e) < 0)
        return -1;
    fputs("digraph dataflow {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n"
          "  edge [fontname=\"sans-serif\", fontsize=9];\n",
          to);
    put_boundaries(to, &d, NO_BOUNDARY);
    for (uint32_t i = 0; i < d.n_flow; i++)
        put_flow(to, &d.flow[i]);
    fputs("}\n", to);
    return ferror(to) || fflush(to) != 0 ? err_errno(e, "cannot write the report") : 0;
}

const struct report report_dot = { .name = "dot",
                                   .what = "the data-flow diagram in Graphviz' language",
                                   .write = write_dot };
