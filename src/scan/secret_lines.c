#include "scan/secret_lines.h"

#include "rule/secret_name.h"

struct secret_line {
    struct str path;
    uint32_t line;
};

/* Lines that hold what was found as a secret, and what is called like one. */
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
    return to;
}

/* The last line of a key in PEM that begins on this one; else the line itself. */
static uint32_t last_line(struct str body, uint32_t first)
{
    struct str line;
    uint32_t at = 0, begins = 0;

    while (str_cut(&body, '\n', &line)) {
        at++;
        if (at >= first && at < first + 2 && str_has(line, STR("-----BEGIN ")))
            begins = at;
        if (at > first + 1 && !begins)
            return first;
        if (begins && str_has(line, STR("-----END ")))
            return at;
    }
    return begins ? at : first;
}

static int by_line(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool find_lines(struct declared *d, const struct secret_line *all, size_t n, struct arena *a)
{
    size_t cap = 0;
    uint32_t *to = NULL;

    for (size_t i = 0; i < n; i++) {
        if (!all[i].line || !str_eq(all[i].path, d->path))
            continue;
        uint32_t last = last_line(d->body, all[i].line);
        for (uint32_t line = all[i].line; line <= last; line++) {
            if (!arena_grow(a, &to, d->n_secret, &cap, sizeof *to))
                return false;
            to[d->n_secret++] = line;
        }
    }
    if (d->n_secret)
        qsort(to, d->n_secret, sizeof *to, by_line);
    d->secret = to;
    return true;
}

int secret_lines(const struct facts *f, struct declared *doc, size_t n, struct arena *a, struct err *e)
{
    size_t n_line;
    AUTO_FREE struct secret_line *line = collect(f, &n_line);

    for (size_t i = 0; i < n; i++)
        if (!line || !find_lines(&doc[i], line, n_line, a))
            return err_set(e, ERR_LIMIT, "the model is full");
    return 0;
}
