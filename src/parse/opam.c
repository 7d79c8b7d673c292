/* opam.c - OCaml packages as opam has installed them: <name>.<version>/opam, where the file may say both too.
 */
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

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str name, version, said, license = field(in->body, STR("license"));
    struct package p = { .type = STR("opam"), .path = in->path };

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
    .version = 1,
    .paths = PATHS("**/opam"),
    .max_size = 1u << 20,
    .parse = parse,
};
