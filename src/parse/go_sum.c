/* go_sum.c - go.sum: checksums of all modules that were looked at. The highest version of each is the one
 * that Go chooses. Beside a go.mod of Go 1.17 or later, which lists what is built in, it is left out
 * (scan/assemble.c). */
#include "core/map.h"
#include "model/version/version.h"
#include "parse/plain.h"

struct sum {
    struct str path, version;
    uint32_t line;
};
struct sums {
    struct sum *p;
    size_t n, cap;
    struct map by_path; /* index + 1 */
    struct arena arena;
};

static bool is_newer(struct str version, struct str than)
{
    int order;

    return version_compare(version_scheme_for(STR("go")), version, than, &order) == 0 && order > 0;
}

static int add(struct sums *s, struct str path, struct str version, uint32_t line, struct err *e)
{
    uint32_t *at = map_put(&s->by_path, path, NULL);

    if (!at || (!*at && !arena_grow(&s->arena, &s->p, s->n, &s->cap, sizeof *s->p)))
        return err_set(e, ERR_LIMIT, "line %u: document is too large", line);
    if (!*at) {
        s->p[s->n++] = (struct sum){ path, version, line };
        *at = (uint32_t)s->n;
    } else if (is_newer(version, s->p[*at - 1].version)) {
        s->p[*at - 1] = (struct sum){ path, version, line };
    }
    return 0;
}

static int read_lines(struct sums *s, struct str body, struct err *e)
{
    struct str rest;
    uint32_t number = 0;

    while (str_cut(&body, '\n', &rest)) {
        struct str path = next_word(&rest), version = next_word(&rest), hash = next_word(&rest);
        number++;
        if (!path.n)
            continue;
        if (str_ends(version, STR("/go.mod")))
            version.n -= strlen("/go.mod");
        if (!str_starts(hash, STR("h1:")))
            return err_set(e, ERR_FORMAT, "line %u: module, version and checksum expected", number);
        if (add(s, path, version, number, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct sums s = { .arena = ARENA(64u << 20), .by_path = MAP };
    int r = read_lines(&s, in->body, e);
    struct err later = { 0 };

    for (size_t i = 0; i < s.n; i++)
        if (plain_package(in, "golang", s.p[i].path, s.p[i].version, s.p[i].line, out, r < 0 ? &later : e) <
            0)
            r = -1;
    map_free(&s.by_path);
    arena_free(&s.arena);
    return r;
}

const struct parser parser_go_sum = {
    .name = "go_sum",
    .what = "Go modules, where go.mod does not list them all: go.sum",
    .version = 1,
    .paths = PATHS("**/go.sum"),
    .max_size = 32u << 20,
    .parse = parse,
};
