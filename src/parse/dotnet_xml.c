/* dotnet_xml.c - what .NET projects ask for: packages.config, *.csproj and its like, Directory.Packages.props
 */
#include "core/map.h"
#include "parse/listing.h"

/* "$(Name)" by the file's own properties; others are set elsewhere. */
static struct str value(const struct doc *root, struct str text)
{
    text = str_trim(text);
    if (!str_starts(text, STR("$(")) || !str_ends(text, STR(")")))
        return str_has(text, STR("$(")) ? STR_NONE : text;
    struct str name = { text.p + 2, text.n - 3 };
    DOC_EACH (root, group)
        if (str_eq(group->key, STR("PropertyGroup")))
            DOC_EACH (group, d)
                if (str_eq_nocase(d->key, name) && !str_has(d->text, STR("$(")))
                    return d->text;
    return (struct str){ 0 };
}

/* "1.0" is restored as such as long as there is one; what a range or "1.*" becomes is not in this file. */
static struct str exact(struct str version)
{
    bool one = str_starts(version, STR("[")) && str_ends(version, STR("]"));

    if (str_has(version, STR("*")) || str_has(version, STR(",")))
        return (struct str){ 0 };
    return one ? str_trim((struct str){ version.p + 1, version.n - 2 }) : version;
}

/* Attribute or element, whichever is there. */
static struct str either(const struct doc *d, const char *attribute)
{
    const struct doc *has = doc_get(d, attribute);

    return has ? doc_scalar(has) : doc_scalar(doc_get(d, attribute + 1));
}

/* The nearest Directory.Packages.props above the project has the versions of all projects below it
 * (NuGet's "central package management"). *root stays NULL when there is none. */
static int read_central(struct listing *m, struct doc **root)
{
    static const char up[] = "../../../../../../";

    for (size_t i = 0; i <= (sizeof up - 1) / 3; i++) {
        struct str file = arena_fmt(&m->arena, "%sDirectory.Packages.props", up + (sizeof up - 1 - 3 * i));
        struct want want = { .file = file, .from = m->in->path, .optional = true };
        const struct input *in = input_wanted(m->in, m->in->path, file);
        struct err why = { 0 };
        if (!in && facts_add_want(m->out, &want, m->e) < 0)
            return -1;
        if (in && in->body.p && !*root && doc_xml(in->body, &m->arena, root, &why) < 0)
            *root = NULL; /* a gap of its own */
    }
    return 0;
}

/* The versions of the central list, by names in small letters: NuGet's are the same in any case. */
struct central {
    struct map by_name; /* index + 1 */
    struct str *version;
    size_t n, cap;
};

static int map_central(struct listing *m, const struct doc *list, struct central *c)
{
    DOC_EACH (list, group)
        DOC_EACH (group, d) {
            struct str name = arena_lower(&m->arena, doc_text(doc_get(d, "@Include")));
            if (!str_eq(d->key, STR("PackageVersion")))
                continue;
            uint32_t *at = name.p ? map_put(&c->by_name, name, NULL) : NULL;
            if (!at || !arena_grow(&m->arena, &c->version, c->n, &c->cap, sizeof *c->version))
                return listing_full(m);
            c->version[c->n++] = value(list, either(d, "@Version"));
            *at = (uint32_t)c->n;
        }
    return 0;
}

static struct str central_version(struct listing *m, const struct central *c, struct str name)
{
    const uint32_t *at = c->n ? map_get(&c->by_name, arena_lower(&m->arena, name)) : NULL;

    return at ? c->version[*at - 1] : STR_NONE;
}

static int add_reference(struct listing *m, const struct doc *root, const struct central *central,
                         const struct doc *d)
{
    struct str name = doc_text(doc_get(d, "@Include")), version = either(d, "@VersionOverride");

    if (!name.n)
        name = doc_text(doc_get(d, "@Update"));
    if (!version.n)
        version = either(d, "@Version");
    name = value(root, name);
    version = version.n ? value(root, version) : central_version(m, central, name);
    if (version.n && !exact(version).n)
        return listing_ask(m, STR_NONE, name, version, false, d->line);
    return version.n ? listing_add(m, STR_NONE, name, exact(version), false, d->line) : 0;
}

static int add_references(struct listing *m, const struct doc *root, const struct central *central)
{
    DOC_EACH (root, group)
        DOC_EACH (group, d)
            if (str_one_of(d->key, "PackageReference PackageVersion GlobalPackageReference") &&
                add_reference(m, root, central, d) < 0)
                return -1;
    return 0;
}

static int read_project(struct listing *m, const struct doc *root)
{
    struct central central = { 0 };
    struct doc *list = NULL;
    int r = 0;

    if (!str_ends(m->in->path, STR("Directory.Packages.props")))
        r = read_central(m, &list);
    if (r == 0 && list)
        r = map_central(m, list, &central);
    if (r == 0)
        r = add_references(m, root, &central);
    map_free(&central.by_name);
    return r;
}

static int read_config(struct listing *m, const struct doc *root)
{
    DOC_EACH (root, d)
        if (str_eq(d->key, STR("package")) &&
            listing_add(m, (struct str){ 0 }, doc_text(doc_get(d, "@id")), doc_text(doc_get(d, "@version")),
                        str_eq_nocase(doc_text(doc_get(d, "@developmentDependency")), STR("true")),
                        d->line) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "nuget");
    struct doc *root;

    if (doc_xml(in->body, &m.arena, &root, e) < 0)
        return -1;
    return str_eq(root->key, STR("packages")) ? read_config(&m, root) : read_project(&m, root);
}

const struct parser parser_dotnet_xml = {
    .name = "dotnet_xml",
    .what = ".NET packages: packages.config, *.csproj, *.fsproj, *.vbproj, Directory.Packages.props",
    .version = 3,
    .together = true,
    .paths = PATHS("**/packages.config", "**/*.csproj", "**/*.fsproj", "**/*.vbproj",
                   "**/Directory.Packages.props", "**/Packages.props", "**/Directory.Build.props"),
    .max_size = 8u << 20,
    .parse = parse,
};
