/* runtime_version.c - which runtime a project asks version managers for: .tool-versions (asdf, mise), .nvmrc,
 * .node-version. */
#include "parse/npm.h"
#include "parse/plain.h"

static struct str without_comment(struct str line)
{
    struct str comment;

    str_split(line, '#', &line, &comment);
    return str_trim(line);
}

/* "tool version [version ...]"; "system", "path:..." and "ref:..." are whatever is there. */
static int read_tools(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, tool, word;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        line = without_comment(line);
        tool = next_word(&line);
        while ((word = next_word(&line)).n) {
            if (str_eq(word, STR("system")) || str_has_char(word, ':'))
                continue;
            if (plain_package(in, "asdf", tool, word, number, out, e) < 0)
                return -1;
        }
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line;

    if (npm_installed(in->path))
        return 0; /* of those who wrote an installed package: nothing of it is here */
    if (str_ends(in->path, STR(".tool-versions")))
        return read_tools(in, out, e);
    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        line = without_comment(line);
        if (!line.n)
            continue;
        line = str_skip(line, line.p[0] == 'v');
        if (!line.n || line.p[0] < '0' || line.p[0] > '9') /* "lts/iron", "node": whatever is newest */
            return 0;
        return plain_package(in, "generic", STR("nodejs"), line, number, out, e);
    }
    return 0;
}

const struct parser parser_runtime_version = {
    .name = "runtime_version",
    .what = "runtimes that a project asks for: .tool-versions, .nvmrc, .node-version",
    .version = 2,
    .paths = PATHS("**/.tool-versions", "**/.nvmrc", "**/.node-version"),
    .max_size = 1u << 16,
    .parse = parse,
};
