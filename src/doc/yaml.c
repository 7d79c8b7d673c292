/* yaml.c - YAML into the tree, by libfyaml's events. What an alias stands for is counted as if it were
 * written out, so that a few lines cannot make a tree that nobody can walk to its end. */
#include "doc/build.h"

#include <libfyaml.h>

struct anchor {
    struct doc *node;
    uint32_t weight; /* nodes a walk over it meets */
    int height;      /* levels below it */
    bool open;       /* still being read: an alias to it would be a cycle */
};
struct yaml_level {
    uint32_t anchor; /* index + 1, 0: none */
    uint32_t weight_before;
    int height;
    bool value_next; /* objects: the key is read */
    bool merges;     /* has a `<<` */
};
struct reader {
    struct tree tree;
    struct str whole;
    struct fy_parser *fy;
    struct map names; /* of anchors: index + 1 */
    struct anchor *anchor;
    size_t n_anchor, cap_anchor;
    uint32_t weight, line; /* line: of the last event that had one */
    struct yaml_level level[DOC_DEPTH_MOST];
};

/* The tokens that an event is of; NULL where it has none. They are asked for once an event: that counts. */
struct tokens {
    struct fy_token *anchor, *tag, *text;
};
static struct tokens tokens_of(struct fy_event *ev)
{
    switch (ev->type) {
    case FYET_SCALAR:
        return (struct tokens){ ev->scalar.anchor, ev->scalar.tag, ev->scalar.value };
    case FYET_MAPPING_START:
        return (struct tokens){ ev->mapping_start.anchor, ev->mapping_start.tag, NULL };
    case FYET_SEQUENCE_START:
        return (struct tokens){ ev->sequence_start.anchor, ev->sequence_start.tag, NULL };
    case FYET_ALIAS:
        return (struct tokens){ NULL, NULL, ev->alias.anchor };
    default:
        return (struct tokens){ 0 };
    }
}

/* Values that are left empty have no mark: their key's line is theirs. */
static uint32_t line_of(struct reader *r, struct fy_event *ev)
{
    const struct fy_mark *mark = fy_event_start_mark(ev);

    if (mark && mark->line >= 0)
        r->line = (uint32_t)mark->line + 1;
    return r->line;
}

/* Where an event's text stands: quotes, "&" and "*" lie outside the library's marks. */
static void place_event(struct reader *r, struct fy_event *ev)
{
    const struct fy_mark *from = fy_event_start_mark(ev), *to = fy_event_end_mark(ev);
    struct tokens t = tokens_of(ev);
    enum fy_node_style style = fy_event_get_node_style(ev);
    bool quoted = style == FYNS_SINGLE_QUOTED || style == FYNS_DOUBLE_QUOTED;
    struct doc_place *at = &r->tree.at;

    at->style = style == FYNS_BLOCK || style == FYNS_LITERAL || style == FYNS_FOLDED ? DOC_BLOCK : DOC_FLOW;
    at->from = at->to;
    if (from && to && from->line >= 0) {
        at->from = (uint32_t)from->input_pos - (quoted || ev->type == FYET_ALIAS);
        at->to = (uint32_t)to->input_pos + quoted;
    }
    if (t.tag && fy_token_start_mark(t.tag))
        at->from = MIN(at->from, (uint32_t)fy_token_start_mark(t.tag)->input_pos);
    if (t.anchor)
        at->from = MIN(at->from, (uint32_t)fy_token_start_mark(t.anchor)->input_pos - 1);
}

/* Of a pair in brackets without braces the mapping is told first, at the colon. */
static void place_key(struct reader *r, struct doc *object)
{
    struct doc_place *of = tree_place(object);

    r->tree.key_at = r->tree.at.from;
    of->key = of->key == of->from ? MIN(of->key, r->tree.key_at) : of->key;
    of->from = MIN(of->from, r->tree.key_at);
}

/* Only what stands in brackets ends with something of its own. */
static void place_end(struct reader *r, struct fy_event *ev)
{
    const struct fy_mark *from = fy_event_start_mark(ev), *to = fy_event_end_mark(ev);

    if (from && to && to->input_pos > from->input_pos)
        r->tree.at.to = (uint32_t)to->input_pos;
}

