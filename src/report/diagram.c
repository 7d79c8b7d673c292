#include "report/diagram.h"

#include "core/buf.h"
#include "core/map.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { ZONE_DEPTH = 4 }; /* of boundaries that are told apart at all */

/* Elements of one kind within one boundary. */
struct kin {
    uint32_t n, node; /* UINT32_MAX: not drawn as one */
    bool drawn_as_one;
};
struct maker {
    struct diagram *d;
    const struct model *m;
    enum severity least;
    struct kin *group;
    uint32_t *group_of; /* of each element */
    uint32_t n_group;
    size_t cap_group, cap_flow, cap_boundary;
    struct map groups, boundaries, flows;
    unsigned depth; /* boundaries are told apart to that depth */
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is too large to draw");
}

/* A key of numbers and text that outlives the map. */
static uint32_t *numbered(struct maker *k, struct map *map, const uint32_t *part, size_t n, struct str text,
                          bool *is_new)
{
    AUTO_BUF struct buf b = BUF(1 << 20);

    buf_add(&b, part, n * sizeof *part);
    buf_str(&b, text);
    uint32_t *at = buf_ok(&b) ? map_get(map, buf_view(&b)) : NULL;
    *is_new = !at;
    if (at || !buf_ok(&b))
        return at;
    struct str key = arena_str(&k->d->arena, buf_view(&b));
    return key.p ? map_put(map, key, is_new) : NULL;
}

static int larger_first(const void *x, const void *y, void *groups)
{
    const uint32_t *a = x, *b = y;
    const struct kin *g = groups;

    if (g[*a].n != g[*b].n)
        return g[*a].n > g[*b].n ? -1 : 1;
    return (*a > *b) - (*a < *b);
}

/* The boundary that an element is drawn in: the outer ones of its own, "cluster/shop" of
 * "cluster/shop/web-1".
 */
static struct str zone_at(const struct maker *k, uint32_t element)
{
    struct str zone = k->m->element.p[element].zone;
    unsigned depth = 0;

    for (size_t i = 0; i < zone.n; i++)
        if (zone.p[i] == '/' && ++depth >= k->depth)
            return str_first(zone, i);
    return k->depth ? zone : STR("all boundaries");
}

static int find_groups(struct maker *k, struct err *e)
{
    const struct model *m = k->m;

    k->group_of = arena_array(&k->d->arena, uint32_t, m->element.n + 1);
    if (!k->group_of)
        return full(e);
    for (size_t i = 0; i < m->element.n; i++) {
        const uint32_t kind = m->element.p[i].kind;
        bool is_new;
        uint32_t *at = numbered(k, &k->groups, &kind, 1, zone_at(k, (uint32_t)i), &is_new);
        if (!at)
            return full(e);
        if (is_new) {
            *at = k->n_group;
            if (!arena_grow(&k->d->arena, &k->group, k->n_group, &k->cap_group, sizeof *k->group))
                return full(e);
            k->group[k->n_group++] = (struct kin){ .node = UINT32_MAX };
        }
        k->group_of[i] = *at;
        k->group[*at].n++;
    }
    return 0;
}

/* The largest groups become one node each, until there are few enough: true when that suffices. */
static int draw_fewer(struct maker *k, uint32_t most, bool *few, struct err *e)
{
    size_t nodes = k->m->element.n;
    uint32_t *order = arena_array(&k->d->arena, uint32_t, (size_t)k->n_group + 1);

    if (!order)
        return full(e);
    for (uint32_t i = 0; i < k->n_group; i++)
        order[i] = i;
    if (k->n_group)
        qsort_r(order, k->n_group, sizeof *order, larger_first, k->group);
    for (uint32_t i = 0; i < k->n_group && nodes > most && k->group[order[i]].n > 1; i++) {
        k->group[order[i]].drawn_as_one = true;
        nodes -= k->group[order[i]].n - 1;
    }
    *few = nodes <= most;
    return 0;
}

