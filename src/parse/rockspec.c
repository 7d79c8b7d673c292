/* rockspec.c - Lua packages of LuaRocks: <name>-<version>.rockspec. It is Lua, but its package and version
 * are assigned at the left margin; where these are computed, the file's name says them. */
#include "parse/parse.h"

/* key = "value", and nothing but a comment behind it */
static bool assigned(struct str line, struct str key, struct str *value)
{
    struct str head, tail;

    if (!str_split(line, '=', &head, &tail) || !str_eq(str_trim(head), key))
        return false;
    tail = str_trim(tail);
    if (!tail.n || (tail.p[0] != '"' && tail.p[0] != '\''))
        return false;
    char quote = tail.p[0];
    if (!str_split(str_skip(tail, 1), quote, &head, &tail))
        return false;
    tail = str_trim(tail);
    if (tail.n && tail.p[0] != ',' && tail.p[0] != ';' && !str_starts(tail, STR("--")))
        return false;
    *value = head;
    return true;
}

/* <name>-<version>-<revision>.rockspec */
static void from_file(struct str path, struct package *p)
{
    struct str folder, base, head, revision, version;

    str_rsplit(path, '/', &folder, &base);
    base = str_first(base, base.n - MIN(base.n, sizeof ".rockspec" - 1));
    if (!str_rsplit(base, '-', &head, &revision) || !str_rsplit(head, '-', &head, &version))
        return;
    p->name = p->name.n ? p->name : head;
    p->version = str_skip(base, head.n + 1);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct package p = { .type = STR("luarocks"), .path = in->path };
    struct str rest = in->body, line, license = { 0 };
    uint32_t package = 0;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        bool margin = line.n && line.p[0] != ' ' && line.p[0] != '\t';
        if (margin && str_starts(line, STR("package"))) {
            package = number;
            assigned(line, STR("package"), &p.name);
        }
        if (!(margin && assigned(line, STR("version"), &p.version)))
            assigned(line, STR("license"), &license);
    }
    if (package && (!p.name.n || !p.version.n))
        from_file(in->path, &p);
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "no %s", p.name.n ? "version" : "package");
    p.line = package;
    p.licenses = (struct strs){ &license, license.n ? 1 : 0 };
    return facts_add_package(out, &p, e);
}

const struct parser parser_rockspec = {
    .name = "rockspec",
    .what = "Lua packages: rockspec",
    .version = 1,
    .paths = PATHS("**/*.rockspec"),
    .max_size = 1u << 20,
    .parse = parse,
};
