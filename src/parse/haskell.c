/* haskell.c - Haskell packages: cabal.project.freeze, stack.yaml.lock, and stack.yaml's extra-deps. */
#include "doc/doc.h"
#include "parse/plain.h"

/* "any.Cabal ==3.2.1.0"; "any.base installed" and flags ("tls +compat") choose no version. */
static int read_freeze(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, constraint, name, version;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        line = str_trim(line);
        if (str_starts(line, STR("--")))
            continue;
        if (str_starts(line, STR("constraints:")))
            line = str_skip(line, sizeof "constraints:" - 1);
        while (str_cut(&line, ',', &constraint)) {
            constraint = str_trim(constraint);
            if (!str_starts(constraint, STR("any.")) ||
                !str_split(str_skip(constraint, 4), ' ', &name, &version) || !str_starts(version, STR("==")))
                continue;
            if (plain_package(in, "hackage", name, str_trim(str_skip(version, 2)), number, out, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* "name-1.2.3@sha256:...,size"; what names an archive or a folder has no version behind a "-". */
static int add_stack(const struct input *in, struct str dep, uint32_t line, struct facts *out, struct err *e)
{
    struct str name, version, digest;

    str_split(dep, '@', &dep, &digest);
    if (!str_rsplit(dep, '-', &name, &version) || !version.n || version.p[0] < '0' || version.p[0] > '9' ||
        memchr(dep.p, '/', dep.n))
        return 0;
    return plain_package(in, "hackage", name, version, line, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (str_ends(in->path, STR(".freeze")))
        return read_freeze(in, out, e);
    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "packages"), d)
        if (add_stack(in, doc_text(doc_path(d, "completed.hackage")), d->line, out, e) < 0)
            return -1;
    DOC_EACH (doc_get(root, "extra-deps"), d)
        if (add_stack(in, doc_text(d), d->line, out, e) < 0)
            return -1;
    return 0;
}

const struct parser parser_haskell = {
    .name = "haskell",
    .what = "Haskell packages: cabal.project.freeze, stack.yaml.lock, stack.yaml",
    .version = 1,
    .paths = PATHS("**/cabal.project.freeze", "**/stack.yaml.lock", "**/stack.yaml"),
    .max_size = 8u << 20,
    .parse = parse,
};
