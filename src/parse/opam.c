/* opam.c - OCaml packages as opam has installed them: <name>.<version>/opam, where the file may say both too;
 * and .opam-switch/install, where it is a list of them. */
#include "parse/plain.h"

/* The value of a line `key: "value"` at the top level; empty when there is none. */
static struct str field(struct str body, struct str key)
{
    struct str line, value, rest;

    while (str_cut(&body, '\n', &line)) {
        if (!str_starts(line, key) || !str_starts(str_skip(line, key.n), STR(":")))
            continue;
        value = str_trim(str_skip(line, key.n + 1));
        if (!str_starts(value, STR("\"")))
            return (struct str){ 0 };
        str_split(str_skip(value, 1), '"', &value, &rest);
        return value;
    }
    return (struct str){ 0 };
}

/* "name.version" in every line, and comments. */
static int read_list(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, comment, name, version;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        str_split(line, '#', &line, &comment);
        line = str_trim(line);
        if (!line.n)
            continue;
        if (!str_split(line, '.', &name, &version) || !name.n || !version.n || str_has_char(line, ' '))
            return err_set(e, ERR_FORMAT, "line %u: not name.version", number);
        if (plain_package(in, "opam", name, version, number, out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str name, version, said, license = field(in->body, STR("license"));
    struct package p = { .type = STR("opam"), .path = in->path };

    if (str_eq(path_part(in->path, -1), STR("install")))
        return read_list(in, out, e);
    if (!str_split(path_part(in->path, -2), '.', &name, &version))
        version = (struct str){ 0 };
    if (str_eq(path_part(in->path, -3),
               name)) /* packages/<name>/<name>.<version>/ of a repository: all there are */
        return 0;
    said = field(in->body, STR("name"));
    p.name = said.n ? said : name;
    said = field(in->body, STR("version"));
    p.version = said.n ? said : version;
    p.licenses = (struct strs){ &license, license.n ? 1 : 0 };
    return p.name.n && p.version.n ? facts_add_package(out, &p, e) : 0; /* without: of a source tree */
}

const struct parser parser_opam = {
    .name = "opam",
    .what = "OCaml packages: opam",
    .version = 2,
    .paths = PATHS("**/opam", "**/.opam-switch/install"),
    .max_size = 1u << 20,
    .parse = parse,
};
