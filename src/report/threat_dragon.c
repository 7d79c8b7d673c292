/* threat_dragon.c - the model as OWASP Threat Dragon opens it (version 2 JSON): one diagram with the nodes in
 * their places, trust boundaries as boxes, flows, and the findings as threats of the cells. */
#include "doc/emit.h"
#include "report/placing.h"
#include "report/report.h"

enum { MARGIN = 40 };

struct dragon {
    struct emit *j;
    const struct model *m;
    const struct diagram *d;
    const struct placing *p;
    uint64_t number; /* of the last threat */
};

static void put_point(struct emit *j, const char *key, int32_t x, int32_t y)
{
    emit_object(j, key);
    emit_u64(j, "x", (uint64_t)x + MARGIN);
    emit_u64(j, "y", (uint64_t)y + MARGIN);
    emit_close(j);
}

static void put_place(struct emit *j, const struct box *b)
{
    put_point(j, "position", b->x, b->y);
    emit_object(j, "size");
    emit_u64(j, "width", b->w > 10 ? (uint64_t)b->w : 10);
    emit_u64(j, "height", b->h > 10 ? (uint64_t)b->h : 10);
    emit_close(j);
}

static void put_stroke(struct emit *j, const char *key, const char *color, const char *dashes)
{
    emit_object(j, key);
    emit_text(j, "stroke", color);
    emit_real(j, "strokeWidth", 1.5);
    emit_text(j, "strokeDasharray", dashes);
    if (!strcmp(key, "line")) {
        emit_object(j, "targetMarker");
        emit_text(j, "name", "block");
        emit_close(j);
    }
    emit_close(j);
}

static void put_id(struct emit *j, const char *key, const char *what, struct str text)
{
    char uuid[37];

    diagram_uuid(what, text, uuid);
    emit_text(j, key, uuid);
}

/* One threat a letter: Threat Dragon's threats have one type. */
static void put_threat(struct dragon *g, const struct diagram_node *n, const struct diagram_threat *t)
{
    static const char *const severity[SEVERITY_COUNT] = { "Low", "Low", "Medium", "High", "Critical" };
    static const char *const status[STATE_COUNT] = { [STATE_OPEN] = "Open",
                                                     [STATE_MITIGATED] = "Mitigated",
                                                     [STATE_UNKNOWN] = "Open",
                                                     [STATE_ACCEPTED] = "NA" };
    char letters[STRIDE_COUNT + 1];
    struct emit *j = g->j;

    diagram_letters(t->check, n->kind, letters);
    for (const char *c = letters; *c; c++) {
        AUTO_BUF struct buf b = BUF(1 << 16);
        buf_fmt(&b, "%s\n\n%s", t->check->why, t->check->id);
        if (t->count > 1)
            buf_fmt(&b, ", %u findings", t->count);
        if (t->state == STATE_UNKNOWN)
            buf_str(&b, STR(", could not be told"));
        emit_object(j, NULL);
        emit_u64(j, "number", ++g->number);
        AUTO_BUF struct buf id = BUF(1 << 16);
        buf_fmt(&id, "%s %s %c ", t->check->id, state_name[t->state], *c);
        buf_str(&id, n->id);
        put_id(j, "id", "threat", buf_view(&id));
        emit_str(j, "title", g->m->finding.p[t->finding].title);
        emit_text(j, "type", stride_name[strchr(stride_letter, *c) - stride_letter]);
        emit_text(j, "modelType", "STRIDE");
        emit_text(j, "severity", severity[t->severity]);
        emit_text(j, "status", status[t->state]);
        emit_str(j, "description", buf_view(&b));
        emit_text(j, "mitigation",
                  t->state == STATE_MITIGATED && t->check->holds ? t->check->holds : t->check->fix);
        emit_text(j, "score", "");
        emit_close(j);
    }
}

static bool has_open(const struct diagram_node *n)
{
    for (size_t i = 0; i < n->n_threat; i++)
        if (n->threat[i].state == STATE_OPEN || n->threat[i].state == STATE_UNKNOWN)
            return true;
    return false;
}

/* Every cell says what it is; only nodes have threats. */
static void put_data(struct dragon *g, const char *type, struct str name, struct str description,
                     const struct diagram_node *n)
{
    struct emit *j = g->j;

    emit_object(j, "data");
    emit_text(j, "type", type);
    emit_str(j, "name", name);
    emit_str(j, "description", description);
    emit_bool(j, "outOfScope", false);
    emit_text(j, "reasonOutOfScope", "");
    emit_bool(j, "isTrustBoundary", !strcmp(type, "tm.BoundaryBox"));
    emit_bool(j, "hasOpenThreats", n && has_open(n));
    if (n && n->kind == ELEMENT_SECRET)
        emit_bool(j, "storesCredentials", true);
    if (n) {
        emit_list(j, "threats");
        for (size_t i = 0; i < n->n_threat; i++)
            put_threat(g, n, &n->threat[i]);
        emit_close(j);
    }
    emit_close(j);
}

