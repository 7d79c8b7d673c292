#include "parse/needs.h"

#include "parse/plain.h"

/* What stands before the first of `ends`. */
static struct str name_before(struct str s, const char *ends)
{
    size_t n = 0;

    s = str_trim(s);
    while (n < s.n && !strchr(ends, s.p[n]))
        n++;
    return str_first(s, n);
}

bool needs_name(struct needs *n, struct str name)
{
    if (!name.n)
        return true;
    if (n->n == NEEDS_MOST || !arena_grow(&n->arena, &n->p, n->n, &n->cap, sizeof *n->p))
        return false;
    n->p[n->n++] = name;
    return true;
}

/* "b:any | c [amd64]" as "b|c": never longer than what it is made of. */
static bool add_alternatives(struct needs *n, struct str choice)
{
    char *to = arena_array(&n->arena, char, choice.n + 1);
    struct str one;
    size_t at = 0;

    while (to && str_cut(&choice, '|', &one)) {
        struct str name = name_before(one, " \t(:[<");
        if (!name.n)
            continue;
        if (at)
            to[at++] = '|';
        memcpy(to + at, name.p, name.n);
        at += name.n;
    }
    return to && needs_name(n, (struct str){ to, at });
}

bool needs_debian(struct needs *n, struct str field)
{
    struct str choice;

    while (str_cut(&field, ',', &choice))
        if (!add_alternatives(n, choice))
            return false;
    return true;
}

bool needs_alpine(struct needs *n, struct str field)
{
    for (struct str word; (word = next_word(&field)).n;)
        if (word.p[0] != '!' && !needs_name(n, name_before(word, "<>=~")))
            return false;
    return true;
}

void needs_free(struct needs *n)
{
    arena_free(&n->arena);
    *n = (struct needs)NEEDS;
}
