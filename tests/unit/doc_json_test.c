/* The forms of JSON beside doc_json itself (doc_test.c). */
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

TESTS(T(comments), T(some_members), T(damaged))
