/* maven_pom.c - pom.xml: the project and its dependencies, with what it inherits from parents that lie beside
 * it: properties, managed versions, dependencies, and imported lists of versions of modules beside it. What
 * stands in a repository is not here, so such a dependency has no version. */
#include "parse/listing.h"
#include "parse/pom.h"

struct reading {
    struct listing *m;
    struct pom *pom;    /* the file's own */
    struct map managed; /* "group:artifact" of dependencyManagement: index + 1 */
    struct str *version;
    size_t n_managed, cap_managed;
};

static uint32_t *managed(struct reading *p, struct str group, struct str artifact, bool make)
{
    struct str key = arena_fmt(&p->m->arena, STR_FMT ":" STR_FMT, STR_ARG(group), STR_ARG(artifact));

    if (!key.p)
        return NULL;
    return make ? map_put(&p->managed, key, NULL) : map_get(&p->managed, key);
}

/* The document that a pom names, if somebody brought it; else it is asked for. 1 found, 0 not, -1. One that
 * cannot be read is a gap of its own. */
static int open_beside(struct reading *p, const struct pom *from, struct str file, struct pom *to)
{
    struct want want = { .file = file, .from = from->path, .optional = true };
    const struct input *in = input_wanted(p->m->in, from->path, file);
    struct err why = { 0 };

    if (!in)
        return facts_add_want(p->m->out, &want, p->m->e);
    return in->body.p && pom_read(to, in->path, in->body, &p->m->arena, &why) == 0;
}

/* The parents, as far as they lie here. */
static int read_parents(struct reading *p, struct pom *pom)
{
    for (int i = 0; i < POM_PARENTS_MOST; i++) {
        struct str file = pom_parent_file(pom);
        struct pom *parent = file.n ? arena_new(&p->m->arena, struct pom) : NULL;
        int r = parent ? open_beside(p, pom, file, parent) : 0;
        if (r <= 0 || !pom_is_parent(pom, parent))
            return r < 0 ? -1 : 0;
        pom->parent = parent;
        pom = parent;
    }
    return 0;
}

static int manage(struct reading *p, const struct pom *context, const struct doc *d)
{
    uint32_t *at = managed(p, pom_value(context, pom_element(d, "groupId")),
                           pom_value(context, pom_element(d, "artifactId")), true);

    if (!at || !arena_grow(&p->m->arena, &p->version, p->n_managed, &p->cap_managed, sizeof *p->version))
        return listing_full(p->m);
    p->version[p->n_managed++] = pom_exact(context, pom_element(d, "version"));
    *at = (uint32_t)p->n_managed;
    return 0;
}

/* dependencyManagement of `context` and its parents, theirs first: what comes later overrides. */
static int read_managed(struct reading *p, const struct pom *context, const struct pom *at)
{
    if (at->parent && read_managed(p, context, at->parent) < 0)
        return -1;
    DOC_EACH (doc_path(at->root, "dependencyManagement.dependencies"), d)
        if (!str_eq(pom_element(d, "scope"), STR("import")) && manage(p, context, d) < 0)
            return -1;
    return 0;
}

/* Lists of versions that are imported. Here they are modules beside the pom, in a folder of their name. */
static int read_imports(struct reading *p, const struct pom *at)
{
    if (at->parent && read_imports(p, at->parent) < 0)
        return -1;
    DOC_EACH (doc_path(at->root, "dependencyManagement.dependencies"), d) {
        struct str artifact = pom_value(p->pom, pom_element(d, "artifactId"));
        if (!str_eq(pom_element(d, "scope"), STR("import")) || !artifact.n)
            continue;
        for (int up = 0; up < 2; up++) {
            struct str file =
                arena_fmt(&p->m->arena, "%s" STR_FMT "/pom.xml", up ? "../" : "", STR_ARG(artifact));
            struct pom list;
            int r = open_beside(p, at, file, &list);
            if (r < 0 || (r > 0 && read_parents(p, &list) < 0))
                return -1;
            if (r > 0 && str_eq(pom_artifact(&list), artifact) && read_managed(p, &list, &list) < 0)
                return -1;
        }
    }
    return 0;
}

static int add_dependencies(struct reading *p, const struct doc *list, bool own)
{
    DOC_EACH (list, d) {
        struct str group = pom_value(p->pom, pom_element(d, "groupId")),
                   artifact = pom_value(p->pom, pom_element(d, "artifactId"));
        struct str version = pom_exact(p->pom, pom_element(d, "version"));
        if (!group.n || !artifact.n || !str_eq(d->key, STR("dependency")))
            continue;
        const uint32_t *at = managed(p, group, artifact, false);
        if (!pom_element(d, "version").n && at)
            version = p->version[*at - 1];
        bool dev = str_one_of(pom_element(d, "scope"), "test provided") && pom_element(d, "scope").n;
        struct str asked = version.n ? STR_NONE : pom_value(p->pom, pom_element(d, "version"));
        if ((asked.n ? listing_ask(p->m, group, artifact, asked, dev, own ? d->line : 0)
                     : listing_add(p->m, group, artifact, version, dev, own ? d->line : 0)) < 0)
            return -1;
    }
    return 0;
}

static int add_all_dependencies(struct reading *p)
{
    for (const struct pom *at = p->pom; at; at = at->parent) {
        if (add_dependencies(p, doc_get(at->root, "dependencies"), at == p->pom) < 0)
            return -1;
        DOC_EACH (at == p->pom ? doc_get(at->root, "profiles") : NULL, profile)
            if (add_dependencies(p, doc_get(profile, "dependencies"), true) < 0)
                return -1;
    }
    return 0;
}

/* The project itself, when the file says which version it is. */
static int add_project(struct reading *p)
{
    struct str version = pom_version(p->pom);

    if (!version.n)
        return 0;
    return listing_add(p->m, pom_group(p->pom), pom_artifact(p->pom), version, false, p->pom->root->line);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "maven");
    struct pom pom;
    struct reading p = { .m = &m, .pom = &pom };

    int r = pom_read(&pom, in->path, in->body, &m.arena, e);
    if (r == 0 && (read_parents(&p, &pom) < 0 || read_imports(&p, &pom) < 0 ||
                   read_managed(&p, &pom, &pom) < 0 || add_project(&p) < 0 || add_all_dependencies(&p) < 0))
        r = -1;
    map_free(&p.managed);
    return r;
}

const struct parser parser_maven_pom = {
    .name = "maven_pom",
    .what = "Java packages: pom.xml with its parents and imported lists of versions",
    .version = 3,
    .paths = PATHS("**/pom.xml"),
    .together = true,
    .max_size = 8u << 20,
    .parse = parse,
};
