/* conan.c - C and C++ packages of Conan: conan.lock (0.1 to 0.4 a graph, from 0.5 lists), conanfile.txt.
 * A reference is name/version[@user/channel][#revision][:package][%time]. */
#include "doc/doc.h"
#include "parse/parse.h"

static int add(const struct input *in, struct str ref, bool dev, uint32_t line, struct facts *out,
               struct err *e)
{
    struct package p = { .type = STR("conan"), .dev = dev, .path = in->path, .line = line };
    struct str rest;

    for (const char *end = "#:%@"; *end; end++)
        str_split(ref, *end, &ref, &rest);
    if (!str_split(str_trim(ref), '/', &p.name, &p.version) || !p.name.n || !p.version.n)
        return 0; /* a project that was never named is "1.0" or empty */
    return facts_add_package(out, &p, e);
}

static int read_graph(const struct input *in, const struct doc *nodes, struct facts *out, struct err *e)
{
    DOC_EACH (nodes, d) {
        const struct doc *ref = doc_get(d, "ref");
        bool build = str_eq(doc_text(doc_get(d, "context")), STR("build"));
        if (doc_get(d, "path")) /* the project itself, in its folder */
            continue;
        if (add(in, doc_text(ref ? ref : doc_get(d, "pref")), build, d->line, out, e) < 0)
            return -1;
    }
    return 0;
}

static int read_list(const struct input *in, const struct doc *list, bool dev, struct facts *out,
                     struct err *e)
{
    DOC_EACH (list, d) {
        struct str ref = d->kind == DOC_LIST ? doc_text(d->child) : doc_text(d); /* ["ref", {...}] */
        if (add(in, ref, dev, d->line, out, e) < 0)
            return -1;
    }
    return 0;
}

/* [requires] name/version */
static int read_conanfile(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, section = { 0 };

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        struct str comment;
        str_split(line, '#', &line, &comment); /* of a revision too, which is not needed */
        line = str_trim(line);
        if (str_starts(line, STR("[")))
            section = line;
        bool build = str_eq(section, STR("[build_requires]")) || str_eq(section, STR("[tool_requires]"));
        if (!build && !str_eq(section, STR("[requires]")))
            continue;
        if (line.n && line.p[0] != '[' && add(in, line, build, number, out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(128u << 20);
    struct doc *root;

    if (str_ends(in->path, STR(".txt")))
        return read_conanfile(in, out, e);
    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *graph = doc_get(root, "graph_lock");
    if (graph)
        return read_graph(in, doc_get(graph, "nodes"), out, e);
    return read_list(in, doc_get(root, "requires"), false, out, e) < 0 ||
                   read_list(in, doc_get(root, "build_requires"), true, out, e) < 0 ||
                   read_list(in, doc_get(root, "python_requires"), true, out, e) < 0
               ? -1
               : 0;
}

const struct parser parser_conan = {
    .name = "conan",
    .what = "C and C++ packages of Conan: conan.lock, conanfile.txt",
    .version = 1,
    .paths = PATHS("**/conan.lock", "**/conanfile*.txt"),
    .max_size = 16u << 20,
    .parse = parse,
};
