/* dispatch.c - which parsers want a file: look-ups by base name, by extension and by folder. */
#include "core/map.h"
#include "parse/parse.h"

#define PARSER(name) extern const struct parser parser_##name;
#include "parse/list.h"
#undef PARSER
#define PARSER(name) &parser_##name,
const struct parser *const parsers[] = {
#include "parse/list.h"
};
#undef PARSER
const size_t n_parsers = ARRAY_LEN(parsers);

/* One pattern under its key; patterns with the same key are chained in the order of the list. */
struct wanted {
    const struct parser *parser;
    struct str pattern;
    uint32_t next;
};
enum { ROUTES_MOST = 1024 };
static struct wanted route[ROUTES_MOST]; /* from 1: 0 ends a chain */
static uint32_t n_routes = 1;
static struct map by_key;

static struct str base_name(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return base;
}

static struct str folder_of(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return (struct str){ path.p, dir.n ? dir.n + 1 : 0 };
}

static struct str extension(struct str base)
{
    struct str head, tail;

    return str_rsplit(base, '.', &head, &tail) ? (struct str){ tail.p - 1, tail.n + 1 } : (struct str){ 0 };
}

/* The pattern's rarest fixed part; base names, ".ext" and "folder/" cannot be mistaken for each other. */
static struct str key_of(struct str pattern)
{
    struct str base = base_name(pattern);

    if (!base.n || !str_has_char(base, '*'))
        return base;
    return base.n > 1 ? extension(base) : folder_of(pattern);
}

static void add_route(const struct parser *p, struct str pattern)
{
    uint32_t *head = map_put(&by_key, key_of(pattern), NULL);

    if (!head || n_routes == ROUTES_MOST)
        abort(); /* the list of parsers outgrew ROUTES_MOST: a programming error */
    while (*head)
        head = &route[*head].next;
    route[n_routes] = (struct wanted){ p, pattern, 0 };
    *head = n_routes++;
}

static void build(void)
{
    for (size_t i = 0; i < n_parsers; i++)
        for (const char *const *p = parsers[i]->starts ? NULL : parsers[i]->paths; p && *p; p++)
            add_route(parsers[i], str_of(*p));
}

static bool base_matches(struct str pattern, struct str base)
{
    struct str head, tail;

    if (!str_split(pattern, '*', &head, &tail))
        return str_eq(pattern, base);
    return base.n >= pattern.n - 1 && str_starts(base, head) && str_ends(base, tail);
}

bool path_matches(struct str pattern, struct str path)
{
    struct str folder = folder_of(pattern), in = folder_of(path);

    if (!base_matches(base_name(pattern), base_name(path)))
        return false;
    if (!str_starts(folder, STR("**/")))
        return str_eq(folder, in);
    folder = str_skip(folder, 3);
    return str_ends(in, folder) && (in.n == folder.n || !folder.n || in.p[in.n - folder.n - 1] == '/');
}

static size_t collect(struct str key, struct str path, const struct parser **out, size_t n, size_t most)
{
    const uint32_t *head = key.n ? map_get(&by_key, key) : NULL;

    for (uint32_t r = head ? *head : 0; r && n < most; r = route[r].next) {
        bool have = false;
        for (size_t i = 0; i < n; i++)
            have |= out[i] == route[r].parser;
        if (!have && path_matches(route[r].pattern, path))
            out[n++] = route[r].parser;
    }
    return n;
}

size_t parsers_for(struct str path, const struct parser **out, size_t most)
{
    if (n_routes == 1)
        build();
    struct str base = base_name(path);
    size_t n = collect(base, path, out, 0, most);
    n = collect(extension(base), path, out, n, most);
    return collect(folder_of(path), path, out, n, most);
}

const struct parser *parser_by_name(struct str name)
{
    for (size_t i = 0; i < n_parsers; i++)
        if (str_eq(str_of(parsers[i]->name), name))
            return parsers[i];
    return NULL;
}

uint64_t parser_set_version(void)
{
    uint64_t v = 14695981039346656037u; /* FNV-1a over names and versions: the same on every machine */

    for (size_t i = 0; i < n_parsers; i++) {
        for (const char *c = parsers[i]->name; *c; c++)
            v = (v ^ (unsigned char)*c) * 1099511628211u;
        v = (v ^ parsers[i]->version) * 1099511628211u;
    }
    return v;
}

bool parser_wants(const struct parser *p, struct str path)
{
    for (const char *const *pattern = p->paths; pattern && *pattern; pattern++)
        if (path_matches(str_of(*pattern), path))
            return true;
    return false;
}

bool parser_names(const struct parser *p, struct str path)
{
    for (const char *const *pattern = p->paths; pattern && *pattern; pattern++)
        if (str_eq(str_of(*pattern), path))
            return true;
    return false;
}

bool may_be_program(struct str path, uint32_t mode, uint64_t size)
{
    struct str base = base_name(path);

    return size > 2 * (uint64_t)START_MOST && ((mode & 0111) || str_has(base, STR(".so")) ||
                                               str_ends(base, STR(".dll")) || str_ends(base, STR(".exe")));
}

static bool starts_so(const struct parser *p, struct str start)
{
    for (const char *const *s = p->starts; s && *s; s++)
        if (str_starts(start, str_of(*s)))
            return true;
    return false;
}

size_t parsers_for_start(struct str path, struct str start, const struct parser **out, size_t n, size_t most)
{
    static const struct parser *with_start[ARRAY_LEN(parsers)];
    static size_t n_with_start;

    for (size_t i = 0, first = !n_with_start; first && i < n_parsers; i++)
        if (parsers[i]->starts)
            with_start[n_with_start++] = parsers[i];
    for (size_t i = 0; i < n_with_start && n < most; i++)
        if (starts_so(with_start[i], start) && (!with_start[i]->paths || parser_wants(with_start[i], path)))
            out[n++] = with_start[i];
    return n;
}

const struct parser *parser_for_document(const char *kind, struct str path)
{
    bool by_path = !strcmp(kind, "configuration");

    for (size_t i = 0; i < n_parsers; i++)
        if (parsers[i]->document && !strcmp(parsers[i]->document, kind) &&
            (!by_path || parser_wants(parsers[i], path)))
            return parsers[i];
    return NULL;
}
