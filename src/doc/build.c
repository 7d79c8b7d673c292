#include "doc/build.h"

#include "core/text.h"

enum { KEYS_SCANNED = 16 };

int tree_full(struct tree *t, uint32_t line)
{
    return err_set(t->e, ERR_LIMIT, "line %u: document is too large", line);
}

static void place(const struct tree *t, const struct tree_level *in, struct doc *d)
{
    struct doc_place *p = tree_place(d);

    *p = t->at;
    p->key = in && in->node->kind == DOC_OBJECT ? t->key_at : p->from;
    p->end = p->to;
    p->line = d->line;
}

static struct doc *make(struct tree *t, enum doc_kind kind, uint32_t line)
{
    struct doc *d =
        arena_alloc(t->arena, t->placed ? sizeof(struct placed) : sizeof *d, _Alignof(struct placed));

    if (!d) {
        tree_full(t, line);
        return NULL;
    }
    d->kind = kind;
    d->line = line;
    if (t->placed)
        place(t, tree_top(t), d);
    return d;
}

struct doc *tree_make(struct tree *t, enum doc_kind kind, uint32_t line)
{
    return make(t, kind, line);
}

struct doc *tree_add(struct tree *t, enum doc_kind kind, uint32_t line)
{
    struct tree_level *in = tree_top(t);
    struct doc *d = make(t, kind, line);

    if (!d || !in) {
        t->root = d;
        return d;
    }
    if (in->node->kind == DOC_OBJECT)
        d->key = t->key;
    if (in->last)
        in->last->next = d;
    else
        in->node->child = d;
    in->last = d;
    in->node->n++;
    return d;
}

struct doc *tree_value(struct tree *t, enum doc_kind kind, uint32_t line, struct str text)
{
    struct doc *d = tree_add(t, kind, line);

    if (!d)
        return NULL;
    d->text = arena_str(t->arena, text);
    if (d->text.p)
        return d;
    tree_full(t, line);
    return NULL;
}

/* Keys are hashed from KEYS_SCANNED on: a large object must not cost its square. */
bool tree_has(struct tree_level *in, struct str key)
{
    bool fresh = true;

    if (in->node->n < KEYS_SCANNED) {
        for (const struct doc *d = in->node->child; d; d = d->next)
            if (str_eq(d->key, key))
                return true;
        return false;
    }
    if (!in->keys.n)
        for (const struct doc *d = in->node->child; d; d = d->next)
            if (!map_put(&in->keys, d->key, NULL))
                return true;
    return !map_put(&in->keys, key, &fresh) || !fresh;
}

int tree_key(struct tree *t, uint32_t line, struct str key)
{
    t->key = arena_str(t->arena, key);
    if (!t->key.p)
        return tree_full(t, line);
    if (t->may_repeat || !tree_has(tree_top(t), t->key)) /* an empty text is a key too */
        return 0;
    return err_set(t->e, ERR_FORMAT, "line %u: key \"%.60s\" appears twice", line, t->key.p);
}

int tree_open(struct tree *t, enum doc_kind kind, uint32_t line)
{
    if (t->depth == DOC_DEPTH_MOST)
        return err_set(t->e, ERR_LIMIT, "line %u: nested deeper than %d", line, DOC_DEPTH_MOST);
    struct doc *d = tree_add(t, kind, line);
    if (!d)
        return -1;
    t->level[t->depth++] = (struct tree_level){ .node = d };
    return 0;
}

void tree_close(struct tree *t)
{
    struct tree_level *done = &t->level[--t->depth];

    if (t->placed) {
        struct doc_place *p = tree_place(done->node);
        p->to = p->end = t->at.to;
    }
    map_free(&done->keys);
}

void tree_end(struct tree *t)
{
    while (t->depth)
        tree_close(t);
}

/* How many of its first bytes are ASCII, at least; eight are looked at in one step. */
static size_t ascii(struct str s)
{
    size_t n = 0;
    uint64_t eight;

    for (; n + sizeof eight <= s.n; n += sizeof eight) {
        memcpy(&eight, s.p + n, sizeof eight);
        if (eight & 0x8080808080808080)
            break;
    }
    return n;
}

bool doc_is_utf8(struct str s)
{
    while ((s = str_skip(s, ascii(s))).n) {
        size_t n = (unsigned char)s.p[0] < 0x80 ? 1 : utf8_at(s, NULL);
        if (!n)
            return false;
        s = str_skip(s, n);
    }
    return true;
}
