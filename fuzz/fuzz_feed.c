/* fuzz_feed.c - one harness for every feed reader; FUZZ_FEED picks which. */
#include "fuzz.h"

#include "advisory/feed.h"
#include "model/record.h"

#ifndef FUZZ_FEED
#error "define FUZZ_FEED"
#endif
extern const struct feed FUZZ_FEED;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FACTS struct facts f = FACTS(16u << 20), back = FACTS(16u << 20);
    AUTO_BUF struct buf record = BUF(64u << 20);
    AUTO_FREE char *exact = exact_copy(data, size);
    struct feed_facts sink;
    struct err e = { 0 };
    struct feed_input in = { STR("fuzz.json"), { exact, size } };

    (void)FUZZ_FEED.recognises(in.path, str_first(in.body, FEED_START));
    feed_facts_init(&sink, &f);
    must_say(FUZZ_FEED.read(&in, &sink.sink, &e), &e);
    /* Whatever was understood is a record that the parent accepts. */
    if (record_encode(&f, &record, &e) < 0 || record_decode(buf_view(&record), &back, &e) < 0 ||
        facts_count(&f) != facts_count(&back))
        abort();
    return 0;
}
