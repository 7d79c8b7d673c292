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
/* An image or a deployment, and every place in it where a secret was seen. */
struct secret_holder {
    struct secret_places at;
    uint32_t element;
    struct str target;
};
struct secret_holders {
    struct arena arena;
    LIST(struct secret_holder) holder;
};
/* Keep them until all places are known: one secret in an image and in a document is one. */
int secrets_hold(struct secret_holders *to, struct secret_places at, uint32_t element, struct str target,
                 struct err *e) MUST_USE;
/* The secrets of the whole run, each with all of its places, whoever holds them; `looked`: somebody looked for them.
 * A finding belongs to the element that holds the surest place; each holder of none is said to hold none. */
int judge_secrets(struct model *m, const struct secret_holders *all, bool looked, struct err *e) MUST_USE;
/* Rules across the images of the run, once all of them are there. */
int judge_images(struct model *m, struct err *e) MUST_USE;
int judge_deployment(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
