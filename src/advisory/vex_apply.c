/* vex_apply.c - statements decide findings: which is about which, and what follows. */
#include "advisory/vex.h"
#include "model/purl.h"

/* ---- is it about this ---- */

/* "registry.example.org:5000/ship/hull:1.0@sha256:..." -> "hull" */
static struct str short_name(struct str reference)
{
    struct str rest;

    str_split(reference, '@', &reference, &rest);
    str_rsplit(reference, '/', &rest, &reference);
    str_split(reference, ':', &reference, &rest);
    return reference;
}

/* An image by its digest; by its name where the statement has no digest, or as the user named it. */
static bool is_image(struct arena *a, struct str product, const struct image *img)
{
    struct package p = { 0 };

    if ((img->digest.n && str_eq(product, img->digest)) || (img->name.n && str_eq(product, img->name)))
        return true;
    if (!str_starts(product, STR("pkg:oci/")) && !str_starts(product, STR("pkg:docker/")))
        return false;
    if (!purl_read(a, product, &p))
        return false;
    if (str_starts(p.version, STR("sha256:")))
        return img->digest.n && str_eq(p.version, img->digest);
    return str_eq(p.name, short_name(img->name));
}

static const struct image *image_of(const struct model *m, const struct finding *f)
{
    for (size_t i = 0; i < m->image.n; i++)
        if (m->image.p[i]->element == f->element)
            return m->image.p[i];
    return NULL;
}

static bool names_package(struct arena *a, const struct strs *list, struct str purl)
{
    for (size_t i = 0; i < list->n; i++)
        if (purl_covers(a, list->p[i], purl))
            return true;
    return false;
}

static bool is_about_product(struct arena *a, const struct vex_statement *s, const struct image *img,
                             struct str purl)
{
    for (size_t i = 0; i < s->products.n; i++) {
        bool image = img && is_image(a, s->products.p[i], img);
        if (image && (!s->components.n || names_package(a, &s->components, purl)))
            return true;
        if (!image && !s->components.n && purl_covers(a, s->products.p[i], purl))
            return true;
    }
    return false;
}

static bool is_about(struct arena *a, const struct vex_statement *s, const struct image *img,
                     const struct vulnerability *v)
{
    for (size_t i = 0; i < s->ids.n; i++) {
        bool same = str_eq(s->ids.p[i], v->id);
        for (size_t k = 0; k < v->aliases.n && !same; k++)
            same = str_eq(s->ids.p[i], v->aliases.p[k]);
        if (same)
            return is_about_product(a, s, img, v->purl);
    }
    return false;
}

/* ---- what follows ---- */

static bool add_evidence(struct model *m, struct finding *f, const struct vex_statement *s)
{
    struct evidence *to = arena_array(&m->arena, struct evidence, f->n_evidence + 1);
    struct str by = s->author.n ? s->author : STR("an author who is not named");

    if (!to)
        return false;
    if (f->n_evidence)
        memcpy(to, f->evidence, f->n_evidence * sizeof *to);
    to[f->n_evidence] = (struct evidence){
        .path = arena_str(&m->arena, s->path),
        .line = s->line,
        .text = arena_fmt(&m->arena, "VEX of " STR_FMT ": %s%s" STR_FMT, STR_ARG(by),
                          vex_status_name[s->status], s->reason.n ? ", " : "", STR_ARG(s->reason)),
    };
    f->evidence = to;
    f->n_evidence++;
    f->n_found++;
    return to[f->n_evidence - 1].text.p;
}

static int decide(struct model *m, struct finding *f, const struct vex_statement *s, struct err *e)
{
    static const enum state state_of[] = { [VEX_NOT_AFFECTED] = STATE_MITIGATED,
                                           [VEX_FIXED] = STATE_MITIGATED,
                                           [VEX_AFFECTED] = STATE_OPEN,
                                           [VEX_UNDER_INVESTIGATION] = STATE_UNKNOWN };

    f->state = state_of[s->status];
    if (!add_evidence(m, f, s))
        return err_set(e, ERR_LIMIT, "the model is full");
    if (s->status == VEX_NOT_AFFECTED && !s->reason.n) {
        f->state = STATE_ACCEPTED;
        f->accepted_why = f->evidence[f->n_evidence - 1].text;
    }
    return 0;
}

/* The newest of those that are about it; dates of RFC 3339 in one zone have the order of their texts. */
static const struct vex_statement *choose(struct arena *a, const struct model *m,
                                          const struct facts *statements, const struct finding *f)
{
    const struct image *img = image_of(m, f);
    const struct vex_statement *best = NULL;

    FACTS_EACH (statements, vex_statement, s)
        if (is_about(a, s, img, f->vulnerability) && (!best || str_cmp(s->time, best->time) >= 0))
            best = s;
    return best;
}

int vex_apply(struct model *m, const struct facts *statements, struct err *e)
{
    FACTS_EACH (statements, note, n)
        model_incomplete(m, n->where, STR_FMT, STR_ARG(n->reason));
    for (size_t i = 0; i < m->finding.n; i++) {
        AUTO_ARENA struct arena a = ARENA(64u << 20);
        struct finding *f = &m->finding.p[i];
        const struct vex_statement *s =
            f->vulnerability && f->state != STATE_ACCEPTED ? choose(&a, m, statements, f) : NULL;
        if (s && decide(m, f, s, e) < 0)
            return -1;
    }
    return 0;
}
