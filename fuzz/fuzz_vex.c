/* fuzz_vex.c - VEX documents of all three forms. */
#include "fuzz.h"

#include "advisory/vex.h"
#include "model/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FACTS struct facts f = FACTS(16u << 20), back = FACTS(16u << 20);
    AUTO_BUF struct buf record = BUF(64u << 20);
    AUTO_FREE char *exact = exact_copy(data, size);
    struct err e = { 0 };

    must_say(vex_read(STR("fuzz.json"), (struct str){ exact, size }, &f, &e), &e);
    if (record_encode(&f, &record, &e) < 0 || record_decode(buf_view(&record), &back, &e) < 0)
        abort();
    return 0;
}
