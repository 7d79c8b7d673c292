/* judge.h - rules are asked about subjects, and their verdicts become findings. */
#pragma once
#include "model/model.h"
#include "rule/rule.h"
#include "scan/secrets.h"

/* Ask the rule about a subject whose findings belong to `element`; `target`: as the user named what it is
 * part of. */
int judge_subject(struct model *m, const struct rule *r, const void *subject, uint32_t element,
                  struct str target, struct err *e) MUST_USE;
/* All rules over images; only those over certificates; over everything in a deployment. */
int judge_image(struct model *m, const struct image *img, struct err *e) MUST_USE;
int judge_image_certificates(struct model *m, const struct image *img, struct err *e) MUST_USE;
/* The secrets in these places, each with all of its own; `looked`: somebody looked for them. A finding
 * belongs to the element that holds the surest place; `element` is said to hold none when there is none. */
int judge_secrets(struct model *m, const struct secret_places *at, bool looked, uint32_t element,
                  struct str target, struct err *e) MUST_USE;
/* Rules across the images of the run, once all of them are there. */
int judge_images(struct model *m, struct err *e) MUST_USE;
int judge_deployment(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
