#include "scan/packages.h"

#include "core/map.h"
#include "model/owners.h"
#include "model/purl.h"
#include "model/version/version.h"
#include "scan/asked.h"

/* Licences that a file of their own declares, by package name. */
static bool map_licenses(const struct image *img, struct map *by_name)
{
    const struct seen_list *all = &img->seen[FACT_LICENSE_KIND];

    for (size_t i = 0; i < all->n; i++) {
        const struct license *l = all->p[i].fact;
        uint32_t *at = all->p[i].visible ? map_put(by_name, l->name, NULL) : NULL;
        if (at)
            *at = (uint32_t)i;
        else if (all->p[i].visible)
            return false;
    }
    return true;
}

/* Debian's packages from one source may share what stands beside them: usr/share/doc/libgcc-s1 is a link to
 * gcc-12-base. The folder's own name. */
static struct str doc_folder(struct model *m, const struct image *img, struct str name)
{
    struct str path = arena_fmt(&m->arena, "usr/share/doc/" STR_FMT, STR_ARG(name));
    node_id id = img->tree && path.p ? tree_find(img->tree, path, true) : 0;
    const struct tree_node *node = id ? tree_node(img->tree, id) : NULL;

    return node ? (struct str){ node->name, node->name_n } : STR_NONE;
}

/* The package, with the licences that another file knows when its own record has none. */
static const struct package *with_licenses(struct model *m, const struct image *img,
                                           const struct map *by_name, const struct package *p)
{
    const uint32_t *at = p->licenses.n ? NULL : map_get(by_name, p->name);

    if (!at && !p->licenses.n && str_eq(p->type, STR("deb")))
        at = map_get(by_name, doc_folder(m, img, p->name));
    const struct license *l = at ? img->seen[FACT_LICENSE_KIND].p[*at].fact : NULL;
    struct package *copy = l && str_eq(l->type, p->type) ? arena_new(&m->arena, struct package) : NULL;

    if (!copy)
        return p;
    *copy = *p;
    copy->licenses = l->licenses;
    return copy;
}

static struct str folder_of(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return dir;
}

/* Folders with a go.mod of Go 1.17 or later: that lists all modules, and go.sum beside it has more than are
 * used. */
static bool map_complete_go_mods(const struct image *img, struct map *folders)
{
    const struct version_scheme *go = version_scheme_for(STR("go"));
    int order;

    IMAGE_EACH (img, package, PACKAGE, p)
        if (str_eq(p->type, STR("golang")) && str_eq(p->source_name, STR("go")) &&
            version_compare(go, p->source_version, STR("1.17"), &order) == 0 && order >= 0 &&
            !map_put(folders, folder_of(p->path), NULL))
            return false;
    return true;
}

/* Folders whose deps.json says which packages the assemblies beside it are from. */
static bool map_deps_json(const struct image *img, struct map *folders)
{
    IMAGE_EACH (img, package, PACKAGE, p)
        if (str_eq(p->type, STR("nuget")) && str_ends(p->path, STR(".deps.json")) &&
            !map_put(folders, folder_of(p->path), NULL))
            return false;
    return true;
}

static bool is_superseded(const struct map *go_mods, const struct map *deps_json, const struct package *p)
{
    if (str_eq(p->type, STR("golang")))
        return go_mods->n && str_ends(p->path, STR("go.sum")) && map_get(go_mods, folder_of(p->path));
    return deps_json->n && str_eq(p->type, STR("nuget")) && p->how == HOW_CONCLUDED &&
           map_get(deps_json, folder_of(p->path));
}

/* Folders for which JavaScript packages are installed, by their own package.json. */
static bool map_installed_for(const struct image *img, struct map *folders)
{
    struct str folder;

    IMAGE_EACH (img, package, PACKAGE, p)
        if (str_eq(p->type, STR("npm")) && p->how == HOW_DECLARED &&
            str_ends(p->path, STR("/package.json")) && asked_installed_for(p->path, &folder) &&
            !map_put(folders, folder, NULL))
            return false;
    return true;
}

/* Does a lock file only repeat what is installed beside it? What it has more than that is for other platforms
 * or was left out. */
static bool is_lock_of_installed(const struct map *folders, const struct package *p, struct str *folder)
{
    struct str base;

    if (!folders->n || !str_eq(p->type, STR("npm")))
        return false;
    str_rsplit(p->path, '/', folder, &base);
    if (str_eq(base, STR(".package-lock.json")))
        return asked_installed_for(p->path, folder) && map_get(folders, *folder);
    return str_one_of(base, "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock") &&
           map_get(folders, *folder);
}

/* Type, namespace, name and version as one key: the package URL without its qualifiers. */
static struct str identity(struct str purl)
{
    struct str head, tail;

    str_split(purl, '?', &head, &tail);
    return head;
}

static struct str place_of(struct model *m, const struct package *p)
{
    if (!p->inside.n)
        return p->path;
    return arena_fmt(&m->arena, STR_FMT "!/" STR_FMT, STR_ARG(p->path), STR_ARG(p->inside));
}