static int new_boundary(struct maker *k, struct str zone, uint32_t parent, uint32_t *out, struct err *e)
{
    struct diagram *d = k->d;
    struct diagram_boundary b = { .name = zone, .label = zone, .parent = parent };
    bool is_new;
    uint32_t *at = map_put(&k->boundaries, zone, &is_new);

    if (!at)
        return full(e);
    if (is_new) {
        *at = d->n_boundary;
        if (!arena_grow(&d->arena, &d->boundary, d->n_boundary, &k->cap_boundary, sizeof *d->boundary))
            return full(e);
        if (parent != NO_BOUNDARY)
            b.label = str_skip(zone, d->boundary[parent].name.n + 1);
        d->boundary[d->n_boundary++] = b;
    }
    *out = *at;
    return 0;
}

/* The boundary of that name within those that it lies in, "cluster" and "cluster/shop" of "cluster/shop/web". */
static int boundary_of(struct maker *k, struct str zone, uint32_t *out, struct err *e)
{
    uint32_t parent = NO_BOUNDARY;

    for (size_t i = 1; i < zone.n; i++)
        if (zone.p[i] == '/' && new_boundary(k, str_first(zone, i), parent, &parent, e) < 0)
            return -1;
    return new_boundary(k, zone, parent, out, e);
}

static int add_node(struct maker *k, uint32_t element, struct kin *g, struct err *e)
{
    struct diagram *d = k->d;
    const struct element *el = &k->m->element.p[element];
    struct str zone = zone_at(k, element);
    struct diagram_node n = {
        .kind = el->kind, .element = element, .count = g ? g->n : 1, .id = el->id, .name = el->name
    };

    if (boundary_of(k, zone, &n.boundary, e) < 0)
        return -1;
    if (g) {
        g->node = d->n_node;
        n.id = arena_fmt(&d->arena, "%s:* in " STR_FMT, element_kind_name[el->kind], STR_ARG(zone));
        n.name = el->kind == ELEMENT_IDENTITY
                     ? arena_fmt(&d->arena, "%u identities", g->n)
                     : arena_fmt(&d->arena, "%u %ss", g->n, element_kind_name[el->kind]);
    }
    if (!n.id.p || !n.name.p)
        return full(e);
    d->boundary[n.boundary].nodes++;
    d->node[d->n_node++] = n;
    return 0;
}

static int add_nodes(struct maker *k, struct err *e)
{
    struct diagram *d = k->d;
    size_t n = k->m->element.n;

    d->node = arena_array(&d->arena, struct diagram_node, n + 1);
    d->node_of = arena_array(&d->arena, uint32_t, n + 1);
    if (!d->node || !d->node_of)
        return full(e);
    for (uint32_t i = 0; i < n; i++) {
        struct kin *g = &k->group[k->group_of[i]];
        if (!g->drawn_as_one)
            g = NULL;
        if ((!g || g->node == UINT32_MAX) && add_node(k, i, g, e) < 0)
            return -1;
        d->node_of[i] = g ? g->node : d->n_node - 1;
    }
    return 0;
}

/* Relations of the same kind between the same nodes are one flow; within a node there is none to draw. */
static int add_flows(struct maker *k, struct err *e)
{
    struct diagram *d = k->d;

    for (size_t i = 0; i < k->m->relation.n; i++) {
        const struct relation *r = &k->m->relation.p[i];
        const uint32_t key[] = { r->kind, r->flow, d->node_of[r->from], d->node_of[r->to] };
        bool is_new, grouped = d->node[key[2]].count > 1 || d->node[key[3]].count > 1;
        if (key[2] == key[3])
            continue;
        uint32_t *at = numbered(k, &k->flows, key, ARRAY_LEN(key), grouped ? STR("") : r->label, &is_new);
        if (!at)
            return full(e);
        if (is_new) {
            *at = d->n_flow;
            if (!arena_grow(&d->arena, &d->flow, d->n_flow, &k->cap_flow, sizeof *d->flow))
                return full(e);
            d->flow[d->n_flow++] = (struct diagram_flow){ r->kind, r->flow, key[2], key[3], 0, r->label };
        }
        d->flow[*at].count++;
    }
    return 0;
}

