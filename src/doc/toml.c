/* toml.c - TOML 1.0 into the tree. A table may be added to from several places of the text, so each node
 * knows how it came to be, and for large tables one map of (node, key) finds what is there already. */
#include "doc/toml.h"

enum { KEYS_SCANNED = 16 };

/* Blanks and a comment up to the end of the line, which is taken too. */
static int line_end(struct toml *r)
{
    toml_blanks(r);
    if (toml_take(r, '#'))
        while (r->rest.n && !toml_is_control(r->rest.p[0]))
            r->rest = str_skip(r->rest, 1);
    return !r->rest.n || toml_newline(r) ? 0 : toml_bad(r, "something behind the value");
}

/* --- nodes --- */

static struct node *node_new(struct toml *r, enum doc_kind kind, enum made made, int depth)
{
    struct node *n = arena_new(r->arena, struct node);

    if (!n) {
        toml_full(r);
        return NULL;
    }
    if (depth > DOC_DEPTH_MOST) {
        err_set(r->e, ERR_LIMIT, "line %u: nested deeper than %d", r->line, DOC_DEPTH_MOST);
        return NULL;
    }
    n->doc.kind = kind;
    n->doc.line = r->line;
    n->made = made;
    n->depth = depth;
    n->id = r->n_node++;
    return n;
}

static void append(struct node *parent, struct node *n)
{
    if (parent->last)
        parent->last->next = &n->doc;
    else
        parent->doc.child = &n->doc;
    parent->last = &n->doc;
    parent->doc.n++;
}

static bool map_key(struct toml *r, const struct node *in, struct str key, struct str *out)
{
    char *both = arena_alloc(r->arena, sizeof in->id + key.n, 1);

    if (!both)
        return false;
    memcpy(both, &in->id, sizeof in->id);
    memcpy(both + sizeof in->id, key.p, key.n);
    *out = (struct str){ both, sizeof in->id + key.n };
    return true;
}

/* The table's member of that name into *have, or NULL. */
static int find(struct toml *r, const struct node *in, struct str key, struct node **have)
{
    struct str both;

    *have = NULL;
    if (in->indexed) {
        if (!map_key(r, in, key, &both))
            return toml_full(r);
        const uint32_t *at = map_get(&r->have, both);
        *have = at ? r->node[*at - 1] : NULL;
        return 0;
    }
    for (struct doc *d = in->doc.child; d; d = d->next)
        if (str_eq(d->key, key))
            *have = (struct node *)(void *)d;
    return 0;
}

static int index_member(struct toml *r, const struct node *in, struct doc *d)
{
    struct str both;

    if (!map_key(r, in, d->key, &both) ||
        !arena_grow(r->arena, &r->node, r->n_have, &r->cap_node, sizeof(struct node *)))
        return toml_full(r);
    uint32_t *at = map_put(&r->have, both, NULL);
    if (!at)
        return toml_full(r);
    r->node[r->n_have++] = (struct node *)(void *)d;
    *at = (uint32_t)r->n_have;
    return 0;
}

static int attach(struct toml *r, struct node *in, struct str key, struct node *n)
{
    n->doc.key = arena_str(r->arena, key);
    if (!n->doc.key.p)
        return toml_full(r);
    append(in, n);
    if (in->indexed)
        return index_member(r, in, &n->doc);
    if (in->doc.n < KEYS_SCANNED)
        return 0;
    in->indexed = true;
    for (struct doc *d = in->doc.child; d; d = d->next)
        if (index_member(r, in, d) < 0)
            return -1;
    return 0;
}

static int add_member(struct toml *r, struct node *in, struct str key, struct node *n)
{
    struct node *have;

    if (find(r, in, key, &have) < 0)
        return -1;
    if (have)
        return err_set(r->e, ERR_FORMAT, "line %u: key \"" STR_FMT "\" appears twice", r->line,
                       STR_ARG(str_first(key, 60)));
    return attach(r, in, key, n);
}

/* --- keys --- */

