#include "threat/edit.h"

enum { TEXT_MOST = 4 << 20, PIECE_MOST = 64 << 10 };

const struct doc *edits_read(struct str body, bool json, struct arena *a)
{
    struct doc *root = NULL;
    struct err ignored = { 0 };

    if (body.n > TEXT_MOST)
        return NULL;
    int r = json ? doc_json_placed(body, a, &root, &ignored) : doc_yaml_all_placed(body, a, &root, &ignored);
    return r < 0 ? NULL : root;
}

/* ---- where ---- */

static size_t line_begin(const struct edits *e, size_t at)
{
    while (at > 0 && e->body.p[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct edits *e, size_t at)
{
    const char *nl = at < e->body.n ? memchr(e->body.p + at, '\n', e->body.n - at) : NULL;

    return nl ? (size_t)(nl - e->body.p) : e->body.n;
}

size_t edit_next_line(const struct edits *e, size_t at)
{
    return at > 0 && e->body.p[at - 1] == '\n' ? at : MIN(line_end(e, at) + 1, e->body.n);
}

static struct str between(const struct edits *e, size_t from, size_t to)
{
    return (struct str){ e->body.p + from, to - from };
}

/* What stands on its line before it. */
static struct str before(const struct edits *e, size_t at)
{
    size_t from = line_begin(e, at);

    return between(e, from, at);
}

static bool in_brackets(const struct edits *e, const struct doc *d)
{
    const struct doc_place *p = doc_place(d);

    return d->kind >= DOC_LIST && p->style == DOC_FLOW && p->to > p->from &&
           memchr("]}", e->body.p[p->to - 1], 2);
}

static bool is_block(const struct doc *d)
{
    return d->kind >= DOC_LIST && doc_place(d)->style == DOC_BLOCK;
}

/* ---- finding ---- */

struct search {
    const struct edits *e;
    size_t from, to; /* the line */
    struct edit_path path;
    void (*see)(struct search *s, const struct doc *in, const struct doc *d);
    edit_is_it *is_it;
    struct str text;         /* the name, or what is told */
    struct edit_path *found; /* by it */
    struct edit_path other;  /* without it */
    size_t n_found, n_other, found_end, other_end;
};

/* All that begins on the line, in the order of the text. */
static void walk(struct search *s, const struct doc *in)
{
    s->path.node[s->path.n++] = in;
    DOC_EACH (in, d) {
        const struct doc_place *p = doc_place(d);
        if (!p->end || p->end < s->from || p->key > s->to)
            continue;
        s->path.node[s->path.n++] = d;
        if (p->key >= s->from)
            s->see(s, in, d);
        s->path.n--;
        if (p->style != DOC_ALIAS)
            walk(s, d);
    }
    s->path.n--;
}

static bool search(struct search *s, uint32_t line)
{
    size_t at = 0;

    for (; line > 1 && at < s->e->body.n; line--)
        at = MIN(line_end(s->e, at) + 1, s->e->body.n);
    s->from = at;
    s->to = line_end(s->e, at);
    if (s->e->root && line == 1)
        walk(s, s->e->root);
    return s->n_found == 1 || (!s->n_found && s->n_other == 1);
}

static void see_mapping(struct search *s, const struct doc *in, const struct doc *d)
{
    if (d->kind != DOC_OBJECT || doc_place(d)->style == DOC_ALIAS || !s->is_it(&s->path))
        return;
    s->other = s->path;
    s->n_other++;
    if (!str_eq(in->kind == DOC_OBJECT ? d->key : doc_scalar(doc_get(d, "name")), s->text))
        return;
    *s->found = s->path;
    s->n_found++;
}

/* What stands behind a key may begin on a later line than the key. */
static void see_any_mapping(struct search *s, const struct doc *in, const struct doc *d)
{
    const struct doc *above = edit_up(&s->path, 2);

    if (above && in->child == d && doc_place(in)->key < s->from) {
        s->path.n--;
        see_mapping(s, above, in);
        s->path.n++;
    }
    see_mapping(s, in, d);
}

bool edit_mapping(const struct edits *e, uint32_t line, edit_is_it *is_it, struct str name,
                  struct edit_path *out)
{
    struct search s = { .e = e, .see = see_any_mapping, .is_it = is_it, .text = name, .found = out };

    if (!search(&s, line))
        return false;
    if (!s.n_found)
        *out = s.other;
    return true;
}

/* "/run/docker.sock at /x: ..." tells of "/run/docker.sock:/x" and of {source: /run/docker.sock, ...};
 * "cap-add: SYS_ADMIN: ..." of SYS_ADMIN. */
static bool tells_of(struct str told, const struct doc *d)
{
    ptrdiff_t at = str_find(told, STR(" at "));
    struct str source = at > 0 ? str_first(told, (size_t)at) : STR(""), first, rest;

    if (d->kind < DOC_LIST) {
        str_split(d->text, ':', &first, &rest);
        return source.n ? str_eq(d->text, source) || str_eq(first, source)
                        : d->text.n && str_has(told, d->text);
    }
    DOC_EACH (source.n ? d : NULL, it)
        if (tells_of(told, it))
            return true;
    return false;
}

/* "pid: host" tells of the member pid. */
static bool tells_of_member(struct str told, const struct doc *d)
{
    return d->kind < DOC_LIST && str_starts(told, d->key) &&
           str_starts(str_skip(told, d->key.n), STR(": ")) &&
           str_starts(str_skip(told, d->key.n + 2), d->text);
}

static void see_told(struct search *s, const struct doc *in, const struct doc *d)
{
    const struct doc_place *p = doc_place(d);

    if (p->key >= s->other_end) {
        s->other = s->path;
        s->n_other++;
        s->other_end = p->end;
    }
    if ((in->kind == DOC_LIST ? tells_of(s->text, d) : tells_of_member(s->text, d)) &&
        p->key >= s->found_end) {
        *s->found = s->path;
        s->n_found++;
        s->found_end = p->end;
    }
}

bool edit_told(const struct edits *e, uint32_t line, struct str told, struct edit_path *out)
{
    struct search s = { .e = e, .see = see_told, .text = told, .found = out };

    if (!search(&s, line))
        return false;
    if (s.n_found)
        return true;
    *out = s.other;
    while (in_brackets(e, edit_up(out, 0)) && edit_up(out, 0)->n == 1 &&
           edit_up(out, 1)->kind == DOC_OBJECT) {
        out->node[out->n] = edit_up(out, 0)->child;
        out->n++;
    }
    const struct doc *d = edit_up(out, 0), *in = edit_up(out, 1), *above = edit_up(out, 2);
    if (in->kind == DOC_OBJECT && in_brackets(e, d))
        return false; /* which of what is in it? */
    if (in->kind == DOC_OBJECT && d->kind < DOC_LIST && above && above->kind == DOC_LIST && above != e->root)
        out->n--; /* one of the lines of an item: the item */
    return true;
}

/* ---- taking away ---- */

bool edit_add(struct edits *e, struct splice s)
{
    if (e->n == SPLICES_MOST || !s.text.p)
        return false;
    e->splice[e->n++] = s;
    return true;
}

/* What is written before and behind it in its list or mapping. */
static void neighbours(const struct doc *in, const struct doc *d, const struct doc_place **back,
                       const struct doc_place **next)
{
    bool behind = false;

    *back = *next = NULL;
    DOC_EACH (in, it) {
        if (it == d)
            behind = true;
        else if (doc_place(it)->end && !behind)
            *back = doc_place(it);
        else if (doc_place(it)->end && !*next)
            *next = doc_place(it);
    }
}

/* Nothing but a comment, or the colon of a key without a value. */
static bool is_last_on_line(const struct edits *e, size_t at)
{
    struct str rest =
        at > 0 && e->body.p[at - 1] == '\n' ? STR_NONE : str_trim(between(e, at, line_end(e, at)));

    if (str_starts(rest, STR(":")))
        rest = str_trim(str_skip(rest, 1));
    return !rest.n || rest.p[0] == '#';
}

bool edit_drop(struct edits *e, const struct edit_path *p)
{
    size_t top = p->n - 1, document = e->json ? 0 : 1;
    const struct doc_place *back, *next;

    if (top <= document)
        return false;
    if (p->node[top - 1]->n == 1 && top - 1 > document)
        top--;
    const struct doc *d = p->node[top], *in = p->node[top - 1];
    const struct doc_place *at = doc_place(d);
    neighbours(in, d, &back, &next);
    if (in_brackets(e, in)) {
        size_t from = !next && back ? back->end : at->key, to = next ? next->key : at->end;
        return edit_add(e, (struct splice){ from, to - from, STR("") });
    }
    struct str front = str_trim(before(e, at->key));
    if (!is_block(in) || !is_last_on_line(e, at->end))
        return false;
    if (in->kind == DOC_OBJECT && front.n) /* behind a dash: the next key comes there */
        return next && edit_add(e, (struct splice){ at->key, next->key - at->key, STR("") });
    if (in->kind == DOC_LIST && !str_eq(front, STR("-")))
        return false;
    size_t from = line_begin(e, at->key);
    return edit_add(e, (struct splice){ from, edit_next_line(e, at->end) - from, STR("") });
}

/* ---- writing ---- */

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
    if (plain && !json)
        buf_str(b, s);
    else /* snippets are ours: no quotes or controls in them */
        buf_fmt(b, "\"" STR_FMT "\"", STR_ARG(s));
}

/* In flow style. */
static void put_value(struct buf *b, const struct doc *d, bool json)
{
    bool object = d->kind == DOC_OBJECT;

    if (d->kind < DOC_LIST) {
        if (d->kind == DOC_TEXT)
            put_text(b, d->text, json);
        else
            buf_str(b, d->kind == DOC_NULL ? STR("null") : d->text);
        return;
    }
    buf_char(b, object ? '{' : '[');
    DOC_EACH (d, it) {
        buf_str(b, it == d->child ? STR("") : STR(", "));
        if (object) {
            put_text(b, it->key, json);
            buf_str(b, STR(": "));
        }
        put_value(b, it, json);
    }
    buf_char(b, object ? '}' : ']');
}

/* In block style: whole lines. */
static void put_lines(struct buf *b, const struct doc *d, bool item, size_t indent)
{
    bool object = d->kind == DOC_OBJECT;

    if (item)
        buf_fmt(b, "%*s-", (int)indent, "");
    else
        buf_fmt(b, "%*s" STR_FMT ":", (int)indent, "", STR_ARG(d->key));
    if (item || d->kind < DOC_LIST || !d->n) {
        buf_char(b, ' ');
        put_value(b, d, false);
        buf_char(b, '\n');
        return;
    }
    buf_char(b, '\n');
    DOC_EACH (d, it)
        put_lines(b, it, !object, indent + 2);
}

/* ---- merging ---- */

/* Behind the last of what is in brackets, on a line of its own when that has one. */
static bool append_in_brackets(struct edits *e, const struct doc *in, const struct doc *d)
{
    AUTO_BUF struct buf b = BUF(PIECE_MOST);
    const struct doc_place *last, *none;

    neighbours(in, NULL, &last, &none);
    if (last && last->from == last->to)
        return false; /* a key without a value: its colon comes behind it */
    struct str front = last ? before(e, last->key) : STR("");
    if (last)
        buf_fmt(&b, str_trim(front).n ? ", " : ",\n" STR_FMT, STR_ARG(front));
    if (in->kind == DOC_OBJECT) {
        put_text(&b, d->key, e->json);
        buf_str(&b, STR(": "));
    }
    put_value(&b, d, e->json);
    return buf_ok(&b) && edit_add(e, (struct splice){ last ? last->end : doc_place(in)->to - 1, 0,
                                                      arena_str(e->arena, buf_view(&b)) });
}

/* How deep the first of what is in block style stands: an item's dash, a member's key. */
static bool indent_of(const struct edits *e, const struct doc *in, size_t *out)
{
    const struct doc *first = in->child;

    while (first && !doc_place(first)->end)
        first = first->next;
    struct str front = first ? before(e, doc_place(first)->key) : STR("?");
    size_t blanks = 0;
    while (blanks < front.n && front.p[blanks] == ' ')
        blanks++;
    for (size_t i = blanks; i < front.n; i++)
        if (front.p[i] != ' ' && front.p[i] != '-')
            return false;
    *out = in->kind == DOC_LIST ? blanks : front.n;
    return in->kind == DOC_OBJECT || str_eq(str_trim(front), STR("-"));
}

static bool append(struct edits *e, const struct doc *in, const struct doc *d)
{
    AUTO_BUF struct buf b = BUF(PIECE_MOST);
    size_t end = doc_place(in)->end, indent;

    if (in_brackets(e, in))
        return append_in_brackets(e, in, d);
    if (!is_block(in) || !is_last_on_line(e, end) || !indent_of(e, in, &indent))
        return false;
    put_lines(&b, d, in->kind == DOC_LIST, indent);
    return buf_ok(&b) &&
           edit_add(e, (struct splice){ edit_next_line(e, end), 0, arena_str(e->arena, buf_view(&b)) });
}

static bool merge_key(struct edits *e, const struct doc *mapping, const struct doc *key)
{
    AUTO_BUF struct buf b = BUF(PIECE_MOST);
    const struct doc *child = mapping->child;

    while (child && !str_eq(child->key, key->key))
        child = child->next;
    if (!child)
        return append(e, mapping, key);
    const struct doc_place *p = doc_place(child);
    if (key->kind >= DOC_LIST)
        return edit_merge(e, child, key);
    if (child->kind >= DOC_LIST || p->style != DOC_FLOW || p->from == p->to)
        return false;
    put_value(&b, key, e->json);
    return buf_ok(&b) &&
           edit_add(e, (struct splice){ p->from, p->to - p->from, arena_str(e->arena, buf_view(&b)) });
}

static bool has_item(const struct doc *list, const struct doc *item)
{
    DOC_EACH (list, it)
        if (it->kind < DOC_LIST && str_eq(it->text, item->text))
            return true;
    return false;
}

bool edit_merge(struct edits *e, const struct doc *node, const struct doc *what)
{
    if (node->kind != what->kind || what->kind < DOC_LIST || doc_place(node)->style == DOC_ALIAS ||
        (!what->n && node->n))
        return false;
    DOC_EACH (what, it)
        if (what->kind == DOC_OBJECT ? !merge_key(e, node, it)
                                     : it->kind >= DOC_LIST || (!has_item(node, it) && !append(e, node, it)))
            return false;
    return true;
}
