/* jsonc.c - JSON as people write it for bun, Deno and editors: comments and a comma behind the last item are
 * blanked out, byte for byte, so that lines stay; the rest is as strict as JSON. */
#include "doc/doc.h"

struct cleaner {
    char *p; /* the copy */
    size_t n;
    char *comma; /* the last one behind an item, while only blanks and comments followed */
    bool item;   /* something stands before: a comma may follow */
};

static void blank(char *from, const char *to)
{
    for (; from < to; from++)
        if (*from != '\n')
            *from = ' ';
}

static size_t text_end(const struct cleaner *c, size_t at)
{
    for (at++; at < c->n && c->p[at] != '"'; at++)
        if (c->p[at] == '\\')
            at++;
    return MIN(at + 1, c->n);
}

/* Past the comment at `at`, or `at` when there is none; an open one is left for the JSON reader to refuse. */
static size_t comment_end(const struct cleaner *c, size_t at)
{
    struct str rest = { c->p + at, c->n - at };

    if (str_starts(rest, STR("//"))) {
        const char *nl = memchr(rest.p, '\n', rest.n);
        return nl ? (size_t)(nl - c->p) : c->n;
    }
    if (!str_starts(rest, STR("/*")))
        return at;
    ptrdiff_t end = str_find(str_skip(rest, 2), STR("*/"));
    return end < 0 ? at : at + 2 + (size_t)end + 2;
}

static void clean(struct cleaner *c)
{
    for (size_t i = 0, end; i < c->n;) {
        char ch = c->p[i];
        if (ch == '/' && (end = comment_end(c, i)) > i) {
            blank(c->p + i, c->p + end);
            i = end;
            continue;
        }
        if (ch == '"') {
            i = text_end(c, i);
            c->comma = NULL;
            c->item = true;
            continue;
        }
        if ((ch == ']' || ch == '}') && c->comma)
            *c->comma = ' ';
        if (ch != ' ' && ch != '\t' && ch != '\r' && ch != '\n') {
            c->comma = ch == ',' && c->item ? c->p + i : NULL;
            c->item = ch != ',' && ch != '[' && ch != '{';
        }
        i++;
    }
}

int doc_jsonc(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    struct cleaner c = { arena_cstr(a, text), text.n, NULL, false };

    *out = NULL;
    if (!c.p)
        return err_set(e, ERR_LIMIT, "document is too large");
    clean(&c);
    return doc_json((struct str){ c.p, c.n }, a, out, e);
}
