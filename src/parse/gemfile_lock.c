/* gemfile_lock.c - Gemfile.lock of Bundler: the specs of its sources, "    name (version-platform)", with what each needs
 * below it; what the project itself asks for; since Bundler 2.5 checksums, "  name (version) sha256=..." */
#include "parse/among.h"
#include "parse/distinct.h"

struct gems {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct distinct packages;
    struct among among;
    struct str section; /* GEM, DEPENDENCIES, CHECKSUMS ... */
};

static size_t indent(struct str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

/* "name (version-platform)", of which only the name may stand there. A gem's version has no "-": what follows one is
 * a platform. */
static struct str split_spec(struct str spec, struct str *version)
{
    struct str name, inner, rest;

    *version = STR_NONE;
    if (str_split(str_trim(spec), '(', &name, &inner) && str_split(inner, ')', &inner, &rest))
        str_split(inner, '-', version, &rest);
    name = str_trim(name);
    return str_ends(name, STR("!")) ? str_first(name, name.n - 1) : name; /* "!": from a source of its own */
}

/* The first round: the gems; four blanks in. */
static int add(struct gems *g, struct str line, uint32_t number)
{
    struct package p = { .type = STR("gem"), .path = g->in->path, .line = number };

    if (indent(line) != 4 || !str_ends(str_trim(line), STR(")")))
        return 0;
    p.name = split_spec(line, &p.version);
    if (!p.name.n || !p.version.n)
        return 0;
    if (distinct_package(&g->packages, &p, g->out, g->e) < 0)
        return -1;
    among_call(&g->among, g->packages.at, p.name);
    return 0;
}

static int add_checksum(struct gems *g, struct str line)
{
    struct str version, name = split_spec(line, &version), head, hex;
    uint32_t at = among_find(&g->among, name);
    size_t n;
    struct package *all = facts_package(g->out, &n);

    if (!at || all[at - 1].hash.n || !str_split(line, '=', &head, &hex) || !str_ends(head, STR("sha256")))
        return 0;
    all[at - 1].hash = arena_fmt(&g->out->arena, "sha256:" STR_FMT, STR_ARG(str_first(str_trim(hex), 64)));
    return all[at - 1].hash.p ? 0 : err_set(g->e, ERR_LIMIT, "fact store is full");
}

/* The second: what is six blanks in is needed by the gem above it. */
static int relate(struct gems *g, struct str line, uint32_t *above)
{
    struct str version, name = split_spec(line, &version);
    bool specs = g->section.n && str_one_of(g->section, "GEM GIT PATH PLUGIN");

    if (specs && indent(line) == 4)
        *above = among_find(&g->among, name);
    else if (specs && indent(line) == 6)
        among_need(&g->among, *above, among_find(&g->among, name));
    else if (indent(line) == 2 && str_eq(g->section, STR("DEPENDENCIES")))
        among_direct(g->out, among_find(&g->among, name));
    else if (indent(line) == 2 && str_eq(g->section, STR("CHECKSUMS")))
        return add_checksum(g, line);
    return 0;
}

static int read_lines(struct gems *g, bool first)
{
    struct str rest = g->in->body, line;
    uint32_t above = 0;
    bool specs = false;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (str_starts(line, STR("<<<<<<<")))
            return err_set(g->e, ERR_FORMAT, "line %u: an unresolved merge", number);
        if (str_eq(str_trim(line), STR("specs:"))) {
            specs = true;
        } else if (line.n && line.p[0] != ' ') {
            specs = false;
            g->section = str_trim(line);
        }
        if ((first ? specs && add(g, line, number) < 0 : relate(g, line, &above) < 0))
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct gems g = { .in = in, .out = out, .e = e, .packages = DISTINCT, .among = AMONG };

    bool bad =
        read_lines(&g, true) < 0 || read_lines(&g, false) < 0 || among_settle(&g.among, in, out, e) < 0;
    distinct_free(&g.packages);
    among_free(&g.among);
    return bad ? -1 : 0;
}

const struct parser parser_gemfile_lock = {
    .name = "gemfile_lock",
    .what = "Ruby gems: Gemfile.lock",
    .version = 2,
    .paths = PATHS("**/Gemfile.lock", "**/gems.locked"),
    .max_size = 16u << 20,
    .parse = parse,
};