static int add(struct model *m, const struct installed *in, struct err *e)
{
    if (!arena_grow(&m->arena, &m->package.p, m->package.n, &m->package.cap, sizeof *in))
        return err_set(e, ERR_LIMIT, "more packages than fit");
    m->package.p[m->package.n++] = *in;
    return 0;
}

/* Another file says it too: once a file, however often it does. The list has room for a power of two. */
static int say_also(struct model *m, struct installed *have, const struct package *p, struct str place,
                    struct err *e)
{
    size_t n = have->also.n;
    struct str *all = (struct str *)(uintptr_t)have->also.p;

    have->direct |= p->direct;
    if (!have->hash.n)
        have->hash = p->hash;
    if (str_eq(n ? all[n - 1] : have->place, place))
        return 0;
    if (!(n & (n - 1))) {
        all = arena_array(&m->arena, struct str, n ? 2 * n : 1);
        if (!all)
            return err_set(e, ERR_LIMIT, "more packages than fit");
        for (size_t i = 0; i < n; i++)
            all[i] = have->also.p[i];
    }
    all[n] = place;
    have->also = (struct strs){ all, n + 1 };
    return 0;
}

/* One round over all packages of the image: first those that were seen themselves, then those that a bill of
 * materials or the lock file of an installed tree lists, unless it repeats one. */
struct adding {
    struct model *m;
    const struct image *img;
    struct map licenses, go_mods, deps_json, installed,
        known; /* known: identity to index in m->package + 1 */
    struct asked asked;
    bool listed;      /* the round */
    uint32_t *joined; /* where the fact's place in the model goes, see struct layer */
};

/* It is, or repeats, that package of the model. */
static void note(struct adding *a, size_t at)
{
    if (a->joined)
        *a->joined = (uint32_t)at + 1;
}

/* What a lock file repeats is the package that is installed for the same folder. */
static uint32_t *installed_twin(struct adding *a, struct str folder, struct str identity)
{
    struct str key = arena_fmt(&a->m->arena, STR_FMT "\n" STR_FMT, STR_ARG(folder), STR_ARG(identity));

    return key.p ? map_put(&a->known, key, NULL) : NULL;
}

static struct installed join(struct adding *a, const struct package *p, uint32_t layer)
{
    return (struct installed){
        .package = with_licenses(a->m, a->img, &a->licenses, p),
        .element = a->img->element,
        .layer = layer,
        .image = a->img,
        .purl = p->purl.n ? p->purl : purl_of(&a->m->arena, p, a->img->os),
        .place = place_of(a->m, p),
        .hash = p->hash,
        .direct = p->direct,
    };
}

/* A bill may have a package twice: as a distribution's, and as nobody's, for which the distribution does not answer. */
static bool is_same_owner(const struct installed *have, const struct package *p)
{
    return have->package->how != HOW_LISTED || str_eq(have->package->owner, p->owner);
}

static int add_one(struct adding *a, const struct package *p, uint32_t layer, struct err *e)
{
    struct model *m = a->m;
    struct installed in = join(a, p, layer);
    struct str key = identity(in.purl), folder;
    uint32_t *at, *twin;

    note(a, m->package.n);
    if (!key.n)
        return add(m, &in, e);
    if (str_eq(p->type, STR("npm")) && asked_installed_for(p->path, &folder)) {
        if (!(twin = installed_twin(a, folder, key)))
            return err_set(e, ERR_LIMIT, "out of memory");
        *twin = *twin ? *twin : (uint32_t)m->package.n + 1;
    }
    at = map_put(&a->known, key, NULL);
    if (!at)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (a->listed && *at && is_same_owner(&m->package.p[*at - 1], p)) {
        note(a, *at - 1);
        return say_also(m, &m->package.p[*at - 1], p, in.place, e);
    }
    *at = *at ? *at : (uint32_t)m->package.n + 1;
    return add(m, &in, e);
}

/* Of a lock file beside what was installed by it. */
static int add_locked(struct adding *a, const struct package *p, struct str folder, struct err *e)
{
    struct str purl = purl_of(&a->m->arena, p, a->img->os);
    const uint32_t *at = purl.n ? installed_twin(a, folder, identity(purl)) : NULL;

    if (!at)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (!*at)
        return 0; /* locked, and not installed */
    note(a, *at - 1);
    return say_also(a->m, &a->m->package.p[*at - 1], p, p->path, e);
}

/* Room for an image's packages at once, where they are most of the model's: a list that grows leaves its former copies
 * behind, and a tree may have a million of them. */
static int expect(struct model *m, size_t n, struct err *e)
{
    struct installed *room =
        n > m->package.n ? arena_array(&m->arena, struct installed, m->package.n + n) : NULL;

    if (n <= m->package.n)
        return 0;
    if (!room)
        return err_set(e, ERR_LIMIT, "more packages than fit");
    if (m->package.n)
        memcpy(room, m->package.p, m->package.n * sizeof *room);
    m->package.p = room;
    m->package.cap = m->package.n + n;
    return 0;
}

