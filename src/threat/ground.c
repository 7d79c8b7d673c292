#include "threat/ground.h"

#include "core/map.h"

enum { UP_MOST = 4 }; /* container, engine, virtual machine, host: nobody stands higher */

/* A way that one relation makes, in both directions; WAY_SAME: none. */
static const struct {
    enum way forth, back;
} way_of[RELATION_KINDS] = {
    [RELATION_FLOW] = { WAY_FLOW, WAY_SAME },           [RELATION_RUNS] = { WAY_RUNS, WAY_RUN_BY },
    [RELATION_MOUNTS] = { WAY_MOUNTS, WAY_MOUNTED_BY }, [RELATION_EXPOSES] = { WAY_EXPOSES, WAY_SAME },
    [RELATION_USES] = { WAY_USES, WAY_USED_BY },        [RELATION_TRUSTS] = { WAY_TRUSTS, WAY_SAME },
    [RELATION_OPENS] = { WAY_OPENS, WAY_SAME },
};

struct surveyor {
    struct ground *g;
    const struct model *m;
    uint32_t *runner, *cluster_of, *space_of; /* UINT32_MAX: none */
    uint32_t *put;                            /* NULL: only count */
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

/* Who runs each element, what it is made of: the first that is said. */
static void find_runners(struct surveyor *s)
{
    const struct model *m = s->m;

    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        bool image = r->kind == RELATION_RUNS && m->element.p[r->to].kind == ELEMENT_IMAGE;
        bool role = r->kind == RELATION_USES && m->element.p[r->from].kind == ELEMENT_IDENTITY &&
                    str_eq(r->label, STR("role"));
        s->g->is_given[r->to] |= m->element.p[r->from].kind == ELEMENT_IDENTITY;
        s->g->is_run[r->to] |= image;
        s->g->is_hosted[r->to] |= r->kind == RELATION_RUNS && m->element.p[r->from].kind == ELEMENT_HOST;
        if ((image || role) && s->g->made_of[r->from] == UINT32_MAX)
            s->g->made_of[r->from] = r->to;
        if (r->kind == RELATION_RUNS && s->runner[r->to] == UINT32_MAX)
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

/* The namespace in a zone: "cluster/NAMESPACE/..." */
static struct str space_in(struct str zone)
{
    struct str outer, rest, name, tail;

    if (!str_split(zone, '/', &outer, &rest))
        return STR_NONE;
    return str_split(rest, '/', &name, &tail) ? name : rest;
}

/* Namespaces are elements of an orchestrator by the name "Namespace/NAME"; what lies in their boundary is
 * theirs, and they run on the hosts of their cluster. */
static int find_spaces(struct surveyor *s, struct err *e)
{
    const struct model *m = s->m;
    AUTO_MAP struct map by_name = MAP;

    for (uint32_t i = 0; i < s->g->n; i++) {
        const struct element *el = &m->element.p[i];
        if (el->kind != ELEMENT_ORCHESTRATOR || !str_starts(el->name, STR("Namespace/")) ||
            s->cluster_of[i] == UINT32_MAX)
            continue;
        uint32_t *at = map_put(&by_name, str_skip(el->name, sizeof "Namespace/" - 1), NULL);
        if (!at)
            return err_set(e, ERR_LIMIT, "too many namespaces to look for attack paths");
        *at = i + 1;
        s->runner[i] = s->cluster_of[i];
    }
    for (uint32_t i = 0; by_name.n && i < s->g->n; i++) {
        struct str name = s->cluster_of[i] == UINT32_MAX ? STR_NONE : space_in(m->element.p[i].zone);
        const uint32_t *at = name.n ? map_get(&by_name, name) : NULL;
        if (at)
            s->space_of[i] = *at - 1;
    }
    return 0;
}

static bool is_account(const struct element *el)
{
    return el->kind == ELEMENT_IDENTITY && str_has(el->name, STR("/ServiceAccount/"));
}

static void link_space(struct surveyor *s, uint32_t space, uint32_t i)
{
    const struct element *el = &s->m->element.p[i];

    switch (el->kind) {
    case ELEMENT_WORKLOAD:
        link_to(s, WAY_RUNS, space, i);
        break;
    case ELEMENT_SECRET:
    case ELEMENT_VOLUME:
        link_to(s, WAY_KEEPS, space, i);
        break;
    case ELEMENT_IDENTITY:
        link_to(s, WAY_SPACE, i, space);
        if (is_account(el))
            link_to(s, WAY_ACCOUNTS, space, i);
        break;
    default:
        break;
    }
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
            if (is_account(&m->element.p[i]))
                link_to(s, WAY_ACCOUNTS, cluster, i);
        }
        if (s->space_of[i] != UINT32_MAX)
            link_space(s, s->space_of[i], i);
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
    g->made_of = nobody(arena, g->n);
    g->is_run = arena_array(arena, bool, (size_t)g->n + 1);
    g->is_hosted = arena_array(arena, bool, (size_t)g->n + 1);
    g->is_given = arena_array(arena, bool, (size_t)g->n + 1);
    s.runner = nobody(arena, g->n);
    s.cluster_of = nobody(arena, g->n);
    s.space_of = nobody(arena, g->n);
    if (!g->at || !g->made_of || !g->is_run || !g->is_hosted || !g->is_given || !s.runner || !s.cluster_of ||
        !s.space_of)
        return err_set(e, ERR_LIMIT, "too many elements to look for attack paths");
    find_runners(&s);
    find_clusters(&s);
    if (find_spaces(&s, e) < 0)
        return -1;
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
