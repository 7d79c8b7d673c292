/* mask.c - secrets written over in the facts of a document, before they leave the job that read it. */
#include "secret/scanner.h"

enum { LEFT = 4, LEAST = 8 }; /* characters that stay; shorter ones are no secret that a search could tell */

void secret_remember(struct secret_scanner *s)
{
    s->remember = true;
}

void secret_note(struct secret_scanner *s, struct str secret, enum confidence confidence)
{
    if (!s->remember || confidence == CONFIDENCE_LOW || secret.n < LEAST)
        return;
    buf_varint(&s->remembered, secret.n);
    buf_str(&s->remembered, secret);
}

/* Facts own their texts: facts_add copied them. */
static void cover(struct str text, size_t from, size_t n)
{
    memset((char *)(uintptr_t)text.p + from, '*', n);
}

/* A key in a document has lines, which its decoded text has without indentation: all of it goes. */
static void cover_keys(struct str text)
{
    static const struct str begin = { "PRIVATE KEY-----", 16 };
    ptrdiff_t at = str_find(text, begin);

    if (at >= 0)
        cover(text, (size_t)at + begin.n, text.n - (size_t)at - begin.n);
}

static void cover_all(const struct secret_scanner *s, struct str text)
{
    struct str rest = buf_view(&s->remembered), secret;
    uint64_t n;

    cover_keys(text);
    while (take_varint(&rest, &n) && take_bytes(&rest, (size_t)n, &secret))
        for (struct str where = text; where.n >= secret.n;) {
            ptrdiff_t at = str_find(where, secret);
            if (at < 0)
                break;
            cover(where, (size_t)at + LEFT, secret.n - LEFT);
            where = str_skip(where, (size_t)at + secret.n);
        }
}

static void cover_field(const struct secret_scanner *s, const struct fact_field *field, const char *fact)
{
    if (field->type == FIELD_STR) {
        cover_all(s, *(const struct str *)(const void *)(fact + field->at));
    } else if (field->type == FIELD_STRS) {
        const struct strs *all = (const void *)(fact + field->at);
        for (size_t i = 0; i < all->n; i++)
            cover_all(s, all->p[i]);
    }
}

void secret_mask(const struct secret_scanner *s, struct facts *f)
{
    for (size_t k = 0; s->remembered.n && k < FACT_KIND_COUNT; k++)
        for (size_t i = 0; k != FACT_SECRET_KIND && k != FACT_KEY_KIND && i < f->list[k].n; i++) {
            const char *fact = (const char *)f->list[k].items + i * fact_info[k].size;
            for (size_t at = 0; at < fact_info[k].n_field; at++)
                cover_field(s, &fact_info[k].field[at], fact);
        }
}
