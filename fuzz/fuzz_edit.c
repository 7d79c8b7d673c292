/* fuzz_edit.c - edits of documents that somebody else wrote. Every mapping and every place is tried; an edit lies within
 * the text, whatever the text is, and so do the lines that it becomes. */
#include "fuzz.h"

#include "threat/edit.h"
#include "threat/lines.h"

enum { PLACES_MOST = 64, ARENA_BYTES = 64 << 20 };

static const struct doc *snippet(struct arena *a)
{
    static const char text[] =
        "securityContext:\n  capabilities:\n    drop: [ALL]\n  privileged: false\nread_only: true\n";
    struct doc *root = NULL;
    struct err e = { 0 };

    if (doc_yaml(str_of(text), a, &root, &e) < 0)
        abort();
    return root;
}

static void check_splices(struct edits *e, const struct lines *l)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct splice *s = &e->splice[i];
        if (s->at > e->body.n || s->gone > e->body.n - s->at || lines_of(l, s->at) > l->n ||
            lines_of(l, s->at) > lines_of(l, s->at + s->gone))
            abort();
    }
    e->n = 0;
}

static bool is_any(const struct edit_path *p)
{
    return p->n > 1;
}

/* A mapping that is found by its line is added to; what stands there is taken away. */
static void on_line(struct edits *e, uint32_t line, const struct doc *what, const struct lines *l)
{
    struct edit_path p;

    if (edit_mapping(e, line, is_any, STR("web"), &p) && edit_merge(e, edit_up(&p, 0), what))
        check_splices(e, l);
    e->n = 0;
    if (edit_told(e, line, STR("cap-add: SYS_ADMIN"), &p) && edit_drop(e, &p))
        check_splices(e, l);
    e->n = 0;
}

static void diff(struct lines *l, size_t at)
{
    AUTO_BUF struct buf out = BUF(1 << 20), text = BUF(1 << 20);
    struct edit e = { at, at % 2, STR("x: y\n") };

    lines_diff(l, STR("compose.yaml"), &e, 1, &out);
    lines_apply(l, &e, 1, &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena a = ARENA(ARENA_BYTES);
    AUTO_FREE char *exact = exact_copy(data, size);
    AUTO_FREE struct edits *e = malloc(sizeof *e);
    struct str body = { exact, size };
    struct lines l = { 0 };

    if (!e || size > 1 << 16 || !lines_split(&l, body, &a))
        return 0;
    const struct doc *what = snippet(&a);
    for (int json = 0; json < 2; json++) {
        *e = (struct edits){ .body = body, .json = json, .arena = &a, .root = edits_read(body, json, &a) };
        for (uint32_t i = 1; i <= PLACES_MOST; i++)
            on_line(e, i, what, &l);
    }
    for (size_t i = 0; i < l.n && i < PLACES_MOST; i++)
        diff(&l, i);
    return 0;
}
