/* The forms of JSON beside doc_json itself (doc_test.c). */
#include "doc/emit.h"
#include "doc_text.h"

static const char *const keys[] = { "name", "version", NULL };

static int some(struct str text, struct arena *a, struct doc **out, struct err *e)
{
    return doc_json_some(text, keys, a, out, e);
}

static void comments(void)
{
    static const struct doc_row row[] = {
        { "{// c\n \"a\": [1, 2,], /* x */ \"b\": \"// no /* no */ ,]\",\n}",
          "{a=[#1 #2] b='// no /* no */ ,]'}" },
        { "[1, // c\n /* d */ ]", "[#1]" },
        { "{\"a\": \"\\\",]\",}", "{a='\",]'}" },
        { "[,]", "! line 1: parse error: unallowed token at this point in JSON text" },
        { "[1,,]", "! line 1: parse error: unallowed token at this point in JSON text" },
        { "[1 /* ]",
          "! line 1: lexical error: probable comment found in input text, comments are not enabled." },
        { "{\"a\":1, // \n\"a\":2}", "! line 2: key \"a\" appears twice" },
        { "\"abc", "! line 1: parse error: premature EOF" },
    };

    doc_rows(doc_jsonc, row, ARRAY_LEN(row));
}

static void some_members(void)
{
    static const struct doc_row row[] = {
        { "{\"x\": {\"name\": [1, {\"name\": 2}]}, \"name\": \"n\", \"y\": null, \"version\": {\"x\": [1]}}",
          "{name='n' version={x=[#1]}}" },
        { "\xef\xbb\xbf{\"x\": {\"a\": 1, \"a\": 2}, \"name\": true}", "{name=yes}" },
        { "{\"name\": 1, \"name\": 2}", "! line 1: key \"name\" appears twice" },
        { "{\"x\": \"\xff\"}", "! line 1: lexical error: invalid bytes in UTF8 string." },
        { "[{\"x\": 1}]", "[{x=#1}]" },
        { "{\"x\": [1, \"name\": 2}", "! line 1: parse error: after array element, I expect ',' or ']'" },
    };

    doc_rows(some, row, ARRAY_LEN(row));
    AUTO_FREE char *lists = doc_nested("[", 100000);
    char *text;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    fprintf(to, "{\"x\": %s", lists);
    fclose(to);
    AUTO_FREE char *got = doc_shown(some, (struct str){ text, n }, 1 << 20);
    CHECK_TEXT(got, "! line 1: nested deeper than 128");
    free(text);
}

static void damaged(void)
{
    static const char text[] =
        "{\"x\": [1, {\"y\": \"\\u00e9\"}], // c\n\"name\": \"n\", /* d */ \"version\": [1,],}";

    doc_damaged(some, text);
    doc_damaged(doc_jsonc, text);
}

/* What is written is read back the same, whatever the text: every byte, every plane, what is no UTF-8, more
 * than is written at once. */
static void written(void)
{
    static const char texts[][16] = {
        "",       "\"\\\b\f\n\r\t/", "\x01\x1f\x7f", "\xc3\xa9\xe2\x82\xac", "\xf0\x9f\x90\x8b",
        "a\xffz", "\xc0\x80",        "\xed\xa0\x80"
    };
    static const char *const want[] = { "",
                                        "\"\\\b\f\n\r\t/",
                                        "\x01\x1f\x7f",
                                        "\xc3\xa9\xe2\x82\xac",
                                        "\xf0\x9f\x90\x8b",
                                        "a\xef\xbf\xbdz",
                                        "\xef\xbf\xbd\xef\xbf\xbd",
                                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" };

    for (int indent = 0; indent < 2; indent++) {
        char *text = NULL;
        size_t n, i = 0;
        struct arena a = ARENA(64 << 20);
        struct doc *root;
        struct err e = { 0 };
        FILE *to = open_memstream(&text, &n);
        struct emit *m = to ? emit_new(to, indent) : NULL;
        if (!m)
            abort();
        emit_object(m, NULL);
        emit_list(m, "texts");
        for (i = 0; i < 20000 * ARRAY_LEN(texts); i++)
            emit_text(m, NULL, texts[i % ARRAY_LEN(texts)]);
        emit_close(m);
        emit_list(m, "none");
        emit_close(m);
        emit_key(m, STR("a\"b"));
        emit_object(m, NULL);
        emit_close(m);
        emit_bool(m, "yes", true);
        emit_null(m, "null");
        emit_u64(m, "most", UINT64_MAX);
        emit_real(m, "half", 0.5);
        emit_close(m);
        CHECK(emit_end(m));
        fclose(to);
        CHECK_INT(doc_json((struct str){ text, n }, &a, &root, &e), 0);
        i = 0;
        DOC_EACH (doc_get(root, "texts"), d) {
            if (!str_eq(d->text, str_of(want[i % ARRAY_LEN(want)])))
                break;
            i++;
        }
        CHECK_INT((long)i, (long)(20000 * ARRAY_LEN(texts)));
        CHECK_INT((long)doc_get(root, "none")->n, 0);
        CHECK(doc_get(root, "a\"b") && doc_true(doc_get(root, "yes")));
        CHECK(str_eq(doc_scalar(doc_get(root, "most")), STR("18446744073709551615")));
        CHECK(str_eq(doc_scalar(doc_get(root, "half")), STR("0.5")));
        arena_free(&a);
        free(text);
    }
}

TESTS(T(comments), T(some_members), T(damaged), T(written))
