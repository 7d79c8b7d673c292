#include "model/model.h"

#define XXH_INLINE_ALL
#include <stdarg.h>
#include <xxhash.h>

#define NAME_ROW(id, name) name,
const char *const element_kind_name[ELEMENT_KINDS] = { ELEMENTS(NAME_ROW) };
const char *const relation_kind_name[RELATION_KINDS] = { RELATIONS(NAME_ROW) };

#define SHAPE_ROW(id, name, stride) { name, stride },
const struct shape_info shape_info[SHAPE_COUNT] = { SHAPES(SHAPE_ROW) };
const enum shape element_shape[ELEMENT_KINDS] = {
    [ELEMENT_ACTOR] = SHAPE_ACTOR,      [ELEMENT_IMAGE] = SHAPE_PROCESS,
    [ELEMENT_WORKLOAD] = SHAPE_PROCESS, [ELEMENT_ENGINE] = SHAPE_PROCESS,
    [ELEMENT_HOST] = SHAPE_PROCESS,     [ELEMENT_NETWORK] = SHAPE_CHANNEL,
    [ELEMENT_ENDPOINT] = SHAPE_PROCESS, [ELEMENT_VOLUME] = SHAPE_STORE,
    [ELEMENT_SECRET] = SHAPE_STORE,     [ELEMENT_CERTIFICATE] = SHAPE_ACTOR,
    [ELEMENT_REGISTRY] = SHAPE_PROCESS, [ELEMENT_ORCHESTRATOR] = SHAPE_PROCESS,
    [ELEMENT_IDENTITY] = SHAPE_PROCESS, [ELEMENT_SOURCE] = SHAPE_PROCESS,
};

bool element_can_suffer(enum element_kind kind, char stride)
{
    return strchr(shape_info[element_shape[kind]].stride, stride) != NULL;
}

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

int model_add_element(struct model *m, enum element_kind kind, struct str name, struct str zone, uint32_t *at,
                      struct err *e)
{
    struct element el = { .kind = kind,
                          .name = arena_str(&m->arena, name),
                          .zone = arena_str(&m->arena, zone) };

    el.id = arena_fmt(&m->arena, "%s:" STR_FMT, element_kind_name[kind], STR_ARG(name));
    if (!el.id.p || !el.name.p ||
        !arena_grow(&m->arena, &m->element.p, m->element.n, &m->element.cap, sizeof el))
        return full(e);
    *at = (uint32_t)m->element.n;
    m->element.p[m->element.n++] = el;
    return 0;
}

int model_set(struct model *m, uint32_t element, const char *name, struct str value, struct err *e)
{
    struct element *el = &m->element.p[element];
    struct property prop = { arena_str(&m->arena, str_of(name)), arena_str(&m->arena, value) };

    if (!prop.value.p ||
        !arena_grow(&m->arena, &el->property, el->n_property, &el->cap_property, sizeof prop))
        return full(e);
    el->property[el->n_property++] = prop;
    return 0;
}

struct str model_property(const struct model *m, uint32_t element, const char *name)
{
    const struct element *el = &m->element.p[element];

    for (size_t i = 0; i < el->n_property; i++)
        if (str_eq(el->property[i].name, str_of(name)))
            return el->property[i].value;
    return STR("");
}

int model_relate(struct model *m, enum relation_kind kind, uint32_t from, uint32_t to, struct str label,
                 struct err *e)
{
    struct relation r = { .kind = kind, .from = from, .to = to, .label = arena_str(&m->arena, label) };

    if (!arena_grow(&m->arena, &m->relation.p, m->relation.n, &m->relation.cap, sizeof r))
        return full(e);
    m->relation.p[m->relation.n++] = r;
    return 0;
}

int model_flow(struct model *m, enum flow how, uint32_t from, uint32_t to, struct str label, struct err *e)
{
    if (model_relate(m, RELATION_FLOW, from, to, label, e) < 0)
        return -1;
    m->relation.p[m->relation.n - 1].flow = how;
    return 0;
}

