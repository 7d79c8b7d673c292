/* mermaid.c - the data-flow diagram as a Mermaid flowchart, which Markdown viewers draw. */
#include "core/text.h"
#include "report/diagram.h"
#include "report/report.h"

enum { NAME_MOST = 60, MERMAID_MOST = 80 /* beyond, viewers refuse (500 edges) or draw a hedge */ };

/* Letters, digits and a few signs as they are, all else as a numeric entity: a label is never markup. */
static void put_text(FILE *to, struct str s, size_t most)
{
    AUTO_BUF struct buf b = BUF(1 << 20);
    uint32_t c;

    text_safe(&b, s, false);
    struct str t = buf_view(&b);
    for (size_t at = 0, n = 0, len; at < t.n && n < most && (len = utf8_at(str_skip(t, at), &c));
         at += len, n++) {
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                     (c < 128 && c && strchr(" .,:/-_=@+", (int)c));
        if (plain)
            fputc((int)c, to);
        else
            fprintf(to, "#%u;", c);
    }
}

static void put_node(FILE *to, const struct diagram_node *n, uint32_t number)
{
    static const char *const open[SHAPE_COUNT] = {
        [SHAPE_ACTOR] = "[\"", [SHAPE_PROCESS] = "(\"", [SHAPE_STORE] = "[(\"", [SHAPE_CHANNEL] = "{{\""
    };
    static const char *const close[SHAPE_COUNT] = {
        [SHAPE_ACTOR] = "\"]", [SHAPE_PROCESS] = "\")", [SHAPE_STORE] = "\")]", [SHAPE_CHANNEL] = "\"}}"
    };
    enum severity worst = SEVERITY_INFO;
    bool any = false;

    fprintf(to, "    n%u%s%s<br/>", number, open[element_shape[n->kind]], element_kind_name[n->kind]);
    put_text(to, n->name, NAME_MOST);
    for (unsigned s = 0; s < STRIDE_COUNT; s++) {
        const struct diagram_badge *b = &n->badge[s];
        if (!b->open)
            continue;
        fprintf(to, "%s%c:%u", any ? " " : "<br/>", stride_letter[s], b->open);
        worst = b->worst > worst ? b->worst : worst;
        any = true;
    }
    fprintf(to, "%s%s%s\n", close[element_shape[n->kind]], any ? ":::" : "", any ? severity_name[worst] : "");
}

static void put_flow(FILE *to, const struct diagram_flow *f)
{
    static const char *const arrow[FLOW_COUNT] = {
        [FLOW_NONE] = "-->", [FLOW_DECLARED] = "==>", [FLOW_POSSIBLE] = "-.->", [FLOW_DANGLING] = "-.-x"
    };

    fprintf(to, "  n%u %s|\"", f->from, arrow[f->flow]);
    put_text(to, f->label.n ? f->label : str_of(relation_kind_name[f->kind]), NAME_MOST);
    if (f->count > 1)
        fprintf(to, " x%u", f->count);
    fprintf(to, "%s\"| n%u\n", f->flow == FLOW_DANGLING ? " dangling" : "", f->to);
}

/* Those that lie in `parent`, with what lies in them: as deep as zones are told apart. */
static void put_boundaries(FILE *to, const struct diagram *d, uint32_t parent)
{
    for (uint32_t i = 0; i < d->n_boundary; i++) {
        struct str label = d->boundary[i].label;
        if (d->boundary[i].parent != parent)
            continue;
        fprintf(to, "  subgraph z%u[\"", i);
        put_text(to, label.n ? label : STR("no boundary"), NAME_MOST);
        fputs("\"]\n", to);
        for (uint32_t k = 0; k < d->n_node; k++)
            if (d->node[k].boundary == i)
                put_node(to, &d->node[k], k);
        put_boundaries(to, d, i);
        fputs("  end\n", to);
    }
}

static int write_mermaid(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_DIAGRAM struct diagram d;

    if (diagram_make(&d, m, o->least, MERMAID_MOST, e) < 0)
        return -1;
    fputs("flowchart LR\n", to);
    put_boundaries(to, &d, NO_BOUNDARY);
    for (uint32_t i = 0; i < d.n_flow; i++)
        put_flow(to, &d.flow[i]);
    fputs("  classDef critical stroke:#8e1230,stroke-width:3px\n  classDef high "
          "stroke:#c22b3a,stroke-width:3px\n"
          "  classDef medium stroke:#b26a00,stroke-width:2px\n  classDef low stroke:#3a6ea5\n"
          "  classDef info stroke:#6b7785\n",
          to);
    return ferror(to) || fflush(to) != 0 ? err_errno(e, "cannot write the report") : 0;
}

const struct report report_mermaid = { .name = "mermaid",
                                       .what = "the data-flow diagram as a Mermaid flowchart",
                                       .write = write_mermaid };
