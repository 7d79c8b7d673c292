#include "threat/brace.h"

enum { DEPTH_MOST = 64, UP_MOST = 400, TEXT_MOST = 4 << 20, PIECE_MOST = 64 << 10 };

/* ---- reading ---- */

struct scan {
    struct braces *f;
    struct arena *arena;
    size_t at, cap;
    int depth;
};

static bool at_end(const struct scan *s)
{
    return s->at >= s->f->body.n;
}

static char here(const struct scan *s)
{
    return at_end(s) ? '\0' : s->f->body.p[s->at];
}

static void skip_blanks(struct scan *s)
{
    for (; !at_end(s); s->at++) {
        char c = here(s);
        bool comment = c == '#' && !s->f->json && s->at && strchr(" \t\n", s->f->body.p[s->at - 1]);
        while (comment && !at_end(s) && here(s) != '\n')
            s->at++;
        if (!comment && !strchr(" \t\r\n", c))
            return;
        if (at_end(s))
            return;
    }
}

static bool new_node(struct scan *s, char kind, uint32_t up, uint32_t *out)
{
    struct braces *f = s->f;

    if (f->n == BRACE_NODES_MOST || !arena_grow(s->arena, &f->node, f->n, &s->cap, sizeof *f->node))
        return false;
    f->node[f->n] = (struct brace_node){ .at = s->at,
                                         .from = s->at,
                                         .kind = kind,
                                         .up = up,
                                         .first = BRACE_NONE,
                                         .last = BRACE_NONE,
                                         .next = BRACE_NONE };
    *out = f->n++;
    return true;
}

/* A scalar, quoted or plain; plain ones end where the collection goes on. */
static bool scalar(struct scan *s, struct str *text)
{
    size_t from = s->at;
    char quote = here(s);

    if (quote != '"' && quote != '\'') {
        for (; !at_end(s) && !strchr(",[]{}\n", here(s)); s->at++)
            if (here(s) == ':' && (s->at + 1 == s->f->body.n || strchr(" \t\r\n", s->f->body.p[s->at + 1])))
                break;
        *text = str_trim((struct str){ s->f->body.p + from, s->at - from });
        s->at = from + (size_t)(text->p - (s->f->body.p + from)) + text->n;
        return text->n && !strchr("&*!|>%@`", text->p[0]);
    }
    for (s->at++; !at_end(s) && here(s) != quote; s->at++)
        s->at += quote == '"' && here(s) == '\\';
    if (at_end(s))
        return false;
    *text = (struct str){ s->f->body.p + from + 1, s->at - from - 1 };
    s->at++;
    return true;
}

static bool value(struct scan *s, uint32_t up, uint32_t *out);

static bool collection(struct scan *s, uint32_t own, char close)
{
    s->at++;
    for (skip_blanks(s); here(s) != close; skip_blanks(s)) {
        size_t from = s->at;
        struct str key = { 0 };
        uint32_t child;
        if (close == '}') {
            if (!scalar(s, &key))
                return false;
            skip_blanks(s);
            if (here(s) != ':')
                return false;
            s->at++;
            skip_blanks(s);
        }
        if (!value(s, own, &child))
            return false;
        struct brace_node *n = &s->f->node[child], *in = &s->f->node[own];
        n->from = from;
        n->key = key;
        if (in->last != BRACE_NONE)
            s->f->node[in->last].next = child;
        else
            in->first = child;
        in->last = child;
        in->n++;
        skip_blanks(s);
        if (here(s) == ',')
            s->at++;
        else if (here(s) != close)
            return false;
    }
    s->at++;
    return true;
}

static bool value(struct scan *s, uint32_t up, uint32_t *out)
{
    char c = here(s);
    bool ok;

    if (s->depth == DEPTH_MOST || !new_node(s, c == '{' || c == '[' ? c : 's', up, out))
        return false;
    s->depth++;
    ok = c == '{'   ? collection(s, *out, '}')
         : c == '[' ? collection(s, *out, ']')
                    : scalar(s, &s->f->node[*out].text);
    s->depth--;
    s->f->node[*out].end = s->at;
    return ok;
}

/* Where the next line begins. */
static size_t end_of_line(struct str body, size_t at)
{
    const char *nl = at < body.n ? memchr(body.p + at, '\n', body.n - at) : NULL;

    return nl ? (size_t)(nl - body.p) + 1 : body.n;
}

/* Where braces or brackets open as a value on a line of YAML. */
static bool opens(struct str body, size_t from, size_t *at)
{
    char quote = 0;

    for (size_t i = from; i < body.n && body.p[i] != '\n'; i++) {
        char c = body.p[i], before = i > from ? body.p[i - 1] : ' ';
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if ((c == '"' || c == '\'') && before == ' ') {
            quote = c;
        } else if (c == '#' && before == ' ') {
            return false;
        } else if ((c == '{' || c == '[') && before == ' ') {
            *at = i;
            return true;
        }
    }
    return false;
}

