/* dotnet_json.c - what .NET says of an application that was built (*.deps.json), restored
 * (project.assets.json) or locked (packages.lock.json). */
#include "parse/listing.h"

static const struct doc *target_of(const struct doc *root)
{
    const struct doc *said = doc_get(root, "runtimeTarget");
    struct str name = said && said->kind == DOC_OBJECT ? doc_text(doc_get(said, "name")) : doc_text(said);

    DOC_EACH (doc_get(root, "targets"), d)
        if (str_eq(d->key, name))
            return d;
    return NULL;
}

/* Libraries that the target lists with nothing that runs are only names: packages made before .NET Core 3
 * pull in hundreds of those. */
static int read_empty(struct listing *m, const struct doc *target, struct map *empty)
{
    DOC_EACH (target, d)
        if (!doc_get(d, "runtime") && !doc_get(d, "runtimeTargets") && !doc_get(d, "native") &&
            !doc_get(d, "resources") && !map_put(empty, d->key, NULL))
            return listing_full(m);
    return 0;
}

/* NuGet's names differ in case only by mistake: all are looked up in small letters. */
static int call(struct listing *m, struct str name)
{
    struct str lower = arena_lower(&m->arena, name);

    among_call(&m->among, m->packages.at, lower);
    return lower.p ? 0 : listing_full(m);
}

static uint32_t find(struct listing *m, struct str key)
{
    struct str lower = arena_lower(&m->arena, key);

    return lower.p ? among_find(&m->among, lower) : 0;
}

/* The archive's hash, where it is one: "sha512-BASE64"; without the algorithm in packages.lock.json. */
static int add_hash(struct listing *m, struct str prefix, struct str text)
{
    size_t n;
    struct package *all = facts_package(m->out, &n);

    if (!m->packages.at || !text.n || all[m->packages.at - 1].hash.n)
        return 0;
    all[m->packages.at - 1].hash =
        arena_fmt(&m->out->arena, STR_FMT STR_FMT, STR_ARG(prefix), STR_ARG(str_first(text, 200)));
    return all[m->packages.at - 1].hash.p ? 0 : listing_full(m);
}

/* Of a target's libraries, called "Name/1.2.3": {"dependencies": {"Other": "1.2.3"}}. */
static void relate_target(struct listing *m, const struct doc *target)
{
    DOC_EACH (target, d)
        DOC_EACH (doc_get(d, "dependencies"), needed) {
            struct str to =
                arena_fmt(&m->arena, STR_FMT "/" STR_FMT, STR_ARG(needed->key), STR_ARG(doc_text(needed)));
            uint32_t at = to.p ? find(m, to) : 0;
            among_need(&m->among, find(m, d->key),
                       at ? at : find(m, needed->key)); /* by the version, or alone */
        }
}

static int add_library(struct listing *m, struct str key, const struct doc *d)
{
    struct str name, version;

    str_split(key, '/', &name, &version);
    return listing_add_pair(m, key, d->line) < 0 || call(m, d->key) < 0 || call(m, name) < 0 ||
                   add_hash(m, STR(""), doc_text(doc_get(d, "sha512"))) < 0
               ? -1
               : 0;
}

static int add_libraries(struct listing *m, const struct doc *root, const struct map *empty)
{
    struct str pack = STR("runtimepack.");

    DOC_EACH (doc_get(root, "libraries"), d) {
        struct str type = doc_text(doc_get(d, "type")), key = d->key;
        if (!type.n || !str_one_of(type, "package project runtimepack") ||
            (str_eq(type, STR("package")) && map_get(empty, key)))
            continue;
        if (str_eq(type, STR("runtimepack")) && str_starts(key, pack))
            key = str_skip(key, pack.n);
        m->packages.at = 0;
        if (add_library(m, key, d) < 0)
            return -1;
    }
    return 0;
}

static int read_deps(struct listing *m, const struct doc *root)
{
    struct map empty = MAP;

    int result = read_empty(m, target_of(root), &empty) < 0 ? -1 : add_libraries(m, root, &empty);
    map_free(&empty);
    if (result == 0)
        relate_target(m, target_of(root));
    return result;
}

static int read_assets(struct listing *m, const struct doc *root)
{
    DOC_EACH (doc_get(root, "libraries"), d)
        if (str_eq(doc_text(doc_get(d, "type")), STR("package")) && add_library(m, d->key, d) < 0)
            return -1;
    DOC_EACH (doc_get(root, "targets"), target)
        relate_target(m, target);
    return 0;
}

static int add_locked(struct listing *m, const struct doc *d)
{
    struct str type = doc_text(doc_get(d, "type"));

    if (str_eq(type, STR("Project")))
        return 0;
    if (listing_add(m, STR_NONE, d->key, doc_text(doc_get(d, "resolved")), false, d->line) < 0 ||
        call(m, d->key) < 0 || add_hash(m, STR("sha512-"), doc_text(doc_get(d, "contentHash"))) < 0)
        return -1;
    if (str_eq(type, STR("Direct")))
        among_direct(m->out, m->packages.at);
    return 0;
}

static int read_lock(struct listing *m, const struct doc *root)
{
    DOC_EACH (doc_get(root, "dependencies"), framework)
        DOC_EACH (framework, d)
            if (add_locked(m, d) < 0)
                return -1;
    DOC_EACH (doc_get(root, "dependencies"), framework)
        DOC_EACH (framework, d)
            DOC_EACH (doc_get(d, "dependencies"), needed)
                among_need(&m->among, find(m, d->key), find(m, needed->key));
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "nuget");
    struct doc *root;

    if (doc_json(in->body, &m.arena, &root, e) < 0)
        return -1;
    int result = str_ends(in->path, STR("project.assets.json")) ? read_assets(&m, root)
                 : str_ends(in->path, STR(".lock.json"))        ? read_lock(&m, root)
                                                                : read_deps(&m, root);
    return result < 0 ? -1 : among_settle(&m.among, in, out, e);
}

const struct parser parser_dotnet_json = {
    .name = "dotnet_json",
    .what = ".NET packages: *.deps.json, project.assets.json, packages.lock.json",
    .version = 2,
    .paths = PATHS("**/*.deps.json", "**/project.assets.json", "**/packages.lock.json"),
    .max_size = 32u << 20,
    .parse = parse,
};
