#include "doc/doc.h"
#include "tap.h"

static const char whole[] = "{\n"
                            "  \"name\": \"x\\u00e9\\ud83d\\ude00\\n\",\n"
                            "  \"list\": [1, -2.5e3,\n"
                            "    true, false, null, [], {}],\n"
                            "  \"\": \"empty key\",\n"
                            "  \"deep\": {\"er\": {\"value\": \"here\"}}\n"
                            "}";

static const struct str whole_text = { whole, sizeof whole - 1 };

/* The text ends where its allocation ends. */
static int parse(struct str text, struct arena *a, struct doc **d, struct err *e)
{
    AUTO_FREE char *p = malloc(text.n ? text.n : 1);

    if (text.n)
        memcpy(p, text.p, text.n);
    return doc_json((struct str){ p, text.n }, a, d, e);
}

static void tree(void)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    struct doc *d;
    uint64_t v;

    CHECK_INT(parse(whole_text, &a, &d, &e), 0);
    CHECK(d && d->kind == DOC_OBJECT && d->n == 4);
    CHECK(str_eq(doc_text(doc_get(d, "name")), STR("x\xc3\xa9\xf0\x9f\x98\x80\n")));
    CHECK_INT(doc_get(d, "name")->line, 2);
    const struct doc *list = doc_get(d, "list");
    CHECK_INT(list->n, 7);
    CHECK(doc_u64(list->child, &v) && v == 1);
    CHECK(!doc_u64(list->child->next, &v) && str_eq(list->child->next->text, STR("-2.5e3")));
    CHECK_INT(list->child->next->next->line, 4);
    CHECK(doc_true(list->child->next->next) && !doc_true(list->child->next->next->next));
    CHECK(str_eq(doc_text(doc_get(d, "")), STR("empty key")));
    CHECK(str_eq(doc_text(doc_path(d, "deep.er.value")), STR("here")));
    CHECK(!doc_path(d, "deep.name.value") && !doc_path(d, "name.x") && !doc_get(NULL, "x") &&
          !doc_get(list, "x"));
}

static void every_truncation(void)
{
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        CHECK_INT(parse((struct str){ whole, n }, &a, &d, &e), -1);
        CHECK(!d && e.text[0]);
    }
}

/* Damage is an error that says something, or another document: never a crash. */
static void every_bit_flip(void)
{
    char text[sizeof whole];
    size_t refused = 0;

    for (size_t bit = 0; bit < (sizeof whole - 1) * 8; bit++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        memcpy(text, whole, sizeof text);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        int r = parse((struct str){ text, sizeof text - 1 }, &a, &d, &e);
        CHECK(r == 0 ? d != NULL : !d && e.text[0]);
        refused += r < 0;
    }
    CHECK(refused > 100);
}

static void refused(void)
{
    static const struct {
        struct str text, says;
    } row[] = {
        { STR(""), STR("") },
        { STR("   \n"), STR("") },
        { STR("{} x"), STR("line 1") },
        { STR("{}\n{}"), STR("line") },
        { STR("{\"a\":1,\n\"a\":2}"), STR("line 2: key \"a\" appears twice") },
        { STR("{\"\":1,\"\":2}"), STR("twice") },
        { STR("{\"a\":1,}"), STR("line 1") },
        { STR("[1,]"), STR("line 1") },
        { STR("// no\n1"), STR("line 1") },
        { STR("/* no */ 1"), STR("line 1") },
        { STR("'a'"), STR("line 1") },
        { STR("01"), STR("line 1") },
        { STR("NaN"), STR("line 1") },
        { STR("[\n\n\"\xff\"]"), STR("line 3") },
        { STR("\"\xc0\x80\""), STR("line 1") },
        { STR("\"\xed\xa0\x80\""), STR("line 1") },
        { STR("\"a\nb\""), STR("line") },
        { STR("\"\\x41\""), STR("line 1") },
        { STR("\"\\u12\""), STR("line 1") },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        int r = parse(row[i].text, &a, &d, &e);
        if (r == 0 || !str_has(str_of(e.text), row[i].says))
            printf("# " STR_FMT ": %s\n", STR_ARG(row[i].text), e.text);
        CHECK_INT(r, -1);
        CHECK(str_has(str_of(e.text), row[i].says));
        CHECK(!d);
    }
}

/* Editors leave one, and RFC 8259 lets a reader pass over it; two are not JSON. */
static void byte_order_mark(void)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    struct doc *d;

    CHECK_INT(parse(STR("\xef\xbb\xbf{\"a\": \"b\"}"), &a, &d, &e), 0);
    CHECK(str_eq(doc_text(doc_get(d, "a")), STR("b")));
    CHECK_INT(parse(STR("\xef\xbb\xbf\xef\xbb\xbf{}"), &a, &d, &e), -1);
}

static void surrogates(void)
{
    static const struct str lone[] = { STR("\"\\ud800\""),        STR("\"\\ud800x\""), STR("\"\\ud800\\n\""),
                                       STR("\"\\ud800\\u0041\""), STR("\"\\udc00\""),  STR("\"\\ud83d\\") };

    for (size_t i = 0; i < ARRAY_LEN(lone); i++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        int r = parse(lone[i], &a, &d, &e);
        CHECK(r == 0 ? d != NULL : e.text[0] != '\0');
    }
}

static void many_keys(void)
{
    for (int twice = 0; twice < 2; twice++) {
        AUTO_ARENA struct arena a = ARENA(64 << 20);
        AUTO_FREE char *text = malloc(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        size_t n = 0;
        text[n++] = '{';
        for (int i = 0; i < 20000; i++)
            n += (size_t)snprintf(text + n, 40, "\"k%d\":%d,", i, i);
        n += (size_t)snprintf(text + n, 40, "\"%s\":0}", twice ? "k17" : "last");
        CHECK_INT(parse((struct str){ text, n }, &a, &d, &e), twice ? -1 : 0);
        CHECK(twice ? str_has(str_of(e.text), STR("\"k17\" appears twice")) : d->n == 20001);
    }
}

static void depth(void)
{
    for (size_t n = 120; n < 140; n++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d;
        char text[300];
        memset(text, '[', n);
        memset(text + n, ']', n);
        CHECK_INT(parse((struct str){ text, 2 * n }, &a, &d, &e), n <= 128 ? 0 : -1);
        CHECK(n <= 128 || e.code == ERR_LIMIT);
    }
}

static void budget(void)
{
    struct err e = { 0 };
    struct doc *d;

    for (size_t bytes = 0; bytes < 400; bytes++) {
        AUTO_ARENA struct arena a = ARENA(bytes);
        CHECK_INT(parse(whole_text, &a, &d, &e), -1);
        CHECK_INT(e.code, ERR_LIMIT);
    }
}

static void texts(void)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    const struct str *p;
    struct doc *d;
    size_t n = 9;

    CHECK_INT(parse(STR("[\"a\", 1, \"\", null, \"c\"]"), &a, &d, &e), 0);
    CHECK(doc_texts(d, &a, &p, &n));
    CHECK(n == 3 && str_eq(p[0], STR("a")) && !p[1].n && str_eq(p[2], STR("c")));
    CHECK(doc_texts(NULL, &a, &p, &n) && n == 0);
    CHECK(doc_texts(d->child, &a, &p, &n) && n == 0);
}

TESTS(T(tree), T(every_truncation), T(every_bit_flip), T(refused), T(byte_order_mark), T(surrogates),
      T(many_keys), T(depth), T(budget), T(texts))
