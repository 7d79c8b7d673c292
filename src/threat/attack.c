#include "threat/attack.h"

#include "core/map.h"
#include "threat/ground.h"

#define SITUATION_ROW(id, on, step, who, goal) [SITUATION_##id] = { on, step, who, goal },
const struct situation_info situation_info[SITUATION_COUNT] = { SITUATIONS(SITUATION_ROW) };

const struct attack *attack_at(size_t number)
{
    static const struct attack_set *const sets[] = { &attacks_image,  &attacks_workload,  &attacks_hole,
                                                     &attacks_secret, &attacks_component, &attacks_cluster };

    for (size_t i = 0; i < ARRAY_LEN(sets); number -= sets[i++]->n)
        if (number < sets[i]->n)
            return &sets[i]->attack[number];
    return NULL;
}

enum { NAMES_MOST = 24 }; /* checks that one list of an attack may name */
static const uint32_t NOT_OPEN = UINT32_MAX;

/* A check or hole of an attack is a number here: that of its id among those that are open anywhere. */
struct names {
    uint32_t check[NAMES_MOST];
    uint32_t n;
    bool given; /* the attack has such a list */
};
struct slot {
    uint64_t key;
    uint32_t cause; /* 1 + index; 0: free */
};
struct maker {
    struct attack_graph *a;
    const struct model *m;
    struct ground ground;
    struct map known;  /* id of a check or hole that is open somewhere: its number */
    struct slot *slot; /* element and such a number: cause */
    size_t n_slot;     /* a power of two */
    size_t cap_meaning, cap_cause;
    uint32_t n_causes;
    fact_no *leaf_of;            /* of each open finding */
    const struct attack *attack; /* at hand, its number ... */
    uint32_t number;
    struct names all, any, there;
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

/* ---- findings ---- */

static struct slot *slot_of(const struct maker *k, uint32_t element, uint32_t check)
{
    uint64_t key = (uint64_t)element << 32 | check;
    size_t i = map_hash(&key, sizeof key) & (k->n_slot - 1);

    while (k->slot[i].cause && k->slot[i].key != key)
        i = (i + 1) & (k->n_slot - 1);
    k->slot[i].key = key;
    return &k->slot[i];
}

/* Is the check open on the element, or on what it is made of? */
static const struct cause *find_cause(const struct maker *k, uint32_t element, uint32_t check)
{
    if (check == NOT_OPEN)
        return NULL;
    const struct slot *s = slot_of(k, element, check);
    if (!s->cause && k->ground.made_of[element] != UINT32_MAX)
        s = slot_of(k, k->ground.made_of[element], check);
    return s->cause ? &k->a->cause[s->cause - 1] : NULL;
}

static bool room_for_causes(struct maker *k)
{
    k->n_slot = 64;
    while (k->n_slot < 4 * k->m->finding.n)
        k->n_slot *= 2;
    k->slot = arena_array(&k->a->g.arena, struct slot, k->n_slot);
    return k->slot != NULL;
}

/* What findings go by in attacks: their check, and the vulnerability that they are about. */
typedef struct str name_of_finding(const struct finding *f);
static struct str check_of(const struct finding *f)
{
    return f->state == STATE_OPEN ? str_of(f->check->id) : STR_NONE;
}
static struct str hole_of(const struct finding *f)
{
    return f->state == STATE_OPEN && f->vulnerability ? f->vulnerability->id : STR_NONE;
}

/* First pass: which causes there are, of how many findings each. */
static int count_causes(struct maker *k, name_of_finding *name, struct err *e)
{
    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        bool is_new;
        if (!name(f).n)
            continue;
        uint32_t *number = map_put(&k->known, name(f), &is_new);
        if (!number)
            return full(e);
        if (is_new)
            *number = (uint32_t)k->known.n;
        struct slot *s = slot_of(k, f->element, *number);
        if (!s->cause) {
            if (!arena_grow(&k->a->g.arena, &k->a->cause, k->n_causes, &k->cap_cause, sizeof *k->a->cause))
                return full(e);
            k->a->cause[k->n_causes++] = (struct cause){ .check = f->check, .element = f->element };
            s->cause = k->n_causes;
        }
        k->a->cause[s->cause - 1].n++;
    }
    return 0;
}

/* The findings themselves: each holds until a change closes it. */
static int add_leaves(struct maker *k, struct err *e)
{
    k->leaf_of = arena_array(&k->a->g.arena, fact_no, k->m->finding.n + 1);
    if (!k->leaf_of || !room_for_causes(k))
        return full(e);
    for (size_t i = 0; i < k->m->finding.n; i++) {
        if (k->m->finding.p[i].state != STATE_OPEN)
            continue;
        if (!fact(k, MEANS_FINDING, (uint32_t)i, k->m->finding.p[i].element, &k->leaf_of[i]))
            return full(e);
        if (reach_give(&k->a->g, k->leaf_of[i], e) < 0)
            return -1;
    }
    return 0;
}

