/* python_requirements.c - requirements files of pip. A requirement that allows several versions is a package
 * that is asked for with this constraint, unless a file of constraints that it names says which version it is: its
 * lower bound is not what is installed. */
#include "core/map.h"
#include "parse/distinct.h"
#include "parse/parse.h"
#include "parse/requirement.h"

#include <ctype.h>

enum { LINE_MOST = 64 << 10 };

/* One line with those that a backslash at the end joins to it, without its comment. */
static bool next_line(struct str *rest, uint32_t *line, char *joined, struct str *out)
{
    struct str one;
    bool more = true;
    size_t n = 0;

    if (!str_cut(rest, '\n', &one))
        return false;
    for (++*line; more; more = more && str_cut(rest, '\n', &one)) {
        one = str_trim(one);
        more = one.n && one.p[one.n - 1] == '\\';
        size_t take = MIN(one.n - more, LINE_MOST - n);
        if (take)
            memcpy(joined + n, one.p, take);
        n += take;
        if (more && rest->p)
            ++*line;
    }
    *out = (struct str){ joined, n };
    for (size_t i = 0; i < n; i++)
        if (joined[i] == '#' && (!i || joined[i - 1] == ' ' || joined[i - 1] == '\t'))
            out->n = MIN(out->n, i);
    *out = str_trim(*out);
    return true;
}

/* The file of "-c FILE" or "--constraint FILE"; empty for any other line. */
static struct str constraints_file(struct str line)
{
    static const struct str option[] = { STR("-c "), STR("--constraint "), STR("--constraint=") };

    for (size_t i = 0; i < ARRAY_LEN(option); i++)
        if (str_starts(line, option[i]))
            return str_trim(str_skip(line, option[i].n));
    return (struct str){ 0 };
}

/* What files of constraints pin. */
struct constraints {
    struct arena arena;
    struct map by_name; /* as PEP 503 normalises names: index + 1 */
    struct str *version;
    size_t n, cap;
};
#define CONSTRAINTS               \
    {                             \
        .arena = ARENA(64u << 20) \
    }
#define AUTO_CONSTRAINTS CLEANUP(constraints_free)

static void constraints_free(struct constraints *c)
{
    map_free(&c->by_name);
    arena_free(&c->arena);
}

/* Lower case, and runs of "-", "_" and "." are one "-". */
static struct str normal(struct str name, struct arena *a)
{
    char *to = arena_array(a, char, name.n + 1);
    size_t n = 0;

    for (size_t i = 0; to && i < name.n; i++) {
        bool dash = memchr("-_.", name.p[i], 3);
        if (!dash || !n || to[n - 1] != '-')
            to[n++] = dash ? '-' : (char)tolower((unsigned char)name.p[i]);
    }
    return (struct str){ to, n };
}

static int pin(struct constraints *c, const struct requirement *r, struct err *e)
{
    struct str name = normal(r->name, &c->arena);
    uint32_t *at = name.p ? map_put(&c->by_name, name, NULL) : NULL;

    if (!at || !arena_grow(&c->arena, &c->version, c->n, &c->cap, sizeof *c->version))
        return err_set(e, ERR_LIMIT, "more constraints than fit");
    c->version[c->n++] = r->version;
    *at = (uint32_t)c->n;
    return 0;
}

static int read_constraints(struct constraints *c, const struct input *in, struct err *e)
{
    struct requirement r;
    struct str rest, line;

    for (size_t i = 0; i < in->n_with; i++)
        for (rest = in->with[i].body; str_cut(&rest, '\n', &line);)
            if (requirement_read(str_trim(line), &r) && r.version.n && pin(c, &r, e) < 0)
                return -1;
    return 0;
}

static struct str constrained(struct constraints *c, struct str name)
{
    const uint32_t *at = c->n ? map_get(&c->by_name, normal(name, &c->arena)) : NULL;

    return at ? c->version[*at - 1] : STR_NONE;
}

static int want_constraints(const struct input *in, struct str file, uint32_t line, struct facts *out,
                            struct err *e)
{
    struct want want = { .file = file, .from = in->path, .optional = true, .line = line };

    return !file.n || input_wanted(in, in->path, file) ? 0 : facts_add_want(out, &want, e);
}

static int read_lines(const struct input *in, char *joined, struct facts *out, struct err *e)
{
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    struct str rest = str_starts(in->body, STR("\xef\xbb\xbf")) ? str_skip(in->body, 3) : in->body, line;
    AUTO_CONSTRAINTS struct constraints pinned = CONSTRAINTS;
    struct requirement r;

    if (read_constraints(&pinned, in, e) < 0)
        return -1;
    for (uint32_t number = 0, first = 1; next_line(&rest, &number, joined, &line); first = number + 1) {
        if (want_constraints(in, constraints_file(line), first, out, e) < 0)
            return -1;
        if (!requirement_read(line, &r))
            continue;
        struct package p = {
            .type = STR("pypi"),
            .name = r.name,
            .version = r.version.n ? r.version : constrained(&pinned, r.name),
            .constraint = r.constraint,
            .path = in->path,
            .line = first,
        };
        p.how = p.version.n ? HOW_DECLARED : HOW_ASKED;
        if (distinct_package(&packages, &p, out, e) < 0)
            return -1;
    }
    return 0;
}

/* What a file of constraints pins is only installed when somebody asks for it. */
static bool is_constraints(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return str_has(base, STR("constraints"));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (str_starts(in->body, STR("\xff\xfe")) || str_starts(in->body, STR("\xfe\xff")))
        return err_set(e, ERR_UNSUPPORTED, "line 1: UTF-16");
    if (is_constraints(in->path))
        return 0;
    AUTO_FREE char *joined = malloc(LINE_MOST);
    return joined ? read_lines(in, joined, out, e) : err_set(e, ERR_LIMIT, "out of memory");
}

const struct parser parser_python_requirements = {
    .name = "python_requirements",
    .what = "Python packages: pip's requirements files",
    .version = 3,
    .paths = PATHS("**/requirements*.txt", "**/*requirements.txt", "**/requirements/*.txt",
                   "**/constraints*.txt", "**/*constraints.txt"),
    .together = true,
    .max_size = 4u << 20,
    .parse = parse,
};
