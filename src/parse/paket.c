/* paket.c - Paket for .NET: paket.lock says what was resolved, paket.dependencies what was asked for. */
#include "parse/listing.h"

static struct str without_comment(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if ((line.p[i] == '#' && (!i || line.p[i - 1] == ' ')) ||
            (line.p[i] == '/' && i + 1 < line.n && line.p[i + 1] == '/' && (!i || line.p[i - 1] != ':')))
            return str_trim(str_first(line, i));
    return str_trim(line);
}

static struct str word(struct str *rest)
{
    struct str w;

    *rest = str_trim(*rest);
    str_split(*rest, ' ', &w, rest);
    return w;
}

/* What stands before the first "option: value". */
static struct str without_options(struct str rest)
{
    struct str scan = rest, one;

    while ((one = word(&scan)).n)
        if (str_ends(one, STR(":")))
            return str_trim((struct str){ rest.p, (size_t)(one.p - rest.p) });
    return str_trim(rest);
}

/* "Name ~> 1.2.3 option: value": only "== 1.2.3" and "1.2.3" say which version it is. */
static int add_asked(struct listing *m, struct str rest, uint32_t line)
{
    struct str name = word(&rest), constraint = without_options(rest), version = constraint;

    if (str_starts(version, STR("=")))
        version = str_trim(str_skip(version, str_starts(version, STR("==")) ? 2 : 1));
    if (!version.n || version.p[0] < '0' || version.p[0] > '9')
        return listing_ask(m, STR_NONE, name, constraint, false, line);
    return listing_add(m, STR_NONE, name, word(&version), false, line);
}

/* "owner/repository:tag"; a commit is no version. */
static int add_github(struct listing *m, struct str rest, uint32_t line)
{
    struct str spec = word(&rest), path, tag, owner, name;

    str_split(spec, ':', &path, &tag);
    if (!str_split(path, '/', &owner, &name))
        return 0;
    m->type = STR("github");
    int result = listing_add(m, owner, name, str_has(tag, STR(".")) ? tag : (struct str){ 0 }, false, line);
    m->type = STR("nuget");
    return result;
}

static int read_asked(struct listing *m)
{
    struct str rest = m->in->body, line;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        struct str what = without_comment(line), kind = word(&what);
        if (kind.n && str_one_of(kind, "nuget clitool") && add_asked(m, what, number) < 0)
            return -1;
        if (str_eq(kind, STR("github")) && add_github(m, what, number) < 0)
            return -1;
    }
    return 0;
}

/* Under NUGET, four blanks in: "Name (1.2.3)"; deeper lines are ranges. */
static int read_lock(struct listing *m)
{
    struct str rest = m->in->body, line, name, version, tail;
    bool nuget = false;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (line.n && line.p[0] != ' ')
            nuget = str_eq(str_trim(line), STR("NUGET"));
        if (!nuget || !str_starts(line, STR("    ")) || (line.n > 4 && line.p[4] == ' ') ||
            !str_split(str_skip(line, 4), '(', &name, &version) || !str_split(version, ')', &version, &tail))
            continue;
        if (listing_add(m, (struct str){ 0 }, str_trim(name), str_trim(version), false, number) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "nuget");

    return str_ends(in->path, STR(".lock")) ? read_lock(&m) : read_asked(&m);
}

const struct parser parser_paket = {
    .name = "paket",
    .what = ".NET packages: paket.lock, paket.dependencies",
    .version = 2,
    .paths = PATHS("**/paket.lock", "**/paket.dependencies"),
    .max_size = 8u << 20,
    .parse = parse,
};
