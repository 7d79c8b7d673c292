/* json.c - JSON into the tree, by yajl's callbacks. */
#include "doc/build.h"

#include <yajl/yajl_parse.h>

struct reader {
    struct tree tree;
    struct str text;
    uint32_t mark; /* the bytes before it */
    yajl_handle yajl;
    size_t line_at; /* bytes up to which lines are counted */
    uint32_t line;
    const char *const *only; /* doc_json_some: the root's members that are kept */
    bool skip_next;          /* the value to come is not kept */
    unsigned skipped;        /* open lists and objects within such a value */
};

static uint32_t line_now(struct reader *r)
{
    size_t at = MIN(yajl_get_bytes_consumed(r->yajl), r->text.n);

    while (r->line_at < at) {
        const char *nl = memchr(r->text.p + r->line_at, '\n', at - r->line_at);
        r->line_at =
            nl ? (size_t)(nl - r->text.p) + 1 : at; /* a document may be one line: never look twice */
        r->line += nl != NULL;
    }
    return r->line;
}

/* yajl has consumed the token at hand and nothing behind it; since the one before it there were blanks, a comma or
 * a colon. `n`: its bytes where they are known: of a number that ends the text yajl has consumed more. */
static void place_token(struct reader *r, size_t n)
{
    struct doc_place *at = &r->tree.at;
    const char *p = r->text.p + (at->to - r->mark), *end = r->text.p + r->text.n;

    while (p < end && (*p == ' ' || *p == '\n' || *p == ',' || *p == ':' || *p == '\t' || *p == '\r'))
        p++;
    at->from = r->mark + (uint32_t)(p - r->text.p);
    at->to = n ? at->from + (uint32_t)n : r->mark + (uint32_t)yajl_get_bytes_consumed(r->yajl);
}

static inline void token(struct reader *r, size_t n)
{
    if (r->tree.placed)
        place_token(r, n);
}

/* Is the value at hand one that nobody asked for? */
static bool skip(struct reader *r)
{
    if (r->skipped)
        return true;
    bool it = r->skip_next;
    r->skip_next = false;
    return it;
}

static int on_null(void *ctx)
{
    struct reader *r = ctx;

    token(r, 0);
    return skip(r) || tree_add(&r->tree, DOC_NULL, line_now(r));
}

static int on_bool(void *ctx, int yes)
{
    struct reader *r = ctx;

    token(r, 0);
    if (skip(r))
        return 1;
    struct doc *d = tree_add(&r->tree, DOC_BOOL, line_now(r));
    if (!d)
        return 0;
    d->yes = yes;
    d->text = yes ? STR("true") : STR("false");
    return 1;
}

/* yajl lets overlong forms and surrogates through. */
static bool utf8_or_error(struct reader *r, struct str s)
{
    if (doc_is_utf8(s))
        return true;
    err_set(r->tree.e, ERR_FORMAT, "line %u: text is not UTF-8", line_now(r));
    return false;
}

static int on_number(void *ctx, const char *p, size_t n)
{
    struct reader *r = ctx;

    token(r, n);
    return skip(r) || tree_value(&r->tree, DOC_NUMBER, line_now(r), (struct str){ p, n });
}

static int on_text(void *ctx, const unsigned char *p, size_t n)
{
    struct reader *r = ctx;
    struct str s = { (const char *)p, n };

    token(r, 0);
    if (!utf8_or_error(r, s))
        return 0;
    return skip(r) || tree_value(&r->tree, DOC_TEXT, line_now(r), s);
}

static bool wanted(const char *const *only, struct str key)
{
    for (; *only; only++)
        if (str_eq(str_of(*only), key))
            return true;
    return false;
}

static int on_key(void *ctx, const unsigned char *p, size_t n)
{
    struct reader *r = ctx;
    struct str s = { (const char *)p, n };

    token(r, 0);
    if (!utf8_or_error(r, s))
        return 0;
    r->tree.key_at = r->tree.at.from;
    if (r->skipped)
        return 1;
    r->skip_next = r->only && r->tree.depth == 1 && !wanted(r->only, s);
    return r->skip_next || tree_key(&r->tree, line_now(r), s) == 0;
}

static int open_level(struct reader *r, enum doc_kind kind)
{
    token(r, 0);
    if (!skip(r))
        return tree_open(&r->tree, kind, line_now(r)) == 0;
    if (++r->skipped + (unsigned)r->tree.depth <= DOC_DEPTH_MOST)
        return 1;
    err_set(r->tree.e, ERR_LIMIT, "line %u: nested deeper than %d", line_now(r), DOC_DEPTH_MOST);
    return 0;
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
    struct reader *r = ctx;

    token(r, 0);
    if (r->skipped)
        r->skipped--;
    else
        tree_close(&r->tree);
    return 1;
}

static const yajl_callbacks callbacks = {
    on_null, on_bool, NULL, NULL, on_number, on_text, on_object, on_key, on_close, on_list, on_close,
};

static int failed(struct reader *r, yajl_status status)
{
    if (status == yajl_status_client_canceled)
        return -1; /* a callback has set the error */
    unsigned char *why = yajl_get_error(r->yajl, 0, (const unsigned char *)r->text.p, r->text.n);
    struct str first, rest = str_of((const char *)why);
    if (!str_cut(&rest, '\n', &first))
        first = STR("not JSON");
    err_set(r->tree.e, ERR_FORMAT, "line %u: " STR_FMT, line_now(r), STR_ARG(first));
    yajl_free_error(r->yajl, why);
    return -1;
}

static int read_json(struct str text, const char *const *only, bool placed, struct arena *a, struct doc **out,
                     struct err *e)
{
    bool marked = str_starts(text, STR("\xef\xbb\xbf")); /* as editors leave it, RFC 8259 8.1 */
    struct reader r = { .tree = { .arena = a, .e = e, .placed = placed },
                        .text = str_skip(text, marked ? 3 : 0),
                        .mark = marked ? 3 : 0,
                        .line = 1,
                        .only = only };

    *out = NULL;
    r.tree.at.to = r.mark;
    if (placed && text.n > UINT32_MAX)
        return tree_full(&r.tree, 1);
    r.yajl = yajl_alloc(&callbacks, NULL, &r);
    if (!r.yajl)
        return err_set(e, ERR_LIMIT, "out of memory");
    yajl_status status = yajl_parse(r.yajl, (const unsigned char *)(r.text.n ? r.text.p : ""), r.text.n);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(r.yajl);
    int result = status == yajl_status_ok ? 0 : failed(&r, status);
    if (result == 0 && !r.tree.root)
        result = err_set(e, ERR_FORMAT, "document is empty");
    tree_end(&r.tree);
    yajl_free(r.yajl);
    if (result == 0)
        *out = r.tree.root;
    return result;
}

int doc_json(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    return read_json(text, NULL, false, a, out, e);
}

int doc_json_placed(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    return read_json(text, NULL, true, a, out, e);
}

int doc_json_some(struct str text, const char *const *only, struct arena *a, struct doc **out, struct err *e)
{
    return read_json(text, only, false, a, out, e);
}