static struct str token_text(struct fy_token *t)
{
    size_t n = 0;
    const char *p = t ? fy_token_get_text(t, &n) : NULL;

    return (struct str){ p ? p : "", p ? n : 0 };
}

/* A scalar that is written as it reads - in one line, without escapes - is taken from where it stands: the
 * library would put it together character by character. */
static struct str scalar_text(struct reader *r, struct fy_token *t)
{
    const struct fy_mark *from = t ? fy_token_start_mark(t) : NULL, *to = t ? fy_token_end_mark(t) : NULL;
    enum fy_scalar_style style = t ? fy_token_scalar_style(t) : FYSS_ANY;

    if (!from || !to || from->line != to->line || from->input_pos > to->input_pos ||
        to->input_pos > r->whole.n)
        return token_text(t);
    struct str s = { r->whole.p + from->input_pos, to->input_pos - from->input_pos };
    bool as_written = style == FYSS_PLAIN || (style == FYSS_SINGLE_QUOTED && !str_has_char(s, '\'')) ||
                      (style == FYSS_DOUBLE_QUOTED && !str_has_char(s, '\\'));
    return as_written ? s : token_text(t);
}

static struct yaml_level *top(struct reader *r)
{
    return r->tree.depth ? &r->level[r->tree.depth - 1] : NULL;
}

/* Count nodes as a walk would meet them. */
static int weigh(struct reader *r, uint32_t nodes, uint32_t line)
{
    if (nodes > YAML_NODES_MOST - r->weight)
        return err_set(r->tree.e, ERR_LIMIT, "line %u: more than %d values with all aliases written out",
                       line, YAML_NODES_MOST);
    r->weight += nodes;
    return 0;
}

/* The anchor of an event under its name, the newest wins; *index is 0 when there is none. */
static int remember(struct reader *r, struct fy_token *token, struct anchor what, uint32_t line,
                    uint32_t *index)
{
    *index = 0;
    if (!token)
        return 0;
    struct str name = arena_str(r->tree.arena, token_text(token));
    uint32_t *slot = name.p ? map_put(&r->names, name, NULL) : NULL;
    if (!slot || !arena_grow(r->tree.arena, &r->anchor, r->n_anchor, &r->cap_anchor, sizeof *r->anchor))
        return tree_full(&r->tree, line);
    r->anchor[r->n_anchor++] = what;
    *index = *slot = (uint32_t)r->n_anchor;
    return 0;
}

static int find_anchor(struct reader *r, struct fy_event *ev, uint32_t line, struct anchor **out)
{
    struct str name = token_text(tokens_of(ev).text);
    const uint32_t *slot = map_get(&r->names, name);

    if (!slot || !*slot)
        return err_set(r->tree.e, ERR_FORMAT, "line %u: no anchor \"" STR_FMT "\"", line,
                       STR_ARG(str_first(name, 60)));
    *out = &r->anchor[*slot - 1];
    if ((*out)->open)
        return err_set(r->tree.e, ERR_FORMAT, "line %u: alias \"" STR_FMT "\" stands within itself", line,
                       STR_ARG(str_first(name, 60)));
    return 0;
}

/* --- scalars: which kind, by the core schema --- */

static bool digits(struct str s, const char *of)
{
    for (size_t i = 0; i < s.n; i++)
        if (!memchr(of, s.p[i], strlen(of)))
            return false;
    return s.n > 0;
}

