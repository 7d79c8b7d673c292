/* python_lock.c - poetry.lock, pdm.lock ([[package]] tables) and pylock.toml of PEP 751 ([[packages]]) */
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/distinct.h"
#include "parse/requirement.h"

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

/* Of the one archive that is named; of several nobody says which is installed. pylock has them in several places. */
static struct str hash_of(const struct doc *d, struct arena *a)
{
    static const char *const places[] = { "files", "wheels", "sdist", "archive" };
    const struct doc *only = NULL;

    for (size_t i = 0, n = 0; i < ARRAY_LEN(places); i++) {
        const struct doc *at = doc_get(d, places[i]);
        n += at && at->kind == DOC_LIST ? at->n : at != NULL;
        if (n > 1)
            return STR_NONE;
        only = at && at->kind == DOC_LIST ? at->child : at ? at : only;
    }
    struct str hex = doc_text(doc_path(only, "hashes.sha256"));
    return hex.n ? arena_fmt(a, "sha256:" STR_FMT, STR_ARG(hex)) : doc_text(doc_get(only, "hash"));
}

static void need(struct among *a, uint32_t from, struct str name)
{
    char to[REQUIREMENT_NAME_MOST];

    among_need(a, from, among_find(a, requirement_fold(name, to)));
}

/* poetry: {name = "^1"} or {name = {version = "^1", optional = true}}; what an extra would need nobody installed for
 * that. pdm: ["name>=1; marker"]; pylock: [{name = "..."}]. */
static void relate(struct among *a, uint32_t from, const struct doc *dependencies)
{
    struct requirement asked;

    DOC_EACH (dependencies, d) {
        if (dependencies->kind == DOC_OBJECT && !doc_true(doc_get(d, "optional")))
            need(a, from, d->key);
        else if (d->kind == DOC_OBJECT && dependencies->kind == DOC_LIST)
            need(a, from, doc_text(doc_get(d, "name")));
        else if (d->kind == DOC_TEXT && requirement_read(d->text, &asked))
            need(a, from, asked.name);
    }
}

static int relate_all(const struct doc *list, const uint32_t *package, const struct input *in,
                      struct facts *out, struct err *e)
{
    AUTO_AMONG struct among a = AMONG;
    char to[REQUIREMENT_NAME_MOST];
    size_t n = 0;

    DOC_EACH (list, d) {
        struct str name = requirement_fold(doc_text(doc_get(d, "name")), to);
        among_call_fmt(&a, package[n++], STR_FMT, STR_ARG(name));
    }
    n = 0;
    DOC_EACH (list, d)
        relate(&a, package[n++], doc_get(d, "dependencies"));
    return among_settle(&a, in, out, e);
}

/* "NAME CONSTRAINT" of one entry: ">=1.0" or {version = ">=1.0", markers = ...}. One without a version (a folder, a
 * repository) is left out. */
static bool add_ask(struct str *to, size_t *n, struct str name, const struct doc *d, struct arena *a)
{
    struct str wanted = d->kind == DOC_OBJECT ? doc_text(doc_get(d, "version")) : doc_text(d);

    if (wanted.n)
        to[(*n)++] = arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(wanted));
    return !wanted.n || to[*n - 1].p;
}

/* poetry's [package.dependencies]: of one name there may be several, each for another platform. */
static bool read_asks(const struct doc *dependencies, struct strs *asks, struct arena *a)
{
    size_t most = 0, n = 0;

    DOC_EACH (dependencies, d)
        most += d->kind == DOC_LIST ? d->n : 1;
    struct str *to = arena_array(a, struct str, most + 1);
    if (!to)
        return false;
    DOC_EACH (dependencies, d) {
        if (d->kind != DOC_LIST && !add_ask(to, &n, d->key, d, a))
            return false;
        DOC_EACH (d->kind == DOC_LIST ? d : NULL, one)
            if (!add_ask(to, &n, d->key, one, a))
                return false;
    }
    *asks = (struct strs){ to, n };
    return true;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    bool poetry = str_ends(in->path, STR("poetry.lock"));
    struct doc *root;

    if (doc_toml(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *list = doc_get(root, "packages") ? doc_get(root, "packages") : doc_get(root, "package");
    uint32_t *package = arena_array(&a, uint32_t, list ? list->n + 1 : 1), *at = package;
    if (!package)
        return err_set(e, ERR_LIMIT, "document is too large");
    DOC_EACH (list, d) {
        struct package p = {
            .type = STR("pypi"),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_text(doc_get(d, "version")),
            .dev = is_dev(d, poetry),
            .hash = hash_of(d, &a),
            .path = in->path,
            .line = d->line,
        };
        if (!p.name.n)
            return err_set(e, ERR_FORMAT, "line %u: a package without name", d->line);
        if (poetry && !read_asks(doc_get(d, "dependencies"), &p.asks, &a))
            return err_set(e, ERR_LIMIT, "line %u: the document is too large", d->line);
        if (!p.version.n && doc_get(d, "directory"))
            at++; /* the project itself */
        else if (distinct_package(&packages, &p, out, e) < 0)
            return -1;
        else
            *at++ = packages.at;
    }
    return relate_all(list, package, in, out, e);
}

const struct parser parser_python_lock = {
    .name = "python_lock",
    .what = "Python packages: poetry.lock, pdm.lock, pylock.toml",
    .version = 3,
    .paths = PATHS("**/poetry.lock", "**/pdm.lock", "**/pylock*.toml"),
    .max_size = 32u << 20,
    .parse = parse,
};
