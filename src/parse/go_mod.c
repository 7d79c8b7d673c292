/* go_mod.c - go.mod: the modules that a project asks for, as its replace directives have them.
 *
 * The project itself is said without a version, with the version of the language as what it is built from:
 * since 1.17 go.mod lists every module that is built in, and go.sum beside it adds only checksums. */
#include "core/map.h"
#include "parse/plain.h"

enum { KEYS_MOST = 64 << 20, LINES_MOST = 200000 };

struct required {
    struct str path, version;
    uint32_t line;
};
struct go_mod {
    struct required *required;
    struct required *by; /* the replacements */
    size_t n, cap, n_by, cap_by;
    struct map replaced; /* "path" or "path version": index into by, + 1 */
    struct str module, go, toolchain;
    uint32_t module_line, go_line, toolchain_line;
    struct arena arena;
};

/* A word, or a text in quotes, which may hold blanks. */
static struct str cut_word(struct str *line)
{
    struct str rest = str_trim(*line), word;
    char quote = rest.n ? rest.p[0] : '\0';

    if (quote != '"' && quote != '`')
        return next_word(line);
    if (!str_split(str_skip(rest, 1), quote, &word, line))
        *line = STR_NONE;
    return word;
}

/* What stands before "//". */
static struct str without_comment(struct str line)
{
    ptrdiff_t at = str_find(line, STR("//"));

    return str_trim(at < 0 ? line : str_first(line, (size_t)at));
}

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "document is too large");
}

static int add_require(struct go_mod *m, struct str line, uint32_t number, struct err *e)
{
    struct str path = cut_word(&line), version = cut_word(&line);

    if (!path.n || !version.n)
        return err_set(e, ERR_FORMAT, "line %u: a path and a version expected", number);
    if (!arena_grow(&m->arena, &m->required, m->n, &m->cap, sizeof *m->required))
        return full(e);
    m->required[m->n++] = (struct required){ path, version, number };
    return 0;
}

static struct str replace_key(struct go_mod *m, struct str path, struct str version)
{
    return version.n ? arena_fmt(&m->arena, STR_FMT " " STR_FMT, STR_ARG(path), STR_ARG(version)) : path;
}

/* "old [version] => new [version]"; without a second version it is a folder. */
static int add_replace(struct go_mod *m, struct str line, uint32_t number, struct err *e)
{
    struct str path = cut_word(&line), version = cut_word(&line), arrow = version;

    if (str_eq(version, STR("=>")))
        version = STR_NONE;
    else
        arrow = cut_word(&line);
    struct str to = cut_word(&line), to_version = cut_word(&line);
    if (!path.n || !str_eq(arrow, STR("=>")) || !to.n)
        return err_set(e, ERR_FORMAT, "line %u: not a replacement", number);
    struct str key = replace_key(m, path, version);
    uint32_t *at = key.p ? map_put(&m->replaced, key, NULL) : NULL;
    if (!at || !arena_grow(&m->arena, &m->by, m->n_by, &m->cap_by, sizeof *m->by))
        return full(e);
    m->by[m->n_by++] = (struct required){ to, to_version, number };
    *at = (uint32_t)m->n_by;
    return 0;
}

static int directive(struct go_mod *m, struct str verb, struct str line, uint32_t number, struct err *e)
{
    if (str_eq(verb, STR("require")))
        return add_require(m, line, number, e);
    if (str_eq(verb, STR("replace")))
        return add_replace(m, line, number, e);
    if (str_eq(verb, STR("module"))) {
        m->module = cut_word(&line);
        m->module_line = number;
    } else if (str_eq(verb, STR("go"))) {
        m->go = cut_word(&line);
        m->go_line = number;
    } else if (str_eq(verb, STR("toolchain"))) {
        m->toolchain = cut_word(&line);
        m->toolchain_line = number;
    }
    return 0; /* exclude, retract, tool, godebug ... and what later versions bring */
}

static int read_lines(struct go_mod *m, struct str body, struct err *e)
{
    struct str line, block = { 0 };
    uint32_t number = 0;

    while (str_cut(&body, '\n', &line)) {
        number++;
        line = without_comment(line);
        if (number > LINES_MOST)
            return err_set(e, ERR_LIMIT, "more than %d lines", LINES_MOST);
        if (str_eq(line, STR(")"))) {
            block = STR_NONE;
        } else if (line.n) {
            struct str rest = line, verb = block.n ? block : next_word(&rest);
            if (!block.n && str_eq(str_trim(rest), STR("(")))
                block = verb;
            else if (directive(m, verb, rest, number, e) < 0)
                return -1;
        }
    }
    return block.n ? err_set(e, ERR_FORMAT, "line %u: ends within a block", number) : 0;
}

static const struct required *replacement(struct go_mod *m, const struct required *r)
{
    struct str key = replace_key(m, r->path, r->version);
    const uint32_t *at = key.p ? map_get(&m->replaced, key) : NULL;

    if (!at)
        at = map_get(&m->replaced, r->path);
    return at ? &m->by[*at - 1] : NULL;
}

/* A folder in place of a module has its name, but nobody knows which version of it. One version in place of
 * another: what was required stays as what is asked for. */
static int add_required(const struct input *in, struct go_mod *m, const struct required *r, struct facts *out,
                        struct err *e)
{
    const struct required *by = replacement(m, r);
    struct required is = by && by->version.n ? *by : *r;
    struct package p = {
        .type = STR("golang"),
        .name = is.path,
        .version = by && !by->version.n ? STR_NONE : is.version,
        .constraint = by && by->version.n && str_eq(by->path, r->path) ? r->version : STR_NONE,
        .path = in->path,
        .line = r->line,
    };

    return facts_add_package(out, &p, e);
}

/* The standard library comes with the compiler: the "toolchain" line says which that is, "go" which would do. */
static int add_stdlib(const struct input *in, const struct go_mod *m, struct facts *out, struct err *e)
{
    struct package p = { .type = STR("golang"), .name = STR("stdlib"), .path = in->path };

    if (str_starts(m->toolchain, STR("go"))) {
        p.version = str_skip(m->toolchain, 2);
        p.line = m->toolchain_line;
    } else {
        p.constraint = m->go;
        p.line = m->go_line;
        p.how = HOW_ASKED;
    }
    return p.version.n || p.constraint.n ? facts_add_package(out, &p, e) : 0;
}

static int add_all(const struct input *in, struct go_mod *m, struct facts *out, struct err *e)
{
    struct package self = {
        .type = STR("golang"),
        .name = m->module,
        .source_name = m->go.n ? STR("go") : STR_NONE,
        .source_version = m->go,
        .path = in->path,
        .line = m->module_line,
    };

    if (m->module.n && facts_add_package(out, &self, e) < 0)
        return -1;
    if (add_stdlib(in, m, out, e) < 0)
        return -1;
    for (size_t i = 0; i < m->n; i++)
        if (add_required(in, m, &m->required[i], out, e) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct go_mod m = { .arena = ARENA(KEYS_MOST), .replaced = MAP };
    int r = read_lines(&m, in->body, e);
    struct err later = { 0 };

    if (add_all(in, &m, out, r < 0 ? &later : e) < 0)
        r = -1;
    map_free(&m.replaced);
    arena_free(&m.arena);
    return r;
}

const struct parser parser_go_mod = {
    .name = "go_mod",
    .what = "Go modules that a project asks for: go.mod",
    .version = 2,
    .paths = PATHS("**/go.mod"),
    .max_size = 8u << 20,
    .parse = parse,
};