static size_t decimal(struct str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

static bool is_number(struct str s)
{
    if (!memchr("+-.0123456789", s.p[0], 13)) /* nearly every text ends here */
        return false;
    if (str_starts(s, STR("0o")))
        return digits(str_skip(s, 2), "01234567");
    if (str_starts(s, STR("0x")))
        return digits(str_skip(s, 2), "0123456789abcdefABCDEF");
    if (str_one_of(s, ".nan .NaN .NAN"))
        return true;
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_skip(s, 1);
    if (str_one_of(s, ".inf .Inf .INF"))
        return true;
    size_t whole = decimal(s), part = 0;
    s = str_skip(s, whole);
    if (s.n && s.p[0] == '.') {
        part = decimal(str_skip(s, 1));
        s = str_skip(s, part + 1);
    }
    if (!whole && !part)
        return false;
    if (s.n && (s.p[0] == 'e' || s.p[0] == 'E')) {
        s = str_skip(s, s.n > 1 && (s.p[1] == '-' || s.p[1] == '+') ? 2 : 1);
        return s.n && decimal(s) == s.n;
    }
    return !s.n;
}

static enum doc_kind kind_of(struct str s)
{
    enum { WORD_MOST = 5 };

    if (!s.n || (s.n <= WORD_MOST && str_one_of(s, "~ null Null NULL")))
        return DOC_NULL;
    if (s.n <= WORD_MOST && str_one_of(s, "true True TRUE false False FALSE"))
        return DOC_BOOL;
    return is_number(s) ? DOC_NUMBER : DOC_TEXT;
}

static enum doc_tag local_tag(struct fy_token *token)
{
    if (!token)
        return DOC_UNTAGGED;
    struct str tag = token_text(token);
    return str_eq(tag, STR("!reset"))      ? DOC_RESET
           : str_eq(tag, STR("!override")) ? DOC_OVERRIDE
                                           : DOC_UNTAGGED;
}

static bool is_plain(struct fy_token *token)
{
    return !token || fy_token_scalar_style(token) == FYSS_PLAIN;
}

static enum doc_kind scalar_kind(const struct tokens *t, struct str text)
{
    if (!t->tag)
        return is_plain(t->text) ? kind_of(text) : DOC_TEXT;
    struct str tag = token_text(t->tag);
    if (str_one_of(tag, "tag:yaml.org,2002:null tag:yaml.org,2002:bool tag:yaml.org,2002:int "
                        "tag:yaml.org,2002:float"))
        return kind_of(text);
    return DOC_TEXT;
}

/* --- events --- */

/* In an object every other event is a key. True: `ev` was one, and *result says how it went. */
static bool took_key(struct reader *r, struct fy_event *ev, uint32_t line, int *result)
{
    struct tree_level *in = tree_top(&r->tree);
    struct yaml_level *level = top(r);
    struct anchor *of;
    struct str key = { 0 };
    uint32_t index;

    if (!in || in->node->kind != DOC_OBJECT)
        return false;
    level->value_next = !level->value_next;
    if (!level->value_next)
        return false;
    if (r->tree.placed)
        place_key(r, in->node);
    *result = -1;
    if (ev->type == FYET_ALIAS) {
        if (find_anchor(r, ev, line, &of) < 0)
            return true;
        if (of->node->kind != DOC_OBJECT && of->node->kind != DOC_LIST)
            key = of->node->text;
    } else if (ev->type == FYET_SCALAR) {
        key = scalar_text(r, ev->scalar.value);
        level->merges |= str_eq(key, STR("<<")) && is_plain(ev->scalar.value);
    }
    if (!key.p) {
        err_set(r->tree.e, ERR_UNSUPPORTED, "line %u: a key that is not a scalar", line);
        return true;
    }
    *result = tree_key(&r->tree, line, key);
    if (*result == 0 && ev->type == FYET_SCALAR && ev->scalar.anchor) {
        struct doc *d = tree_make(&r->tree, DOC_TEXT, line);
        if (!d) {
            *result = -1;
            return true;
        }
        d->text = r->tree.key;
        *result = remember(r, ev->scalar.anchor, (struct anchor){ .node = d, .weight = 1 }, line, &index);
    }
    return true;
}

static int on_scalar(struct reader *r, struct fy_event *ev, uint32_t line)
{
    struct tokens t = tokens_of(ev);
    struct str text = scalar_text(r, t.text);
    enum doc_kind kind = scalar_kind(&t, text);
    struct doc *d = weigh(r, 1, line) < 0 ? NULL : tree_value(&r->tree, kind, line, text);
    uint32_t index;

    if (!d)
        return -1;
    d->yes = kind == DOC_BOOL && (text.p[0] == 't' || text.p[0] == 'T');
    d->tag = (uint8_t)local_tag(t.tag);
    return remember(r, t.anchor, (struct anchor){ .node = d, .weight = 1 }, line, &index);
}

static int on_open(struct reader *r, struct fy_event *ev, enum doc_kind kind, uint32_t line)
{
    uint32_t before = r->weight, index;
    struct tokens t = tokens_of(ev);

    if (weigh(r, 1, line) < 0 || tree_open(&r->tree, kind, line) < 0)
        return -1;
    struct doc *node = tree_top(&r->tree)->node;
    node->tag = (uint8_t)local_tag(t.tag);
    if (remember(r, t.anchor, (struct anchor){ .node = node, .open = true }, line, &index) < 0)
        return -1;
    *top(r) = (struct yaml_level){ .anchor = index, .weight_before = before };
    return 0;
}

/* The node stands for another one; `written`: by an alias, which is what stands here. */
static void stand_for(struct doc *node, const struct doc *of, bool written)
{
    struct doc_place *own = tree_place(node), place = *doc_place(of);

    place.key = written ? own->key : 0;
    place.end = written ? own->end : 0;
    place.style = DOC_ALIAS;
    *own = place;
}

static int on_alias(struct reader *r, struct fy_event *ev, uint32_t line)
{
    struct anchor *of;

    if (find_anchor(r, ev, line, &of) < 0 || weigh(r, of->weight, line) < 0)
        return -1;
    if (r->tree.depth + of->height > DOC_DEPTH_MOST)
        return err_set(r->tree.e, ERR_LIMIT, "line %u: nested deeper than %d", line, DOC_DEPTH_MOST);
    struct doc *d = tree_add(&r->tree, of->node->kind, line);
    if (!d)
        return -1;
    d->text = of->node->text;
    d->yes = of->node->yes;
    d->n = of->node->n;
    d->child = of->node->child;
    if (r->tree.placed)
        stand_for(d, of->node, true);
    if (top(r) && top(r)->height < of->height)
        top(r)->height = of->height;
    return 0;
}

/* --- merge keys --- */

static int merge_one(struct reader *r, const struct doc *from)
{
    struct tree_level *in = tree_top(&r->tree);

    if (from->kind != DOC_OBJECT)
        return err_set(r->tree.e, ERR_FORMAT, "line %u: << of something that is not a mapping", from->line);
    DOC_EACH (from, d) {
        if (tree_has(in, d->key))
            continue;
        r->tree.key = d->key;
        struct doc *copy = tree_add(&r->tree, d->kind, d->line);
        if (!copy)
            return -1;
        copy->text = d->text;
        copy->yes = d->yes;
        copy->n = d->n;
        copy->child = d->child;
        if (r->tree.placed)
            stand_for(copy, d, false);
    }
    return 0;
}

/* Replace the open object's `<<` by what it names. The nodes were weighed when the alias was met. */
static int merge(struct reader *r)
{
    struct tree_level *in = tree_top(&r->tree);
    struct doc *object = in->node, **at = &object->child, *before = NULL;

    while (!str_eq((*at)->key, STR("<<"))) {
        before = *at;
        at = &before->next;
    }
    struct doc *from = *at;
    *at = from->next;
    object->n--;
    if (in->last == from)
        in->last = before;
    map_free(&in->keys); /* it has the `<<`; made anew when needed */
    if (from->kind != DOC_LIST)
        return merge_one(r, from);
    DOC_EACH (from, d)
        if (merge_one(r, d) < 0)
            return -1;
    return 0;
}

static int on_close(struct reader *r)
{
    struct yaml_level done = *top(r);

    if (done.merges && merge(r) < 0)
        return -1;
    tree_close(&r->tree);
    done.height++;
    if (done.anchor) {
        struct anchor *a = &r->anchor[done.anchor - 1];
        a->weight = r->weight - done.weight_before;
        a->height = done.height;
        a->open = false;
    }
    if (top(r) && top(r)->height < done.height)
        top(r)->height = done.height;
    return 0;
}

static int on_event(struct reader *r, struct fy_event *ev)
{
    uint32_t line = line_of(r, ev);
    int result = 0;

    if (r->tree.placed && (ev->type == FYET_SCALAR || ev->type == FYET_ALIAS ||
                           ev->type == FYET_MAPPING_START || ev->type == FYET_SEQUENCE_START))
        place_event(r, ev);
    switch (ev->type) {
    case FYET_DOCUMENT_START:
        map_free(&r->names); /* anchors live in one document */
        r->n_anchor = 0;
        return 0;
    case FYET_SCALAR:
        return took_key(r, ev, line, &result) ? result : on_scalar(r, ev, line);
    case FYET_ALIAS:
        return took_key(r, ev, line, &result) ? result : on_alias(r, ev, line);
    case FYET_MAPPING_START:
        return took_key(r, ev, line, &result) ? result : on_open(r, ev, DOC_OBJECT, line);
    case FYET_SEQUENCE_START:
        return took_key(r, ev, line, &result) ? result : on_open(r, ev, DOC_LIST, line);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        if (r->tree.placed)
            place_end(r, ev);
        return on_close(r);
    default:
        return 0;
    }
}

static int library_error(struct reader *r, struct fy_diag *diag)
{
    void *at = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &at);

    if (!first)
        return err_set(r->tree.e, ERR_FORMAT, "not YAML");
    return err_set(r->tree.e, ERR_FORMAT, "line %d: %.200s", first->line > 0 ? first->line : 1,
                   first->msg ? first->msg : "not YAML");
}

