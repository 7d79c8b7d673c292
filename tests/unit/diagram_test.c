/* Diagrams of models made by hand: large ones are drawn small, zones lie in each other, and an element only has the
 * threats that its kind can suffer. */
#include "report/diagram.h"
#include "report/placing.h"
#include "report_text.h"
#include "rule/rule.h"

static uint32_t drawn(const struct diagram *d)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < d->n_node; i++)
        n += d->node[i].count;
    return n;
}

/* Ten thousand workloads are drawn as few, and nothing is lost on the way. */
static void large_models_are_drawn_small(void)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_LARGE);
    static const uint32_t most[] = { DRAW_MOST, LARGE_ZONES, 5 };
    struct err e = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(most); i++) {
        AUTO_DIAGRAM struct diagram d;
        uint32_t flows = 0, badges = 0;
        CHECK_INT(diagram_make(&d, &h->m, SEVERITY_INFO, most[i], &e), 0);
        CHECK(d.n_node <= most[i]);
        CHECK_INT(drawn(&d), LARGE_PODS);
        for (uint32_t k = 0; k < d.n_flow; k++)
            flows += d.flow[k].count;
        for (uint32_t k = 0; k < d.n_node; k++)
            badges += d.node[k].badge[5].open;
        CHECK_INT(badges, LARGE_PODS);        /* E: each runs as root */
        CHECK(i < 2 ? flows == LARGE_PODS - 1 /* the possible ones lead from zone to zone */
                    : flows == 0 && d.n_node == 1);
    }
    static const char *const report[] = { "svg", "dot", "mermaid", "threat-dragon" };
    for (size_t i = 0; i < ARRAY_LEN(report); i++) {
        struct report_options o = { 0 };
        size_t n;
        AUTO_FREE char *text = written(report[i], &h->m, &o, &n);
        CHECK(text && n > 1000 && n < 200000);
    }
}

static void few_are_drawn_each(void)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_DEPLOYED);
    AUTO_DIAGRAM struct diagram d;
    struct err e = { 0 };

    CHECK_INT(diagram_make(&d, &h->m, SEVERITY_INFO, DRAW_MOST, &e), 0);
    CHECK_INT(d.n_node, h->m.element.n);
    CHECK_INT(d.n_flow, h->m.relation.n);
    for (uint32_t i = 0; i < d.n_node; i++)
        for (unsigned s = 0; s < STRIDE_COUNT; s++)
            CHECK(!d.node[i].badge[s].open || element_can_suffer(d.node[i].kind, stride_letter[s]));
    /* a volume has no Elevation, a secret no Spoofing: check_registry is T4 and S1 */
    CHECK_INT(d.node[5].badge[0].open, 0);
    CHECK_INT(d.node[5].badge[1].open, 1);
}

static bool is_within(const struct box *in, const struct box *out)
{
    return in->x >= out->x && in->y >= out->y && in->x + in->w <= out->x + out->w &&
           in->y + in->h <= out->y + out->h;
}

/* "cluster/shop/web" lies in "cluster/shop", which lies in "cluster", although nothing else does; also on the page. */
static void boundaries_lie_in_each_other(void)
{
    static const char *const name[] = { "cluster", "cluster/shop", "cluster/shop/web" };
    struct model m = { .arena = ARENA(1 << 20) };
    AUTO_DIAGRAM struct diagram d;
    struct placing p;
    struct err e = { 0 };
    uint32_t at;

    CHECK_INT(model_add_element(&m, ELEMENT_WORKLOAD, STR("web"), STR("cluster/shop/web"), &at, &e), 0);
    CHECK_INT(model_add_element(&m, ELEMENT_WORKLOAD, STR("db"), STR("cluster/shop"), &at, &e), 0);
    CHECK_INT(diagram_make(&d, &m, SEVERITY_INFO, DRAW_MOST, &e), 0);
    CHECK_INT(placing_make(&p, &d, &e), 0);
    CHECK_INT(d.n_boundary, ARRAY_LEN(name));
    for (uint32_t i = 0; i < d.n_boundary; i++) {
        CHECK(str_eq(d.boundary[i].name, str_of(name[i])));
        CHECK(d.boundary[i].parent == (i ? i - 1 : NO_BOUNDARY));
        CHECK(!i || is_within(&p.at.cluster[i], &p.at.cluster[i - 1]));
    }
    CHECK(str_eq(d.boundary[2].label, STR("web")));
    for (uint32_t i = 0; i < d.n_node; i++)
        CHECK(is_within(&p.at.node[i], &p.at.cluster[d.node[i].boundary]));
    arena_free(&m.arena);
}

/* Every check on every kind of element: no letter that the element cannot suffer, and none lost that it can.
 */
static void no_threat_where_it_cannot_be(void)
{
    char to[STRIDE_COUNT + 1];

    for (size_t s = 0; s < n_rule_sets; s++)
        for (size_t i = 0; i < rule_sets[s]->n; i++)
            for (enum element_kind kind = 0; kind < ELEMENT_KINDS; kind++) {
                const struct check *c = &rule_sets[s]->rule[i].check;
                diagram_letters(c, kind, to);
                for (unsigned k = 0; k < THREAT_COUNT; k++) {
                    bool can = strchr(shape_info[element_shape[kind]].stride, threats[k].stride) != NULL;
                    bool shown = strchr(to, threats[k].stride) != NULL;
                    CHECK(!shown || can);
                    CHECK(!(c->threats & (1u << k)) || shown == can);
                }
            }
}

static void letters_by_kind(void)
{
    char to[STRIDE_COUNT + 1];

    diagram_letters(&check_registry, ELEMENT_ACTOR, to);
    CHECK(!strcmp(to, "S"));
    diagram_letters(&check_registry, ELEMENT_WORKLOAD, to);
    CHECK(!strcmp(to, "ST"));
    diagram_letters(&check_root, ELEMENT_NETWORK, to);
    CHECK(!strcmp(to, ""));
    diagram_letters(&check_root, ELEMENT_IMAGE, to);
    CHECK(!strcmp(to, "RE"));
}

TESTS(T(large_models_are_drawn_small), T(few_are_drawn_each), T(boundaries_lie_in_each_other),
      T(letters_by_kind), T(no_threat_where_it_cannot_be))