static void put_node(struct dragon *g, uint32_t i)
{
    /* Threat Dragon knows no channel as a cell: a network is shown as a store, whose T, I and D it shares. */
    static const struct {
        const char *shape, *type;
    } of[SHAPE_COUNT] = { [SHAPE_ACTOR] = { "actor", "tm.Actor" },
                          [SHAPE_PROCESS] = { "process", "tm.Process" },
                          [SHAPE_STORE] = { "store", "tm.Store" },
                          [SHAPE_CHANNEL] = { "store", "tm.Store" } };
    const struct diagram_node *n = &g->d->node[i];
    enum shape shape = element_shape[n->kind];
    const char *color = has_open(n) ? "red" : "#333333";
    struct emit *j = g->j;

    emit_object(j, NULL);
    put_id(j, "id", "node", n->id);
    emit_text(j, "shape", of[shape].shape);
    emit_u64(j, "zIndex", 2);
    put_place(j, &g->p->at.node[i]);
    emit_object(j, "attrs");
    emit_object(j, "text");
    emit_str(j, "text", n->name);
    emit_close(j);
    if (!strcmp(of[shape].shape, "store")) {
        put_stroke(j, "topLine", color, "none");
        put_stroke(j, "bottomLine", color, "none");
    } else {
        put_stroke(j, "body", color, "none");
    }
    emit_close(j);
    put_data(g, of[shape].type, n->name, n->id, n);
    emit_close(j);
}

static void put_flow(struct dragon *g, uint32_t i)
{
    static const char *const dashes[FLOW_COUNT] = { "2 2", "none", "6 4", "1 4" };
    const struct diagram_flow *f = &g->d->flow[i];
    AUTO_BUF struct buf name = BUF(1 << 16), id = BUF(1 << 16);
    struct emit *j = g->j;

    buf_str(&name, f->label.n ? f->label : str_of(relation_kind_name[f->kind]));
    if (f->flow)
        buf_fmt(&name, " (%s)", flow_name[f->flow]);
    if (f->count > 1)
        buf_fmt(&name, " x%u", f->count);
    buf_fmt(&id, "%u", i);
    buf_str(&id, g->d->node[f->from].id);
    buf_str(&id, g->d->node[f->to].id);
    emit_object(j, NULL);
    put_id(j, "id", "flow", buf_view(&id));
    emit_text(j, "shape", "flow");
    emit_u64(j, "zIndex", 10);
    emit_text(j, "connector", "smooth");
    emit_object(j, "attrs");
    put_stroke(j, "line", "#333333", dashes[f->flow]);
    emit_close(j);
    emit_object(j, "source");
    put_id(j, "cell", "node", g->d->node[f->from].id);
    emit_close(j);
    emit_object(j, "target");
    put_id(j, "cell", "node", g->d->node[f->to].id);
    emit_close(j);
    emit_list(j, "vertices");
    emit_close(j);
    emit_list(j, "labels");
    emit_object(j, NULL);
    emit_real(j, "position", 0.5);
    emit_object(j, "attrs");
    emit_object(j, "label");
    emit_str(j, "text", buf_view(&name));
    emit_close(j);
    emit_close(j);
    emit_close(j);
    emit_close(j);
    put_data(g, "tm.Flow", buf_view(&name), STR(""), NULL);
    emit_close(j);
}

static void put_boundary(struct dragon *g, uint32_t i)
{
    struct emit *j = g->j;

    emit_object(j, NULL);
    put_id(j, "id", "boundary", g->d->boundary[i].name);
    emit_text(j, "shape", "trust-boundary-box");
    emit_u64(j, "zIndex", 0);
    put_place(j, &g->p->at.cluster[i]);
    emit_object(j, "attrs");
    emit_object(j, "label");
    emit_str(j, "text", g->d->boundary[i].name);
    emit_close(j);
    put_stroke(j, "body", "#333333", "5 5");
    emit_close(j);
    put_data(g, "tm.BoundaryBox", g->d->boundary[i].name, STR(""), NULL);
    emit_close(j);
}

static void put_diagram(struct dragon *g)
{
    struct emit *j = g->j;

    emit_object(j, NULL);
    emit_u64(j, "id", 0);
    emit_text(j, "title", "Data flows");
    emit_text(j, "diagramType", "STRIDE");
    emit_text(j, "placeholder", "");
    emit_text(j, "description", "");
    emit_text(j, "thumbnail", "./public/content/images/thumbnail.stride.jpg");
    emit_text(j, "version", "2.0");
    emit_list(j, "cells");
    for (uint32_t i = 0; i < g->d->n_boundary; i++)
        put_boundary(g, i);
    for (uint32_t i = 0; i < g->d->n_node; i++)
        put_node(g, i);
    for (uint32_t i = 0; i < g->d->n_flow; i++)
        put_flow(g, i);
    emit_close(j);
    emit_close(j);
}

static int write_dragon(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_DIAGRAM struct diagram d;
    struct placing p;

    if (diagram_make(&d, m, o->least, DRAW_MOST, e) < 0 || placing_make(&p, &d, e) < 0)
        return -1;
    struct emit *j = emit_new(to, true);
    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    struct dragon g = { j, m, &d, &p, 0 };
    emit_object(j, NULL);
    emit_text(j, "version", "2.0");
    emit_object(j, "summary");
    emit_str(j, "title", m->element.n ? m->element.p[0].name : STR("Nothing"));
    emit_text(j, "owner", "");
    emit_str(j, "description", STR("Made by scantling " SCANTLING_VERSION));
    emit_u64(j, "id", 0);
    emit_close(j);
    emit_object(j, "detail");
    emit_list(j, "contributors");
    emit_close(j);
    emit_list(j, "diagrams");
    put_diagram(&g);
    emit_close(j);
    emit_u64(j, "diagramTop", 1);
    emit_text(j, "reviewer", "");
    emit_u64(j, "threatTop", g.number);
    emit_close(j);
    emit_close(j);
    return emit_end(j) ? 0 : err_errno(e, "cannot write the report");
}

const struct report report_threat_dragon = { .name = "threat-dragon",
                                             .what = "the model for OWASP Threat Dragon (version 2)",
                                             .write = write_dragon };
