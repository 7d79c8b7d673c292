/* Edits of documents where their values stand: the same in block style, in flow style and in JSON. */
#include "tap.h"

#include "threat/edit.h"

static bool is_any(const struct edit_path *p)
{
    const struct doc *in = edit_up(p, 1);

    return in && (str_eq(in->key, STR("services")) || str_eq(in->key, STR("containers")));
}

static void apply(struct edits *e, struct buf *out)
{
    size_t at = 0;

    for (size_t round = 0; round < e->n; round++) { /* in the order of the text */
        struct splice *first = NULL;
        for (size_t i = 0; i < e->n; i++)
            if (e->splice[i].at >= at && (!first || e->splice[i].at < first->at))
                first = &e->splice[i];
        if (!first)
            return;
        buf_str(out, (struct str){ e->body.p + at, first->at - at });
        buf_str(out, first->text);
        at = first->at + first->gone;
    }
    buf_str(out, str_skip(e->body, at));
}

struct row {
    bool json;
    const char *text;
    uint32_t line;
    const char
        *what; /* "-TOLD": that goes; else a snippet for the mapping there, of that name where it has one */
    const char *name, *want;
};

static void check(const struct row *r)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    AUTO_BUF struct buf out = BUF(1 << 16);
    AUTO_FREE struct edits *e = malloc(sizeof *e);
    struct edit_path p;
    struct doc *what = NULL;
    struct err ignored;
    bool done;

    *e = (struct edits){ .body = str_of(r->text), .json = r->json, .arena = &a };
    e->root = edits_read(e->body, e->json, &a);
    if (r->what[0] == '-')
        done = edit_told(e, r->line, str_of(r->what + 1), &p) && edit_drop(e, &p);
    else
        done = doc_yaml(str_of(r->what), &a, &what, &ignored) == 0 &&
               edit_mapping(e, r->line, is_any, str_of(r->name), &p) && edit_merge(e, edit_up(&p, 0), what);
    if (done)
        apply(e, &out);
    buf_char(&out, '\0');
    CHECK_TEXT(done ? out.p : "none", r->want);
}

static void dropped(void)
{
    static const struct row rows[] = {
        { false, "a:\n  l:\n  - x # c\n  - y\n", 3, "-x", "", "a:\n  l:\n  - y\n" },
        { false, "a:\n  l: [x, y]\n", 2, "-y", "", "a:\n  l: [x]\n" },
        { false, "a:\n  l: [x, y]\n", 2, "-z", "", "none" },
        { false, "a:\n  l: [x, x1]\n", 2, "-x1", "", "none" }, /* both are told of */
        { false, "a:\n  l:\n  - x\n  m: 1\n", 3, "-x", "", "a:\n  m: 1\n" },
        { false, "l:\n- - x\n  - y\n", 2, "-x", "", "none" },
        { false, "l:\n- a: 1\n  b: 2\n- c: 3\n", 3, "-", "", "l:\n- c: 3\n" },
        { false, "s: {pid: host, x: 1}\n", 1, "-pid: host", "", "s: {x: 1}\n" },
        { false, "s:\n  - pid: host\n    x:\n      y: 1\n", 1, "-", "", "none" },
        { false, "s:\n  o: {type: off}\n  p: 1", 2, "-", "", "s:\n  p: 1" },
        { false, "s:\n  p: 1\n  o: |\n    two\n    lines\n", 3, "-", "", "s:\n  p: 1\n" },
        { false, "s:\n  p: &x 1\n  o: *x\n", 3, "-", "", "s:\n  p: &x 1\n" },
        { true, "{\"l\": [\n  \"x\",\n  \"y\"\n]}", 3, "-y", "", "{\"l\": [\n  \"x\"\n]}" },
        { true, "{\"a\": 1, \"l\": [\"x\"]}", 1, "-x", "", "{\"a\": 1}" },
        { true, "[1, 2", 1, "-2", "", "none" },
        { false, "a: 1\n", 9, "-a", "", "none" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

static void merged(void)
{
    static const char deep[] = "c: {d: [ALL]}";
    static const struct row rows[] = {
        { false, "services:\n  web:\n    a: 1\n  db: {}\n", 3, "b: x", "",
          "services:\n  web:\n    a: 1\n    b: x\n  db: {}\n" },
        { false, "services:\n  web: {a: 1}\n", 2, "b: x", "", "services:\n  web: {a: 1, b: x}\n" },
        { false, "services:\n  web: {}\n", 2, "b: [x, \"1\"]", "", "services:\n  web: {b: [x, \"1\"]}\n" },
        { false, "services:\n  web:\n    a: 1 # c\n    b: 2\n", 3, "a: 3", "",
          "services:\n  web:\n    a: 3 # c\n    b: 2\n" },
        { false, "containers:\n- name: w\n  c:\n    d:\n    - X\n", 2, deep, "",
          "containers:\n- name: w\n  c:\n    d:\n    - X\n    - ALL\n" },
        { false, "containers:\n- name: w\n  c: {d: [X]}\n", 2, deep, "",
          "containers:\n- name: w\n  c: {d: [X, ALL]}\n" },
        { false, "containers:\n- name: w\n  c: {d: [ALL]}\n", 2, deep, "",
          "containers:\n- name: w\n  c: {d: [ALL]}\n" },
        { false, "containers: [{name: v}, {name: w}]\n", 1, "e: 1", "w",
          "containers: [{name: v}, {name: w, e: 1}]\n" },
        { false, "containers: [{name: v}, {name: w}]\n", 1, "e: 1", "x", "none" },
        { false, "containers:\n- name: w\n  c: 1\n", 2, deep, "", "none" },
        { false, "containers:\n- name: w\n  c: *x\n- &x {d: []}\n", 2, deep, "", "none" },
        { false, "x: &x {d: []}\ncontainers:\n- name: w\n  c: *x\n", 3, deep, "", "none" },
        { false, "services:\n  web:\n    a:\n", 3, "a: 1", "", "none" },
        { false, "services:\n  web: {a, b}\n", 2, "c: 1", "", "none" },
        { true, "{\"services\": {\"web\": {\n  \"a\": 1\n}}}", 1, "b: x", "",
          "{\"services\": {\"web\": {\n  \"a\": 1,\n  \"b\": \"x\"\n}}}" },
        { true, "{\"services\": {\"web\": {\"a\": true}}}", 1, "a: false", "",
          "{\"services\": {\"web\": {\"a\": false}}}" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

TESTS(T(dropped), T(merged))
