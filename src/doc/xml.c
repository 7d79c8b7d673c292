/* xml.c - XML into the tree, by libxml2's SAX2 interface with handlers of our own: without one for
 * declarations no entity is ever known, so nothing can be expanded or fetched. */
#include "doc/build.h"

#include "core/buf.h"
#include "core/late.h"
#include <libxml/parser.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                       \
    F(CreatePushParserCtxt) F(CtxtUseOptions) F(FreeDoc) F(FreeParserCtxt) F(GetPredefinedEntity)          \
    F(ParseChunk) F(SAX2GetLineNumber) F(StopParser)
/* clang-format on */
#define POINTER(name) __typeof__(&xml##name) name;
static struct {
    FUNCTIONS(POINTER)
} lx;

int doc_xml_load(struct err *e)
{
    static bool ready;
    void *lib;

#define OR_FAILS(name) || late_symbol(lib, "xml" #name, &lx.name, e) < 0
    if (!ready && (late_open("libxml2.so.2", &lib, e) < 0 FUNCTIONS(OR_FAILS)))
        return -1;
    ready = true;
    return 0;
}

enum {
    TEXT_MOST = 64 << 20,
    PIECE = 1 << 20, /* what libxml2 gets at once: it copies it */
    ELEMENT_BYTES = 256 << 20
};

struct reader {
    struct tree tree;
    doc_xml_fn *fn; /* NULL: the whole becomes a tree */
    void *ctx;
    int cut;                          /* depth of the elements that are handed out */
    struct arena outer, element;      /* what is around them; the one at hand */
    struct buf text;                  /* character data of the open elements */
    size_t text_from[DOC_DEPTH_MOST]; /* where each one's begins */
    xmlParserCtxtPtr xml;
    int result;
};

static uint32_t line_now(const struct reader *r)
{
    int line = lx.SAX2GetLineNumber(r->xml);

    return line > 0 ? (uint32_t)line : 1;
}

static void stop(struct reader *r)
{
    r->result = -1;
    lx.StopParser(r->xml);
}

static int attribute(struct reader *r, const xmlChar **at)
{
    struct str name = str_of((const char *)at[0]);
    struct str value = { (const char *)at[3], (size_t)(at[4] - at[3]) };
    struct str key = arena_fmt(r->tree.arena, "@" STR_FMT, STR_ARG(name));

    if (!key.p)
        return tree_full(&r->tree, line_now(r));
    r->tree.key = key;
    return tree_value(&r->tree, DOC_TEXT, line_now(r), value) ? 0 : -1;
}

static void on_start(void *ctx, const xmlChar *name, UNUSED const xmlChar *prefix, UNUSED const xmlChar *uri,
                     UNUSED int n_ns, UNUSED const xmlChar **ns, int n_attributes, UNUSED int n_defaulted,
                     const xmlChar **attributes)
{
    struct reader *r = ctx;
    uint32_t line = line_now(r);
    if (r->fn && r->tree.depth == r->cut)
        r->tree.arena = &r->element;
    struct str key = arena_str(r->tree.arena, str_of((const char *)name));

    if (r->result < 0)
        return;
    if (!key.p)
        tree_full(&r->tree, line);
    r->tree.key = key;
    if (!key.p || tree_open(&r->tree, DOC_OBJECT, line) < 0) {
        stop(r);
        return;
    }
    tree_top(&r->tree)->node->key = key; /* the root's too */
    r->text_from[r->tree.depth - 1] = r->text.n;
    for (int i = 0; i < n_attributes; i++)
        if (attribute(r, attributes + 5 * (ptrdiff_t)i) < 0) {
            stop(r);
            return;
        }
}

/* The element that has just ended, when it is one of those: afterwards it is as if it had never been there. */
static void hand_out(struct reader *r, const struct doc *d)
{
    struct tree_level *in = tree_top(&r->tree);

    if (!r->fn || r->tree.depth != r->cut || !in)
        return;
    if (r->fn(r->ctx, in->node->key, d, r->tree.e) < 0)
        stop(r);
    in->node->child = in->last = NULL;
    in->node->n = 0;
    arena_free(&r->element);
    r->tree.arena = &r->outer;
}