void diagram_letters(const struct check *c, enum element_kind kind, char to[static STRIDE_COUNT + 1])
{
    size_t n = 0;

    for (unsigned s = 0; s < STRIDE_COUNT; s++)
        for (unsigned t = 0; t < THREAT_COUNT; t++)
            if ((c->threats & (1u << t)) && threats[t].stride == stride_letter[s] &&
                element_can_suffer(kind, stride_letter[s])) {
                to[n++] = stride_letter[s];
                break;
            }
    to[n] = '\0';
}

static void count_badges(struct diagram_node *n, const struct finding *f)
{
    char letters[STRIDE_COUNT + 1];

    diagram_letters(f->check, n->kind, letters);
    for (const char *c = letters; f->state == STATE_OPEN && *c; c++) {
        struct diagram_badge *b = &n->badge[strchr(stride_letter, *c) - stride_letter];
        if (!b->open++ || f->severity > b->worst)
            b->worst = f->severity;
    }
}

/* Two passes: how many threats each node has, then which. Findings come worst first, and so do threats. */
static int add_threats(struct maker *k, struct err *e)
{
    struct diagram *d = k->d;
    AUTO_MAP struct map known = MAP;
    uint32_t *of =
        arena_array(&d->arena, uint32_t, k->m->finding.n + 1); /* threat's number within its node */
    uint32_t *total = arena_array(&d->arena, uint32_t, d->n_node + 1);

    if (!of || !total)
        return full(e);
    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        const uint32_t key[] = { d->node_of[f->element], f->state };
        bool is_new;
        if (f->severity < k->least)
            continue;
        uint32_t *at = numbered(k, &known, key, 2, str_of(f->check->id), &is_new);
        if (!at)
            return full(e);
        if (is_new)
            *at = total[key[0]]++;
        of[i] = *at;
        count_badges(&d->node[key[0]], f);
    }
    for (uint32_t i = 0; i < d->n_node; i++)
        if (!(d->node[i].threat = arena_array(&d->arena, struct diagram_threat, (size_t)total[i] + 1)))
            return full(e);
    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        struct diagram_node *n = &d->node[d->node_of[f->element]];
        struct diagram_threat *t = &n->threat[of[i]];
        if (f->severity < k->least)
            continue;
        if (!t->count++) {
            *t = (struct diagram_threat){ f->check, f->state, f->severity, 1, (uint32_t)i };
            n->n_threat++;
        }
        t->severity = f->severity > t->severity ? f->severity : t->severity;
    }
    return 0;
}

static int make(struct maker *k, uint32_t most, struct err *e)
{
    bool few = false;

    for (k->depth = ZONE_DEPTH; !few; k->depth--) {
        k->n_group = 0;
        map_free(&k->groups);
        k->groups = (struct map)MAP;
        if (find_groups(k, e) < 0 || draw_fewer(k, most, &few, e) < 0)
            return -1;
        if (few || !k->depth) /* at last, as few as there are kinds */
            break;
    }
    return add_nodes(k, e) < 0 || add_flows(k, e) < 0 || add_threats(k, e) < 0 ? -1 : 0;
}

int diagram_make(struct diagram *d, const struct model *m, enum severity least, uint32_t most, struct err *e)
{
    struct maker k = { .d = d, .m = m, .least = least };

    *d = (struct diagram){ .arena = ARENA(1u << 30) };
    int r = make(&k, most, e);
    map_free(&k.groups);
    map_free(&k.boundaries);
    map_free(&k.flows);
    return r;
}

void diagram_free(struct diagram *d)
{
    arena_free(&d->arena);
}

void diagram_uuid(const char *what, struct str text, char to[static 37])
{
    uint64_t a = XXH3_64bits_withSeed(text.n ? text.p : "", text.n, XXH3_64bits(what, strlen(what)));
    uint64_t b = XXH3_64bits_withSeed(text.n ? text.p : "", text.n, ~a);

    snprintf(to, 37, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
             (unsigned)a & 0xfff, ((unsigned)(b >> 48) & 0x3fff) | 0x8000,
             (unsigned long long)(b & 0xffffffffffff));
}
