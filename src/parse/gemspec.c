/* gemspec.c - Ruby gems as installed: specifications/<name>-<version>.gemspec. These are programs, but
 * RubyGems writes them all alike: s.name = "rake".freeze. One whose version is computed belongs to a source;
 * if that lies in the folder of an installed gem, gems/<name>-<version>/, the folder says it. */
#include "parse/needs.h"
#include "parse/parse.h"

enum { LICENSES_MOST = 16 };

struct spec {
    struct str name, version, license[LICENSES_MOST];
    size_t n_license;
    uint32_t line;
    struct needs needs;
};

/* The next literal in quotes; *s moves behind it. */
static bool next_literal(struct str *s, struct str *out)
{
    while (s->n && s->p[0] != '"' && s->p[0] != '\'' && s->p[0] != '#')
        *s = str_skip(*s, 1);
    if (!s->n || s->p[0] == '#')
        return false;
    char quote = s->p[0];
    *s = str_skip(*s, 1);
    return str_split(*s, quote, out, s);
}

/* s.name = value: the field's name and the value; false for anything else. */
static bool assignment(struct str line, struct str *field, struct str *value)
{
    struct str head, object;

    if (!str_split(str_trim(line), '=', &head, value))
        return false;
    head = str_trim(head);
    if (!str_split(head, '.', &object, field) || !object.n)
        return false;
    for (size_t i = 0; i < head.n; i++)
        if (memchr(" \t(\"'#", head.p[i], 6))
            return false;
    *value = str_trim(*value);
    return true;
}

/* "1.0", '1.0'.freeze, Gem::Version.new("1.0"); empty for a constant or an expression. */
static struct str literal_of(struct str value)
{
    struct str out;
    const struct str call = STR("Gem::Version.new(");

    if (str_starts(value, call))
        value = str_skip(value, call.n);
    if (!value.n || (value.p[0] != '"' && value.p[0] != '\'') || !next_literal(&value, &out) ||
        str_has(out, STR("#{")))
        return (struct str){ 0 };
    return out;
}

static void field(struct spec *s, struct str name, struct str value, uint32_t line)
{
    if (str_eq(name, STR("name")) && !s->name.n) {
        s->name = literal_of(value);
        s->line = line;
    } else if (str_eq(name, STR("version")) && !s->version.n) {
        s->version = literal_of(value);
    } else if (str_eq(name, STR("license")) || str_eq(name, STR("licenses"))) {
        while (s->n_license < LICENSES_MOST && next_literal(&value, &s->license[s->n_license]))
            s->n_license++;
    }
}

/* s.add_runtime_dependency("a".freeze, ["~> 1"]), s.add_dependency(%q<a>, ...): the name. false: it is none. */
static bool dependency(struct str line, struct str *name)
{
    static const struct str call[] = { STR(".add_runtime_dependency("), STR(".add_dependency(") };
    struct str rest = STR_NONE;

    for (size_t i = 0; i < ARRAY_LEN(call); i++) {
        ptrdiff_t at = str_find(line, call[i]);
        if (at >= 0)
            rest = str_skip(line, (size_t)at + call[i].n);
    }
    if (str_starts(rest, STR("%q<")))
        return str_split(str_skip(rest, 3), '>', name, &rest);
    return rest.n && memchr("\"'", rest.p[0], 2) && next_literal(&rest, name);
}

/* gems/<name>-<version>/<name>.gemspec */
static struct str version_of_folder(struct str path, struct str name)
{
    struct str folder, base, up, parent;

    str_rsplit(path, '/', &folder, &base);
    str_rsplit(folder, '/', &up, &parent);
    if (!str_ends(up, STR("gems")) || !str_starts(parent, name) || parent.n <= name.n + 1 ||
        parent.p[name.n] != '-')
        return (struct str){ 0 };
    return str_skip(parent, name.n + 1);
}

static void spec_free(struct spec *s)
{
    needs_free(&s->needs);
}
#define AUTO_SPEC CLEANUP(spec_free)

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, name, value;
    AUTO_SPEC struct spec s = { .needs = NEEDS };

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++)
        if (assignment(line, &name, &value))
            field(&s, name, value, number);
        else if (dependency(line, &value) && !needs_name(&s.needs, value))
            return err_set(e, ERR_LIMIT, "line %u: needs more gems than any does", number);
    if (!s.version.n && s.name.n)
        s.version = version_of_folder(in->path, s.name);
    if (!s.name.n || !s.version.n)
        return 0;
    struct package p = {
        .type = STR("gem"),
        .name = s.name,
        .version = s.version,
        .licenses = { s.license, s.n_license },
        .needs = needs_all(&s.needs),
        .path = in->path,
        .line = s.line,
    };
    return facts_add_package(out, &p, e);
}

const struct parser parser_gemspec = {
    .name = "gemspec",
    .what = "installed Ruby gems: gemspec",
    .version = 2,
    .paths = PATHS("**/*.gemspec"),
    .max_size = 2u << 20,
    .parse = parse,
};