int model_add_finding(struct model *m, const struct finding *f, struct str about, struct err *e)
{
    struct str element = m->element.p[f->element].id;
    XXH64_hash_t h = XXH3_64bits(f->check->id, strlen(f->check->id));

    h = XXH3_64bits_withSeed(element.p, element.n, h);
    h = XXH3_64bits_withSeed(about.n ? about.p : "", about.n, h);
    if (!arena_grow(&m->arena, &m->finding.p, m->finding.n, &m->finding.cap, sizeof *f))
        return full(e);
    struct finding *to = &m->finding.p[m->finding.n++];
    *to = *f;
    if (!to->snippet)
        to->snippet = f->check->snippet;
    if (!to->title.n)
        to->title =
            str_of(f->state == STATE_MITIGATED && f->check->holds ? f->check->holds : f->check->title);
    if (!to->fix.n)
        to->fix = str_of(f->check->fix);
    snprintf(to->id, sizeof to->id, "%016llx", (unsigned long long)h);
    return 0;
}

void model_incomplete(struct model *m, struct str where, const char *fmt, ...)
{
    char text[480];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct incomplete in = { arena_str(&m->arena, where), arena_str(&m->arena, str_of(text)) };
    if (arena_grow(&m->arena, &m->incomplete.p, m->incomplete.n, &m->incomplete.cap, sizeof in))
        m->incomplete.p[m->incomplete.n++] = in;
}

/* What is known to be exploited, then what is likely to be. */
static int more_urgent(const struct vulnerability *x, const struct vulnerability *y)
{
    if (!x || !y)
        return 0;
    if (x->kev != y->kev)
        return x->kev ? -1 : 1;
    return x->epss_ppm == y->epss_ppm ? 0 : x->epss_ppm > y->epss_ppm ? -1 : 1;
}

static int worse_first(const void *a, const void *b)
{
    static const int rank[STATE_COUNT] = {
        [STATE_OPEN] = 0, [STATE_UNKNOWN] = 1, [STATE_MITIGATED] = 2, [STATE_ACCEPTED] = 3
    };
    const struct finding *x = a, *y = b;

    if (x->state != y->state)
        return rank[x->state] - rank[y->state];
    if (x->severity != y->severity)
        return (int)y->severity - (int)x->severity;
    int by_threat = more_urgent(x->vulnerability, y->vulnerability);
    if (by_threat)
        return by_threat;
    int by_check = strcmp(x->check->id, y->check->id);
    return by_check ? by_check : strcmp(x->id, y->id);
}

void model_sort_findings(struct model *m)
{
    if (m->finding.n)
        qsort(m->finding.p, m->finding.n, sizeof *m->finding.p, worse_first);
}

void model_tally(const struct model *m, struct tally *t)
{
    *t = (struct tally){ 0 };
    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *f = &m->finding.p[i];
        unsigned letters = 0;
        t->state[f->state]++;
        t->layer[f->check->layer][f->state]++;
        for (unsigned k = 0; k < THREAT_COUNT; k++) {
            if (!(f->check->threats & (1u << k)))
                continue;
            t->threat[k][f->state]++;
            letters |= 1u << (strchr(stride_letter, threats[k].stride) - stride_letter);
        }
        for (unsigned s = 0; s < STRIDE_COUNT; s++)
            if (letters & (1u << s))
                t->cell[s][f->check->layer][f->state]++;
    }
}

/* The first need from that package on, or a later one. */
static size_t first_need(const struct model *m, uint64_t package)
{
    size_t low = 0, high = m->need.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->need.p[middle].from < package)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct need *model_needs(const struct model *m, uint32_t package, size_t *n)
{
    size_t begin = first_need(m, package);

    *n = first_need(m, (uint64_t)package + 1) - begin;
    return *n ? m->need.p + begin : NULL;
}
