#include "parse/distinct.h"

int distinct_package(struct distinct *d, const struct package *p, struct facts *out, struct err *e)
{
    const struct str part[] = { p->type, p->ns, p->name, p->version, p->constraint };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        n += part[i].n + 1;
    char *key = arena_alloc(&d->keys, n, 1); /* zeroed: a NUL behind every part */
    if (!key)
        return err_set(e, ERR_LIMIT, "line %u: too many packages", p->line);
    for (size_t i = 0, at = 0; i < ARRAY_LEN(part); at += part[i].n + 1, i++)
        if (part[i].n)
            memcpy(key + at, part[i].p, part[i].n);
    uint32_t *at = map_put(&d->seen, (struct str){ key, n }, NULL);
    if (!at)
        return err_set(e, ERR_LIMIT, "out of memory");
    size_t have;
    struct package *list = facts_package(out, &have);
    if (*at) { /* at once for development and not: it is there without development */
        list[*at - 1].dev &= p->dev;
        d->at = *at;
        return 0;
    }
    d->at = *at = (uint32_t)have + 1;
    return facts_add_package(out, p, e);
}

void distinct_free(struct distinct *d)
{
    map_free(&d->seen);
    arena_free(&d->keys);
}
