#include "threat/ground.h"

enum { UP_MOST = 4 }; /* container, engine, virtual machine, host: nobody stands higher */

/* A way that one relation makes, in both directions; WAY_SAME: none. */
static const struct {
    enum way forth, back;
} way_of[RELATION_KINDS] = {
    [RELATION_FLOW] = { WAY_FLOW, WAY_SAME },           [RELATION_RUNS] = { WAY_RUNS, WAY_RUN_BY },
    [RELATION_MOUNTS] = { WAY_MOUNTS, WAY_MOUNTED_BY }, [RELATION_EXPOSES] = { WAY_EXPOSES, WAY_SAME },
    [RELATION_USES] = { WAY_USES, WAY_USED_BY },        [RELATION_TRUSTS] = { WAY_TRUSTS, WAY_SAME },
};

struct surveyor {
    struct ground *g;
    const struct model *m;
    uint32_t *runner, *cluster_of; /* UINT32_MAX: none */
    uint32_t *put;                 /* NULL: only count */
};

static void link_to(struct surveyor *s, enum way w, uint32_t from, uint32_t to)
{
    size_t cell = (size_t)w * s->g->n + from;

    if (w == WAY_SAME || from == to)
        return;
    if (s->put)
        s->g->to[s->put[cell]++] = to;
    else
        s->g->at[cell + 1]++;
}

static uint32_t host_of(const struct surveyor *s, uint32_t element)
{
    for (int up = 0; up < UP_MOST && element != UINT32_MAX; up++) {
        if (s->m->element.p[element].kind == ELEMENT_HOST)
            return element;
        element = s->runner[element];
    }
    return UINT32_MAX;
}

static struct str outermost(struct str zone)
{
    struct str head, tail;

    return str_split(zone, '/', &head, &tail) ? head : zone;
}

/* Who runs each element, which image a workload is of: the first that is said. */
static void find_runners(struct surveyor *s)
{
    const struct model *m = s->m;

    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        s->g->is_given[r->to] |= m->element.p[r->from].kind == ELEMENT_IDENTITY;
        if (r->kind != RELATION_RUNS)
            continue;
        if (m->element.p[r->to].kind == ELEMENT_IMAGE) {
            s->g->is_run[r->to] = true;
            if (s->g->image_of[r->from] == UINT32_MAX)
                s->g->image_of[r->from] = r->to;
        } else if (s->runner[r->to] == UINT32_MAX)
            s->runner[r->to] = r->from;
    }
}

/* The orchestrator is the one that runs something; its components and identities lie in its boundary. */
static void find_clusters(struct surveyor *s)
{
    const struct model *m = s->m;
    uint32_t cluster = UINT32_MAX;

    for (uint32_t i = 0; i < s->g->n; i++)
        if (s->runner[i] != UINT32_MAX && m->element.p[s->runner[i]].kind == ELEMENT_ORCHESTRATOR) {
            cluster = s->runner[i];
            break;
        }
    for (uint32_t i = 0; i < s->g->n && cluster == UINT32_MAX; i++)
        if (str_eq(m->element.p[i].id, STR("orchestrator:cluster")))
            cluster = i;
    if (cluster == UINT32_MAX)
        return;
    struct str zone = outermost(m->element.p[cluster].zone);
    for (uint32_t i = 0; i < s->g->n; i++)
        if (i != cluster && str_eq(outermost(m->element.p[i].zone), zone))
            s->cluster_of[i] = cluster;
}

static void link_all(struct surveyor *s)
{
    const struct model *m = s->m;

    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        link_to(s, way_of[r->kind].forth, r->from, r->to);
        link_to(s, way_of[r->kind].back, r->to, r->from);
    }
    for (uint32_t i = 0; i < s->g->n; i++) {
        enum element_kind kind = m->element.p[i].kind;
        uint32_t host = host_of(s, i), cluster = s->cluster_of[i];
        if (host != UINT32_MAX) {
            link_to(s, WAY_HOST, i, host);
            if (kind == ELEMENT_WORKLOAD)
                link_to(s, WAY_GUESTS, host, i);
        }
        if (cluster != UINT32_MAX) {
            link_to(s, WAY_CLUSTER, i, cluster);
            if (kind == ELEMENT_SECRET || kind == ELEMENT_VOLUME)
                link_to(s, WAY_KEEPS, cluster, i);
        }
    }
}

static uint32_t *nobody(struct arena *a, uint32_t n)
{
    uint32_t *to = arena_array(a, uint32_t, (size_t)n + 1);

    if (to)
        memset(to, 0xff, ((size_t)n + 1) * sizeof *to);
    return to;
}

int ground_make(struct ground *g, const struct model *m, struct arena *arena, struct err *e)
{
    struct surveyor s = { .g = g, .m = m };
    size_t cells = WAY_COUNT * m->element.n;

    *g = (struct ground){ .n = (uint32_t)m->element.n };
    g->at = arena_array(arena, uint32_t, cells + 2);
    g->image_of = nobody(arena, g->n);
    g->is_run = arena_array(arena, bool, (size_t)g->n + 1);
    g->is_given = arena_array(arena, bool, (size_t)g->n + 1);
    s.runner = nobody(arena, g->n);
    s.cluster_of = nobody(arena, g->n);
    if (!g->at || !g->image_of || !g->is_run || !g->is_given || !s.runner || !s.cluster_of)
        return err_set(e, ERR_LIMIT, "too many elements to look for attack paths");
    find_runners(&s);
    find_clusters(&s);
    link_all(&s); /* counts */
    for (size_t i = 1; i <= cells; i++)
        g->at[i] += g->at[i - 1];
    g->to = arena_array(arena, uint32_t, (size_t)g->at[cells] + 1);
    uint32_t *put = arena_array(arena, uint32_t, cells + 1);
    if (!g->to || !put)
        return err_set(e, ERR_LIMIT, "too many relations to look for attack paths");
    if (cells)
        memcpy(put, g->at, cells * sizeof *put);
    s.put = put;
    link_all(&s);
    return 0;
}
