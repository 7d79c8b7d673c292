/* judge.h - rules are asked about subjects, and their verdicts become findings. */
#pragma once
#include "model/model.h"
#include "model/secret.h"
#include "rule/rule.h"

/* Ask the rule about a subject whose findings belong to `element`; `target`: as the user named what it is
 * part of. */
int judge_subject(struct model *m, const struct rule *r, const void *subject, uint32_t element,
                  struct str target, struct err *e) MUST_USE;
/* All rules over images; over everything in a deployment. */
int judge_image(struct model *m, const struct image *img, struct err *e) MUST_USE;
int judge_secrets(struct model *m, const struct secret_group *group, size_t n, uint32_t element,
                  struct str target, struct err *e) MUST_USE;
/* Rules across the images of the run, once all of them are there. */
int judge_images(struct model *m, struct err *e) MUST_USE;
int judge_deployment(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