/* Second pass: a fact for each cause, which holds by each of its findings. */
static int add_causes(struct maker *k, name_of_finding *name, uint32_t first, struct err *e)
{
    struct attack_graph *a = k->a;
    fact_no **leaf = arena_array(&a->g.arena, fact_no *, (size_t)k->n_causes + 1);

    if (!leaf)
        return full(e);
    for (uint32_t i = first; i < k->n_causes; i++) {
        a->cause[i].leaf = leaf[i] = arena_array(&a->g.arena, fact_no, (size_t)a->cause[i].n + 1);
        if (!leaf[i] || !fact(k, MEANS_CHECK, i, a->cause[i].element, &a->cause[i].fact))
            return full(e);
    }
    for (size_t i = 0; i < k->m->finding.n; i++) {
        const struct finding *f = &k->m->finding.p[i];
        if (!name(f).n)
            continue;
        uint32_t c = slot_of(k, f->element, *map_get(&k->known, name(f)))->cause - 1;
        *leaf[c]++ = k->leaf_of[i];
        if (reach_rule(&a->g, a->cause[c].fact, &k->leaf_of[i], 1, 0, ATTACK_NONE, e) < 0)
            return -1;
    }
    return 0;
}

/* Causes by check first: they are what changes close. Behind them those by vulnerability, of the same leaves. */
static int add_findings(struct maker *k, struct err *e)
{
    if (add_leaves(k, e) < 0 || count_causes(k, check_of, e) < 0 || add_causes(k, check_of, 0, e) < 0)
        return -1;
    k->a->n_causes = k->n_causes;
    return count_causes(k, hole_of, e) < 0 ? -1 : add_causes(k, hole_of, k->a->n_causes, e);
}

/* ---- situations ---- */

fact_no attack_situation(const struct attack_graph *a, const struct model *m, uint32_t element,
                         enum situation s)
{
    uint32_t kind = 1u << m->element.p[element].kind;
    fact_no f = a->first[element];

    if (!(situation_info[s].on & kind))
        return FACT_NONE;
    for (enum situation k = 0; k < s; k++)
        f += (situation_info[k].on & kind) != 0;
    return f;
}

/* Only one that exposes a port has a service that is used. */
static bool serves(const struct maker *k, uint32_t element)
{
    for (size_t i = 0; i < k->m->image.n; i++)
        if (k->m->image.p[i]->element == element)
            return k->m->image.p[i]->config && k->m->image.p[i]->config->ports.n;
    return false;
}

/* What is assumed: every image is pulled and was made by someone; every container one day runs the attacker's
 * code; every identity falls into wrong hands. The ports of workloads, and of what leads to them, are reached
 * where flows lead there, and what happens in an image happens in the workloads that run it, where there are
 * any. */
static bool assumed(const struct maker *k, uint32_t element, enum situation s)
{
    const struct element *el = &k->m->element.p[element];

    switch (s) {
    case SITUATION_OUTSIDE:
        return str_eq(el->name, STR("internet"));
    case SITUATION_USER:
        return serves(k, element);
    case SITUATION_HOLDER:
        return !k->ground.is_given[element];
    case SITUATION_CLIENT:
        return el->kind != ELEMENT_WORKLOAD && !k->ground.is_run[element] &&
               (el->kind != ELEMENT_ENDPOINT || k->ground.is_hosted[element]);
    case SITUATION_BREACH:
    case SITUATION_MIDDLE:
        return !k->ground.is_run[element];
    default:
        return situation_info[s].who != NULL;
    }
}

