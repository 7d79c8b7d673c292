#include "scan/builds.h"

#include "scan/judge.h"

/* The Dockerfile that a service is built from: in the folder of its context, unless it names another. */
static bool dockerfile_of(const struct workload *w, char *to, struct str *path)
{
    const struct setting *build = workload_setting(w, SETTING_BUILD);
    struct str name = STR("Dockerfile");
    char file[ENTRY_PATH_MOST];

    if (!build || str_has(build->value, STR("://")))
        return false;
    WORKLOAD_SAID (w, BUILD_OPTION, s)
        if (str_starts(s->value, STR("dockerfile=")))
            name = str_skip(s->value, 11);
    int n = snprintf(file, sizeof file, STR_FMT "/" STR_FMT, STR_ARG(build->value), STR_ARG(name));
    return n > 0 && (size_t)n < sizeof file &&
           path_beside(build->path, (struct str){ file, (size_t)n }, to, path);
}

static struct str target_of(const struct workload *w)
{
    WORKLOAD_SAID (w, BUILD_OPTION, s)
        if (str_starts(s->value, STR("target=")))
            return str_skip(s->value, 7);
    return (struct str){ 0 };
}

/* The element of a stage: those of a file follow each other in its order. */
static uint32_t element_of(const struct deployment *d, struct str path, uint32_t stage)
{
    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        if (w->spelling == SPELLING_DOCKERFILE && str_eq(w->fact->path, path) && --stage == 0)
            return w->element;
    }
    return d->element;
}

/* What one Dockerfile makes: each stage that somebody builds, once. */
struct building {
    struct deployment *d;
    struct arena *arena;
    const struct facts *dockerfile;
    struct str path;
    struct image **by_stage; /* from 1 */
};

static int build_stage(struct building *b, uint32_t stage, struct err *e)
{
    struct deployment *d = b->d;
    struct image *img = &d->build[d->n_build];

    if (b->by_stage[stage])
        return 0;
    if (image_of_build(img, b->arena, b->dockerfile, stage, e) < 0)
        return -1;
    img->target = d->target;
    img->element = element_of(d, b->path, stage);
    b->by_stage[stage] = img;
    d->n_build++;
    return 0;
}

/* The stage that each of its builders asks for; the last one when nobody builds it. */
static int build_all(struct building *b, struct model *m, struct err *e)
{
    struct deployment *d = b->d;
    char room[ENTRY_PATH_MOST];
    bool is_built = false;

    for (size_t i = 0; i < d->n_workload; i++) {
        struct workload *w = &d->workload[i];
        struct str path;
        if (w->image || !dockerfile_of(w, room, &path) || !str_eq(path, b->path))
            continue;
        uint32_t stage = image_build_stage(b->dockerfile, target_of(w));
        is_built = true;
        if (!stage)
            model_incomplete(m, b->path, STR_FMT " is built from its stage " STR_FMT ", which it has not",
                             STR_ARG(str_first(w->name, 100)), STR_ARG(str_first(target_of(w), 100)));
        else if (build_stage(b, stage, e) < 0)
            return -1;
        else
            w->image = b->by_stage[stage];
    }
    return is_built ? 0 : build_stage(b, image_build_stage(b->dockerfile, STR("")), e);
}

int builds_join(struct model *m, struct deployment *d, const struct source_deployment *from, struct err *e)
{
    struct arena *a = &m->arena;

    d->build = arena_array(a, struct image, from->n + d->n_workload + 1);
    if (!d->build)
        return err_set(e, ERR_LIMIT, "the model is full");
    for (size_t i = 0; i < from->n; i++) {
        struct building b = { d, a, from->doc[i].facts, from->doc[i].path, NULL };
        uint32_t stages = b.dockerfile ? image_build_stage(b.dockerfile, STR("")) : 0;
        if (!stages)
            continue;
        b.by_stage = arena_array(a, struct image *, stages + 1);
        if (!b.by_stage)
            return err_set(e, ERR_LIMIT, "the model is full");
        if (build_all(&b, m, e) < 0)
            return -1;
    }
    return 0;
}

int builds_judge(struct model *m, const struct deployment *d, struct err *e)
{
    for (size_t i = 0; i < d->n_build; i++)
        if (judge_image(m, &d->build[i], e) < 0)
            return -1;
    return 0;
}