static void on_end(void *ctx, UNUSED const xmlChar *name, UNUSED const xmlChar *prefix,
                   UNUSED const xmlChar *uri)
{
    struct reader *r = ctx;

    if (r->result < 0 || !r->tree.depth)
        return;
    size_t from = r->text_from[r->tree.depth - 1];
    struct doc *d = tree_top(&r->tree)->node;
    d->text = arena_str(r->tree.arena, str_trim(str_skip(buf_view(&r->text), from)));
    if (!d->text.p || !buf_ok(&r->text)) {
        tree_full(&r->tree, line_now(r));
        stop(r);
        return;
    }
    r->text.n = from;
    tree_close(&r->tree);
    hand_out(r, d);
}

static void on_text(void *ctx, const xmlChar *p, int n)
{
    struct reader *r = ctx;

    if (r->result == 0 && n > 0)
        buf_add(&r->text, p, (size_t)n);
}

static void on_reference(void *ctx, const xmlChar *name)
{
    struct reader *r = ctx;

    if (r->result < 0)
        return;
    err_set(r->tree.e, ERR_UNSUPPORTED, "line %u: entity \"%.60s\" is not expanded", line_now(r),
            (const char *)name);
    stop(r);
}

static xmlEntityPtr predefined(UNUSED void *ctx, const xmlChar *name)
{
    return lx.GetPredefinedEntity(name);
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    struct reader *r = ctx;

    if (r->result < 0 || error->level < XML_ERR_ERROR)
        return;
    struct str rest = str_of(error->message), why;
    if (!str_cut(&rest, '\n', &why))
        why = STR("not XML");
    err_set(r->tree.e, ERR_FORMAT, "line %d: " STR_FMT, error->line > 0 ? error->line : 1,
            STR_ARG(str_first(why, 200)));
    stop(r);
}

static xmlSAXHandler handlers = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .reference = on_reference,
    .getEntity = predefined,
    .serror = on_error,
};

static int parse(struct reader *r, struct str text)
{
    int code = 0;

    r->xml = lx.CreatePushParserCtxt(&handlers, r, NULL, 0, NULL);
    if (!r->xml)
        return err_set(r->tree.e, ERR_LIMIT, "out of memory");
    lx.CtxtUseOptions(r->xml, XML_PARSE_NONET | XML_PARSE_NOCDATA);
    for (struct str rest = text; code == 0 && r->result == 0 && rest.n; rest = str_skip(rest, PIECE))
        code = lx.ParseChunk(r->xml, rest.p, (int)MIN(rest.n, (size_t)PIECE), rest.n <= PIECE);
    if (r->result == 0 && (code != 0 || !r->xml->wellFormed || !r->tree.root || r->tree.depth)) {
        on_error(r, &(xmlError){ .level = XML_ERR_FATAL, .message = (char[]){ "not XML" }, .line = 1 });
    }
    lx.FreeDoc(r->xml->myDoc); /* a DOCTYPE's declarations leave one, that nobody looks at */
    lx.FreeParserCtxt(r->xml);
    return r->result;
}

static int read_all(struct reader *r, struct str text)
{
    if (!text.n)
        return err_set(r->tree.e, ERR_FORMAT, "document is empty");
    if (doc_xml_load(r->tree.e) < 0)
        return -1;
    int result = parse(r, text);
    tree_end(&r->tree);
    buf_free(&r->text);
    return result;
}

int doc_xml(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    struct reader r = { .tree = { .arena = a, .e = e, .may_repeat = true }, .text = BUF(TEXT_MOST) };
    int result = read_all(&r, text);

    *out = result == 0 ? r.tree.root : NULL;
    return result;
}

int doc_xml_each(struct str text, int depth, doc_xml_fn *fn, void *ctx, struct err *e)
{
    struct reader r = { .tree = { .e = e, .may_repeat = true },
                        .fn = fn,
                        .ctx = ctx,
                        .cut = depth + 1,
                        .outer = ARENA(1u << 20),
                        .element = ARENA(ELEMENT_BYTES),
                        .text = BUF(TEXT_MOST) };

    r.tree.arena = &r.outer;
    int result = read_all(&r, text);
    arena_free(&r.element);
    arena_free(&r.outer);
    return result;
}
