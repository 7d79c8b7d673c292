#include "scan/secret_values.h"

#include "doc/doc.h"

struct walk {
    struct str text;
    size_t at;      /* of the next byte */
    size_t counted; /* up to here lines are counted */
    uint32_t line;
    secret_value_fn *fn;
    void *ctx;
};

static uint32_t line_at(struct walk *w, size_t at)
{
    const char *hit;

    while (w->counted < at && (hit = memchr(w->text.p + w->counted, '\n', at - w->counted))) {
        w->counted = (size_t)(hit - w->text.p) + 1;
        w->line++;
    }
    w->counted = at > w->counted ? at : w->counted;
    return w->line;
}

/* ---- JSON: tokens, for the tree has lines only ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The text between the quotes, the first of which is at w->at; behind it afterwards. */
static struct str take_string(struct walk *w)
{
    size_t from = ++w->at;

    while (w->at < w->text.n && w->text.p[w->at] != '"')
        w->at += w->text.p[w->at] == '\\' ? 2 : 1;
    w->at = MIN(w->at, w->text.n);
    struct str s = { w->text.p + from, w->at - from };
    w->at += w->at < w->text.n;
    return s;
}

static bool is_key(const struct walk *w)
{
    size_t i = w->at;

    while (i < w->text.n && is_blank(w->text.p[i]))
        i++;
    return i < w->text.n && w->text.p[i] == ':';
}

static int give(struct walk *w, struct str key, struct str raw, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    struct secret_value v = { key, raw, (uint64_t)(raw.p - w->text.p), raw.n, 0 };
    struct doc *d;
    struct err ignored;

    if (str_has_char(raw, '\\') && doc_json((struct str){ raw.p - 1, raw.n + 2 }, &a, &d, &ignored) == 0)
        v.value = doc_text(d);
    v.line = line_at(w, v.at);
    return w->fn(w->ctx, &v, e);
}

/* The members of a flat object. */
static int give_members(struct walk *all, struct str object, struct err *e)
{
    struct walk w = *all;
    struct str key = STR_NONE;
    size_t end = (size_t)(object.p - w.text.p) + object.n;
    int r = 0;

    w.text.n = end;
    w.at = end - object.n;
    while (r == 0 && w.at < end) {
        if (w.text.p[w.at] != '"') {
            w.at++;
            continue;
        }
        struct str s = take_string(&w);
        if (is_key(&w))
            key = s;
        else if (key.p)
            r = give(&w, key, s, e);
    }
    all->line = w.line;
    all->counted = w.counted;
    return r;
}

struct level {
    struct str key;     /* the one whose value comes */
    struct str part[2]; /* data and stringData, as written */
    bool is_secret;
};

static bool holds_values(struct str key)
{
    return str_eq(key, STR("data")) || str_eq(key, STR("stringData"));
}

/* An object or list ends: it is a part of the one around it, or a Secret whose parts are known now. */
static int leave(struct walk *w, const struct level *in, struct level *around, size_t from, struct err *e)
{
    int r = 0;

    for (size_t i = 0; in->is_secret && r == 0 && i < ARRAY_LEN(in->part); i++)
        if (in->part[i].p)
            r = give_members(w, in->part[i], e);
    if (around && holds_values(around->key))
        around->part[around->key.n > 4] = (struct str){ w->text.p + from, w->at - from };
    return r;
}

static int each_in_json(struct walk *w, struct err *e)
{
    struct level level[DOC_DEPTH_MOST + 1] = { 0 };
    size_t from[DOC_DEPTH_MOST + 1], depth = 0;
    int r = 0;

    while (r == 0 && w->at < w->text.n) {
        char c = w->text.p[w->at];
        struct level *top = depth ? &level[depth - 1] : NULL;
        if (c == '"') {
            struct str s = take_string(w);
            if (top && is_key(w))
                top->key = s;
            else if (top && str_eq(top->key, STR("kind")))
                top->is_secret = str_eq(s, STR("Secret"));
            continue;
        }
        w->at++;
        if (c == '{' || c == '[') {
            if (depth == DOC_DEPTH_MOST) /* the parser refused it as well */
                return 0;
            from[depth] = w->at - 1;
            level[depth++] = (struct level){ 0 };
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
            r = leave(w, &level[depth], depth ? &level[depth - 1] : NULL, from[depth], e);
        }
    }
    return r;
}

/* ---- YAML: lines, which the parser's facts have ---- */

/* What stands behind the key that a line begins with, without quotes. */
static struct str value_on(struct str line, struct str key)
{
    struct str name, value;

    if (!str_split(str_trim(line), ':', &name, &value))
        return STR_NONE;
    name = str_trim(name);
    if (name.n > 2 && (name.p[0] == '"' || name.p[0] == '\''))
        name = (struct str){ name.p + 1, name.n - 2 };
    value = str_trim(value);
    if (value.n > 2 && (value.p[0] == '"' || value.p[0] == '\''))
        value = (struct str){ value.p + 1, value.n - 2 };
    return str_eq(name, key) ? value : STR_NONE;
}

static size_t indentation(struct str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

/* Behind the lines that are indented deeper than `line`: a block, whose key it is. */
static size_t end_of_block(struct str text, struct str line, struct str rest)
{
    size_t deep = indentation(line), end = (size_t)(line.p - text.p) + line.n;
    struct str next;

    while (str_cut(&rest, '\n', &next) && (!str_trim(next).n || indentation(next) > deep))
        end = (size_t)(next.p - text.p) + next.n;
    return end;
}

static int by_line(const void *a, const void *b)
{
    uint32_t x = (*(const struct held *const *)a)->line, y = (*(const struct held *const *)b)->line;

    return (x > y) - (x < y);
}

static int each_on_lines(struct walk *w, const struct facts *f, struct err *e)
{
    size_t n = 0, n_held;
    const struct held *held = facts_held(f, &n_held);
    AUTO_FREE const struct held **clear = calloc(n_held + 1, sizeof(const struct held *));
    struct str rest = w->text, line = { 0 };
    uint32_t at = 0;
    int r = 0;

    if (!clear)
        return err_set(e, ERR_LIMIT, "out of memory");
    for (size_t i = 0; i < n_held; i++)
        if (held[i].clear)
            clear[n++] = &held[i];
    qsort(clear, n, sizeof(const struct held *), by_line);
    for (size_t i = 0; r == 0 && i < n; i++) {
        while (at < clear[i]->line && str_cut(&rest, '\n', &line))
            at++;
        if (at != clear[i]->line)
            continue;
        struct secret_value v = { .key = clear[i]->key, .value = value_on(line, clear[i]->key), .line = at };
        v.at = (uint64_t)((v.value.n ? v.value.p : line.p) - w->text.p);
        v.n = end_of_block(w->text, line, rest) - v.at;
        if (v.value.n && memchr("|>", v.value.p[0], 2))
            v.value = STR_NONE;
        r = w->fn(w->ctx, &v, e);
    }
    return r;
}

int secret_values_each(struct str document, const struct facts *f, secret_value_fn *fn, void *ctx,
                       struct err *e)
{
    struct walk w = { .text = document, .line = 1, .fn = fn, .ctx = ctx };
    size_t n;

    (void)facts_held(f, &n);
    if (!n)
        return 0;
    while (w.at < document.n && is_blank(document.p[w.at]))
        w.at++;
    bool json = w.at < document.n && memchr("{[", document.p[w.at], 2);
    return json ? each_in_json(&w, e) : each_on_lines(&w, f, e);
}
