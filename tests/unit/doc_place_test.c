/* Where values stand: what is cut out of the text there is the value again, whoever read it. */
#include "doc_text.h"

/* "own" of each node, " = value" where that is not its end, "*" where it stands elsewhere; in the order of the tree. */
static void show(FILE *to, struct str text, const struct doc *d)
{
    DOC_EACH (d, it) {
        const struct doc_place *p = doc_place(it);
        fprintf(to, "<" STR_FMT ">", (int)(p->end - p->key), text.p + p->key);
        if (p->key != p->from)
            fprintf(to, "=<" STR_FMT ">", (int)(p->to - p->from), text.p + p->from);
        fprintf(to, "%s\n", p->style == DOC_ALIAS ? "*" : p->style == DOC_BLOCK ? "|" : "");
        show(to, text, it);
    }
}

static void row(doc_reader read, const char *in, const char *want)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    struct doc *d = NULL;
    char *out = NULL;
    size_t n;
    FILE *to = open_memstream(&out, &n);

    if (read(str_of(in), &a, &d, &e) < 0)
        fprintf(to, "! %s", e.text);
    else
        show(to, str_of(in), d);
    fclose(to);
    CHECK_TEXT(out, want);
    free(out);
}

static void json(void)
{
    row(doc_json_placed, "{\"a\" : \"b\",\"c\":[ 1.50 , true,null,{},[ ]], \"d\\\"\":\"e\\\\\\\"\"}\n",
        "<\"a\" : \"b\">=<\"b\">\n"
        "<\"c\":[ 1.50 , true,null,{},[ ]]>=<[ 1.50 , true,null,{},[ ]]>\n<1.50>\n<true>\n<null>\n<{}>\n<[ "
        "]>\n"
        "<\"d\\\"\":\"e\\\\\\\"\">=<\"e\\\\\\\"\">\n");
    row(doc_json_placed, "\xef\xbb\xbf[12,\n\t-3e4\r\n]", "<12>\n<-3e4>\n");
    row(doc_json_placed, "[\"\xc3\xa4\", \"\\u00e4\", \"\"]", "<\"\xc3\xa4\">\n<\"\\u00e4\">\n<\"\">\n");
}

static void yaml(void)
{
    row(doc_yaml_all_placed, "a: b # c\n'd e' : \"f\"\n\"g\":\n- h\n-   i: 1\n    j: 'it''s'\n\n# k\n",
        "<a: b # c\n'd e' : \"f\"\n\"g\":\n- h\n-   i: 1\n    j: 'it''s'>|\n"
        "<a: b>=<b>\n<'d e' : \"f\">=<\"f\">\n<\"g\":\n- h\n-   i: 1\n    j: 'it''s'>=<- h\n-   i: 1\n    j: "
        "'it''s'>|\n"
        "<h>\n<i: 1\n    j: 'it''s'>|\n<i: 1>=<1>\n<j: 'it''s'>=<'it''s'>\n");
    row(doc_yaml_all_placed, "{a: [b, \"c\", {d: }, e: f], \"g\":h}\n---\n- x\n--- y\n",
        "<{a: [b, \"c\", {d: }, e: f], \"g\":h}>\n"
        "<a: [b, \"c\", {d: }, e: f]>=<[b, \"c\", {d: }, e: f]>\n<b>\n<\"c\">\n<{d: }>\n<d>=<>\n<e: f>\n<e: "
        "f>=<f>\n"
        "<\"g\":h>=<h>\n<- x>|\n<x>\n<y>\n");
    row(doc_yaml_all_placed, "a: |\n  x\n  y\nb: >-\n  z\nc:\nd: e\n  f\n",
        "<a: |\n  x\n  y\nb: >-\n  z\nc:\nd: e\n  f>|\n"
        "<a: |\n  x\n  y\n>=<  x\n  y\n>|\n<b: >-\n  z\n>=<  z\n>|\n<c>=<>\n<d: e\n  f>=<e\n  f>\n");
}

static void anchors(void)
{
    row(doc_yaml_all_placed, "a: &x {k: \"v\"}\nb: *x\n&y c: !!str 1\nd: [*y, &z w, *z]\n",
        "<a: &x {k: \"v\"}\nb: *x\n&y c: !!str 1\nd: [*y, &z w, *z]>|\n"
        "<a: &x {k: \"v\"}>=<&x {k: \"v\"}>\n<k: \"v\">=<\"v\">\n"
        "<b: *x>=<&x {k: \"v\"}>*\n<k: \"v\">=<\"v\">\n"
        "<&y c: !!str 1>=<!!str 1>\n<d: [*y, &z w, *z]>=<[*y, &z w, *z]>\n<*y>=<&y c>*\n<&z w>\n<*z>=<&z "
        "w>*\n");
    row(doc_yaml_all_placed, "a: &x\n  k: v\nb:\n  <<: *x\n  l: m\n",
        "<a: &x\n  k: v\nb:\n  <<: *x\n  l: m>|\n<a: &x\n  k: v>=<&x\n  k: v>|\n<k: v>=<v>\n"
        "<b:\n  <<: *x\n  l: m>=<<<: *x\n  l: m>|\n<l: m>=<m>\n<>=<v>*\n");
}

/* Yajl has read one byte too many, or none, where a number ends the text. */
static void roots(void)
{
    static const char *const text[] = { "42", " 42 ", "\"x\"", "null", "\n[1 ]\n", "\xef\xbb\xbf 7" };
    static const char *const want[] = { "42", "42", "\"x\"", "null", "[1 ]", "7" };

    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        struct err e = { 0 };
        struct doc *d = NULL;
        if (doc_json_placed(str_of(text[i]), &a, &d, &e) == 0) {
            const struct doc_place *p = doc_place(d);
            CHECK(str_eq((struct str){ text[i] + p->from, p->to - p->from }, str_of(want[i])));
            CHECK(p->key == p->from && p->end == p->to);
        } else {
            CHECK_TEXT(e.text, "");
        }
    }
}

TESTS(T(json), T(yaml), T(anchors), T(roots))
