#include "scan/assemble_components.h"

/* What a component is, by its name; others belong to an orchestrator. `in_image`: a container reads it. */
static const struct {
    const char *names;
    enum element_kind is;
    bool in_image;
} kinds[] = {
    { "docker containerd crio podman containers registries buildkit", ELEMENT_ENGINE, false },
    { "registry", ELEMENT_REGISTRY, true },
    { "redis", ELEMENT_ENDPOINT, true },
    { "tls", ELEMENT_ENDPOINT, false },
    { "sshd", ELEMENT_HOST, true },
    { "sysctl sudoers host", ELEMENT_HOST, false },
};

static enum element_kind kind_of(struct str component)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_one_of(component, kinds[i].names))
            return kinds[i].is;
    return ELEMENT_ORCHESTRATOR;
}

static bool is_read_in_image(struct str component)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_one_of(component, kinds[i].names))
            return kinds[i].in_image;
    return false;
}

int assembly_component(struct assembly *a, struct component *c, struct err *e)
{
    enum element_kind kind = kind_of(c->name);
    struct str zone = kind == ELEMENT_ORCHESTRATOR ? STR("cluster") : STR("host");
    size_t before = a->m->element.n;

    if (c->resource || c->workload) {
        c->element = c->workload ? c->workload->element : c->resource->element;
        return 0;
    }
    struct str name = arena_fmt(a->arena, STR_FMT " (" STR_FMT ")", STR_ARG(c->name), STR_ARG(c->path));
    if (elements_get(&a->el, kind, name, zone, &c->element, e) < 0)
        return -1;
    if (a->m->element.n == before || a->host == UINT32_MAX || str_eq(c->name, STR("tls")))
        return 0; /* another target's; nobody knows where a server that answered runs */
    return model_relate(a->m, RELATION_RUNS, a->host, c->element, STR("configures"), e);
}

/* ---- images ---- */

/* Visible parameters, those of one file beside each other. */
static const struct parameter **visible(const struct image *img, struct arena *a, size_t *n)
{
    const struct parameter **all =
        arena_array(a, const struct parameter *, img->seen[FACT_PARAMETER_KIND].n + 1);
    bool rootfs = str_eq(img->kind, STR("rootfs"));

    *n = 0;
    IMAGE_EACH (img, parameter, PARAMETER, p)
        if (all && (rootfs || is_read_in_image(p->component)))
            all[(*n)++] = p;
    return all;
}

static int place(struct assembly *a, struct image *img, struct err *e)
{
    bool rootfs = str_eq(img->kind, STR("rootfs"));

    if (elements_know(&a->el, a->m, e) < 0)
        return -1;
    if (rootfs && elements_get(&a->el, ELEMENT_HOST, STR("host"), STR("host"), &a->host, e) < 0)
        return -1;
    for (size_t i = 0; i < img->n_component; i++) {
        img->component[i].element = img->element;
        if (rootfs && assembly_component(a, &img->component[i], e) < 0)
            return -1;
    }
    return 0;
}

int assemble_components(struct model *m, struct image *img, struct err *e)
{
    struct assembly a = {
        .m = m, .arena = &m->arena, .host = UINT32_MAX, .engine = UINT32_MAX, .cluster = UINT32_MAX
    };
    size_t n;
    const struct parameter **all = visible(img, &m->arena, &n);

    img->component = all ? components_of(all, n, &m->arena, &img->n_component) : NULL;
    if (!img->component)
        return err_set(e, ERR_LIMIT, "the model is full");
    int r = img->n_component ? place(&a, img, e) : 0;
    elements_free(&a.el);
    return r;
}