static int read_events(struct reader *r, struct fy_diag *diag)
{
    struct fy_event *ev;
    int result = 0;

    while (result == 0 && (ev = fy_parser_parse(r->fy))) {
        bool end = ev->type == FYET_STREAM_END;
        result = on_event(r, ev);
        fy_parser_event_free(r->fy, ev);
        if (end)
            return result;
    }
    return result < 0 ? -1 : library_error(r, diag);
}

static int read_stream(struct reader *r, struct str text)
{
    struct fy_diag_cfg says;

    fy_diag_cfg_default(&says);
    says.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&says);
    struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE, .diag = diag };
    if (diag)
        fy_diag_set_collect_errors(diag, true);
    r->fy = diag ? fy_parser_create(&cfg) : NULL;
    int result = !r->fy || fy_parser_set_string(r->fy, text.n ? text.p : "", text.n ? text.n : (size_t)-1) < 0
                     ? err_set(r->tree.e, ERR_LIMIT, "out of memory")
                     : read_events(r, diag);
    if (r->fy)
        fy_parser_destroy(r->fy);
    if (diag)
        fy_diag_destroy(diag);
    return result;
}

static unsigned char is_control(char c)
{
    return (unsigned char)((unsigned char)c < ' ') & (c != '\n') & (c != '\r') & (c != '\t');
}

