#include "doc_text.h"

static void core_schema(void)
{
    static const struct doc_row row[] = {
        { "a: 1\nb: -2.5e3\nc: 0o17\nd: 0xfF\ne: .inf\nf: 1.10\n",
          "{a=#1 b=#-2.5e3 c=#0o17 d=#0xfF e=#.inf f=#1.10}" },
        { "[true, False, yes, on, null, ~, '', \"\", 1_000, 0x, 1.2.3, v1, '1', +, ., 1e]",
          "[yes no 'yes' 'on' null null '' '' '1_000' '0x' '1.2.3' 'v1' '1' '+' '.' '1e']" },
        { "- !!str 12\n- !!int '12'\n- ! 3\n- !Ref x\n- !!bool \"true\"\n", "['12' #12 '3' 'x' yes]" },
        { "a:\nb: ''\n", "{a=null b=''}" },
        { "? long\n: 1\n? {}\n: 2\n", "! line 3: a key that is not a scalar" },
        { "a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{a='x\ny\n' b='x y'}" },
        { "a: [1, 2", "! line 2: flow sequence without a closing bracket" },
        { "a: 1\nb: 2\na: 3\n", "! line 3: key \"a\" appears twice" },
        { "", "! document is empty" },
        { "# only a comment\n", "! document is empty" },
        { "a: 1\n---\nb: 2\n", "! line 3: more than one document" },
        { "a: \xff\n", "! text is not UTF-8" },
        { "? S:\t\1\1x\n", "! text holds control characters" },
        { "{\"x\\ny\": 1, \"x\\ny\": 2}", "! line 1: key \"x?y\" appears twice" },
        { "just text", "'just text'" },
    };

    doc_rows(doc_yaml, row, ARRAY_LEN(row));
}

/* Whether a text reads as it is written or not, it is the same text. */
static void texts(void)
{
    static const struct doc_row row[] = {
        { "a:  x y \t # c\n'b' : \"q\" # d\n\"c\\x41\" : 'it''s'\n", "{a='x y' b='q' cA='it's'}" },
        { "- [ e f , \"g\",'h' ]\n- {i j : k l , m: n#o}\n", "[['e f' 'g' 'h'] {i j='k l' m='n#o'}]" },
        { "a: b\n  c\nd: \"e\n  f\"\ng: 'h\n\n  i'\n", "{a='b c' d='e f' g='h\ni'}" },
        { "\xc3\xa4:  \xe2\x82\xac u \nb: ''\nc: \"\"\nd:\n",
          "{\xc3\xa4='\xe2\x82\xac u' b='' c='' d=null}" },
        { "\xef\xbb\xbf"
          "a: b\r\nc: d\r\n",
          "{a='b' c='d'}" },
    };

    doc_rows(doc_yaml, row, ARRAY_LEN(row));
}

static void anchors(void)
{
    static const struct doc_row row[] = {
        { "a: &x {k: 1, l: [2]}\nb: *x\n", "{a={k=#1 l=[#2]} b={k=#1 l=[#2]}}" },
        { "- &x 1\n- &x 2\n- *x\n", "[#1 #2 #2]" },
        { "a: &x [*x]\n", "! line 1: alias \"x\" stands within itself" },
        { "a: *x\n", "! line 1: no anchor \"x\"" },
        { "&k key: 1\nb: *k\n", "{key=#1 b='key'}" },
        { "a: &k name\n*k : 2\n", "{a='name' name=#2}" },
        { "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n", "{base={x=#1 y=#2} use={y=#3 x=#1}}" },
        { "- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]\n  z: 0\n",
          "[{x=#1} {x=#2 y=#2} {z=#0 x=#1 y=#2}]" },
        { "<<: {x: 1}\n", "{x=#1}" },
        { "<<: 3\n", "! line 1: << of something that is not a mapping" },
        { "'<<': 3\n", "{<<=#3}" },
    };

    doc_rows(doc_yaml, row, ARRAY_LEN(row));
}

static void documents(void)
{
    static const struct doc_row row[] = {
        { "a: &x 1\n---\n- 2\n...\n---\ntext\n", "[{a=#1} [#2] 'text']" },
        { "a: &x 1\n---\nb: *x\n", "! line 3: no anchor \"x\"" },
        { "", "[]" },
    };

    doc_rows(doc_yaml_all, row, ARRAY_LEN(row));
}

/* "Billion laughs": 10^9 values from ten lines. It must cost neither memory nor a walk of that length. */
static void alias_bomb(void)
{
    static const char bomb[] =
        "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
        "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]\n";
    AUTO_FREE char *got = doc_shown(doc_yaml, str_of(bomb), 1 << 20);

    CHECK_TEXT(got, "! line 7: more than 4000000 values with all aliases written out");
}

/* The same through merge keys. */
static void merge_bomb(void)
{
    char *text;
    size_t n;
    FILE *to = open_memstream(&text, &n);

    fprintf(to, "m0: &m0 {");
    for (int i = 0; i < 1000; i++)
        fprintf(to, "k%d: 1, ", i);
    fprintf(to, "}\n");
    for (int i = 0; i < 10000; i++)
        fprintf(to, "n%d: {<<: *m0}\n", i);
    fclose(to);
    AUTO_FREE char *got = doc_shown(doc_yaml, (struct str){ text, n }, 1 << 20);
    CHECK(str_starts(str_of(got), STR("! line ")) && str_ends(str_of(got), STR("document is too large")));
    free(text);
}

static void depth(void)
{
    AUTO_FREE char *deep = doc_nested("[", 100000);
    AUTO_FREE char *got = doc_shown(doc_yaml, str_of(deep), 64 << 20);
    char *text;
    size_t n;

    CHECK(got[0] == '!');
    /* aliases may not go deeper than brackets may */
    FILE *to = open_memstream(&text, &n);
    fprintf(to, "- &a0 [x]\n");
    for (int i = 1; i < 200; i++)
        fprintf(to, "- &a%d [*a%d]\n", i, i - 1);
    fclose(to);
    AUTO_FREE char *linked = doc_shown(doc_yaml, (struct str){ text, n }, 64 << 20);
    CHECK_TEXT(linked, "! line 127: nested deeper than 128");
    free(text);
}

static void lines(void)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct err e = { 0 };
    struct doc *d;

    CHECK_INT(doc_yaml(STR("a: 1\n\nb:\n  - x\n  - {c: d}\n"), &a, &d, &e), 0);
    CHECK_INT(doc_get(d, "a")->line, 1);
    CHECK_INT(doc_get(d, "b")->child->line, 4);
    CHECK_INT(doc_get(doc_get(d, "b")->child->next, "c")->line, 5);
}

static void damaged(void)
{
    doc_damaged(doc_yaml_all,
                "a: &x {k: 1, 'l': [\"2\\n\", ~]}\n<<: *x\nb: |\n  text\n---\n- !!str x\n? k\n: v\n");
}

TESTS(T(core_schema), T(texts), T(anchors), T(documents), T(alias_bomb), T(merge_bomb), T(depth), T(lines),
      T(damaged))
