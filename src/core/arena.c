#include "core/arena.h"

#include <stdarg.h>
#include <stdio.h>

struct arena_page {
    struct arena_page *next;
};
enum { PAGE_FIRST = 4 * 1024, PAGE_MOST = 256 * 1024 };

static uintptr_t aligned(uintptr_t at, size_t align)
{
    return (at + align - 1) & ~(uintptr_t)(align - 1);
}

/* Pages double with use, so that a small artifact costs little and a big one few calls. */
static bool new_page(struct arena *a, size_t size)
{
    size_t room = a->used < PAGE_FIRST ? PAGE_FIRST : MIN(a->used, (size_t)PAGE_MOST);
    if (room < size)
        room = size;
    struct arena_page *page = calloc(1, sizeof *page + room);
    if (!page)
        return false;
    page->next = a->page;
    a->page = page;
    a->at = (char *)(page + 1);
    a->end = a->at + room;
    return true;
}

void *arena_alloc(struct arena *a, size_t size, size_t align)
{
    if (size > a->budget - a->used || size > SIZE_MAX / 2)
        return NULL;
    uintptr_t at = aligned((uintptr_t)a->at, align);
    if (!a->page || at + size > (uintptr_t)a->end) {
        if (!new_page(a, size + align))
            return NULL;
        at = aligned((uintptr_t)a->at, align);
    }
    a->at = (char *)at + size;
    a->used += size;
    return (void *)at; /* NOLINT(performance-no-int-to-ptr): alignment arithmetic */
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *c = arena_alloc(a, s.n + 1, 1);

    return c && s.n ? memcpy(c, s.p, s.n) : c;
}

struct str arena_str(struct arena *a, struct str s)
{
    const char *c = arena_cstr(a, s);

    return c ? (struct str){ c, s.n } : (struct str){ 0 };
}

struct str arena_lower(struct arena *a, struct str s)
{
    char *c = arena_cstr(a, s);

    for (size_t i = 0; c && i < s.n; i++)
        if (c[i] >= 'A' && c[i] <= 'Z')
            c[i] = (char)(c[i] - 'A' + 'a');
    return c ? (struct str){ c, s.n } : (struct str){ 0 };
}

/* Into the page at hand, where mostly there is room; else it is measured, and written a second time. */
struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
    size_t room = a->page ? MIN((size_t)(a->end - a->at), a->budget - a->used) : 0;
    char *at = a->at;
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(room ? at : NULL, room, fmt, ap);
    va_end(ap);
    bool fits = n >= 0 && (size_t)n < room;
    if (!fits && room)
        memset(at, 0, room); /* what is handed out later is zeroed */
    char *c = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1, 1);
    if (c && !fits)
        vsnprintf(c, (size_t)n + 1, fmt, again);
    va_end(again);
    return c ? (struct str){ c, (size_t)n } : (struct str){ 0 };
}

bool arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 8;
    void *grown = arena_alloc(a, more * size, _Alignof(max_align_t));
    if (!grown)
        return false;
    if (n)
        memcpy(grown, *(void **)items, n * size);
    *(void **)items = grown;
    *cap = more;
    return true;
}

void arena_free(struct arena *a)
{
    for (struct arena_page *p = a->page, *next; p; p = next) {
        next = p->next;
        free(p);
    }
    *a = (struct arena){ .budget = a->budget };
}