static bool read_at(struct braces *f, size_t at, struct arena *a)
{
    struct scan s = { .f = f, .arena = a, .at = at };
    uint32_t root;

    f->n = 0;
    f->node = NULL;
    return value(&s, BRACE_NONE, &root);
}

bool brace_read(struct braces *f, struct str body, bool json, size_t line, struct arena *a)
{
    size_t at, from = line;

    *f = (struct braces){ .body = body, .json = json };
    if (body.n > TEXT_MOST)
        return false;
    if (json) {
        const char *open = body.n ? memchr(body.p, '{', body.n) : NULL;
        return open && read_at(f, (size_t)(open - body.p), a);
    }
    for (uint32_t up = 0; up < UP_MOST; up++) { /* the line's own, or those of one above it */
        if (opens(body, from, &at) && read_at(f, at, a) && f->node[0].end > line)
            return true;
        if (!from)
            return false;
        for (from--; from > 0 && body.p[from - 1] != '\n';)
            from--;
    }
    return false;
}

bool brace_crowded(struct str line)
{
    line = str_trim(line);
    return line.n > 1 && (memchr(line.p, '{', line.n - 1) || memchr(line.p, '[', line.n - 1) ||
                          memchr(line.p, ',', line.n - 1));
}

/* ---- finding ---- */

static uint32_t child_of(const struct braces *f, uint32_t mapping, struct str key)
{
    for (uint32_t i = f->node[mapping].first; i != BRACE_NONE; i = f->node[i].next)
        if (str_eq(f->node[i].key, key))
            return i;
    return BRACE_NONE;
}

uint32_t brace_mapping(const struct braces *f, size_t from, struct str name)
{
    size_t to = end_of_line(f->body, from);
    uint32_t found = BRACE_NONE;

    for (uint32_t i = 0; i < f->n && f->node[i].from < to; i++) {
        const struct brace_node *n = &f->node[i];
        if (n->kind != '{' || (n->at < from && n->from < from))
            continue;
        uint32_t child = child_of(f, i, STR("name"));
        bool is_it = str_eq(n->key, name) ||
                     (child != BRACE_NONE && f->node[child].kind == 's' && str_eq(f->node[child].text, name));
        if (is_it && found != BRACE_NONE)
            return BRACE_NONE;
        if (is_it)
            found = i;
    }
    return found;
}

/* What stands before the outermost braces on their line; false: they begin on another. */
static bool before_root(const struct braces *f, size_t from, struct str *out)
{

    if (f->node[0].at < from || f->node[0].at >= end_of_line(f->body, from))
        return false;
    *out = str_trim((struct str){ f->body.p + from, f->node[0].at - from });
    return true;
}

bool brace_is_item(const struct braces *f, size_t line)
{
    struct str before;

    return before_root(f, line, &before) && str_eq(before, STR("-"));
}

bool brace_is_value(const struct braces *f, size_t line)
{
    struct str before;

    return before_root(f, line, &before) && str_ends(before, STR(":"));
}

/* "/run/docker.sock at /x: ..." tells of "/run/docker.sock:/x" and of {source: /run/docker.sock, ...};
 * "cap-add: SYS_ADMIN: ..." of SYS_ADMIN. */
static bool tells_of(const struct braces *f, uint32_t node, struct str told)
{
    const struct brace_node *n = &f->node[node];
    ptrdiff_t at = str_find(told, STR(" at "));
    struct str source = at > 0 ? str_first(told, (size_t)at) : STR(""), first, rest;

    if (n->kind == 's') {
        str_split(n->text, ':', &first, &rest);
        return source.n ? str_eq(n->text, source) || str_eq(first, source)
                        : n->text.n && str_has(told, n->text);
    }
    for (uint32_t i = n->first; source.n && i != BRACE_NONE; i = f->node[i].next)
        if (tells_of(f, i, told))
            return true;
    return false;
}

uint32_t brace_told(const struct braces *f, size_t from, struct str told)
{
    size_t to = end_of_line(f->body, from);
    uint32_t found = BRACE_NONE, outermost = BRACE_NONE;

    for (uint32_t i = 1; i < f->n && f->node[i].from < to; i++) {
        const struct brace_node *n = &f->node[i];
        if (n->from < from)
            continue;
        if (outermost == BRACE_NONE)
            outermost = i;
        else if (n->from >= f->node[outermost].end)
            outermost = f->n; /* several: it has to be told */
        if (f->node[n->up].kind != '[' || !tells_of(f, i, told))
            continue;
        if (found != BRACE_NONE && n->from >= f->node[found].end)
            return BRACE_NONE;
        if (found == BRACE_NONE)
            found = i;
    }
    if (found != BRACE_NONE)
        return found;
    return outermost < f->n ? outermost : BRACE_NONE;
}

/* ---- editing ---- */

