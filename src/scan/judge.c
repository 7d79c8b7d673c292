#include "scan/judge.h"

#include "core/map.h"
#include "model/certificates.h"
#include "model/cluster.h"

static const char *snippet_for(const struct rule *r, enum subject on, const void *subject)
{
    const struct workload *w = subject;

    for (const struct snippet *s = on == ON_WORKLOAD ? r->snippets : NULL; s && s->text; s++)
        if (s->for_spelling == w->spelling)
            return s->text;
    return r->check.snippet;
}

/* What carries a cluster (its network, its storage, the control plane) needs what others must not have:
 * nothing of it is hidden, but it does not stand before what somebody can change. */
static enum severity severity_of(const struct rule *r, const void *subject, enum verdict v, struct proof *p)
{
    enum severity s = p->severity_is_set ? p->severity : r->check.severity;

    if (v != VERDICT_OPEN || r->on != ON_WORKLOAD || s <= SEVERITY_LOW || !workload_is_system(subject))
        return s;
    const struct workload_fact *w = ((const struct workload *)subject)->fact;
    proof_add(p, &(struct evidence){ .path = w->path, .line = w->line },
              "it is a part of the cluster itself");
    return SEVERITY_LOW;
}

int judge_subject(struct model *m, const struct rule *r, const void *subject, uint32_t element,
                  struct str target, struct err *e)
{
    struct proof p = { .arena = &m->arena, .target = target, .most = PROOF_MOST };
    static const enum state state_of[] = { [VERDICT_OPEN] = STATE_OPEN,
                                           [VERDICT_MITIGATED] = STATE_MITIGATED,
                                           [VERDICT_CANNOT_TELL] = STATE_UNKNOWN };
    enum verdict v = r->judge(r, subject, &p);

    if (v == VERDICT_NOT_APPLICABLE)
        return 0;
    struct finding f = { .check = &r->check,
                         .state = state_of[v],
                         .severity = severity_of(r, subject, v, &p),
                         .snippet = snippet_for(r, r->on, subject),
                         .title = p.title,
                         .fix = p.fix,
                         .fingerprint = p.fingerprint,
                         .element = element,
                         .evidence = p.item,
                         .n_evidence = p.n,
                         .n_found = p.found };
    return model_add_finding(m, &f, p.about, e);
}

/* EACH_RULE (r) ...: all rules of all tables */
#define EACH_RULE(r)                                                                                       \
    for (size_t set_ = 0; set_ < n_rule_sets; set_++)                                                      \
        for (const struct rule *r = rule_sets[set_]->rule; r < rule_sets[set_]->rule + rule_sets[set_]->n; \
             r++)

static int judge_certificates(struct model *m, const struct certificates *c, uint32_t element,
                              struct str target, struct err *e)
{
    EACH_RULE (r)
        if (r->on == ON_CERTIFICATES && judge_subject(m, r, c, element, target, e) < 0)
            return -1;
    return 0;
}

static bool is_of(const struct rule *r, struct str what)
{
    return !r->of || str_one_of(what, r->of);
}

static int judge_components(struct model *m, const struct rule *r, const struct component *c, size_t n,
                            struct str target, struct err *e)
{
    for (size_t i = 0; r->on == ON_COMPONENT && i < n; i++)
        if (is_of(r, c[i].name) && judge_subject(m, r, &c[i], c[i].element, target, e) < 0)
            return -1;
    return 0;
}

int judge_image_certificates(struct model *m, const struct image *img, struct err *e)
{
    struct certificates c;

    if (certificates_of_image(img, &m->arena, &c, e) < 0)
        return -1;
    return judge_certificates(m, &c, img->element, img->target, e);
}

int judge_image(struct model *m, const struct image *img, struct err *e)
{
    EACH_RULE (r)
        if ((r->on == ON_IMAGE && judge_subject(m, r, img, img->element, img->target, e) < 0) ||
            judge_components(m, r, img->component, img->n_component, img->target, e) < 0)
            return -1;
    return judge_image_certificates(m, img, e);
}

/* ---- secrets ---- */

static int judge_group(struct model *m, const struct secret_group *g, uint32_t element, struct str target,
                       struct err *e)
{
    EACH_RULE (r)
        if (r->on == ON_SECRET && judge_subject(m, r, g, element, target, e) < 0)
            return -1;
    return 0;
}

/* The live ones of all holders; *live: their hashes. */
static int judge_live(struct model *m, const struct secret_places *all, const struct secret_search *search,
                      struct map *live, struct err *e)
{
    struct secret_group *group;
    size_t n;