static int add_situations(struct maker *k, struct err *e)
{
    struct attack_graph *a = k->a;
    size_t n = k->m->element.n;

    a->first = arena_array(&a->g.arena, fact_no, n + 1);
    if (!a->first)
        return full(e);
    for (uint32_t el = 0; el < n; el++) {
        a->first[el] = a->g.n_facts;
        for (enum situation s = 0; s < SITUATION_COUNT; s++) {
            fact_no f;
            if (!(situation_info[s].on & (1u << k->m->element.p[el].kind)))
                continue;
            if (!fact(k, MEANS_SITUATION, s, el, &f))
                return full(e);
            if (assumed(k, el, s) && reach_give(&a->g, f, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* ---- attacks ---- */

static void resolve(const struct maker *k, const char *const *ids, struct names *to)
{
    to->n = 0;
    to->given = ids != NULL;
    for (; ids && *ids && to->n < NAMES_MOST; ids++) {
        const uint32_t *number = map_get(&k->known, str_of(*ids));
        to->check[to->n++] = number ? *number : NOT_OPEN;
    }
}

/* Are its checks open anywhere? Spares asking every element. */
static bool possible(const struct maker *k)
{
    const struct names *one_of[] = { &k->any, &k->there };

    for (uint32_t i = 0; i < k->all.n; i++)
        if (k->all.check[i] == NOT_OPEN)
            return false;
    for (size_t l = 0; l < ARRAY_LEN(one_of); l++) {
        bool open = !one_of[l]->given;
        for (uint32_t i = 0; i < one_of[l]->n; i++)
            open |= one_of[l]->check[i] != NOT_OPEN;
        if (!open)
            return false;
    }
    return true;
}

struct body {
    fact_no f[NAMES_MOST + 4];
    size_t n;
};

/* Findings come worst first. */
static enum severity worst_of(const struct maker *k, const struct cause *c)
{
    return k->m->finding.p[k->a->meaning[c->leaf[0]].what].severity;
}

/* The rule, once for each open check of a list of which one is enough; a list that is not given is no
 * premise. */
static int each_of(struct maker *k, const struct names *one_of, uint32_t element, const struct body *b,
                   fact_no head,
                   int (*next)(struct maker *, uint32_t, const struct body *, fact_no, struct err *),
                   uint32_t to, struct err *e)
{
    if (!one_of->given)
        return next(k, to, b, head, e);
    const enum severity least = k->attack->least;
    for (uint32_t i = 0; i < one_of->n; i++) {
        const struct cause *c = find_cause(k, element, one_of->check[i]);
        struct body more = *b;
        if (!c || worst_of(k, c) < least)
            continue;
        more.f[more.n++] = c->fact;
        if (next(k, to, &more, head, e) < 0)
            return -1;
    }
    return 0;
}

static int add_rule(struct maker *k, uint32_t to, const struct body *b, fact_no head, struct err *e)
{
    (void)to;
    return reach_rule(&k->a->g, head, b->f, b->n, k->attack->cost, k->number, e);
}

static int with_there(struct maker *k, uint32_t to, const struct body *b, fact_no head, struct err *e)
{
    return each_of(k, &k->there, to, b, head, add_rule, to, e);
}

/* The attack from one element to another. */
static int add_instance(struct maker *k, uint32_t from, uint32_t to, const struct body *b, struct err *e)
{
    const struct attack *at = k->attack;
    fact_no head = attack_situation(k->a, k->m, to, at->to);
    struct body body = *b;

    if (head == FACT_NONE)
        return 0;
    if (at->also) {
        fact_no also = attack_situation(k->a, k->m, to, *at->also);
        if (also == FACT_NONE)
            return 0;
        body.f[body.n++] = also;
    }
    return each_of(k, &k->any, from, &body, head, with_there, to, e);
}

static int add_attack(struct maker *k, uint32_t from, struct err *e)
{
    const struct attack *at = k->attack;
    struct body b = { .f = { attack_situation(k->a, k->m, from, at->from) }, .n = 1 };

    if (b.f[0] == FACT_NONE || (at->on && !(at->on & (1u << k->m->element.p[from].kind))))
        return 0;
    for (uint32_t i = 0; i < k->all.n; i++) {
        const struct cause *c = find_cause(k, from, k->all.check[i]);
        if (!c)
            return 0;
        b.f[b.n++] = c->fact;
    }
    if (at->way == WAY_SAME)
        return add_instance(k, from, from, &b, e);
    GROUND_EACH (&k->ground, at->way, from, to)
        if (add_instance(k, from, to, &b, e) < 0)
            return -1;
    return 0;
}

static int make(struct maker *k, struct err *e)
{
    if (ground_make(&k->ground, k->m, &k->a->g.arena, e) < 0 || add_findings(k, e) < 0 ||
        add_situations(k, e) < 0)
        return -1;
    for (k->number = 0; (k->attack = attack_at(k->number)); k->number++) {
        resolve(k, k->attack->all, &k->all);
        resolve(k, k->attack->any, &k->any);
        resolve(k, k->attack->there, &k->there);
        for (uint32_t el = 0; possible(k) && el < k->m->element.n; el++)
            if (add_attack(k, el, e) < 0)
                return -1;
    }
    return reach_ready(&k->a->g, e);
}

int attack_graph_make(struct attack_graph *a, const struct model *m, struct err *e)
{
    struct maker k = { .a = a, .m = m };

    *a = (struct attack_graph){ .g = REACH(2ull << 30) };
    int r = make(&k, e);
    map_free(&k.known);
    return r;
}