/* Room for where the packages of each layer go. */
static int prepare_joined(struct model *m, const struct image *img, struct err *e)
{
    if (expect(m, img->seen[FACT_PACKAGE_KIND].n, e) < 0)
        return -1;
    for (size_t i = 0; i < img->n_layers; i++) {
        size_t n = 0;
        if (img->layer[i].facts)
            facts_package(img->layer[i].facts, &n);
        img->layer[i].installed = arena_array(&m->arena, uint32_t, n + 1);
        if (!img->layer[i].installed)
            return err_set(e, ERR_LIMIT, "the model is full");
    }
    return 0;
}

static uint32_t *joined_of(const struct image *img, const struct seen *seen)
{
    size_t n;
    const struct package *all = facts_package(img->layer[seen->layer].facts, &n);

    return (uint32_t *)(uintptr_t)&img->layer[seen->layer]
        .installed[(const struct package *)seen->fact - all];
}

static int add_all(struct adding *a, struct err *e)
{
    struct str folder;

    IMAGE_EACH (a->img, package, PACKAGE, p) {
        bool locked = is_lock_of_installed(&a->installed, p, &folder);
        if ((locked || p->how == HOW_LISTED) != a->listed || is_superseded(&a->go_mods, &a->deps_json, p))
            continue;
        if (asked_is_answered(&a->asked, p))
            continue;
        a->joined = joined_of(a->img, seen_p);
        if ((locked ? add_locked(a, p, folder, e) : add_one(a, p, seen_p->layer, e)) < 0)
            return -1;
    }
    return 0;
}

/* "HASH-name-version" of nix/store, behind which an output may be named ("-bin", "-dev"). */
static bool read_nix(struct str folder, struct package *p)
{
    enum { HASH = 32 };
    static const char outputs[] = "bin data debug dev devdoc doc info lib man out py static";
    struct str whole = str_skip(folder, HASH + 1), head, tail;

    if (folder.n <= HASH + 1 || folder.p[HASH] != '-' || str_ends(folder, STR(".drv")))
        return false;
    if (str_rsplit(whole, '-', &head, &tail) && str_one_of(tail, outputs))
        whole = head;
    for (size_t i = 1; i + 1 < whole.n; i++)
        if (whole.p[i] == '-' && whole.p[i + 1] >= '0' && whole.p[i + 1] <= '9') {
            p->name = str_first(whole, i);
            p->version = str_skip(whole, i + 1);
            return true;
        }
    return false;
}

/* Nix keeps each package in a folder of the store whose name says what it is; its database lies elsewhere. */
static int add_nix(struct adding *a, struct err *e)
{
    const struct tree *t = a->img->tree;
    node_id store = t ? tree_find(t, STR("nix/store"), true) : 0;

    a->joined = NULL; /* no fact says it */
    for (node_id id = store ? tree_node(t, store)->child : 0; id; id = tree_node(t, id)->next) {
        const struct tree_node *node = tree_node(t, id);
        struct package *p = arena_new(&a->m->arena, struct package);
        if (!p)
            return err_set(e, ERR_LIMIT, "more packages than fit");
        p->type = STR("nix");
        p->how = HOW_CONCLUDED;
        p->path = arena_fmt(&a->m->arena, "nix/store/" STR_FMT, (int)node->name_n, node->name);
        if (!node->dead && node->kind == ENTRY_DIR && read_nix((struct str){ node->name, node->name_n }, p) &&
            add_one(a, p, node->layer, e) < 0)
            return -1;
    }
    return 0;
}

/* Which package of the distribution brought the files of packages from `begin` on? */
static void find_owners(struct model *m, const struct image *img, size_t begin)
{
    for (size_t i = begin; i < m->package.n; i++) {
        const struct package *p = m->package.p[i].package;
        struct owner said = { 0 };
        bool by_document = str_split(p->owner, '/', &said.type, &said.name);
        m->package.p[i].owner = by_document ? said : owner_of(img, p->path, false);
    }
}

int add_packages(struct model *m, const struct image *img, struct err *e)
{
    struct adding a = { .m = m, .img = img, .asked = ASKED };
    size_t begin = m->package.n;
    int r = 0;

    if (prepare_joined(m, img, e) < 0)
        return -1;
    if (!map_licenses(img, &a.licenses) || !map_complete_go_mods(img, &a.go_mods) ||
        !map_deps_json(img, &a.deps_json) || !map_installed_for(img, &a.installed))
        r = err_set(e, ERR_LIMIT, "out of memory");
    if (r == 0)
        r = asked_read(&a.asked, img, e);
    for (int round = 0; r == 0 && round < 2; round++) {
        a.listed = round == 1;
        r = add_all(&a, e) < 0 || (round == 0 && add_nix(&a, e) < 0) ? -1 : 0;
    }
    map_free(&a.licenses);
    map_free(&a.go_mods);
    map_free(&a.deps_json);
    map_free(&a.installed);
    map_free(&a.known);
    asked_free(&a.asked);
    find_owners(m, img, begin);
    return r;
}
