#include "scan/together.h"

#include "model/entries.h"

enum {
    ROUNDS_MOST = 20, /* how often a parser may ask for more: parents of parents */
    WITH_MOST = 64,   /* documents for one */
    FACT_BYTES = 64 << 20
};

bool together_keep(struct together *t, const struct parser *p, const struct input *in)
{
    struct kept k = { p, arena_str(&t->arena, in->path), arena_str(&t->arena, in->body) };

    if (!k.path.p || !k.body.p || !arena_grow(&t->arena, &t->kept, t->n, &t->cap, sizeof k))
        return false;
    uint32_t *at = map_put(&t->by_path, k.path, NULL);
    if (!at)
        return false;
    t->kept[t->n++] = k;
    *at = (uint32_t)t->n; /* of two of one name, the last is what engines keep */
    return true;
}

static bool has(const struct input *in, struct str path)
{
    for (size_t i = 0; i < in->n_with; i++)
        if (str_eq(in->with[i].path, path))
            return true;
    return false;
}

/* Add the documents that are wanted and here to in->with, which has room for WITH_MOST; whether any was new.
 */
static bool add_wanted(const struct together *t, const struct facts *said, struct input *in,
                       struct input *with)
{
    char room[ENTRY_PATH_MOST];
    size_t before = in->n_with;
    struct str path;

    FACTS_EACH (said, want, w) {
        const uint32_t *at = path_beside(w->from, w->file, room, &path) ? map_get(&t->by_path, path) : NULL;
        if (!at || in->n_with == WITH_MOST || has(in, path))
            continue;
        const struct kept *k = &t->kept[*at - 1];
        with[in->n_with++] = (struct input){ .path = k->path, .body = k->body };
    }
    return in->n_with > before;
}

/* All facts but what the parser still wants: it is not in this layer. */
static int take(const struct facts *from, struct facts *to, struct err *e)
{
    size_t packages = to->list[FACT_PACKAGE_KIND].n;

    for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++)
        for (size_t i = 0; kind != FACT_WANT_KIND && i < from->list[kind].n; i++)
            if (facts_add_kind(to, kind, (const char *)from->list[kind].items + i * fact_info[kind].size, e) <
                0)
                return -1;
    facts_move_needs(to, packages);
    return 0;
}

static int parse_one(const struct together *t, const struct kept *k, struct facts *out, struct err *e)
{
    struct input with[WITH_MOST], in = { .path = k->path, .body = k->body, .with = with };

    for (int round = 0;; round++) {
        AUTO_FACTS struct facts said = FACTS(FACT_BYTES);
        struct err why = { 0 };
        int r = k->parser->parse(&in, &said, &why);
        if (round < ROUNDS_MOST && add_wanted(t, &said, &in, with))
            continue;
        if (r < 0)
            facts_remark(&said, NOTE_INCOMPLETE, k->path, "%s: %s", k->parser->name, why.text);
        return take(&said, out, e);
    }
}

int together_parse_one(struct together *t, size_t at, struct facts *out, struct err *e)
{
    return parse_one(t, &t->kept[at], out, e);
}

int together_parse(struct together *t, struct facts *out, struct err *e)
{
    for (size_t i = 0; i < t->n; i++)
        if (parse_one(t, &t->kept[i], out, e) < 0)
            return -1;
    return 0;
}

void together_free(struct together *t)
{
    map_free(&t->by_path);
    arena_free(&t->arena);
}
