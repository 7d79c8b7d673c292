/* python_lock.c - poetry.lock, pdm.lock ([[package]] tables) and pylock.toml of PEP 751 ([[packages]]) */
#include "doc/doc.h"
#include "parse/distinct.h"
#include "parse/parse.h"

static bool has(const struct doc *list, struct str text)
{
    DOC_EACH (list, d)
        if (str_eq(doc_text(d), text))
            return true;
    return false;
}

/* pdm does not say whether a group is a development one or an extra: only names that leave no doubt count. */
static bool dev_by_name(const struct doc *groups)
{
    DOC_EACH (groups, d)
        if (!str_one_of(doc_text(d), "dev test tests testing lint doc docs typing mypy"))
            return false;
    return groups && groups->n;
}

static bool is_dev(const struct doc *d, bool poetry)
{
    const struct doc *groups = doc_get(d, "groups");
    struct str marker = doc_text(doc_get(d, "marker"));

    if (str_eq(doc_text(doc_get(d, "category")), STR("dev"))) /* poetry before 1.5 */
        return true;
    if (poetry)
        return groups && groups->n && !has(groups, STR("main"));
    if (str_has(marker, STR("dependency_groups"))) /* pylock: '"test" in dependency_groups' */
        return !str_has(marker, STR("default")) && !str_has(marker, STR("extras"));
    return dev_by_name(groups);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    bool poetry = str_ends(in->path, STR("poetry.lock"));
    struct doc *root;

    if (doc_toml(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *list = doc_get(root, "packages");
    DOC_EACH (list ? list : doc_get(root, "package"), d) {
        struct package p = {
            .type = STR("pypi"),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_text(doc_get(d, "version")),
            .dev = is_dev(d, poetry),
            .path = in->path,
            .line = d->line,
        };
        if (!p.name.n)
            return err_set(e, ERR_FORMAT, "line %u: a package without name", d->line);
        if (!p.version.n && doc_get(d, "directory"))
            continue; /* the project itself */
        if (distinct_package(&packages, &p, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_python_lock = {
    .name = "python_lock",
    .what = "Python packages: poetry.lock, pdm.lock, pylock.toml",
    .version = 1,
    .paths = PATHS("**/poetry.lock", "**/pdm.lock", "**/pylock*.toml"),
    .max_size = 32u << 20,
    .parse = parse,
};
