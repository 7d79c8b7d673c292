#include "doc/build.h"

const struct doc_place *doc_place(const struct doc *d)
{
    return &((const struct placed *)d)->place;
}

const struct doc *doc_get(const struct doc *object, const char *key)
{
    if (!object || object->kind != DOC_OBJECT)
        return NULL;
    for (const struct doc *d = object->child; d; d = d->next)
        if (str_eq(d->key, str_of(key)))
            return d;
    return NULL;
}

const struct doc *doc_path(const struct doc *object, const char *dotted)
{
    struct str rest = str_of(dotted), key;
    const struct doc *d = object;

    while (d && str_cut(&rest, '.', &key)) {
        const struct doc *hit = d->kind == DOC_OBJECT ? d->child : NULL;
        while (hit && !str_eq(hit->key, key))
            hit = hit->next;
        d = hit;
    }
    return d;
}

struct str doc_text(const struct doc *d)
{
    return d && d->kind == DOC_TEXT ? d->text : (struct str){ 0 };
}

struct str doc_scalar(const struct doc *d)
{
    return d ? d->text : (struct str){ 0 };
}

bool doc_u64(const struct doc *d, uint64_t *out)
{
    return d && d->kind == DOC_NUMBER && str_u64(d->text, 10, out);
}

bool doc_true(const struct doc *d)
{
    return d && d->kind == DOC_BOOL && d->yes;
}

bool doc_lists(const struct doc *d, const char *text)
{
    DOC_EACH (d && d->kind == DOC_LIST ? d : NULL, item)
        if (str_eq(doc_text(item), str_of(text)))
            return true;
    return false;
}

bool doc_texts(const struct doc *list, struct arena *a, const struct str **p, size_t *n)
{
    *p = NULL;
    *n = 0;
    if (!list || list->kind != DOC_LIST || !list->n)
        return true;
    struct str *out = arena_array(a, struct str, list->n);
    if (!out)
        return false;
    DOC_EACH (list, d)
        if (d->kind == DOC_TEXT)
            out[(*n)++] = d->text;
    *p = out;
    return true;
}
