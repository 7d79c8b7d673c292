/* fuzz_parse.c - one harness for every parser; FUZZ_PARSER picks which. */
#include "fuzz.h"

#include "model/record.h"
#include "parse/parse.h"

#ifndef FUZZ_PARSER
#error "define FUZZ_PARSER"
#endif
extern const struct parser FUZZ_PARSER;

/* Some parsers look at the path: one that fits, and with inputs of other sizes another one. */
static struct str path_for(const struct parser *p, size_t size, char *to, size_t room)
{
    size_t n = 0, len = 0;

    while (p->paths && p->paths[n])
        n++;
    const char *pattern = n ? p->paths[size % n] : "fuzz";
    for (; *pattern && len < room; pattern++)
        if (pattern[0] == '*' && pattern[1] == '*')
            pattern += 2;
        else
            to[len++] = *pattern == '*' ? 'x' : *pattern;
    return (struct str){ to, len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FACTS struct facts f = FACTS(16u << 20), back = FACTS(16u << 20);
    AUTO_BUF struct buf record = BUF(64u << 20);
    AUTO_FREE char *exact = exact_copy(data, size);
    struct err e = { 0 };
    char path[256];
    struct input in = { path_for(&FUZZ_PARSER, size, path, sizeof path), { exact, size } };

    must_say(FUZZ_PARSER.parse(&in, &f, &e), &e);
    /* Whatever was understood is a record that the parent accepts. */
    if (record_encode(&f, &record, &e) < 0 || record_decode(buf_view(&record), &back, &e) < 0 ||
        facts_count(&f) != facts_count(&back))
        abort();
    return 0;
}