/* YAML's c-printable. libfyaml lets control characters through, and a NUL in the wrong place crashes it. */
static bool only_printable(struct str text)
{
    enum { BLOCK = 64 }; /* a number of steps that is known makes one of many */
    size_t i = 0;

    for (; i + BLOCK <= text.n; i += BLOCK) {
        unsigned char other = 0;
        for (size_t k = 0; k < BLOCK; k++)
            other |= is_control(text.p[i + k]);
        if (other)
            return false;
    }
    for (; i < text.n; i++)
        if (is_control(text.p[i]))
            return false;
    return true;
}

static int read_yaml(struct str text, bool placed, struct arena *a, struct doc **out, struct err *e)
{
    struct reader r = { .tree = { .arena = a, .e = e, .placed = placed }, .whole = text };

    *out = NULL;
    if (placed && text.n > UINT32_MAX)
        return tree_full(&r.tree, 1);
    if (!doc_is_utf8(text))
        return err_set(e, ERR_FORMAT, "text is not UTF-8");
    if (!only_printable(text))
        return err_set(e, ERR_FORMAT, "text holds control characters");
    int result = tree_open(&r.tree, DOC_LIST, 1) < 0 ? -1 : read_stream(&r, text);
    tree_end(&r.tree);
    map_free(&r.names);
    if (result == 0)
        *out = r.tree.root;
    return result;
}

int doc_yaml_all(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    return read_yaml(text, false, a, out, e);
}

int doc_yaml_all_placed(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    return read_yaml(text, true, a, out, e);
}

int doc_yaml(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    struct doc *all;

    *out = NULL;
    if (doc_yaml_all(text, a, &all, e) < 0)
        return -1;
    if (all->n != 1) /* NOLINT(clang-analyzer-core.NullDereference): tree_open made it */
        return all->n ? err_set(e, ERR_FORMAT, "line %u: more than one document", all->child->next->line)
                      : err_set(e, ERR_FORMAT, "document is empty");
    *out = all->child;
    return 0;
}
