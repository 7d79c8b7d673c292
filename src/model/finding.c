#include "model/finding.h"

#include <stdarg.h>

const char *const state_name[STATE_COUNT] = { "open", "mitigated", "unknown", "accepted" };

void proof_weigh(struct proof *p, enum severity s)
{
    if (!p->severity_is_set || s > p->severity)
        p->severity = s;
    p->severity_is_set = true;
}

/* Most findings have one piece, and clusters have millions of findings. */
static bool has_room(struct proof *p)
{
    if (p->n == p->most)
        return false;
    if (p->cap)
        return arena_grow(p->arena, &p->item, p->n, &p->cap, sizeof *p->item);
    p->item = arena_new(p->arena, struct evidence);
    p->cap = p->item ? 1 : 0;
    return p->item;
}

void proof_add(struct proof *p, const struct evidence *where, const char *fmt, ...)
{
    char text[400];
    va_list ap;

    p->found++;
    if (!has_room(p))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct evidence ev = *where;
    ev.target = where->target.n ? where->target : p->target;
    ev.path = where->path.n ? arena_str(p->arena, where->path) : where->path;
    ev.text = arena_str(p->arena, str_of(text));
    p->item[p->n++] = ev;
}
