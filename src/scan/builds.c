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
    WORKLOAD_SAID(w, BUILD_OPTION, s)
    if (str_starts(s->value, STR("dockerfile=")))
        name = str_skip(s->value, 11);
    int n = snprintf(file, sizeof file, STR_FMT "/" STR_FMT, STR_ARG(build->value), STR_ARG(name));
    return n > 0 && (size_t)n < sizeof file &&
           path_beside(build->path, (struct str){ file, (size_t)n }, to, path);
}

static void give(struct deployment *d, const struct image *img)
{
    char room[ENTRY_PATH_MOST];
    struct str path;

    for (size_t i = 0; i < d->n_workload; i++)
        if (!d->workload[i].image && dockerfile_of(&d->workload[i], room, &path) && str_eq(path, img->name))
            d->workload[i].image = img;
}

/* The element of the stage that makes it. */
static uint32_t element_of(const struct deployment *d, const struct image *img)
{
    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        if (w->spelling == SPELLING_DOCKERFILE && str_eq(w->fact->path, img->name) &&
            w->fact->role == WORKLOAD_MAIN)
            return w->element;
    }
    return d->element;
}

int builds_join(struct deployment *d, struct arena *a, const struct source_deployment *from, struct err *e)
{
    d->build = arena_array(a, struct image, from->n + 1);
    if (!d->build)
        return err_set(e, ERR_LIMIT, "the model is full");
    for (size_t i = 0; i < from->n; i++) {
        struct image *img = &d->build[d->n_build];
        if (!from->doc[i].facts || !image_of_build(img, from->doc[i].facts))
            continue;
        img->target = d->target;
        img->element = element_of(d, img);
        give(d, img);
        d->n_build++;
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
