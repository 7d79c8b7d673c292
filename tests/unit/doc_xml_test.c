#include "core/buf.h"
#include "doc_text.h"

static void elements(void)
{
    static const struct doc_row row[] = {
        { "<?xml version=\"1.0\"?>\n<a x='1'>\n <b> t </b><b>u<c/>v</b>\n <!-- c --></a>",
          "{@x='1' b={'t'} b={'uv' c={}}}" },
        { "<p:a xmlns:p='u' p:k='v'><![CDATA[<&>]]>&lt;&#65;&amp;</p:a>", "{'<&><A&' @k='v'}" },
        { "\xef\xbb\xbf<a>\xc3\xa9</a>", "{'\xc3\xa9'}" },
        { "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "{'\xc3\xa9'}" },
        { "", "! document is empty" },
        { "<a><b></a>", "! line 1: Opening and ending tag mismatch: b line 1 and a" },
        { "<a x='1' x='2'/>", "! line 1: Attribute x redefined" },
        { "<a>\xff</a>", "! line 1: Input is not proper UTF-8, indicate encoding !" },
        { "<a/>x", "! line 1: Extra content at the end of the document" },
        { "<a>&nope;</a>", "! line 1: Entity 'nope' not defined" },
    };

    doc_rows(doc_xml, row, ARRAY_LEN(row));
}

/* Declared entities are not known: neither laughs nor files. */
static void entities(void)
{
    static const char *const text[] = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;'>]><a>&y;</a>",
        "<!DOCTYPE a SYSTEM 'http://example.org/a' [<!ENTITY % p SYSTEM 'file:///x'> %p;]><a>&x;</a>",
    };

    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        AUTO_FREE char *got = doc_shown(doc_xml, str_of(text[i]), 1 << 20);
        CHECK(got[0] == '!');
    }
    AUTO_FREE char *harmless =
        doc_shown(doc_xml, STR("<!DOCTYPE a SYSTEM 'http://example.org/a.dtd'><a>t</a>"), 1 << 20);
    CHECK_TEXT(harmless, "{'t'}");
}

static void depth(void)
{
    AUTO_FREE char *deep = doc_nested("<a>", 100000);
    AUTO_FREE char *got = doc_shown(doc_xml, str_of(deep), 64 << 20);

    CHECK_TEXT(got, "! line 1: nested deeper than 128");
}

static void small_budget(void)
{
    AUTO_FREE char *got = doc_shown(doc_xml, STR("<a><b>123456</b><b/><b/><b/><b/><b/><b/><b/></a>"), 400);

    CHECK_TEXT(got, "! line 1: document is too large");
}

static void lines(void)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    struct doc *d;

    CHECK_INT(doc_xml(STR("<a>\n<b>1</b>\n\n<b>2</b></a>"), &a, &d, &e), 0);
    CHECK(str_eq(d->key, STR("a")) && str_eq(doc_scalar(doc_get(d, "b")), STR("1")));
    CHECK_INT(d->child->line, 2);
    CHECK_INT(d->child->next->line, 4);
}

static void damaged(void)
{
    doc_damaged(doc_xml, "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><p:a xmlns:p='u' k='&lt;'>"
                         "<b>&#x41;</b><![CDATA[z]]></p:a>");
}

/* "b:1 b:2 " of the elements that were handed out, with their number of children. */
static int note(void *to, struct str parent, const struct doc *d, struct err *e)
{
    buf_fmt(to, STR_FMT "/" STR_FMT ":%u ", STR_ARG(parent), STR_ARG(d->key), d->n);
    return str_eq(doc_text(doc_get(d, "@stop")), STR("yes")) ? err_set(e, ERR_FORMAT, "stopped") : 0;
}

static const char *each(const char *text, int depth)
{
    static char room[200];
    AUTO_BUF struct buf said = BUF(1 << 10);
    struct err e = { 0 };

    if (doc_xml_each(str_of(text), depth, note, &said, &e) < 0)
        buf_fmt(&said, "! %s", e.text);
    snprintf(room, sizeof room, STR_FMT, STR_ARG(buf_view(&said)));
    return room;
}

static void one_at_a_time(void)
{
    CHECK_TEXT(each("<a x='1'><b/><b><c/><c/></b>text<d>1</d></a>", 0), "a/b:0 a/b:2 a/d:0 ");
    CHECK_TEXT(each("<a><b><c/><c k='v'><d/></c></b><e/><b><f/></b></a>", 1), "b/c:0 b/c:2 b/f:0 ");
    CHECK_TEXT(each("<a/>", 0), "");
    CHECK_TEXT(each("<a><b stop='yes'/><b/></a>", 0), "a/b:1 ! stopped");
    CHECK_TEXT(each("<a><b/>", 0), "a/b:0 ! line 1: Extra content at the end of the document");
    CHECK_TEXT(each("", 0), "! document is empty");
}

/* A megabyte of elements in a piece of memory that does not hold them all, over the borders of what libxml2 gets. */
static void many(void)
{
    enum { ELEMENTS = 60000 };
    AUTO_BUF struct buf text = BUF(64 << 20), said = BUF(64 << 20);
    struct err e = { 0 };
    size_t n = 0;

    buf_str(&text, STR("<a>"));
    for (int i = 0; i < ELEMENTS; i++)
        buf_str(&text, STR("<b><c>some text of an element that is long enough</c></b>"));
    buf_str(&text, STR("</a>"));
    CHECK_INT(doc_xml_each(buf_view(&text), 0, note, &said, &e), 0);
    for (struct str rest = buf_view(&said), word; str_cut(&rest, ' ', &word);)
        n += str_eq(word, STR("a/b:1"));
    CHECK_INT(n, ELEMENTS);
}

TESTS(T(one_at_a_time), T(many), T(elements), T(entities), T(depth), T(small_budget), T(lines), T(damaged))
