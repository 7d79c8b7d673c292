/* homebrew.c - Homebrew: Cellar/<name>/<version>/.brew/<name>.rb and Caskroom/<name>/<version>/: the folders
 * say it. */
#include "parse/plain.h"

/* The value of a line `key "value"` of a formula. */
static struct str field(struct str body, struct str key)
{
    struct str line, value, rest;

    while (str_cut(&body, '\n', &line)) {
        line = str_trim(line);
        if (!str_starts(line, key) || !str_starts(str_skip(line, key.n), STR(" \"")))
            continue;
        str_split(str_skip(line, key.n + 2), '"', &value, &rest);
        return value;
    }
    return (struct str){ 0 };
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->path, part, license = field(in->body, STR("license"));
    struct package p = { .type = STR("brew"), .licenses = { &license, license.n ? 1 : 0 }, .path = in->path };

    while (str_cut(&rest, '/', &part)) {
        if (!str_eq(part, STR("Cellar")) && !str_eq(part, STR("Caskroom")))
            continue;
        if (!str_cut(&rest, '/', &p.name) || !str_cut(&rest, '/', &p.version) || !rest.p)
            return 0;
        if (str_eq(p.version, STR(".metadata")) && !str_cut(&rest, '/', &p.version))
            return 0;
        return p.name.n ? facts_add_package(out, &p, e) : 0;
    }
    return 0; /* a formula in a tap is a recipe: nothing is installed */
}

const struct parser parser_homebrew = {
    .name = "homebrew",
    .what = "Homebrew's formulae and casks",
    .version = 1,
    .paths = PATHS("**/.brew/*.rb", "**/Casks/*.rb", "**/Casks/*.json"),
    .max_size = 4u << 20,
    .parse = parse,
};