static bool is_bare(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* One part of a key; a view into the text or r->text, good until the next. */
static int key_part(struct toml *r, struct str *key)
{
    toml_blanks(r);
    if (toml_peek(r) == '"' || toml_peek(r) == '\'') {
        if (toml_quoted(r, false) < 0)
            return -1;
        *key = buf_view(&r->text);
    } else {
        size_t n = 0;
        while (n < r->rest.n && is_bare((unsigned char)r->rest.p[n]))
            n++;
        *key = str_first(r->rest, n);
        r->rest = str_skip(r->rest, n);
        if (!n)
            return toml_bad(r, "no key");
    }
    toml_blanks(r);
    return 0;
}

/* The table below `in` that a header or dotted key goes through. */
static int step(struct toml *r, struct node **in, struct str key, enum made how)
{
    struct node *have;

    if (find(r, *in, key, &have) < 0)
        return -1;
    if (!have) {
        have = node_new(r, DOC_OBJECT, how, (*in)->depth + 1);
        if (!have || attach(r, *in, key, have) < 0)
            return -1;
    } else if (have->made == ARRAY_OF_TABLES && how == BY_HEADER_BELOW) {
        have = (struct node *)(void *)have->last;
    } else if (have->doc.kind != DOC_OBJECT || have->made == BY_VALUE ||
               (how == BY_DOTTED_KEY && have->made != BY_DOTTED_KEY)) {
        return err_set(r->e, ERR_FORMAT, "line %u: \"" STR_FMT "\" cannot be added to", r->line,
                       STR_ARG(str_first(key, 60)));
    }
    *in = have;
    return 0;
}

/* All parts of a dotted key but the last, which is left in *key. */
static int dotted(struct toml *r, struct node **in, struct str *key, enum made how)
{
    for (;;) {
        if (key_part(r, key) < 0)
            return -1;
        if (!toml_take(r, '.'))
            return 0;
        if (step(r, in, *key, how) < 0)
            return -1;
    }
}

/* --- values --- */

static int value(struct toml *r, int depth, struct node **out);
static int key_value(struct toml *r, struct node *in);

/* A word without quotes: number, boolean, date. A date may go on behind one blank with its time. */
static struct str word(struct toml *r)
{
    struct str at = r->rest;
    size_t n = 0;

    while (n < at.n &&
           (is_bare((unsigned char)at.p[n]) || memchr("+.:", at.p[n], 3) ||
            (n == 10 && at.p[n] == ' ' && at.n > 11 && at.p[4] == '-' && at.p[11] >= '0' && at.p[11] <= '9')))
        n++;
    r->rest = str_skip(r->rest, n);
    return str_first(at, n);
}

static int bare_value(struct toml *r, struct node *out)
{
    struct str s = word(r);

    if (str_one_of(s, "true false")) {
        out->doc.kind = DOC_BOOL;
        out->doc.yes = s.p[0] == 't';
    } else if (toml_is_number(s)) {
        out->doc.kind = DOC_NUMBER;
    } else if (!toml_is_date_or_time(s)) {
        return toml_bad(r, "not a value");
    }
    out->doc.text = arena_str(r->arena, s);
    return out->doc.text.p ? 0 : toml_full(r);
}

/* Blanks, comments and line ends, within an array. */
static int gap(struct toml *r)
{
    do {
        toml_blanks(r);
        if (toml_peek(r) == '#' && line_end(r) < 0)
            return -1;
    } while (toml_newline(r) || toml_peek(r) == '#' || toml_peek(r) == ' ' || toml_peek(r) == '\t');
    return 0;
}

static int array(struct toml *r, struct node *list)
{
    for (;;) {
        struct node *item;
        if (gap(r) < 0)
            return -1;
        if (toml_take(r, ']'))
            return 0;
        if (value(r, list->depth + 1, &item) < 0)
            return -1;
        append(list, item);
        if (gap(r) < 0)
            return -1;
        if (toml_take(r, ']'))
            return 0;
        if (!toml_take(r, ','))
            return toml_bad(r, "array without an end");
    }
}

/* Nothing can be added to an inline table or to the tables that dotted keys made within it. */
static void seal(struct node *table)
{
    table->made = BY_VALUE;
    for (struct doc *d = table->doc.child; d; d = d->next)
        if (d->kind == DOC_OBJECT && ((struct node *)(void *)d)->made != BY_VALUE)
            seal((struct node *)(void *)d);
}

static int inline_table(struct toml *r, struct node *table)
{
    toml_blanks(r);
    if (toml_take(r, '}'))
        return 0;
    table->made = BY_DOTTED_KEY; /* open while it is read */
    for (;;) {
        if (key_value(r, table) < 0)
            return -1;
        toml_blanks(r);
        if (toml_take(r, '}')) {
            seal(table);
            return 0;
        }
        if (!toml_take(r, ','))
            return toml_bad(r, "inline table without an end");
    }
}

static int value(struct toml *r, int depth, struct node **out)
{
    struct node *n = *out = node_new(r, DOC_TEXT, BY_VALUE, depth);

    if (!n)
        return -1;
    switch (toml_peek(r)) {
    case '"':
    case '\'':
        if (toml_quoted(r, true) < 0)
            return -1;
        n->doc.text = arena_str(r->arena, buf_view(&r->text));
        return n->doc.text.p ? 0 : toml_full(r);
    case '[':
        r->rest = str_skip(r->rest, 1);
        n->doc.kind = DOC_LIST;
        return array(r, n);
    case '{':
        r->rest = str_skip(r->rest, 1);
        n->doc.kind = DOC_OBJECT;
        return inline_table(r, n);
    default:
        return bare_value(r, n);
    }
}

static int key_value(struct toml *r, struct node *in)
{
    struct node *n = NULL;
    struct str key;

    if (dotted(r, &in, &key, BY_DOTTED_KEY) < 0)
        return -1;
    if (!toml_take(r, '='))
        return toml_bad(r, "no \"=\" behind the key");
    key = arena_str(r->arena, key); /* the value needs r->text */
    if (!key.p)
        return toml_full(r);
    toml_blanks(r);
    if (value(r, in->depth + 1, &n) < 0)
        return -1;
    return add_member(r, in, key, n);
}

/* --- headers --- */

static int array_header(struct toml *r, struct node *in, struct str key)
{
    struct node *have, *item;

    if (find(r, in, key, &have) < 0)
        return -1;
    if (!have) {
        have = node_new(r, DOC_LIST, ARRAY_OF_TABLES, in->depth + 1);
        if (!have || attach(r, in, key, have) < 0)
            return -1;
    } else if (have->made != ARRAY_OF_TABLES) {
        return err_set(r->e, ERR_FORMAT, "line %u: \"" STR_FMT "\" is no array of tables", r->line,
                       STR_ARG(str_first(key, 60)));
    }
    item = node_new(r, DOC_OBJECT, BY_HEADER, have->depth + 1);
    if (!item)
        return -1;
    append(have, item);
    r->table = item;
    return 0;
}

static int table_header(struct toml *r, struct node *in, struct str key)
{
    struct node *have;

    if (find(r, in, key, &have) < 0)
        return -1;
    if (!have) {
        have = node_new(r, DOC_OBJECT, BY_HEADER, in->depth + 1);
        if (!have || attach(r, in, key, have) < 0)
            return -1;
    } else if (have->made != BY_HEADER_BELOW || have->doc.kind != DOC_OBJECT) {
        return err_set(r->e, ERR_FORMAT, "line %u: table \"" STR_FMT "\" appears twice", r->line,
                       STR_ARG(str_first(key, 60)));
    }
    have->made = BY_HEADER;
    r->table = have;
    return 0;
}

static int header(struct toml *r, struct node *root)
{
    bool many = toml_take(r, '[');
    struct node *in = root;
    struct str key;

    if (dotted(r, &in, &key, BY_HEADER_BELOW) < 0)
        return -1;
    if (!toml_take(r, ']') || (many && !toml_take(r, ']')))
        return toml_bad(r, "header without an end");
    return many ? array_header(r, in, key) : table_header(r, in, key);
}

static int lines(struct toml *r, struct node *root)
{
    while (r->rest.n) {
        toml_blanks(r);
        int c = toml_peek(r);
        if (c >= 0 && c != '#' && c != '\n' && c != '\r' &&
            (toml_take(r, '[') ? header(r, root) : key_value(r, r->table)) < 0)
            return -1;
        if (line_end(r) < 0)
            return -1;
    }
    return 0;
}

int doc_toml(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    struct toml r = { .arena = a, .e = e, .rest = text, .line = 1, .text = BUF(text.n + 1) };

    *out = NULL;
    if (!doc_is_utf8(text))
        return err_set(e, ERR_FORMAT, "text is not UTF-8");
    toml_take_str(&r, STR("\xef\xbb\xbf"));
    struct node *root = r.table = node_new(&r, DOC_OBJECT, BY_HEADER, 1);
    int result = root ? lines(&r, root) : -1;
    map_free(&r.have);
    buf_free(&r.text);
    if (result == 0)
        *out = &root->doc;
    return result;
}
