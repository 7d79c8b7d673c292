#include "config.h"

#include "io/graphviz.h"

#if HAVE_GRAPHVIZ
#include "core/late.h"
#include "io/proc.h"

#include <graphviz/gvc.h>

enum { SECONDS = 20, MEMORY = 512 << 20, RESULT = 16 << 20, FAR = 1 << 20, MARGIN = 26 };

#define FUNCTIONS(X)                                                         \
    X(GVC_t *, gvContext, (void))                                            \
    X(int, gvLayout, (GVC_t *, graph_t *, const char *))                     \
    X(int, gvFreeLayout, (GVC_t *, graph_t *))                               \
    X(Agraph_t *, agopen, (char *, Agdesc_t, Agdisc_t *))                    \
    X(int, agclose, (Agraph_t *))                                            \
    X(Agnode_t *, agnode, (Agraph_t *, char *, int))                         \
    X(Agedge_t *, agedge, (Agraph_t *, Agnode_t *, Agnode_t *, char *, int)) \
    X(Agraph_t *, agsubg, (Agraph_t *, char *, int))                         \
    X(int, agsafeset, (void *, char *, const char *, const char *))          \
    X(Agsym_t *, agattr, (Agraph_t *, int, char *, const char *))
#define POINTER(type, name, args) type(*name) args;
static struct {
    FUNCTIONS(POINTER)
    const Agdesc_t *directed;
} api;
static GVC_t *context;

static char word_g[] = "g", word_label[] = "label", word_shape[] = "shape";
static char word_width[] = "width", word_height[] = "height", word_fixed[] = "fixedsize";
static char word_margin[] = "margin", word_ranksep[] = "ranksep", word_rankdir[] = "rankdir";

static Agraph_t *new_graph(void)
{
    Agraph_t *g = api.agopen(word_g, *api.directed, NULL);

    if (!g)
        return NULL;
    api.agattr(g, AGRAPH, word_rankdir, "LR");
    api.agattr(g, AGRAPH, word_ranksep, "1.4");
    api.agattr(g, AGRAPH, word_margin, "");
    api.agattr(g, AGNODE, word_label, "");
    api.agattr(g, AGNODE, word_shape, "box");
    api.agattr(g, AGNODE, word_fixed, "true");
    api.agattr(g, AGNODE, word_width, "1");
    api.agattr(g, AGNODE, word_height, "1");
    return g;
}

/* Load the libraries, and by a graph of our own also what they load when first used: a job cannot. */
static int load(struct err *e)
{
    void *lib;

    if (context)
        return 0;
#define OR_FAILS(type, name, args) || late_symbol(lib, #name, &api.name, e) < 0
    if (late_open("libgvc.so.6", &lib, e) < 0 FUNCTIONS(OR_FAILS) ||
        late_symbol(lib, "Agdirected", &api.directed, e) < 0)
        return err_wrap(e, "no Graphviz");
    GVC_t *c = api.gvContext();
    Agraph_t *g = c ? new_graph() : NULL;
    if (!g)
        return err_set(e, ERR_UNSUPPORTED, "Graphviz does not start");
    Agnode_t *n = api.agnode(g, NULL, 1);
    api.agedge(g, n, api.agnode(g, NULL, 1), NULL, 1);
    if (api.gvLayout(c, g, "dot") != 0)
        return err_set(e, ERR_UNSUPPORTED, "Graphviz has no dot");
    api.gvFreeLayout(c, g);
    api.agclose(g);
    context = c;
    return 0;
}

/* ---- in the job ---- */

static void put(struct buf *b, double v)
{
    buf_varint(b, v > 0 ? (uint64_t)(v + 0.5) : 0);
}

static void put_clusters(struct buf *b, Agraph_t *const *cluster, uint32_t n, double height)
{
    for (uint32_t i = 0; i < n; i++) {
        boxf bb = GD_bb(cluster[i]);
        put(b, bb.LL.x);
        put(b, height - bb.UR.y);
        put(b, bb.UR.x - bb.LL.x);
        put(b, bb.UR.y - bb.LL.y);
    }
}

static void put_line(struct buf *b, Agedge_t *edge, double height)
{
    const splines *s = ED_spl(edge);
    const bezier *z = s && s->size ? &s->list[0] : NULL;

    buf_varint(b, z ? (uint64_t)z->size : 0);
    for (size_t i = 0; z && i < (size_t)z->size; i++) {
        put(b, z->list[i].x);
        put(b, height - z->list[i].y);
    }
}

static void set_size(Agnode_t *n, const struct box *b)
{
    char text[32];

    snprintf(text, sizeof text, "%.3f", b->w / 72.0);
    api.agsafeset(n, word_width, text, "");
    snprintf(text, sizeof text, "%.3f", b->h / 72.0);
    api.agsafeset(n, word_height, text, "");
}

static int build(const struct layout *l, Agraph_t *g, Agnode_t **node, Agraph_t **cluster, Agedge_t **edge,
                 struct err *e)
{
    char name[32];

