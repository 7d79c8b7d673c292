/* maven_pom.c - pom.xml: the project and its dependencies, as far as this one file says. Properties and
 * dependencyManagement are followed within it; what a parent or an imported list of versions would add is
 * not here, so such a dependency has no version. */
#include "parse/listing.h"

#include "parse/pom.h"

struct reading {
    struct listing *m;
    struct pom pom;
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

static int read_managed(struct reading *p)
{
    DOC_EACH (doc_path(p->pom.root, "dependencyManagement.dependencies"), d) {
        uint32_t *at = managed(p, pom_value(&p->pom, pom_element(d, "groupId")),
                               pom_value(&p->pom, pom_element(d, "artifactId")), true);
        if (!at || !arena_grow(&p->m->arena, &p->version, p->n_managed, &p->cap_managed, sizeof *p->version))
            return listing_full(p->m);
        p->version[p->n_managed++] = pom_exact(&p->pom, pom_element(d, "version"));
        *at = (uint32_t)p->n_managed;
    }
    return 0;
}

static int add_dependencies(struct reading *p, const struct doc *list)
{
    DOC_EACH (list, d) {
        struct str group = pom_value(&p->pom, pom_element(d, "groupId")),
                   artifact = pom_value(&p->pom, pom_element(d, "artifactId"));
        struct str version = pom_exact(&p->pom, pom_element(d, "version"));
        if (!group.n || !artifact.n || !str_eq(d->key, STR("dependency")))
            continue;
        const uint32_t *at = managed(p, group, artifact, false);
        if (!pom_element(d, "version").n && at)
            version = p->version[*at - 1];
        bool dev = str_one_of(pom_element(d, "scope"), "test provided") && pom_element(d, "scope").n;
        if (listing_add(p->m, group, artifact, version, dev, d->line) < 0)
            return -1;
    }
    return 0;
}

/* The project itself, when the file says which version it is. */
static int add_project(struct reading *p)
{
    struct str artifact = pom_artifact(&p->pom);
    struct str version = pom_version(&p->pom);

    if (!version.n)
        return 0;
    return listing_add(p->m, pom_group(&p->pom), artifact, version, false, p->pom.root->line);
}

static int read_root(struct reading *p)
{
    if (pom_read(&p->pom, p->m->in->body, &p->m->arena, p->m->e) < 0)
        return -1;
    const struct doc *root = p->pom.root;
    if (read_managed(p) < 0 || add_project(p) < 0 || add_dependencies(p, doc_get(root, "dependencies")) < 0)
        return -1;
    DOC_EACH (doc_get(root, "profiles"), profile)
        if (add_dependencies(p, doc_get(profile, "dependencies")) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct listing m = LISTING(in, out, e, "maven");
    struct reading p = { .m = &m };

    int result = read_root(&p);
    map_free(&p.managed);
    listing_free(&m);
    return result;
}

const struct parser parser_maven_pom = {
    .name = "maven_pom",
    .what = "Java packages: pom.xml",
    .version = 1,
    .paths = PATHS("**/pom.xml"),
    .max_size = 8u << 20,
    .parse = parse,
};
