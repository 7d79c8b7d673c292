/* maven_pom.c - pom.xml: the project and its dependencies, as far as this one file says. Properties and
 * dependencyManagement are followed within it; what a parent or an imported list of versions would add is
 * not here, so such a dependency has no version. */
#include "parse/listing.h"

#include "core/buf.h"

enum { NESTED_MOST = 8, TEXT_MOST = 1000 };

struct pom {
    struct listing *m;
    const struct doc *root;
    struct map managed; /* "group:artifact" of dependencyManagement: index + 1 */
    struct str *version;
    size_t n_managed, cap_managed;
};

static struct str element(const struct doc *d, const char *key)
{
    return doc_scalar(doc_get(d, key));
}

static struct str own_or_parents(const struct doc *root, const char *key)
{
    struct str own = element(root, key);

    return own.n ? own : element(doc_get(root, "parent"), key);
}

static struct str property(const struct pom *p, struct str name)
{
    struct str group, key;

    DOC_EACH (doc_get(p->root, "properties"), d)
        if (str_eq(d->key, name))
            return d->text;
    if (str_split(name, '.', &group, &key) && str_one_of(group, "project pom"))
        name = key;
    if (str_one_of(name, "version"))
        return own_or_parents(p->root, "version");
    if (str_one_of(name, "groupId"))
        return own_or_parents(p->root, "groupId");
    if (str_one_of(name, "artifactId"))
        return element(p->root, "artifactId");
    if (str_one_of(name, "parent.version"))
        return element(doc_get(p->root, "parent"), "version");
    if (str_one_of(name, "parent.groupId"))
        return element(doc_get(p->root, "parent"), "groupId");
    return (struct str){ 0 };
}

/* Write the text with its ${names} replaced; false when one is not known here, or names itself. */
static bool expand(const struct pom *p, struct str text, struct buf *out, int depth)
{
    for (ptrdiff_t at; (at = str_find(text, STR("${"))) >= 0;) {
        struct str name, rest;
        if (depth == NESTED_MOST || !str_split(str_skip(text, (size_t)at + 2), '}', &name, &rest))
            return false;
        struct str value = property(p, name);
        buf_str(out, str_first(text, (size_t)at));
        if (!value.n || !expand(p, value, out, depth + 1))
            return false;
        text = rest;
    }
    buf_str(out, text);
    return buf_ok(out);
}

static struct str value(const struct pom *p, struct str text)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);

    if (str_find(text, STR("${")) < 0)
        return text;
    return expand(p, text, &b, 0) ? str_trim(arena_str(&p->m->arena, buf_view(&b))) : (struct str){ 0 };
}

/* "[1.0]" is a version too; what a range would resolve to is not in this file. */
static struct str version_value(const struct pom *p, struct str text)
{
    struct str v = value(p, text);

    if (!v.n || !memchr("[(", v.p[0], 2))
        return v;
    bool exact = str_starts(v, STR("[")) && str_ends(v, STR("]")) && !memchr(v.p, ',', v.n);
    return exact ? str_trim((struct str){ v.p + 1, v.n - 2 }) : (struct str){ 0 };
}

static uint32_t *managed(struct pom *p, struct str group, struct str artifact, bool make)
{
    struct str key = arena_fmt(&p->m->arena, STR_FMT ":" STR_FMT, STR_ARG(group), STR_ARG(artifact));

    if (!key.p)
        return NULL;
    return make ? map_put(&p->managed, key, NULL) : map_get(&p->managed, key);
}

static int read_managed(struct pom *p)
{
    DOC_EACH (doc_path(p->root, "dependencyManagement.dependencies"), d) {
        uint32_t *at = managed(p, value(p, element(d, "groupId")), value(p, element(d, "artifactId")), true);
        if (!at || !arena_grow(&p->m->arena, &p->version, p->n_managed, &p->cap_managed, sizeof *p->version))
            return listing_full(p->m);
        p->version[p->n_managed++] = version_value(p, element(d, "version"));
        *at = (uint32_t)p->n_managed;
    }
    return 0;
}

static int add_dependencies(struct pom *p, const struct doc *list)
{
    DOC_EACH (list, d) {
        struct str group = value(p, element(d, "groupId")), artifact = value(p, element(d, "artifactId"));
        struct str version = version_value(p, element(d, "version"));
        if (!group.n || !artifact.n || !str_eq(d->key, STR("dependency")))
            continue;
        const uint32_t *at = managed(p, group, artifact, false);
        if (!element(d, "version").n && at)
            version = p->version[*at - 1];
        bool dev = str_one_of(element(d, "scope"), "test provided") && element(d, "scope").n;
        if (listing_add(p->m, group, artifact, version, dev, d->line) < 0)
            return -1;
    }
    return 0;
}

/* The project itself, when the file says which version it is. */
static int add_project(struct pom *p)
{
    struct str artifact = value(p, element(p->root, "artifactId"));
    struct str version = value(p, own_or_parents(p->root, "version"));

    if (!version.n)
        return 0;
    return listing_add(p->m, value(p, own_or_parents(p->root, "groupId")), artifact, version, false,
                       p->root->line);
}

static int read_root(struct pom *p)
{
    struct doc *root;

    if (doc_xml(p->m->in->body, &p->m->arena, &root, p->m->e) < 0)
        return -1;
    p->root = root;
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
    struct pom p = { .m = &m };

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
