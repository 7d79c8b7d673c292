#include "parse/pom.h"

#include "core/buf.h"

enum { NESTED_MOST = 8, TEXT_MOST = 1000 };

struct str pom_element(const struct doc *d, const char *key)
{
    return doc_scalar(doc_get(d, key));
}

static struct str own_or_parents(const struct doc *root, const char *key)
{
    struct str own = pom_element(root, key);

    return own.n ? own : pom_element(doc_get(root, "parent"), key);
}

static struct str of_project(const struct pom *p, struct str name)
{
    struct str group, key, none = { 0 };

    if (str_split(name, '.', &group, &key) && str_one_of(group, "project pom"))
        name = key;
    if (str_eq(name, STR("version")))
        return own_or_parents(p->root, "version");
    if (str_eq(name, STR("groupId")))
        return own_or_parents(p->root, "groupId");
    if (str_eq(name, STR("artifactId")))
        return pom_element(p->root, "artifactId");
    if (str_eq(name, STR("parent.version")))
        return pom_element(doc_get(p->root, "parent"), "version");
    if (str_eq(name, STR("parent.groupId")))
        return pom_element(doc_get(p->root, "parent"), "groupId");
    return none;
}

static int by_name(const void *a, const void *b)
{
    const struct pom_property *x = a, *y = b;

    return str_cmp(x->name, y->name);
}

static bool read_properties(struct pom *p)
{
    const struct doc *all = doc_get(p->root, "properties");
    struct pom_property *to = arena_array(p->arena, struct pom_property, all ? all->n + 1 : 1);

    if (!to)
        return false;
    DOC_EACH (all, d)
        to[p->n_property++] = (struct pom_property){ d->key, d->text };
    qsort(to, p->n_property, sizeof *to, by_name);
    p->property = to;
    return true;
}

/* What is written with "project." is the project's own, whatever a property of that name says. */
static struct str property(const struct pom *p, struct str name)
{
    struct str own = str_has(name, STR(".")) ? of_project(p, name) : STR_NONE;

    if (own.n)
        return own;
    const struct pom_property key = { .name = name };
    for (const struct pom *at = p; at; at = at->parent) {
        const struct pom_property *has = bsearch(&key, at->property, at->n_property, sizeof key, by_name);
        if (has)
            return has->value;
    }
    return of_project(p, name);
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

struct str pom_value(const struct pom *p, struct str text)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);

    if (str_find(text, STR("${")) < 0)
        return str_trim(text);
    return expand(p, text, &b, 0) ? str_trim(arena_str(p->arena, buf_view(&b))) : (struct str){ 0 };
}

struct str pom_exact(const struct pom *p, struct str text)
{
    struct str v = pom_value(p, text);

    if (!v.n || !memchr("[(", v.p[0], 2))
        return v;
    bool exact = str_starts(v, STR("[")) && str_ends(v, STR("]")) && !str_has_char(v, ',');
    return exact ? str_trim((struct str){ v.p + 1, v.n - 2 }) : (struct str){ 0 };
}

struct str pom_group(const struct pom *p)
{
    return pom_value(p, own_or_parents(p->root, "groupId"));
}

struct str pom_artifact(const struct pom *p)
{
    return pom_value(p, pom_element(p->root, "artifactId"));
}

struct str pom_version(const struct pom *p)
{
    return pom_value(p, own_or_parents(p->root, "version"));
}

int pom_read(struct pom *p, struct str path, struct str body, struct arena *arena, struct err *e)
{
    struct doc *root;

    if (doc_xml(body, arena, &root, e) < 0)
        return -1;
    *p = (struct pom){ .arena = arena, .root = root, .path = path };
    return read_properties(p) ? 0 : err_set(e, ERR_LIMIT, "document is too large");
}

struct str pom_parent_file(const struct pom *p)
{
    const struct doc *parent = doc_get(p->root, "parent"), *path = doc_get(parent, "relativePath");
    struct str file = path ? doc_scalar(path) : STR("../pom.xml");

    if (!parent || !file.n || str_ends(file, STR(".xml")))
        return parent ? file : STR_NONE;
    return arena_fmt(p->arena, STR_FMT "%spom.xml", STR_ARG(file), str_ends(file, STR("/")) ? "" : "/");
}

bool pom_is_parent(const struct pom *p, const struct pom *parent)
{
    const struct doc *said = doc_get(p->root, "parent");
    struct str version = pom_element(said, "version");

    return str_eq(pom_element(said, "artifactId"), pom_artifact(parent)) &&
           str_eq(pom_element(said, "groupId"), pom_group(parent)) &&
           (str_has(version, STR("${")) || str_eq(version, pom_version(parent)));
}
