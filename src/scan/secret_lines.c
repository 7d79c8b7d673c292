#include "scan/secret_lines.h"

#include "rule/secret_name.h"

struct secret_line {
    struct str path;
    uint32_t line;
};

static int by_place(const void *a, const void *b)
{
    const struct secret_line *x = a, *y = b;
    int order = str_cmp(x->path, y->path);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Lines that hold what was found as a secret, and what is called like one; by path and line. */
static struct secret_line *collect(const struct facts *f, size_t *n)
{
    size_t room = f->list[FACT_SECRET_KIND].n + f->list[FACT_HELD_KIND].n + f->list[FACT_VARIABLE_KIND].n;
    struct secret_line *to = calloc(room + 1, sizeof *to);

    *n = 0;
    if (!to)
        return NULL;
    FACTS_EACH (f, secret, s)
        to[(*n)++] = (struct secret_line){ s->path, s->line };
    FACTS_EACH (f, held, h)
        if (h->clear)
            to[(*n)++] = (struct secret_line){ h->path, h->line };
    FACTS_EACH (f, variable, v)
        if (v->value.n && is_secret_name(v->name))
            to[(*n)++] = (struct secret_line){ v->path, v->line };
    qsort(to, *n, sizeof *to, by_place);
    return to;
}

/* The first of a path, or where it would be. */
static size_t first_of(const struct secret_line *all, size_t n, struct str path)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (str_cmp(all[mid].path, path) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* One walk over the document; of a key in PEM that begins on such a line, or on the next, all lines. */
static bool mark(struct declared *d, const struct secret_line *of, size_t n, struct arena *a)
{
    struct str rest = d->body, line;
    uint32_t *to = NULL, at = 0, last = 0;
    size_t next = 0, cap = 0;
    bool key = false;

    while ((next < n || key || (last && at == last)) && str_cut(&rest, '\n', &line)) {
        at++;
        for (; next < n && of[next].line <= at; next++)
            last = of[next].line == at ? at : last;
        key |= last && at - last < 2 && str_has(line, STR("-----BEGIN "));
        if (at != last && !key)
            continue;
        if (!arena_grow(a, &to, d->n_secret, &cap, sizeof *to))
            return false;
        to[d->n_secret++] = at;
        key &= !str_has(line, STR("-----END "));
    }
    d->secret = to;
    return true;
}

int secret_lines(const struct facts *f, struct declared *doc, size_t n, struct arena *a, struct err *e)
{
    size_t n_line;
    AUTO_FREE struct secret_line *line = collect(f, &n_line);

    for (size_t i = 0; line && i < n; i++) {
        size_t from = first_of(line, n_line, doc[i].path), to = from;
        while (to < n_line && str_eq(line[to].path, doc[i].path))
            to++;
        if (to > from && !mark(&doc[i], line + from, to - from, a))
            return err_set(e, ERR_LIMIT, "the model is full");
    }
    return line ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}
