/* image_config.c - rules that the image configuration decides. */
#include "rule/rule.h"

static enum verdict healthcheck(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;

    if (!img->config)
        return VERDICT_NOT_APPLICABLE;
    const struct strs *test = &img->config->healthcheck;
    if (!test->n || str_eq(test->p[0], STR("NONE"))) {
        proof_add(p, &(struct evidence) { .path = STR("config") }, "no HEALTHCHECK");
        return VERDICT_OPEN;
    }
    proof_add(p, &(struct evidence) { .path = STR("config") }, "HEALTHCHECK " STR_FMT,
              STR_ARG(test->p[test->n - 1]));
    return VERDICT_MITIGATED;
}

static const struct rule table[] = {
    {
        .check = { .id = "image-no-healthcheck",
                   .title = "Image has no HEALTHCHECK",
                   .holds = "Image has a HEALTHCHECK",
                   .why = "A container that hangs or is held hostage goes on counting as running.",
                   .fix = "Add a HEALTHCHECK that asks the service itself.",
                   .snippet = "HEALTHCHECK CMD [\"/app/healthy\"]",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.6" }) },
        .on = ON_IMAGE,
        .judge = healthcheck,
    },
};
const struct rule_set rules_image_config = { "image_config", table, ARRAY_LEN(table) };
