/* gemfile_lock.c - Gemfile.lock of Bundler: the specs of its sources, "    name (version-platform)" */
#include "parse/distinct.h"
#include "parse/parse.h"

/* Four blanks: a gem; six: what it needs. A gem's version has no "-": what follows one is a platform. */
static bool spec(struct str line, struct package *p)
{
    struct str version, rest;

    if (!str_starts(line, STR("    ")) || line.n < 5 || line.p[4] == ' ')
        return false;
    if (!str_split(str_trim(line), '(', &p->name, &version) || !str_ends(version, STR(")")))
        return false;
    p->name = str_trim(p->name);
    version.n--;
    str_split(version, '-', &p->version, &rest);
    return p->name.n && p->version.n;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    struct str rest = in->body, line;
    bool specs = false;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        struct package p = { .type = STR("gem"), .path = in->path, .line = number };
        if (str_starts(line, STR("<<<<<<<")))
            return err_set(e, ERR_FORMAT, "line %u: an unresolved merge", number);
        if (str_eq(str_trim(line), STR("specs:")))
            specs = true;
        else if (line.n && line.p[0] != ' ')
            specs = false;
        if (specs && spec(line, &p) && distinct_package(&packages, &p, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_gemfile_lock = {
    .name = "gemfile_lock",
    .what = "Ruby gems: Gemfile.lock",
    .version = 1,
    .paths = PATHS("**/Gemfile.lock", "**/gems.locked"),
    .max_size = 16u << 20,
    .parse = parse,
};
