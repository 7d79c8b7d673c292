#include "threat/lines.h"

enum { CONTEXT = 3 };

bool lines_split(struct lines *l, struct str body, struct arena *a)
{
    size_t cap = 0;

    *l = (struct lines){ .arena = a, .open_end = !str_ends(body, STR("\n")) };
    if (!l->open_end)
        body.n--;
    for (struct str line; str_cut(&body, '\n', &line);) {
        if (!arena_grow(a, &l->line, l->n, &cap, sizeof *l->line))
            return false;
        l->line[l->n++] = line;
    }
    return true;
}

size_t lines_of(const struct lines *l, size_t at)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if ((size_t)(l->line[mid].p - l->line[0].p) + l->line[mid].n < at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- what comes out ---- */

void lines_apply(const struct lines *l, const struct edit *edit, size_t n, struct buf *out)
{
    size_t k = 0;

    for (size_t i = 0; i <= l->n; i++) {
        for (; k < n && edit[k].at == i && !edit[k].gone; k++)
            buf_str(out, edit[k].text);
        if (k < n && edit[k].at == i) {
            buf_str(out, edit[k].text);
            i += edit[k++].gone - 1;
            continue;
        }
        if (i < l->n) {
            buf_str(out, l->line[i]);
            buf_char(out, '\n');
        }
    }
}

static size_t count_lines(struct str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static void put_line(struct buf *out, char sign, struct str line)
{
    buf_char(out, sign);
    buf_str(out, line);
    buf_char(out, '\n');
}

/* A line of the file as it is. */
static void put_old(const struct lines *l, struct buf *out, char sign, size_t i)
{
    put_line(out, sign, l->line[i]);
    if (i + 1 == l->n && l->open_end)
        buf_str(out, STR("\\ No newline at end of file\n"));
}

static bool is_secret(const struct lines *l, size_t i)
{
    size_t low = 0, high = l->n_secret;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->secret[mid] == i + 1)
            return true;
        if (l->secret[mid] < i + 1)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static bool any_secret(const struct lines *l, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (is_secret(l, i))
            return true;
    return false;
}

bool lines_tells(const struct lines *l, const struct edit *e)
{
    return any_secret(l, e->at, e->at + e->gone);
}

static size_t edit_end(const struct edit *e)
{
    return e->at + e->gone;
}

/* Widen from .. to by the lines around it that may be told. What has fewer on one side is taken to be at an end
 * of the file: where it is not, both sides have the same. */
static void find_context(const struct lines *l, size_t *from, size_t *to)
{
    size_t before = 0, after = 0;

    while (before < CONTEXT && before < *from && !is_secret(l, *from - before - 1))
        before++;
    while (after < CONTEXT && *to + after < l->n && !is_secret(l, *to + after))
        after++;
    if (before < after && before < *from)
        after = before;
    if (after < before && *to + after < l->n)
        before = after;
    *from -= before;
    *to += after;
}

/* Edits whose contexts touch make one hunk: [first, last]. */
static void put_hunk(const struct lines *l, const struct edit *edit, size_t n, size_t *moved, struct buf *out)
{
    size_t from = edit[0].at, to = edit_end(&edit[n - 1]), gone = 0, come = 0, i;

    find_context(l, &from, &to);
    i = from;

    for (size_t k = 0; k < n; k++) {
        gone += edit[k].gone;
        come += count_lines(edit[k].text);
    }
    size_t old = to - from, now = old - gone + come; /* of no lines the one before is named */
    buf_fmt(out, "@@ -%zu,%zu +%zu,%zu @@\n", from + (old > 0), old, from + (now > 0) + *moved, now);
    for (size_t k = 0; k < n; k++) {
        for (; i < edit[k].at; i++)
            put_old(l, out, ' ', i);
        for (; i < edit[k].at + edit[k].gone; i++)
            put_old(l, out, '-', i);
        struct str rest = edit[k].text, line;
        while (rest.n && str_cut(&rest, '\n', &line))
            put_line(out, '+', line);
    }
    for (; i < to; i++)
        put_old(l, out, ' ', i);
    *moved += come - gone; /* wraps, and wraps back */
}

void lines_diff(const struct lines *l, struct str path, const struct edit *edit, size_t n, struct buf *out)
{
    size_t moved = 0;

    buf_fmt(out, "--- a/" STR_FMT "\n+++ b/" STR_FMT "\n", STR_ARG(path), STR_ARG(path));
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && edit[end].at <= edit_end(&edit[end - 1]) + (size_t)2 * CONTEXT &&
                          !any_secret(l, edit_end(&edit[end - 1]), edit[end].at);
             end++)
            ;
        put_hunk(l, edit + i, end - i, &moved, out);
    }
}
