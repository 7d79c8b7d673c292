/* threat_model.h - models made by hand for the tests of attacks, paths and fixes. */
#pragma once
#include "rule/rule.h"
#include "tap.h"
#include "threat/threat.h"

#define MODEL                    \
    {                            \
        .arena = ARENA(16 << 20) \
    }

static void no_error(int r, const struct err *e)
{
    CHECK_INT(r, 0);
    if (r < 0)
        printf("# %s\n", e->text);
}

static uint32_t element(struct model *m, enum element_kind kind, const char *name, const char *zone)
{
    struct err e = { 0 };
    uint32_t at = 0;

    no_error(model_add_element(m, kind, str_of(name), str_of(zone), &at, &e), &e);
    return at;
}

/* A finding of the check as the registry has it. */
static void found(struct model *m, uint32_t element, const char *id, enum state state, const char *about)
{
    static const struct str hole = STR("CVE-");
    bool is_hole = str_starts(str_of(id), hole);
    const struct rule *r = rule_by_id(is_hole ? STR("vulnerable-kernel") : str_of(id));
    struct err e = { 0 };

    CHECK(r != NULL);
    if (!r)
        return;
    struct finding f = {
        .check = &r->check, .state = state, .severity = r->check.severity, .element = element
    };
    struct vulnerability *v = is_hole ? arena_new(&m->arena, struct vulnerability) : NULL;
    if (v)
        v->id = str_of(id);
    f.vulnerability = v;
    no_error(model_add_finding(m, &f, str_of(about), &e), &e);
}

static void analyse(struct model *m)
{
    struct err e = { 0 };

    model_sort_findings(m);
    no_error(threat_analyse(m, &e), &e);
}

/* Close what the optimal fixes name, and look again. */
static void close_optimal(struct model *m)
{
    for (size_t i = 0; i < m->fix.n; i++)
        for (size_t k = 0; m->fix.p[i].optimal && k < m->fix.p[i].n_finding; k++)
            m->finding.p[m->fix.p[i].finding[k]].state = STATE_MITIGATED;
    m->path.n = m->fix.n = 0;
    analyse(m);
}
