/* fuzz_edit.c - edits of documents that somebody else wrote: on their lines, and within braces and brackets. Every place
 * is tried; an edit lies within the text, whatever the text is. */
#include "fuzz.h"

#include "threat/brace.h"
#include "threat/lines.h"

enum { PLACES_MOST = 64, SPLICES_MOST = 32, ARENA_BYTES = 64 << 20 };

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

static void check_splices(const struct splice *s, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].at > size || s[i].gone > size - s[i].at)
            abort();
}

static void within_braces(struct str body, size_t line, const struct doc *what, struct arena *a)
{
    struct splice s[SPLICES_MOST];
    struct braces b;
    size_t n = 0;

    for (int json = 0; json < 2; json++) {
        if (!brace_read(&b, body, json, line, a))
            continue;
        (void)brace_mapping(&b, line, STR("name"));
        (void)brace_told(&b, line, STR("value"));
        for (uint32_t k = 0; k < b.n && k < PLACES_MOST; k++) {
            n = 0;
            if (brace_drop(&b, k, &s[0]))
                check_splices(s, 1, body.n);
            if (brace_merge(&b, k, what, a, s, &n, SPLICES_MOST))
                check_splices(s, n, body.n);
        }
    }
}

static void on_lines(const struct lines *l, size_t at, const struct doc *what)
{
    AUTO_BUF struct buf diff = BUF(1 << 20), out = BUF(1 << 20);
    struct edit e;
    bool done[] = { lines_drop(l, at, &e), false };

    for (int i = 0; i < 2; i++) {
        if (i == 1)
            done[1] = lines_merge(l, at, what, &e);
        if (!done[i])
            continue;
        if (e.at > l->n || e.gone > l->n - e.at)
            abort();
        lines_diff(l, STR("compose.yaml"), &e, 1, &diff);
        lines_apply(l, &e, 1, &out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena a = ARENA(ARENA_BYTES);
    AUTO_FREE char *exact = exact_copy(data, size);
    struct str body = { exact, size };
    struct lines l = { 0 };
    size_t line = 0;

    if (size > 1 << 16 || !lines_split(&l, body, &a))
        return 0;
    const struct doc *what = snippet(&a);
    for (size_t i = 0; i < l.n && i < PLACES_MOST; i++) {
        on_lines(&l, i, what);
        within_braces(body, line, what, &a);
        line += l.line[i].n + 1;
    }
    return 0;
}
