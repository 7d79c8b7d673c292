#include "scan/hosts.h"

#include "model/purl.h"
#include "rule/package.h"
#include "scan/elements.h"

struct fleet {
    struct model *m;
    const struct deployment *d;
    struct image *host; /* that packages are of: it has no files */
    struct map known;   /* package URLs: nodes are many and alike */
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

/* Only digits and dots, perhaps a release candidate's: a number of the project itself. Distributions append
 * theirs, and put fixes into the version before. */
static bool is_upstream(struct str version, struct str *number)
{
    size_t n = 0;

    while (n < version.n && (version.p[n] == '.' || (version.p[n] >= '0' && version.p[n] <= '9')))
        n++;
    *number = str_first(version, n);
    struct str rest = str_skip(version, n);
    return !rest.n || str_starts(rest, STR("-rc"));
}

static int add(struct fleet *f, struct str name, struct str version, const struct parameter *said,
               struct err *e)
{
    struct arena *a = &f->m->arena;
    struct package *p = arena_new(a, struct package);
    struct str number;
    bool is_new = false;

    if (!p)
        return full(e);
    if (str_starts(version, STR("v")))
        version = str_skip(version, 1);
    bool upstream = is_upstream(version, &number);
    *p = (struct package){ .type = STR("generic"),
                           .name = name,
                           .version = number,
                           .how = HOW_BANNER,
                           .path = said->path,
                           .line = said->line };
    struct installed in = { .package = p,
                            .element = f->d->host,
                            .layer = UINT32_MAX,
                            .image = f->host,
                            .purl = purl_of(a, p, NULL),
                            .place = said->path };
    if (!upstream)
        in.owner = (struct owner){ STR("host"), version };
    if (!number.n || !map_put(&f->known, in.purl, &is_new) || !is_new)
        return 0;
    if (!arena_grow(a, &f->m->package.p, f->m->package.n, &f->m->package.cap, sizeof in))
        return full(e);
    f->m->package.p[f->m->package.n++] = in;
    return 0;
}

/* "containerd://1.6.4" of a Node. */
static int add_runtime(struct fleet *f, const struct parameter *said, struct err *e)
{
    struct str name, rest;

    if (!str_split(said->value, ':', &name, &rest) || !str_one_of(name, "containerd docker cri-o"))
        return 0;
    return add(f, name, str_starts(rest, STR("//")) ? str_skip(rest, 2) : rest, said, e);
}

static int add_parameter(struct fleet *f, const struct parameter *p, struct err *e)
{
    if (str_eq(p->component, STR("host")) &&
        str_one_of(p->name, "linux docker containerd runc crun podman cri-o"))
        return add(f, p->name, p->value, p, e);
    if (!str_eq(p->component, STR("Node")))
        return 0;
    if (str_eq(p->name, STR("nodeInfo.kernelVersion")))
        return add(f, STR("linux"), p->value, p, e);
    if (str_eq(p->name, STR("nodeInfo.kubeletVersion")))
        return add(f, STR("kubernetes"), p->value, p, e);
    return str_eq(p->name, STR("nodeInfo.containerRuntimeVersion")) ? add_runtime(f, p, e) : 0;
}

int hosts_match(const struct advisories *set, struct model *m, const struct deployment *d, struct err *e)
{
    struct fleet f = { .m = m, .d = d, .host = arena_new(&m->arena, struct image) };
    size_t first = m->package.n;
    int r = 0;

    if (!f.host)
        return full(e);
    *f.host = (struct image){ .target = d->target,
                              .name = m->element.p[d->host].name,
                              .kind = STR("host"),
                              .element = d->host,
                              .complete = true,
                              .time = m->time };
    FACTS_EACH (&d->facts, parameter, p)
        if (r == 0)
            r = add_parameter(&f, p, e);
    map_free(&f.known);
    return r < 0 || m->package.n == first ? r : advisories_match(set, m, f.host, first, e);
}

static int take(struct elements *el, size_t first, struct err *e)
{
    struct model *m = el->m;

    for (size_t i = first; i < m->package.n; i++) {
        const struct check *c = package_check(m->package.p[i].package);
        if ((c->layer == LAYER_HOST || c->layer == LAYER_ENGINE) &&
            elements_get(el, ELEMENT_HOST, STR("host"), STR("host"), &m->package.p[i].element, e) < 0)
            return -1;
    }
    return 0;
}

int hosts_take(struct model *m, const struct image *rootfs, size_t first, struct err *e)
{
    struct elements el = { 0 };

    if (!str_eq(rootfs->kind, STR("rootfs")))
        return 0;
    int r = elements_know(&el, m, e) < 0 ? -1 : take(&el, first, e);
    elements_free(&el);
    return r;
}
