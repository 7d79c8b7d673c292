/* yarn_lock.c - yarn.lock, of yarn 1 and of berry. Both are written by machine in the same shape, a subset of
 * YAML in the second: one paragraph a package, its ranges at the margin, its fields two blanks in. */
#include "parse/npm.h"

struct paragraph {
    struct str ranges, version, resolution, resolved, integrity;
    uint32_t line;
};

static struct str unquoted(struct str s)
{
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        return (struct str){ s.p + 1, s.n - 2 };
    return s;
}

/* Of yarn 1 a local archive or an unknown protocol is no published package. */
static bool is_published(struct str range)
{
    static const char *const protocol[] = { "npm:",    "http:",  "https:",  "git:",  "git+",
                                            "ssh:",    "git@",   "github:", "gist:", "bitbucket:",
                                            "gitlab:", "patch:", "exec:",   NULL };
    const char *colon = range.n ? memchr(range.p, ':', range.n) : NULL;

    if (!colon)
        return true;
    for (const char *const *p = protocol; *p; p++)
        if (str_starts(range, str_of(*p)))
            return true;
    return false;
}

/* The name in a registry's URL, "https://host/@scope/name/-/name-1.0.tgz", is of what is installed indeed. */
static struct str name_in_url(struct str url)
{
    ptrdiff_t at = str_find(url, STR("/-/"));
    struct str path = str_first(url, at > 0 ? (size_t)at : 0), before, name, host, scope;

    if (!str_starts(path, STR("https://")) || !str_rsplit(path, '/', &before, &name))
        return (struct str){ 0 };
    if (str_rsplit(before, '/', &host, &scope) && scope.n > 1 && scope.p[0] == '@')
        return (struct str){ scope.p, scope.n + 1 + name.n };
    return name;
}

static int add(struct npm *n, const struct paragraph *p)
{
    struct str first, rest = p->ranges, name, range, real, real_range;

    if (!p->version.n || !p->ranges.p)
        return 0;
    if (p->resolution.n) { /* berry: "name@protocol:where" */
        npm_at(p->resolution, &name, &range);
        if (str_eq(range, STR("workspace:.")))
            return 0; /* the project itself */
        return npm_add(n, name, p->version, false, p->line);
    }
    str_cut(&rest, ',', &first);
    npm_at(unquoted(str_trim(first)), &name, &range);
    if (!is_published(range))
        return 0;
    if (str_starts(range, STR("npm:")) && npm_at(str_skip(range, 4), &real, &real_range))
        name = real; /* installed under another name */
    if (name_in_url(p->resolved).n)
        name = name_in_url(p->resolved);
    return npm_add(n, name, p->version, false, p->line) < 0 ? -1 : npm_integrity(n, p->integrity);
}

/* Others refer to it by its ranges. */
static int end(struct npm *n, const struct paragraph *p)
{
    struct str rest = p->ranges, one;

    n->packages.at = 0;
    if (add(n, p) < 0)
        return -1;
    while (str_cut(&rest, ',', &one))
        among_call(&n->among, npm_last(n), unquoted(str_trim(one)));
    return 0;
}

/* `version "1.0"`, `"version" "1.0"`, `version: 1.0` */
static void field(struct paragraph *p, struct str line)
{
    struct str key, value;

    if (!str_split(str_trim(line), ' ', &key, &value))
        return;
    if (str_ends(key, STR(":")))
        key.n--;
    key = unquoted(key);
    if (str_eq(key, STR("version")))
        p->version = unquoted(str_trim(value));
    else if (str_eq(key, STR("resolution")))
        p->resolution = unquoted(str_trim(value));
    else if (str_eq(key, STR("resolved")))
        p->resolved = unquoted(str_trim(value));
    else if (str_eq(key, STR("integrity")))
        p->integrity = unquoted(str_trim(value));
}

/* `a@1, "b@2":` at the margin; berry quotes the whole, yarn 1 each of them. */
static struct str head(struct str line)
{
    line = str_trim(line);
    line.n -= str_ends(line, STR(":"));
    const char *inner = line.n > 2 ? memchr(line.p + 1, '"', line.n - 2) : NULL;
    return inner ? line : unquoted(line);
}

static int read_lines(struct npm *n)
{
    struct str rest = n->in->body, line;
    struct paragraph p = { 0 };

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (!str_trim(line).n || line.p[0] == '#')
            continue;
        if (line.p[0] != ' ') {
            if (str_starts(line, STR("<<<<<<<")) || str_starts(line, STR("=======")))
                return err_set(n->e, ERR_FORMAT, "line %u: a merge conflict that nobody resolved", number);
            if (!str_ends(str_trim(line), STR(":")))
                return err_set(n->e, ERR_FORMAT, "line %u: not a package's ranges", number);
            if (end(n, &p) < 0)
                return -1;
            p = (struct paragraph){ .ranges = head(line), .line = number };
        } else if (line.n > 2 && line.p[1] == ' ' && line.p[2] != ' ') {
            field(&p, line);
        }
        if (str_eq(p.ranges, STR("__metadata")))
            p.version = (struct str){ 0 };
    }
    return end(n, &p);
}

/* `    a "^1"`, `    "a" "^1"`, `    a: "npm:^1"`: berry says the protocol, at times only where the ranges are. */
static void need(struct npm *n, uint32_t from, struct str line)
{
    struct str name, range;

    if (!str_split(str_trim(line), ' ', &name, &range))
        return;
    if (str_ends(name, STR(":")))
        name.n--;
    name = unquoted(name);
    range = unquoted(str_trim(range));
    uint32_t to = among_find_fmt(&n->among, STR_FMT "@" STR_FMT, STR_ARG(name), STR_ARG(range));
    if (!to)
        to = among_find_fmt(&n->among, STR_FMT "@npm:" STR_FMT, STR_ARG(name), STR_ARG(range));
    among_need(&n->among, from, to);
}

/* Again, now that all ranges are known: what stands four blanks in, below "dependencies:" and its like. */
static void relate(struct npm *n)
{
    struct str rest = n->in->body, line, first;
    bool needs = false;
    uint32_t from = 0;

    while (str_cut(&rest, '\n', &line)) {
        if (!str_trim(line).n || line.p[0] == '#')
            continue;
        if (line.p[0] != ' ') {
            struct str ranges = head(line);
            from = str_cut(&ranges, ',', &first) ? among_find(&n->among, unquoted(str_trim(first))) : 0;
        } else if (line.n > 2 && line.p[2] != ' ') {
            needs = str_one_of(str_trim(line), "dependencies: optionalDependencies:");
        } else if (needs) {
            need(n, from, line);
        }
    }
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_NPM struct npm n = NPM(in, out, e);

    if (npm_installed(in->path))
        return 0;
    if (read_lines(&n) < 0)
        return -1;
    relate(&n);
    return among_settle(&n.among, in, out, e);
}

const struct parser parser_yarn_lock = {
    .name = "yarn_lock",
    .what = "JavaScript packages: yarn.lock",
    .version = 2,
    .paths = PATHS("**/yarn.lock"),
    .max_size = 64u << 20,
    .parse = parse,
};
