/* fuzz_place.c - where values stand: within the text, within what they are part of, one behind the other; and what is
 * cut out of the text there is the value again. */
#include "fuzz.h"

#include "doc/doc.h"

enum { READ_AGAIN_MOST = 200 };
static int reads;

static void check(struct str text, const struct doc *d)
{
    const struct doc_place *p = doc_place(d);

    if (p->from > p->to || p->to > text.n || p->key > p->end || p->end > text.n || !p->line)
        abort();
    if (p->style != DOC_ALIAS && (p->key > p->from || p->end != p->to))
        abort();
    bool marked = str_starts(d->text, STR("\xef\xbb\xbf")); /* nothing, where a text begins */
    if (d->kind < DOC_LIST && p->style == DOC_FLOW && d->text.n && !marked && reads++ < READ_AGAIN_MOST) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        AUTO_FREE char *exact = exact_copy((const uint8_t *)text.p + p->from, p->to - p->from);
        struct err e;
        struct doc *again;
        if (doc_yaml((struct str){ exact, p->to - p->from }, &a, &again, &e) == 0 && again->kind < DOC_LIST &&
            !str_eq(again->text, d->text))
            abort();
    }
    const struct doc *before = NULL;
    if (p->style == DOC_ALIAS)
        return;
    DOC_EACH (d, it) {
        const struct doc_place *c = doc_place(it);
        bool merged = c->style == DOC_ALIAS && !c->end;
        if (!merged && (c->key < p->from || c->end > p->to || (before && c->key < doc_place(before)->end)))
            abort();
        if (!merged)
            before = it;
        check(text, it);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const readers[])(struct str, struct arena *, struct doc **,
                                  struct err *) = { doc_json_placed, doc_yaml_all_placed };
    AUTO_FREE char *exact = exact_copy(data, size);
    struct str text = { exact, size };

    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        AUTO_ARENA struct arena a = ARENA(32u << 20);
        struct err e = { 0 };
        struct doc *root;
        reads = 0;
        if (readers[i](text, &a, &root, &e) < 0)
            continue;
        if (i == 0)
            check(text, root);
        DOC_EACH (i == 1 ? root : NULL, d)
            check(text, d);
    }
    return 0;
}
