#include "doc_text.h"

static void values(void)
{
    static const struct doc_row row[] = {
        { "a = 1\nb = -2_000\nc = 0xdead_BEEF\nd = 6.02e+23\ne = inf\nf = true\n",
          "{a=#1 b=#-2_000 c=#0xdead_BEEF d=#6.02e+23 e=#inf f=yes}" },
        { "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.5-07:00\nc = 1979-05-27\nd = 07:32:00\n",
          "{a='1979-05-27T07:32:00Z' b='1979-05-27 07:32:00.5-07:00' c='1979-05-27' d='07:32:00'}" },
        { "a = \"x\\t\\u00e9\\\\\"\nb = 'C:\\x'\nc = \"\"\"\nx\\\n   y\"\"\"\"\nd = '''\n'a''b'''\n",
          "{a='x\t\xc3\xa9\\' b='C:\\x' c='xy\"' d=''a''b'}" },
        { "a = [ 1, [2, 'x'], # here\n  {b = 1, c.d = 2}, ]\n", "{a=[#1 [#2 'x'] {b=#1 c={d=#2}}]}" },
        { "", "{}" },
        { "a = 01", "! line 1: not a value" },
        { "a = 1__0", "! line 1: not a value" },
        { "a = 1.", "! line 1: not a value" },
        { "a = .5", "! line 1: not a value" },
        { "a = ", "! line 1: not a value" },
        { "a = yes", "! line 1: not a value" },
        { "a = 1 b = 2", "! line 1: something behind the value" },
        { "a = \"x\ny\"", "! line 1: text without an end" },
        { "a = \"\\x\"", "! line 1: unknown escape" },
        { "a = \"\\ud800\"", "! line 1: not a Unicode escape" },
        { "a = [1, 2", "! line 1: array without an end" },
        { "a = {b = 1,}", "! line 1: no key" },
        { "a = {b = 1\n}", "! line 1: inline table without an end" },
        { "= 1", "! line 1: no key" },
        { "a\n", "! line 1: no \"=\" behind the key" },
        { "a = \"\xff\"", "! text is not UTF-8" },
        { "a = '\x01'", "! line 1: text without an end" },
    };

    doc_rows(doc_toml, row, ARRAY_LEN(row));
}

static void tables(void)
{
    static const struct doc_row row[] = {
        { "x.y = 1\nx.z = 2\n[t]\n'a b'.c = 1\n[t.\"u\"]\nv = 1\n",
          "{x={y=#1 z=#2} t={a b={c=#1} u={v=#1}}}" },
        { "[a.b.c]\nx = 1\n[a]\ny = 2\n", "{a={b={c={x=#1}} y=#2}}" },
        { "[[p]]\nn = 1\n[p.sub]\nk = 1\n[[p]]\nn = 2\n[[p.q]]\n[[p.q]]\nz=1\n",
          "{p=[{n=#1 sub={k=#1}} {n=#2 q=[{} {z=#1}]}]}" },
        { "[fruit]\napple.color = 'red'\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true\n",
          "{fruit={apple={color='red' taste={sweet=yes} texture={smooth=yes}}}}" },
        { "a = 1\na = 2\n", "! line 2: key \"a\" appears twice" },
        { "a = 1\n\"a\" = 2\n", "! line 2: key \"a\" appears twice" },
        { "[a]\n[a]\n", "! line 2: table \"a\" appears twice" },
        { "a.b = 1\n[a]\n", "! line 2: table \"a\" appears twice" },
        { "[a.b]\n[a]\nb.c = 1\n", "! line 3: \"b\" cannot be added to" },
        { "a = {b = 1}\na.c = 2\n", "! line 2: \"a\" cannot be added to" },
        { "a = {b = 1}\n[a.c]\n", "! line 2: \"a\" cannot be added to" },
        { "a = {b.c = 1}\n[a.b.d]\n", "! line 2: \"a\" cannot be added to" },
        { "a = []\n[[a]]\n", "! line 2: \"a\" is no array of tables" },
        { "[[a]]\n[a]\n", "! line 2: table \"a\" appears twice" },
        { "a = 1\na.b = 2\n", "! line 2: \"a\" cannot be added to" },
        { "[a", "! line 1: header without an end" },
    };

    doc_rows(doc_toml, row, ARRAY_LEN(row));
}

static void depth(void)
{
    AUTO_FREE char *lists = doc_nested("[", 100000), *keys = doc_nested("a.", 100000);
    char *text;
    size_t n;
    FILE *to = open_memstream(&text, &n);

    fprintf(to, "a = %s", lists);
    fclose(to);
    AUTO_FREE char *got = doc_shown(doc_toml, (struct str){ text, n }, 64 << 20);
    CHECK_TEXT(got, "! line 1: nested deeper than 128");
    AUTO_FREE char *dots = doc_shown(doc_toml, str_of(keys), 64 << 20);
    CHECK_TEXT(dots, "! line 1: nested deeper than 128");
    free(text);
}

/* A table of many keys must not cost its square. */
static void many_keys(void)
{
    char *text;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    AUTO_ARENA struct arena a = ARENA(256 << 20);
    struct err e = { 0 };
    struct doc *d;

    for (int i = 0; i < 300000; i++)
        fprintf(to, "k%d = %d\n", i, i);
    fclose(to);
    CHECK_INT(doc_toml((struct str){ text, n }, &a, &d, &e), 0);
    CHECK_INT(d ? d->n : 0, 300000);
    CHECK_INT(d ? doc_get(d, "k299999")->line : 0, 300000);
    free(text);
}

static void damaged(void)
{
    doc_damaged(doc_toml,
                "a.b = 1\n[[t]] # c\nx = \"\"\"\\u00e9\\\n z\"\"\"\nd = 1979-05-27 07:32:00Z\n[t.'q']\n"
                "l = [1, {k = 'v', m.n = 2}, ]\n");
}

TESTS(T(values), T(tables), T(depth), T(many_keys), T(damaged))
