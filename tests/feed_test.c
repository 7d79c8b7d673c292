/* Golden cases of every feed reader. Walks the registry, not a list of its own: a feed without a case fails.
 *
 * tests/data/feed/<feed>/<case>/path    how the document is called (one line)
 *                               input   its bytes
 *                               expect  what it says as JSON, with "error" when it is damaged
 * `feed_test DIR --accept` rewrites the expect files: read the diff before you commit it. */
#include "advisory/feed.h"
#include "doc/emit.h"
#include "golden.h"
#include "report/facts_json.h"

/* What is said of one document, as text; exact-size copy, so that the sanitizer sees one byte too far. */
static char *said(const struct feed *feed, struct str path, struct str body, size_t *n)
{
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    AUTO_FREE char *exact = malloc(body.n ? body.n : 1);
    struct feed_facts sink;
    struct err e = { 0 };
    char *text = NULL;

    if (!exact)
        abort();
    memcpy(exact, body.p, body.n);
    feed_facts_init(&sink, &f);
    int r = feed->read(&(struct feed_input){ path, { exact, body.n } }, &sink.sink, &e);
    FILE *to = open_memstream(&text, n);
    struct emit *m = emit_new(to, true);
    emit_object(m, NULL);
    if (r < 0)
        emit_text(m, "error", e.text);
    facts_emit(m, &f);
    emit_close(m);
    emit_end(m);
    fclose(to);
    return text;
}

static bool run_case(const void *entry, const char *dir, const char *name UNUSED)
{
    const struct feed *feed = entry;
    size_t n_path = 0, n_body = 0, n_got = 0;
    AUTO_FREE char *path = golden_file(dir, "path", &n_path), *body = golden_file(dir, "input", &n_body);

    if (!path || !body)
        return printf("# %s: needs path and input\n", dir), false;
    struct str at = str_trim((struct str){ path, n_path }), bytes = { body, n_body };
    if (feed_for(at, bytes) != feed)
        return printf("# %s: is not recognised as this feed's\n", dir), false;
    AUTO_FREE char *got = said(feed, at, bytes, &n_got);
    return golden_is(dir, (struct str){ got, n_got });
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    golden_accepts = argc > 2 && !strcmp(argv[2], "--accept");
    for (size_t i = 0; i < n_feeds; i++)
        golden_result(golden_run(argv[1], feeds[i]->name, feeds[i], run_case) > 0, feeds[i]->name,
                      "has a case");
    return golden_end();
}
