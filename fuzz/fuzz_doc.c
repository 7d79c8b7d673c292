/* fuzz_doc.c - one harness for every reader of structured text; FUZZ_DOC picks which. */
#include "fuzz.h"

#include "doc/doc.h"

#ifndef FUZZ_DOC
#error "define FUZZ_DOC"
#endif

/* Every value is looked at, in a walk without recursion: siblings here, children on a stack of bounded depth.
 */
static size_t walk(const struct doc *root)
{
    const struct doc *stack[256] = { root };
    size_t depth = 1, bytes = 0, seen = 0;

    while (depth && seen++ < 100000) {
        const struct doc *d = stack[--depth];
        for (size_t i = 0; i < d->text.n; i++)
            bytes += (unsigned char)d->text.p[i];
        for (size_t i = 0; i < d->key.n; i++)
            bytes += (unsigned char)d->key.p[i];
        if (d->next && depth < ARRAY_LEN(stack))
            stack[depth++] = d->next;
        if (d->child && depth < ARRAY_LEN(stack))
            stack[depth++] = d->child;
    }
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA struct arena a = ARENA(32u << 20);
    AUTO_FREE char *exact = exact_copy(data, size);
    struct err e = { 0 };
    struct doc *root = NULL;
    int r = FUZZ_DOC((struct str){ exact, size }, &a, &root, &e);
    static volatile size_t sink;

    must_say(r, &e);
    if (r == 0 && root)
        sink = walk(root);
    (void)sink;
    return 0;
}
