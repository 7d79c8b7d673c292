#include "report/placing.h"

enum { GAP = 44, PAGE = 1800 };

/* The side of the smallest square grid with room for n. */
static uint32_t side_of(uint32_t n)
{
    uint32_t side = 1;

    while (side * side < n)
        side++;
    return side;
}

/* Boxes side by side in rows, from the left and the top. */
struct rows {
    int32_t x, y, w, h; /* where the next one goes, and how far they reach */
    int32_t tall;       /* the row that is being filled */
};

static void place_clusters(struct layout *l, const struct diagram *d, uint32_t parent, struct rows *r);

/* One boundary, the grid of its nodes above those that lie in it, at the next place. Deep as boundaries are. */
static void place_cluster(struct layout *l, const struct diagram *d, uint32_t i, struct rows *r)
{
    uint32_t n = d->boundary[i].nodes, columns = side_of(n), lines = n ? (n + columns - 1) / columns : 0;
    int32_t w = n ? (int32_t)columns * (NODE_WIDTH_MOST + GAP) + GAP : 0;
    int32_t h = (int32_t)lines * (NODE_HEIGHT + GAP) + GAP;
    struct rows in = { GAP, h, w, h, 0 };
    struct box *b = &l->cluster[i];

    place_clusters(l, d, i, &in); /* as if we stood at 0, 0 */
    if (r->x + in.w > PAGE && r->tall) {
        r->x = GAP;
        r->y += r->tall + GAP;
        r->tall = 0;
    }
    *b = (struct box){ r->x, r->y, in.w, in.h };
    r->x += b->w + GAP;
    r->tall = MAX(r->tall, b->h);
    r->w = MAX(r->w, r->x);
    r->h = MAX(r->h, r->y + r->tall + GAP);
}

static void place_clusters(struct layout *l, const struct diagram *d, uint32_t parent, struct rows *r)
{
    for (uint32_t i = 0; i < d->n_boundary; i++)
        if (d->boundary[i].parent == parent)
            place_cluster(l, d, i, r);
}

/* From places within the outer boundary to places on the page: outer ones come first. */
static void place_on_page(struct layout *l, const struct diagram *d)
{
    for (uint32_t i = 0; i < d->n_boundary; i++)
        if (d->boundary[i].parent != NO_BOUNDARY) {
            l->cluster[i].x += l->cluster[d->boundary[i].parent].x;
            l->cluster[i].y += l->cluster[d->boundary[i].parent].y;
        }
}

static struct point middle(const struct box *b)
{
    return (struct point){ b->x + b->w / 2, b->y + b->h / 2 };
}

/* Where the line from the middle of `b` to `to` leaves it. */
static struct point edge_of(const struct box *b, struct point to)
{
    struct point from = middle(b);
    int64_t dx = to.x - from.x, dy = to.y - from.y, ax = dx < 0 ? -dx : dx, ay = dy < 0 ? -dy : dy;

    if (ax * b->h >= ay * b->w && ax)
        return (struct point){ from.x + (int32_t)(dx * b->w / 2 / ax),
                               from.y + (int32_t)(dy * b->w / 2 / ax) };
    if (ay)
        return (struct point){ from.x + (int32_t)(dx * b->h / 2 / ay),
                               from.y + (int32_t)(dy * b->h / 2 / ay) };
    return from;
}

static bool place_lines(struct layout *l, struct arena *a)
{
    for (uint32_t i = 0; i < l->n_edge; i++) {
        const struct box *from = &l->node[l->edge[i].from], *to = &l->node[l->edge[i].to];
        struct point *p = arena_array(a, struct point, 4);
        if (!p)
            return false;
        p[0] = edge_of(from, middle(to));
        p[3] = edge_of(to, middle(from));
        p[1] = (struct point){ (2 * p[0].x + p[3].x) / 3, (2 * p[0].y + p[3].y) / 3 };
        p[2] = (struct point){ (p[0].x + 2 * p[3].x) / 3, (p[0].y + 2 * p[3].y) / 3 };
        l->line[i] = (struct line){ p, 4 };
    }
    return true;
}

static bool place_simply(struct layout *l, struct diagram *d)
{
    uint32_t *used = arena_array(&d->arena, uint32_t, (size_t)d->n_boundary + 1);

    struct rows page = { 0 };
    if (!used)
        return false;
    place_clusters(l, d, NO_BOUNDARY, &page);
    place_on_page(l, d);
    l->w = page.w;
    l->h = page.h;
    for (uint32_t i = 0; i < d->n_node; i++) {
        uint32_t in = d->node[i].boundary, n = used[in]++, columns = side_of(d->boundary[in].nodes);
        l->node[i].x = l->cluster[in].x + GAP + (int32_t)(n % columns) * (NODE_WIDTH_MOST + GAP);
        l->node[i].y = l->cluster[in].y + GAP + (int32_t)(n / columns) * (NODE_HEIGHT + GAP);
    }
    return place_lines(l, &d->arena);
}

/* Wide enough for the name as it is shown and for all badges. */
static int32_t width_of(const struct diagram_node *n)
{
    int32_t name = (int32_t)MIN(n->name.n, (size_t)NODE_NAME_MOST) * NODE_LETTER, badges = 0;

    for (unsigned s = 0; s < STRIDE_COUNT; s++)
        badges += n->badge[s].open ? NODE_BADGE : 0;
    int32_t w = MAX(name, badges) + 2 * NODE_MARGIN;
    return w < NODE_WIDTH_LEAST ? NODE_WIDTH_LEAST : w;
}

int placing_make(struct placing *p, struct diagram *d, struct err *e)
{
    struct layout *l = &p->at;
    struct layout_edge *edge = arena_array(&d->arena, struct layout_edge, (size_t)d->n_flow + 1);
    struct err why;

    *p = (struct placing){ .at = { .n_node = d->n_node, .n_cluster = d->n_boundary, .n_edge = d->n_flow } };
    l->node = arena_array(&d->arena, struct box, (size_t)d->n_node + 1);
    l->cluster_of = arena_array(&d->arena, uint32_t, (size_t)d->n_node + 1);
    l->cluster_in = arena_array(&d->arena, uint32_t, (size_t)d->n_boundary + 1);
    if (!edge || !l->node || !l->cluster_of || !l->cluster_in)
        return err_set(e, ERR_LIMIT, "too much to draw");
    for (uint32_t i = 0; i < d->n_flow; i++)
        edge[i] = (struct layout_edge){ d->flow[i].from, d->flow[i].to };
    l->edge = edge;
    for (uint32_t i = 0; i < d->n_node; i++) {
        l->node[i] = (struct box){ .w = width_of(&d->node[i]), .h = NODE_HEIGHT };
        l->cluster_of[i] = d->node[i].boundary;
    }
    for (uint32_t i = 0; i < d->n_boundary; i++)
        l->cluster_in[i] = d->boundary[i].parent;
    if (graphviz_layout(l, &d->arena, &why) == 0)
        return 0;
    snprintf(p->why_simple, sizeof p->why_simple, "%s", why.text);
    if (!l->cluster || !l->line) {
        l->cluster = arena_array(&d->arena, struct box, (size_t)d->n_boundary + 1);
        l->line = arena_array(&d->arena, struct line, (size_t)d->n_flow + 1);
    }
    if (!l->cluster || !l->line || !place_simply(l, d))
        return err_set(e, ERR_LIMIT, "too much to draw");
    return 0;
}
