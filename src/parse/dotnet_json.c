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
        if (listing_add_pair(m, key, d->line) < 0)
            return -1;
    }
    return 0;
}

static int read_deps(struct listing *m, const struct doc *root)
{
    struct map empty = MAP;

    int result = read_empty(m, target_of(root), &empty) < 0 ? -1 : add_libraries(m, root, &empty);
    map_free(&empty);
    return result;
}

static int read_assets(struct listing *m, const struct doc *root)
{
    DOC_EACH (doc_get(root, "libraries"), d)
        if (str_eq(doc_text(doc_get(d, "type")), STR("package")) && listing_add_pair(m, d->key, d->line) < 0)
            return -1;
    return 0;
}

static int read_lock(struct listing *m, const struct doc *root)
{
    DOC_EACH (doc_get(root, "dependencies"), framework)
        DOC_EACH (framework, d)
            if (!str_eq(doc_text(doc_get(d, "type")), STR("Project")) &&
                listing_add(m, (struct str){ 0 }, d->key, doc_text(doc_get(d, "resolved")), false, d->line) <
                    0)
                return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "nuget");
    struct doc *root;

    if (doc_json(in->body, &m.arena, &root, e) < 0)
        return -1;
    return str_ends(in->path, STR("project.assets.json")) ? read_assets(&m, root)
           : str_ends(in->path, STR(".lock.json"))        ? read_lock(&m, root)
                                                          : read_deps(&m, root);
}

const struct parser parser_dotnet_json = {
    .name = "dotnet_json",
    .what = ".NET packages: *.deps.json, project.assets.json, packages.lock.json",
    .version = 1,
    .paths = PATHS("**/*.deps.json", "**/project.assets.json", "**/packages.lock.json"),
    .max_size = 32u << 20,
    .parse = parse,
};
