#include "threat/lines.h"

enum { CONTEXT = 3, DEPTH_MOST = 8 };

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

static size_t indent_of(struct str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

static bool is_empty(struct str line)
{
    struct str t = str_trim(line);

    return !t.n || t.p[0] == '#';
}

/* "- " and what else stands between it and the item's first key; 0: no item. */
static size_t dash_of(struct str line)
{
    size_t at = indent_of(line), n = at;

    if (at >= line.n || line.p[at] != '-' || (at + 1 < line.n && line.p[at + 1] != ' '))
        return 0;
    for (n++; n < line.n && line.p[n] == ' ';)
        n++;
    return n - at;
}

/* Behind the last line that is indented deeper than `indent` (or, for the items of a key, as deep with a
 * dash).
 */
static size_t end_of(const struct lines *l, size_t at, size_t indent, bool items)
{
    size_t end = at + 1;

    for (size_t i = at + 1; i < l->n; i++) {
        if (is_empty(l->line[i]))
            continue;
        size_t in = indent_of(l->line[i]);
        if (in < indent || (in == indent && !(items && dash_of(l->line[i]))))
            break;
        end = i + 1;
    }
    return end;
}

/* "key:" in front, quoted or not; *value is what stands behind it on the line. */
static bool is_key(struct str line, size_t indent, struct str key, struct str *value)
{
    struct str t = str_skip(line, indent);
    char quote = t.n && (t.p[0] == '"' || t.p[0] == '\'') ? t.p[0] : 0;

    t = str_skip(t, quote != 0);
    if (!str_starts(t, key))
        return false;
    t = str_skip(t, key.n);
    if (quote && (!t.n || t.p[0] != quote))
        return false;
    t = str_skip(t, quote != 0);
    if (!t.n || t.p[0] != ':' || (t.n > 1 && t.p[1] != ' ' && t.p[1] != '\r'))
        return false;
    *value = str_trim(str_skip(t, 1));
    if (value->n && value->p[0] == '#')
        *value = STR("");
    return true;
}

bool lines_drop(const struct lines *l, size_t at, struct edit *out)
{
    if (at >= l->n || is_empty(l->line[at]))
        return false;
    size_t indent = indent_of(l->line[at]);
    struct str first = str_skip(l->line[at], indent);
    for (size_t up = at; !dash_of(l->line[at]) && up-- > 0;) { /* a line within an item: the item */
        if (is_empty(l->line[up]))
            continue;
        if (dash_of(l->line[up]) && indent_of(l->line[up]) + dash_of(l->line[up]) == indent) {
            at = up;
            indent = indent_of(l->line[at]);
            break;
        }
        if (indent_of(l->line[up]) < indent)
            break;
    }
    if (!dash_of(l->line[at]) && !str_has(first, STR(":")))
        return false;
    *out = (struct edit){ at, end_of(l, at, indent, !dash_of(l->line[at])) - at, STR("") };
    /* Alone in its list? Then the key above goes too. */
    size_t above = at, below = at + out->gone;
    while (above > 0 && is_empty(l->line[above - 1]))
        above--;
    while (below < l->n && is_empty(l->line[below]))
        below++;
    bool item = dash_of(l->line[at]) != 0;
    bool next = below < l->n && (indent_of(l->line[below]) > indent ||
                                 (indent_of(l->line[below]) == indent && (!item || dash_of(l->line[below]))));
    if (above > 0 && !next && str_ends(str_trim(l->line[above - 1]), STR(":")) &&
        (item ? indent_of(l->line[above - 1]) <= indent : indent_of(l->line[above - 1]) < indent) &&
        !dash_of(l->line[above - 1]))
        *out = (struct edit){ above - 1, at + out->gone - (above - 1), STR("") };
    return true;
}

/* ---- merging ---- */

static bool is_plain(const struct doc *d)
{
    uint64_t number;

    if (d->kind != DOC_TEXT)
        return true;
    if (!d->text.n || str_u64(d->text, 10, &number) ||
        str_one_of(d->text, "true false null yes no on off True False Yes No On Off"))
        return false;
    for (size_t i = 0; i < d->text.n; i++) {
        char c = d->text.p[i];
        bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '/';
        if (!word && !(i && memchr("._-", c, 3)))
            return false;
    }
    return true;
}

static void put_scalar(struct buf *b, const struct doc *d)
{
    if (is_plain(d)) {
        buf_str(b, d->text);
        return;
    }
    buf_char(b, '"'); /* snippets are ours: no quotes or controls in them */
    buf_str(b, d->text);
    buf_char(b, '"');
}

static void put_value(struct buf *b, const struct doc *d, size_t indent);

static void put_key(struct buf *b, const struct doc *d, size_t indent)
{
    buf_fmt(b, "%*s" STR_FMT ":", (int)indent, "", STR_ARG(d->key));
    put_value(b, d, indent);
}

static void put_value(struct buf *b, const struct doc *d, size_t indent)
{
    if ((d->kind == DOC_LIST || d->kind == DOC_OBJECT) && !d->n) {
        buf_str(b, d->kind == DOC_LIST ? STR(" []\n") : STR(" {}\n"));
    } else if (d->kind == DOC_OBJECT) {
        buf_char(b, '\n');
        DOC_EACH (d, it)
            put_key(b, it, indent + 2);
    } else if (d->kind == DOC_LIST) {
        buf_char(b, '\n');
        DOC_EACH (d, it) {
            buf_fmt(b, "%*s- ", (int)indent + 2, "");
            put_scalar(b, it);
            buf_char(b, '\n');
        }
    } else {
        buf_char(b, ' ');
        put_scalar(b, d);
        buf_char(b, '\n');
    }
}

/* The line of a key of the mapping whose keys stand at `indent` in [from, to). The first may stand behind a
 * dash.
 */
static bool find_key(const struct lines *l, size_t from, size_t to, size_t indent, struct str key, size_t *at,
                     struct str *value)
{
    for (size_t i = from; i < to; i++) {
        size_t in = indent_of(l->line[i]) + dash_of(l->line[i]);
        if (!is_empty(l->line[i]) && in == indent && (i == from || !dash_of(l->line[i])) &&
            is_key(l->line[i], indent, key, value)) {
            *at = i;
            return true;
        }
    }
    return false;
}

static bool finish(const struct lines *l, struct buf *b, size_t at, size_t gone, struct edit *out)
{
    AUTO_BUF struct buf whole = BUF(1 << 16);

    if (at == l->n && l->open_end) { /* the last line gets its end, so it changes too */
        buf_str(&whole, l->line[at - 1]);
        buf_char(&whole, '\n');
        buf_str(&whole, buf_view(b));
        *out = (struct edit){ at - 1, 1, arena_str(l->arena, buf_view(&whole)) };
        return buf_ok(&whole) && out->text.p;
    }
    *out = (struct edit){ at, gone, arena_str(l->arena, buf_view(b)) };
    return buf_ok(b) && out->text.p;
}

bool lines_insert(const struct lines *l, size_t at, struct str text, struct edit *out)
{
    AUTO_BUF struct buf b = BUF(1 << 16);

    buf_str(&b, text);
    return at <= l->n && finish(l, &b, at, 0, out);
}

/* Put the item of a one-item list behind the others of a list in block style. */
static bool add_item(const struct lines *l, size_t key, size_t end, const struct doc *list, struct edit *out)
{
    AUTO_BUF struct buf b = BUF(1 << 16);

    for (size_t i = key + 1; i < end; i++) {
        if (is_empty(l->line[i]))
            continue;
        if (!dash_of(l->line[i]))
            return false;
        DOC_EACH (list, it) {
            if (it->kind == DOC_LIST || it->kind == DOC_OBJECT)
                return false;
            buf_fmt(&b, "%*s- ", (int)indent_of(l->line[i]), "");
            put_scalar(&b, it);
            buf_char(&b, '\n');
        }
        return finish(l, &b, end, 0, out);
    }
    return false;
}

static bool merge(const struct lines *l, size_t from, size_t to, size_t indent, const struct doc *d,
                  int depth, struct edit *out)
{
    AUTO_BUF struct buf b = BUF(1 << 16);
    struct str value;
    size_t at;

    if (depth > DEPTH_MOST)
        return false;
    if (!find_key(l, from, to, indent, d->key, &at, &value)) {
        while (to > from + 1 && is_empty(l->line[to - 1]))
            to--;
        put_key(&b, d, indent);
        return finish(l, &b, to, 0, out);
    }
    size_t end = end_of(l, at, indent, true);
    if (d->kind != DOC_OBJECT && d->kind != DOC_LIST) {
        put_key(&b, d, indent);
        struct str text = buf_view(&b); /* what stands before the key stays: a dash */
        AUTO_BUF struct buf whole = BUF(1 << 16);
        buf_str(&whole, str_first(l->line[at], indent));
        buf_str(&whole, str_skip(text, indent));
        return finish(l, &whole, at, end - at, out);
    }
    if (!value.n && d->kind == DOC_LIST && d->n)
        return add_item(l, at, end, d, out);
    if (value.n && d->kind == DOC_LIST) { /* in brackets: said anew only when it says nothing else */
        if (!str_eq(value, STR("[]")))
            return false;
        put_key(&b, d, indent);
        return finish(l, &b, at, end - at, out);
    }
    if (value.n || d->n != 1)
        return false;
    for (size_t i = at + 1; i < end; i++)
        if (!is_empty(l->line[i]))
            return merge(l, i, end, indent_of(l->line[i]), d->child, depth + 1, out);
    return false;
}

/* Behind the last line of the mapping whose first key is at the line. */
static size_t end_of_mapping(const struct lines *l, size_t at, size_t indent)
{
    size_t end = at + 1;

    for (size_t i = at + 1; i < l->n; i++) {
        if (is_empty(l->line[i]))
            continue;
        if (indent_of(l->line[i]) < indent)
            break;
        end = i + 1;
    }
    return end;
}

bool lines_find(const struct lines *l, size_t at, struct str key, size_t *line)
{
    struct str value;

    if (at >= l->n || is_empty(l->line[at]))
        return false;
    size_t indent = indent_of(l->line[at]) + dash_of(l->line[at]);
    return find_key(l, at, end_of_mapping(l, at, indent), indent, key, line, &value);
}

bool lines_merge(const struct lines *l, size_t at, const struct doc *fragment, struct edit *out)
{
    if (at >= l->n || is_empty(l->line[at]) || !fragment || fragment->kind != DOC_OBJECT || fragment->n != 1)
        return false;
    size_t indent = indent_of(l->line[at]) + dash_of(l->line[at]);
    if (!str_has(l->line[at], STR(":")) || memchr("{[", l->line[at].p[indent], 2))
        return false;
    return merge(l, at, end_of_mapping(l, at, indent), indent, fragment->child, 0, out);
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
