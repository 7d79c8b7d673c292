#include "parse/among.h"

#include "model/node_modules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_MOST = 1024 };

void among_call(struct among *a, uint32_t package, struct str name)
{
    uint32_t *at = package && name.n ? map_put(&a->by_name, name, NULL) : NULL;

    if (at && !*at)
        *at = package;
    a->full |= package && name.n && !at;
}

void among_call_fmt(struct among *a, uint32_t package, const char *fmt, ...)
{
    char text[NAME_MOST];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!package || n < 0 || (size_t)n >= sizeof text)
        return;
    struct str name = arena_str(&a->arena, (struct str){ text, (size_t)n });
    a->full |= !name.p;
    among_call(a, package, name);
}

uint32_t among_find(const struct among *a, struct str name)
{
    const uint32_t *at = map_get(&a->by_name, name);

    return at ? *at : 0;
}

uint32_t among_find_fmt(const struct among *a, const char *fmt, ...)
{
    char text[NAME_MOST];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return n < 0 || (size_t)n >= sizeof text ? 0 : among_find(a, (struct str){ text, (size_t)n });
}

uint32_t among_find_module(const struct among *a, struct str folder, struct str name)
{
    struct node_search s = { .from = folder, .name = name };
    char to[ENTRY_PATH_MOST];
    struct str place;
    uint32_t at = 0;

    while (!at && node_search_next(&s, to, &place))
        at = among_find(a, place);
    return at;
}

void among_need(struct among *a, uint32_t from, uint32_t to)
{
    if (!from || !to || from == to)
        return;
    if (a->n == AMONG_MOST)
        a->cut = true;
    else if (!arena_grow(&a->arena, &a->need, a->n, &a->cap, sizeof *a->need))
        a->full = true;
    else
        a->need[a->n++] = (struct among_need){ from, to };
}

void among_direct(const struct facts *out, uint32_t package)
{
    size_t n;
    struct package *p = facts_package(out, &n);

    if (package && package <= n)
        p[package - 1].direct = true;
}

static int by_numbers(const void *x, const void *y)
{
    const struct among_need *a = x, *b = y;

    return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->to < b->to ? -1 : a->to > b->to;
}

/* Needs [i, end) are of one package: each once. */
static bool settle_one(const struct among *a, size_t i, size_t end, struct facts *out)
{
    size_t n_package, n = 0;
    struct package *all = facts_package(out, &n_package);
    uint32_t *to = arena_array(&out->arena, uint32_t, end - i);

    if (!to)
        return false;
    for (size_t k = i; k < end; k++)
        if (k == i || a->need[k].to != a->need[k - 1].to)
            to[n++] = a->need[k].to - 1;
    all[a->need[i].from - 1].needs_here = (struct u32s){ to, n };
    return true;
}

int among_settle(struct among *a, const struct input *in, struct facts *out, struct err *e)
{
    if (a->n)
        qsort(a->need, a->n, sizeof *a->need, by_numbers);
    for (size_t i = 0, end; i < a->n && !a->full; i = end) {
        for (end = i + 1; end < a->n && a->need[end].from == a->need[i].from; end++)
            ;
        a->full = !settle_one(a, i, end, out);
    }
    if (a->cut)
        facts_remark(out, NOTE_INCOMPLETE, in->path, "what needs what is told up to the %dth need",
                     AMONG_MOST);
    return a->full ? err_set(e, ERR_LIMIT, "document is too large") : 0;
}

void among_free(struct among *a)
{
    map_free(&a->by_name);
    arena_free(&a->arena);
}