    for (uint32_t i = 0; i < l->n_cluster; i++) {
        Agraph_t *in = l->cluster_in[i] < i ? cluster[l->cluster_in[i]] : g;
        snprintf(name, sizeof name, "cluster%u", i);
        if (!(cluster[i] = api.agsubg(in, name, 1)))
            return err_set(e, ERR_LIMIT, "out of memory");
        snprintf(name, sizeof name, "%d", MARGIN);
        api.agsafeset(cluster[i], word_margin, name, "");
        api.agsafeset(cluster[i], word_label, "", "");
    }
    for (uint32_t i = 0; i < l->n_node; i++) {
        snprintf(name, sizeof name, "n%u", i);
        if (!(node[i] = api.agnode(cluster[l->cluster_of[i]], name, 1)))
            return err_set(e, ERR_LIMIT, "out of memory");
        set_size(node[i], &l->node[i]);
    }
    for (uint32_t i = 0; i < l->n_edge; i++) {
        snprintf(name, sizeof name, "e%u", i);
        edge[i] = api.agedge(g, node[l->edge[i].from], node[l->edge[i].to], name, 1);
        if (!edge[i])
            return err_set(e, ERR_LIMIT, "out of memory");
    }
    return 0;
}

static int run(void *arg, const struct blob *in UNUSED, struct err *e)
{
    const struct layout *l = arg;
    AUTO_BUF struct buf b = BUF(RESULT);
    Agraph_t *g = new_graph(), **cluster = calloc((size_t)l->n_cluster + 1, sizeof *cluster);
    Agnode_t **node = calloc((size_t)l->n_node + 1, sizeof *node);
    Agedge_t **edge = calloc((size_t)l->n_edge + 1, sizeof *edge); /* all die with the job */

    if (!g || !cluster || !node || !edge)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (build(l, g, node, cluster, edge, e) < 0)
        return -1;
    if (api.gvLayout(context, g, "dot") != 0)
        return err_set(e, ERR_UNSUPPORTED, "Graphviz could not lay it out");
    boxf bb = GD_bb(g);
    put(&b, bb.UR.x);
    put(&b, bb.UR.y);
    for (uint32_t i = 0; i < l->n_node; i++) {
        put(&b, ND_coord(node[i]).x - l->node[i].w / 2.0);
        put(&b, bb.UR.y - ND_coord(node[i]).y - l->node[i].h / 2.0);
    }
    put_clusters(&b, cluster, l->n_cluster, bb.UR.y);
    for (uint32_t i = 0; i < l->n_edge; i++)
        put_line(&b, edge[i], bb.UR.y);
    if (!buf_ok(&b))
        return err_set(e, ERR_LIMIT, "too many lines");
    return proc_return(buf_view(&b), e);
}

/* ---- in the parent, which believes nothing ---- */

static bool take(struct str *s, int32_t *to)
{
    uint64_t v;

    if (!take_varint(s, &v) || v > FAR)
        return false;
    *to = (int32_t)v;
    return true;
}

static bool take_line(struct str *s, struct line *line, struct arena *a)
{
    int32_t n;

    if (!take(s, &n) || (n && n % 3 != 1) || (size_t)n > s->n)
        return false;
    line->n = (uint32_t)n;
    line->point = arena_array(a, struct point, (size_t)n + 1);
    for (int32_t i = 0; line->point && i < n; i++)
        if (!take(s, &line->point[i].x) || !take(s, &line->point[i].y))
            return false;
    return line->point != NULL;
}

static bool take_all(struct layout *l, struct str s, struct arena *a)
{
    bool ok = take(&s, &l->w) && take(&s, &l->h);

    for (uint32_t i = 0; ok && i < l->n_node; i++)
        ok = take(&s, &l->node[i].x) && take(&s, &l->node[i].y);
    for (uint32_t i = 0; ok && i < l->n_cluster; i++) {
        struct box *b = &l->cluster[i];
        ok = take(&s, &b->x) && take(&s, &b->y) && take(&s, &b->w) && take(&s, &b->h);
    }
    for (uint32_t i = 0; ok && i < l->n_edge; i++)
        ok = take_line(&s, &l->line[i], a);
    return ok && !s.n;
}

int graphviz_layout(struct layout *l, struct arena *arena, struct err *e)
{
    static const struct blob none = BLOB;
    static const struct proc_limits limits = { MEMORY, SECONDS, SECONDS, RESULT };
    AUTO_PROC struct proc p = PROC;
    struct str result, frame;

    l->cluster = arena_array(arena, struct box, (size_t)l->n_cluster + 1);
    l->line = arena_array(arena, struct line, (size_t)l->n_edge + 1);
    if (!l->cluster || !l->line)
        return err_set(e, ERR_LIMIT, "too much to lay out");
    if (load(e) < 0 || proc_start(&p, &none, &limits, run, l, e) < 0 || proc_join(&p, e) < 0)
        return -1;
    result = buf_view(&p.result);
    if (!proc_frame(&result, &frame) || !take_all(l, frame, arena))
        return err_set(e, ERR_FORMAT, "the layout makes no sense");
    return 0;
}
#else
int graphviz_layout(struct layout *l UNUSED, struct arena *arena UNUSED, struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "built without Graphviz");
}
#endif
