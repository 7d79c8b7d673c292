#include "threat/attack.h"

#include "core/map.h"

#define SITUATION_ROW(id, step, who, goal) [SITUATION_##id] = { step, who, goal },
const struct situation_info situation_info[SITUATION_COUNT] = { SITUATIONS(SITUATION_ROW) };

struct maker {
    struct attack_graph *a;
    const struct model *m;
    struct map at;    /* check id and element -> cause */
    struct map known; /* check id: open somewhere */
    size_t cap_meaning;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many findings to look for attack paths");
}

static bool fact(struct maker *k, enum means is, uint32_t what, uint32_t element, fact_no *f)
{
    struct attack_graph *a = k->a;

    if (!arena_grow(&a->g.arena, &a->meaning, a->g.n_facts, &k->cap_meaning, sizeof *a->meaning))
        return false;
    *f = reach_fact(&a->g);
    a->meaning[*f] = (struct meaning){ is, what, element };
    return true;
}

/* The key of a cause: the element's number, then the check's id. Into `to`; ids are ours and short. */
enum { KEY_MOST = 128 };
static struct str key_of(char to[static KEY_MOST], uint32_t element, const char *id)
{
    int n = snprintf(to, KEY_MOST, "%u %s", element, id);

    return (struct str){ to, MIN((size_t)n, (size_t)KEY_MOST - 1) };
}

static struct cause *find_cause(const struct maker *k, uint32_t element, const char *id)
{
    char text[KEY_MOST];
    const uint32_t *at = map_get(&k->at, key_of(text, element, id));

    return at ? &k->a->cause[*at] : NULL;
}

/* First pass: which causes there are, of how many findings each. */
static int count_causes(struct maker *k, struct err *e)
{
    struct arena *arena = &k->a->g.arena;
    size_t cap = 0;
    char text[KEY_MOST];

    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        bool is_new;
        if (f->state != STATE_OPEN)
            continue;
        struct str key = key_of(text, f->element, f->check->id);
        uint32_t *at = map_get(&k->at, key);
        if (!at) {
            key = arena_str(arena, key);
            if (!key.p || !(at = map_put(&k->at, key, &is_new)) ||
                !map_put(&k->known, str_of(f->check->id), &is_new) ||
                !arena_grow(arena, &k->a->cause, k->a->n_causes, &cap, sizeof *k->a->cause))
                return full(e);
            *at = k->a->n_causes++;
            k->a->cause[*at] = (struct cause){ .check = f->check, .element = f->element };
        }
        k->a->cause[*at].n++;
    }
    return 0;
}

/* Second pass: a fact for each cause and each of its findings. */
static int add_findings(struct maker *k, struct err *e)
{
    struct attack_graph *a = k->a;
    fact_no **leaf = arena_array(&a->g.arena, fact_no *, (size_t)a->n_causes + 1);

    if (!leaf)
        return full(e);
    for (uint32_t i = 0; i < a->n_causes; i++) {
        a->cause[i].leaf = leaf[i] = arena_array(&a->g.arena, fact_no, (size_t)a->cause[i].n + 1);
        if (!leaf[i] || !fact(k, MEANS_CHECK, i, a->cause[i].element, &a->cause[i].fact))
            return full(e);
    }
    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        if (f->state != STATE_OPEN)
            continue;
        struct cause *g = find_cause(k, f->element, f->check->id);
        fact_no *to = leaf[g - a->cause]++;
        if (!fact(k, MEANS_FINDING, (uint32_t)i, f->element, to))
            return full(e);
        if (reach_give(&a->g, *to, e) < 0 || reach_rule(&a->g, g->fact, to, 1, 0, ATTACK_NONE, e) < 0)
            return -1;
    }
    return 0;
}

/* What is assumed: every image is pulled, was made by someone, and one day runs the attacker's code; only one
 * that exposes a port has a service that is used. */
static int assume(struct maker *k, uint32_t element, struct err *e)
{
    const fact_no *f = &k->a->situation[(size_t)element * SITUATION_COUNT];

    for (uint32_t s = 0; s < SITUATION_COUNT; s++)
        if (situation_info[s].who && s != SITUATION_USER && reach_give(&k->a->g, f[s], e) < 0)
            return -1;
    return 0;
}

static int assume_services(struct maker *k, struct err *e)
{
    for (size_t i = 0; i < k->m->image.n; i++) {
        const struct image *img = k->m->image.p[i];
        const fact_no *f = &k->a->situation[(size_t)img->element * SITUATION_COUNT];
        if (img->config && img->config->ports.n && reach_give(&k->a->g, f[SITUATION_USER], e) < 0)
            return -1;
    }
    return 0;
}

static int add_situations(struct maker *k, struct err *e)
{
    struct attack_graph *a = k->a;
    size_t n = k->m->element.n;

    a->situation = arena_array(&a->g.arena, fact_no, n * SITUATION_COUNT + 1);
    if (!a->situation)
        return full(e);
    for (uint32_t el = 0; el < n; el++) {
        for (uint32_t s = 0; s < SITUATION_COUNT; s++)
            if (!fact(k, MEANS_SITUATION, s, el, &a->situation[(size_t)el * SITUATION_COUNT + s]))
                return full(e);
        if (k->m->element.p[el].kind == ELEMENT_IMAGE && assume(k, el, e) < 0)
            return -1;
    }
    return assume_services(k, e);
}

enum { BODY_MOST = 10 };

/* The attack on one element, once for each open check of its `any`. */
static int add_attack(struct maker *k, uint32_t number, uint32_t element, struct err *e)
{
    const struct attack *at = &attacks[number];
    const fact_no *situation = &k->a->situation[(size_t)element * SITUATION_COUNT];
    fact_no body[BODY_MOST + 2] = { situation[at->from] };
    size_t n = 1;

    for (const char *const *id = at->all; id && *id; id++) {
        const struct cause *g = find_cause(k, element, *id);
        if (!g || n == BODY_MOST)
            return 0;
        body[n++] = g->fact;
    }
    if (!at->any)
        return reach_rule(&k->a->g, situation[at->to], body, n, at->cost, number, e);
    for (const char *const *id = at->any; *id; id++) {
        const struct cause *g = find_cause(k, element, *id);
        if (!g)
            continue;
        body[n] = g->fact;
        if (reach_rule(&k->a->g, situation[at->to], body, n + 1, at->cost, number, e) < 0)
            return -1;
    }
    return 0;
}

/* Are its checks open anywhere? Spares asking every element. */
static bool possible(const struct maker *k, const struct attack *at)
{
    bool any = !at->any;

    for (const char *const *id = at->all; id && *id; id++)
        if (!map_get(&k->known, str_of(*id)))
            return false;
    for (const char *const *id = at->any; id && *id; id++)
        any |= map_get(&k->known, str_of(*id)) != NULL;
    return any;
}

static int make(struct maker *k, struct err *e)
{
    if (count_causes(k, e) < 0 || add_findings(k, e) < 0 || add_situations(k, e) < 0)
        return -1;
    for (uint32_t i = 0; i < n_attacks; i++)
        for (uint32_t el = 0; possible(k, &attacks[i]) && el < k->m->element.n; el++)
            if (add_attack(k, i, el, e) < 0)
                return -1;
    return reach_ready(&k->a->g, e);
}

int attack_graph_make(struct attack_graph *a, const struct model *m, struct err *e)
{
    struct maker k = { .a = a, .m = m };

    *a = (struct attack_graph){ .g = REACH(2ull << 30) };
    int r = make(&k, e);
    map_free(&k.at);
    map_free(&k.known);
    return r;
}
