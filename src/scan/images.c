#include "scan/images.h"

#include "core/map.h"

enum { SHOWN_MOST = 5 };

bool images_when_parse(struct str word, enum images_when *out)
{
    static const char *const words[] = {
        [IMAGES_AUTO] = "auto", [IMAGES_LOCAL] = "local", [IMAGES_PULL] = "pull", [IMAGES_NO] = "no"
    };

    for (enum images_when i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq(word, str_of(words[i]))) {
            *out = i;
            return true;
        }
    return false;
}

/* What the user said about an image: by the whole reference, or by the name without the tag "latest". */
static struct str named_target(const struct images_job *job, struct str reference)
{
    struct str name, target, plain = reference;

    if (str_ends(plain, STR(":latest")))
        plain.n -= 7;
    for (size_t i = 0; i < job->n_named; i++)
        if (str_split(str_of(job->named[i]), '=', &name, &target) &&
            (str_eq(name, reference) || str_eq(name, plain)))
            return target;
    return (struct str){ 0 };
}

static int look(const struct images_job *job, struct arena *a, struct str reference, const struct image **out,
                struct err *e)
{
    static const char *const places[] = { "containers-storage", "docker", "podman", "registry" };
    struct str named = named_target(job, reference);
    struct err last = { 0 };

    if (named.n)
        return job->read(job->ctx, named, out, e);
    for (size_t i = 0; job->when != IMAGES_NO && i < ARRAY_LEN(places); i++) {
        if (!strcmp(places[i], "registry") && job->when != IMAGES_PULL)
            break;
        struct str target = arena_fmt(a, "%s:" STR_FMT, places[i], STR_ARG(reference));
        if (target.n && job->read(job->ctx, target, out, &last) == 0)
            return 0;
    }
    if (!last.code)
        err_set(&last, ERR_NOT_FOUND, "was not looked for");
    *e = last;
    return -1;
}

/* The image of every workload that names it; a name is looked up once. */
struct found {
    struct map at; /* reference to an index into `image`, + 1 */
    const struct image **image;
    size_t n, cap, missing;
    struct str shown[SHOWN_MOST];
};

static int find(const struct images_job *job, struct model *m, struct found *f, struct str reference,
                const struct image **out, struct err *e)
{
    bool is_new = false;
    uint32_t *at = map_put(&f->at, reference, &is_new);
    struct err why = { 0 };

    if (!at || (is_new && !arena_grow(&m->arena, &f->image, f->n, &f->cap, sizeof *f->image)))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (!is_new) {
        *out = f->image[*at - 1];
        return 0;
    }
    const struct image *image = NULL;
    *at = (uint32_t)f->n + 1;
    if (look(job, &m->arena, reference, &image, &why) < 0) {
        image = NULL;
        if (job->when == IMAGES_LOCAL || job->when == IMAGES_PULL || named_target(job, reference).n)
            model_incomplete(m, reference, "%s", why.text);
        else if (f->missing++ < SHOWN_MOST)
            f->shown[f->missing - 1] = reference;
    }
    f->image[f->n++] = image;
    *out = image;
    return 0;
}

static void say_missing(const struct images_job *job, struct model *m, const struct found *f)
{
    struct str list = STR("");

    if (!f->missing || job->when == IMAGES_NO)
        return;
    for (size_t i = 0; i < f->missing && i < SHOWN_MOST; i++)
        list = arena_fmt(&m->arena, STR_FMT "%s" STR_FMT, STR_ARG(list), i ? ", " : "", STR_ARG(f->shown[i]));
    model_incomplete(m, STR("images"),
                     "%zu that workloads run are not on this machine (" STR_FMT "%s): "
                     "--images=pull fetches them",
                     f->missing, STR_ARG(list), f->missing > SHOWN_MOST ? " ..." : "");
}

int images_join(const struct images_job *job, struct model *m, struct deployment *d, struct err *e)
{
    struct found f = { .at = MAP };
    int r = 0;

    for (size_t i = 0; r == 0 && i < d->n_workload; i++) {
        struct workload *w = &d->workload[i];
        struct str reference = workload_value(w, SETTING_IMAGE);
        if (!reference.n || w->spelling == SPELLING_DOCKERFILE || w->image)
            continue;
        r = find(job, m, &f, reference, &w->image, e);
        if (r == 0 && w->image)
            r = model_relate(m, RELATION_RUNS, w->element, w->image->element, STR("image"), e);
    }
    say_missing(job, m, &f);
    map_free(&f.at);
    return r;
}