    if (secret_groups(all->p, all->n, search, all->complete, m->time, &m->arena, &group, &n, e) < 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (!group[i].info)
            continue;
        if (!map_put(live, group[i].at->fact->hash, NULL))
            return err_set(e, ERR_LIMIT, "out of memory");
        if (judge_group(m, &group[i], group[i].at->element, group[i].at->target, e) < 0)
            return -1;
    }
    return 0;
}

/* What a holder has besides: places that most likely hold none, or nothing at all. */
static int judge_rest(struct model *m, const struct secret_holder *h, const struct secret_search *search,
                      const struct map *live, struct err *e)
{
    AUTO_FREE struct secret_at *rest = calloc(h->at.n + 1, sizeof *rest);
    struct secret_group *group;
    size_t n = 0, n_group;

    if (!rest)
        return err_set(e, ERR_LIMIT, "out of memory");
    for (size_t i = 0; i < h->at.n; i++)
        if (!map_get(live, h->at.p[i].fact->hash))
            rest[n++] = h->at.p[i];
    if (!n && h->at.n)
        return 0;
    if (secret_groups(rest, n, search, h->at.complete, m->time, &m->arena, &group, &n_group, e) < 0)
        return -1;
    return judge_group(m, group, h->element, h->target, e);
}

static int all_places(struct model *m, const struct secret_holder *holder, size_t n,
                      struct secret_places *all, struct err *e)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += holder[i].at.n;
    *all = (struct secret_places){ arena_array(&m->arena, struct secret_at, total + 1), 0, true };
    if (!all->p)
        return err_set(e, ERR_LIMIT, "the model is full");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < holder[i].at.n; k++) {
            all->p[all->n] = holder[i].at.p[k];
            all->p[all->n++].target = holder[i].target;
        }
    return 0;
}

int secrets_hold(struct secret_holders *to, struct secret_places at, uint32_t element, struct str target,
                 struct err *e)
{
    struct secret_holder h = { at, element, arena_str(&to->arena, target) };

    if (!h.target.p || !arena_grow(&to->arena, &to->holder.p, to->holder.n, &to->holder.cap, sizeof h))
        return err_set(e, ERR_LIMIT, "too many images");
    to->holder.p[to->holder.n++] = h;
    return 0;
}

int judge_secrets(struct model *m, const struct secret_holders *all, bool looked, struct err *e)
{
    struct secret_search search = secrets_search(looked);
    AUTO_MAP struct map live = MAP;
    struct secret_places at;

    if (all_places(m, all->holder.p, all->holder.n, &at, e) < 0 || judge_live(m, &at, &search, &live, e) < 0)
        return -1;
    for (size_t i = 0; i < all->holder.n; i++)
        if (judge_rest(m, &all->holder.p[i], &search, &live, e) < 0)
            return -1;
    return 0;
}

static int judge_all(struct model *m, const struct rule *r, const struct deployment *d, struct err *e)
{
    for (size_t i = 0; r->on == ON_WORKLOAD && i < d->n_workload; i++)
        if (d->workload[i].spelling != SPELLING_DOCKERFILE && /* what it makes is judged as an image */
            judge_subject(m, r, &d->workload[i], d->workload[i].element, d->target, e) < 0)
            return -1;
    for (size_t i = 0; r->on == ON_OBJECT && i < d->n_resource; i++)
        if (is_of(r, d->resource[i].object->kind) &&
            judge_subject(m, r, &d->resource[i], d->resource[i].element, d->target, e) < 0)
            return -1;
    if (judge_components(m, r, d->component, d->n_component, d->target, e) < 0)
        return -1;
    if (r->on == ON_DEPLOYMENT)
        return judge_subject(m, r, d, d->element, d->target, e);
    return 0;
}

/* Whose the certificates are: a server's that was asked, else the deployment's. */
static uint32_t holder_of(const struct deployment *d)
{
    for (size_t i = 0; i < d->n_component; i++)
        if (str_eq(d->component[i].name, STR("tls")))
            return d->component[i].element;
    return d->element;
}

int judge_deployment(struct model *m, const struct deployment *d, struct err *e)
{
    struct certificates c;

    EACH_RULE (r)
        if (judge_all(m, r, d, e) < 0)
            return -1;
    if (certificates_of_deployment(d, m->time, &m->arena, &c, e) < 0)
        return -1;
    return judge_certificates(m, &c, holder_of(d), d->target, e);
}

int judge_images(struct model *m, struct err *e)
{
    const struct images all = { (const struct image *const *)m->image.p, m->image.n };

    EACH_RULE (r)
        if (r->on == ON_IMAGES && all.n &&
            judge_subject(m, r, &all, all.p[0]->element, all.p[0]->target, e) < 0)
            return -1;
    return 0;
}
