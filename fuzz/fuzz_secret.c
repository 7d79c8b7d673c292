/* fuzz_secret.c - the search for secrets: anchors, windows, expressions, decoders and validators, over bytes
 * in blocks whose size the input's first byte chooses. */
#include "fuzz.h"

#include "secret/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct secret_setup setup;
    AUTO_FACTS struct facts f = FACTS(1u << 20);
    struct err e = { 0 };

    if (!setup.scratch && secret_setup_open(&setup, &e) < 0)
        abort();
    AUTO_SECRET struct secret_scanner *s = secret_open(&setup, &f, &e);
    if (!s)
        abort();
    secret_remember(s);
    secret_file_begin(s, STR("fuzz"), size);
    for (size_t at = 1, step = size ? 1 + 8 * (size_t)data[0] : 1; at < size; at += step) {
        size_t n = MIN(step, size - at);
        AUTO_FREE char *exact = exact_copy(data + at, n);
        secret_file_block(s, (struct str){ exact, n });
    }
    if (secret_file_end(s, &e) < 0 && !e.text[0])
        abort(); /* an error must say something */
    secret_mask(s, &f);
    return 0;
}
