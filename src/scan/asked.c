#include "scan/asked.h"

#include "model/owners.h"
#include "model/purl.h"

bool asked_installed_for(struct str path, struct str *folder)
{
    const struct str modules = STR("node_modules/");
    ptrdiff_t at = str_starts(path, modules) ? 0 : str_find(path, STR("/node_modules/"));

    *folder = str_first(path, at < 0 ? 0 : (size_t)at);
    return at >= 0;
}

/* The folder for which the file speaks: with what is in it, and below. What Python has installed it has for all. */
static struct str folder_for(const struct package *p)
{
    struct str folder, base;

    if (str_eq(p->type, STR("npm")) && asked_installed_for(p->path, &folder))
        return folder;
    if (str_eq(p->type, STR("pypi")) &&
        (str_has(p->path, STR("/site-packages/")) || str_has(p->path, STR("/dist-packages/"))))
        return STR("");
    str_rsplit(p->path, '/', &folder, &base);
    return folder;
}

static struct str key(struct asked *a, struct str folder, struct str purl)
{
    return arena_fmt(&a->arena, STR_FMT "\n" STR_FMT, STR_ARG(folder), STR_ARG(purl));
}

/* The package whatever its version: its package URL without one. */
static struct str name_of(struct asked *a, const struct package *p)
{
    struct package named = { .type = p->type, .ns = p->ns, .name = p->name };

    return purl_of(&a->arena, &named, NULL);
}

/* What a distribution's package asks for, the distribution has seen to. */
static bool is_open(const struct asked *a, const struct package *p)
{
    return p->how == HOW_ASKED && !owner_of(a->img, p->path, false).name.n;
}

/* The types of which something is asked for: the others have nothing to answer. */
static int read_types(struct asked *a, struct err *e)
{
    IMAGE_EACH (a->img, package, PACKAGE, p)
        if (is_open(a, p) && !map_put(&a->types, p->type, NULL))
            return err_set(e, ERR_LIMIT, "out of memory");
    return 0;
}

int asked_read(struct asked *a, const struct image *img, struct err *e)
{
    a->img = img;
    if (read_types(a, e) < 0)
        return -1;
    IMAGE_EACH (img, package, PACKAGE, p) {
        bool may = a->types.n && p->how != HOW_ASKED && p->version.n && map_get(&a->types, p->type);
        struct str name = may ? name_of(a, p) : STR_NONE;
        struct str at = name.n ? key(a, folder_for(p), name) : STR_NONE;
        if (name.n && (!at.p || !map_put(&a->answers, at, NULL)))
            return err_set(e, ERR_LIMIT, "out of memory");
    }
    return 0;
}

bool asked_is_answered(struct asked *a, const struct package *p)
{
    struct str folder = p->path, base;

    if (p->how != HOW_ASKED)
        return false;
    if (!is_open(a, p))
        return true;
    struct str name = name_of(a, p);
    while (folder.n && name.n) {
        str_rsplit(folder, '/', &folder, &base);
        struct str at = key(a, folder, name);
        if (at.p && map_get(&a->answers, at))
            return true;
    }
    return false;
}

void asked_free(struct asked *a)
{
    map_free(&a->answers);
    map_free(&a->types);
    arena_free(&a->arena);
}
