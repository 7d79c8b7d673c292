/* doc_text.h - a tree as one line of text, so that tests of readers are tables; and the parse of an
 * exact-size copy, so that a sanitizer sees one byte too far. */
#pragma once
#include "doc/doc.h"
#include "tap.h"

typedef int (*doc_reader)(struct str text, struct arena *a, struct doc **out, struct err *e);

static void doc_show(FILE *to, const struct doc *d)
{
    const char *open = d->kind == DOC_LIST ? "[" : d->kind == DOC_OBJECT ? "{" : "";

    switch (d->kind) {
    case DOC_NULL:
        fprintf(to, "null");
        break;
    case DOC_BOOL:
        fprintf(to, d->yes ? "yes" : "no");
        break;
    case DOC_NUMBER:
        fprintf(to, "#" STR_FMT, STR_ARG(d->text));
        break;
    case DOC_TEXT:
        fprintf(to, "'" STR_FMT "'", STR_ARG(d->text));
        break;
    case DOC_LIST:
    case DOC_OBJECT:
        fprintf(to, "%s", open);
        if (d->text.n)
            fprintf(to, "'" STR_FMT "'%s", STR_ARG(d->text), d->n ? " " : "");
        DOC_EACH (d, c) {
            if (d->kind == DOC_OBJECT)
                fprintf(to, STR_FMT "=", STR_ARG(c->key));
            doc_show(to, c);
            if (c->next)
                fputc(' ', to);
        }
        fprintf(to, d->kind == DOC_LIST ? "]" : "}");
    }
}

/* The tree, or "! " and the error. */
static char *doc_shown(doc_reader read, struct str text, size_t budget)
{
    AUTO_ARENA struct arena a = ARENA(budget);
    AUTO_FREE char *exact = malloc(text.n ? text.n : 1);
    struct err e = { 0 };
    struct doc *d;
    char *out;
    size_t n;

    if (text.n)
        memcpy(exact, text.p, text.n);
    FILE *to = open_memstream(&out, &n);
    if (read((struct str){ exact, text.n }, &a, &d, &e) < 0) {
        fprintf(to, "! %s", e.text);
        CHECK(!d && e.code != ERR_NONE);
    } else {
        doc_show(to, d);
    }
    fclose(to);
    return out;
}

struct doc_row {
    const char *text, *want;
};
static inline void doc_rows(doc_reader read, const struct doc_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *got = doc_shown(read, str_of(row[i].text), 1 << 20);
        CHECK_TEXT(got, row[i].want);
    }
}

/* Every prefix and every flipped bit: an error that says something or another tree, never a crash. */
static inline void doc_damaged(doc_reader read, const char *text)
{
    size_t n = strlen(text);
    AUTO_FREE char *copy = strdup(text);

    for (size_t i = 0; i <= n; i++) {
        AUTO_FREE char *got = doc_shown(read, (struct str){ text, i }, 1 << 20);
        CHECK(got[0] != '!' || got[2]);
    }
    for (size_t i = 0; i < n * 8; i++) {
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        AUTO_FREE char *got = doc_shown(read, (struct str){ copy, n }, 1 << 20);
        CHECK(got[0] != '!' || got[2]);
        copy[i / 8] = text[i / 8];
    }
}

/* `n` times `open`. */
static inline char *doc_nested(const char *open, size_t n)
{
    size_t one = strlen(open);
    char *p = malloc(one * n + 1);

    for (size_t i = 0; i < n; i++)
        memcpy(p + i * one, open, one);
    p[one * n] = '\0';
    return p;
}
