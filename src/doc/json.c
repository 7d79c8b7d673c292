/* json.c - JSON into the tree, by yajl's callbacks. */
#include "doc/doc.h"

#include "core/map.h"
#include "core/text.h"
#include <yajl/yajl_parse.h>

enum { DEPTH_MOST = 128, KEYS_SCANNED = 16 };

struct level {
    struct doc *node, *last;
    struct map keys; /* for objects of more than KEYS_SCANNED keys */
};
struct build {
    struct arena *arena;
    struct str text;
    struct err *e;
    yajl_handle yajl;
    size_t line_at; /* bytes up to which lines are counted */
    uint32_t line;
    struct str key;
    struct doc *root;
    int depth;
    struct level level[DEPTH_MOST];
};

static uint32_t line_now(struct build *b)
{
    size_t at = MIN(yajl_get_bytes_consumed(b->yajl), b->text.n);

    for (const char *nl; b->line_at < at; b->line_at = (size_t)(nl - b->text.p) + 1, b->line++) {
        nl = memchr(b->text.p + b->line_at, '\n', at - b->line_at);
        if (!nl)
            break;
    }
    return b->line;
}

static int full(struct build *b)
{
    err_set(b->e, ERR_LIMIT, "line %u: document is too large", line_now(b));
    return 0;
}

static struct doc *add(struct build *b, enum doc_kind kind)
{
    struct level *in = b->depth ? &b->level[b->depth - 1] : NULL;
    struct doc *d = arena_new(b->arena, struct doc);

    if (!d) {
        full(b);
        return NULL;
    }
    d->kind = kind;
    d->line = line_now(b);
    if (!in) {
        b->root = d;
        return d;
    }
    if (in->node->kind == DOC_OBJECT)
        d->key = b->key;
    if (in->last)
        in->last->next = d;
    else
        in->node->child = d;
    in->last = d;
    in->node->n++;
    return d;
}

static int on_null(void *ctx)
{
    return add(ctx, DOC_NULL) != NULL;
}

static int on_bool(void *ctx, int yes)
{
    struct doc *d = add(ctx, DOC_BOOL);

    if (d)
        d->yes = yes;
    return d != NULL;
}

/* yajl lets overlong forms and surrogates through, in which a second reader may see other text. */
static bool is_utf8(struct str s)
{
    while (s.n) {
        size_t n = (unsigned char)s.p[0] < 0x80 ? 1 : utf8_at(s, NULL);
        if (!n)
            return false;
        s = str_skip(s, n);
    }
    return true;
}

static int not_utf8(struct build *b)
{
    err_set(b->e, ERR_FORMAT, "line %u: text is not UTF-8", line_now(b));
    return 0;
}

static int on_value(struct build *b, enum doc_kind kind, const char *p, size_t n)
{
    struct doc *d = add(b, kind);

    if (!d)
        return 0;
    d->text = arena_str(b->arena, (struct str) { p, n });
    return d->text.p ? 1 : full(b);
}

static int on_number(void *ctx, const char *p, size_t n)
{
    return on_value(ctx, DOC_NUMBER, p, n);
}

static int on_text(void *ctx, const unsigned char *p, size_t n)
{
    if (!is_utf8((struct str) { (const char *)p, n }))
        return not_utf8(ctx);
    return on_value(ctx, DOC_TEXT, (const char *)p, n);
}

static bool seen(struct level *in, struct str key)
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

static int on_key(void *ctx, const unsigned char *p, size_t n)
{
    struct build *b = ctx;

    if (!is_utf8((struct str) { (const char *)p, n }))
        return not_utf8(b);
    b->key = arena_str(b->arena, (struct str) { (const char *)p, n });
    if (!b->key.p)
        return full(b);
    if (!seen(&b->level[b->depth - 1], b->key)) /* an empty text is a key too */
        return 1;
    err_set(b->e, ERR_FORMAT, "line %u: key \"%.60s\" appears twice", line_now(b), b->key.p);
    return 0;
}

static int open_level(struct build *b, enum doc_kind kind)
{
    struct doc *d = add(b, kind);

    if (!d)
        return 0;
    if (b->depth == DEPTH_MOST) {
        err_set(b->e, ERR_LIMIT, "line %u: nested deeper than %d", d->line, DEPTH_MOST);
        return 0;
    }
    b->level[b->depth++] = (struct level) { .node = d };
    return 1;
}

static int on_object(void *ctx)
{
    return open_level(ctx, DOC_OBJECT);
}

static int on_list(void *ctx)
{
    return open_level(ctx, DOC_LIST);
}

static int on_close(void *ctx)
{
    struct build *b = ctx;

    map_free(&b->level[--b->depth].keys);
    return 1;
}

static const yajl_callbacks callbacks = {
    on_null, on_bool, NULL, NULL, on_number, on_text, on_object, on_key, on_close, on_list, on_close,
};

static int failed(struct build *b, yajl_status status)
{
    if (status == yajl_status_client_canceled)
        return -1; /* a callback has set the error */
    unsigned char *why = yajl_get_error(b->yajl, 0, (const unsigned char *)b->text.p, b->text.n);
    struct str first, rest = str_of((const char *)why);
    if (!str_cut(&rest, '\n', &first))
        first = STR("not JSON");
    err_set(b->e, ERR_FORMAT, "line %u: " STR_FMT, line_now(b), STR_ARG(first));
    yajl_free_error(b->yajl, why);
    return -1;
}

int doc_json(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    struct build b = { .arena = a, .text = text, .e = e, .line = 1 };

    b.yajl = yajl_alloc(&callbacks, NULL, &b);
    if (!b.yajl)
        return err_set(e, ERR_LIMIT, "out of memory");
    yajl_status status = yajl_parse(b.yajl, (const unsigned char *)(text.n ? text.p : ""), text.n);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(b.yajl);
    int r = status == yajl_status_ok ? 0 : failed(&b, status);
    if (r == 0 && !b.root)
        r = err_set(e, ERR_FORMAT, "document is empty");
    while (b.depth)
        on_close(&b);
    yajl_free(b.yajl);
    *out = r < 0 ? NULL : b.root;
    return r;
}