bool brace_drop(const struct braces *f, uint32_t node, struct splice *out)
{
    const struct brace_node *n = &f->node[node];
    uint32_t before = BRACE_NONE;

    if (n->up == BRACE_NONE)
        return false;
    for (uint32_t i = f->node[n->up].first; i != node; i = f->node[i].next)
        before = i;
    size_t from = n->from, to = n->end;
    if (n->next != BRACE_NONE)
        to = f->node[n->next].from;
    else if (before != BRACE_NONE)
        from = f->node[before].end;
    *out = (struct splice){ from, to - from, STR("") };
    return true;
}

static void put_text(struct buf *b, struct str s, bool json)
{
    uint64_t number;
    bool plain = s.n && !str_u64(s, 10, &number) &&
                 !str_one_of(s, "true false null yes no on off True False Yes No On Off");

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        plain &= (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '/' ||
                 (i && memchr("._-", c, 3));
    }
    if (plain && !json) {
        buf_str(b, s);
        return;
    }
    buf_char(b, '"'); /* snippets are ours: no quotes or controls in them */
    buf_str(b, s);
    buf_char(b, '"');
}

static void put_value(struct buf *b, const struct doc *d, bool json)
{
    bool object = d->kind == DOC_OBJECT;

    if (!object && d->kind != DOC_LIST) {
        if (d->kind == DOC_TEXT)
            put_text(b, d->text, json);
        else
            buf_str(b, d->kind == DOC_NULL ? STR("null") : d->text);
        return;
    }
    buf_char(b, object ? '{' : '[');
    for (const struct doc *it = d->child; it; it = it->next) {
        buf_str(b, it == d->child ? STR("") : STR(", "));
        if (object) {
            put_text(b, it->key, json);
            buf_str(b, STR(": "));
        }
        put_value(b, it, json);
    }
    buf_char(b, object ? '}' : ']');
}

/* Behind the last of the collection, on a line of its own when that has one. */
static struct splice append(const struct braces *f, uint32_t in, struct str text, struct arena *a)
{
    const struct brace_node *c = &f->node[in];

    if (c->last == BRACE_NONE)
        return (struct splice){ c->at + 1, 0, text };
    const struct brace_node *last = &f->node[c->last];
    size_t line = last->from, n = 0;
    while (line > 0 && f->body.p[line - 1] != '\n')
        line--;
    bool own_line = !str_trim((struct str){ f->body.p + line, last->from - line }).n;
    while (own_line && line + n < last->from)
        n++;
    struct str indent = { f->body.p + line, n };
    return (struct splice){ last->end, 0,
                            arena_fmt(a, ",%s" STR_FMT STR_FMT, own_line ? "\n" : " ", STR_ARG(indent),
                                      STR_ARG(text)) };
}

static bool add(struct splice *out, size_t *n, size_t most, struct splice s)
{
    if (*n == most || !s.text.p)
        return false;
    out[(*n)++] = s;
    return true;
}

static bool add_items(const struct braces *f, uint32_t list, const struct doc *items, struct arena *a,
                      struct splice *out, size_t *n, size_t most)
{
    DOC_EACH (items, it) {
        AUTO_BUF struct buf b = BUF(PIECE_MOST);
        bool there = false;
        for (uint32_t i = f->node[list].first; i != BRACE_NONE; i = f->node[i].next)
            there |= it->kind == DOC_TEXT && str_eq(f->node[i].text, it->text);
        put_value(&b, it, f->json);
        if (!there && (!buf_ok(&b) || !add(out, n, most, append(f, list, arena_str(a, buf_view(&b)), a))))
            return false;
    }
    return true;
}

static bool merge_key(const struct braces *f, uint32_t mapping, const struct doc *key, struct arena *a,
                      struct splice *out, size_t *n, size_t most)
{
    AUTO_BUF struct buf b = BUF(PIECE_MOST);
    uint32_t child = child_of(f, mapping, key->key);

    if (child == BRACE_NONE) {
        put_text(&b, key->key, f->json);
        buf_str(&b, STR(": "));
        put_value(&b, key, f->json);
        return buf_ok(&b) && add(out, n, most, append(f, mapping, arena_str(a, buf_view(&b)), a));
    }
    const struct brace_node *c = &f->node[child];
    if (key->kind == DOC_OBJECT || key->kind == DOC_LIST)
        return brace_merge(f, child, key, a, out, n, most);
    put_value(&b, key, f->json);
    return c->kind == 's' && buf_ok(&b) &&
           add(out, n, most, (struct splice){ c->at, c->end - c->at, arena_str(a, buf_view(&b)) });
}

bool brace_merge(const struct braces *f, uint32_t node, const struct doc *what, struct arena *a,
                 struct splice *out, size_t *n, size_t most)
{
    char kind = f->node[node].kind;

    if (what->kind == DOC_LIST && kind == '[')
        return add_items(f, node, what, a, out, n, most);
    if (what->kind != DOC_OBJECT || kind != '{')
        return false;
    DOC_EACH (what, key)
        if (!merge_key(f, node, key, a, out, n, most))
            return false;
    return true;
}
