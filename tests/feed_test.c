/* Golden cases of every feed reader. Walks the registry, not a list of its own: a feed without a case fails.
 *
 * tests/data/feed/<feed>/<case>/path    how the document is called (one line)
 *                               input   its bytes
 *                               expect  what it says as JSON, with "error" when it is damaged
 * `feed_test DIR --accept` rewrites the expect files: read the diff before you commit it. */
#include "advisory/feed.h"
#include "doc/emit.h"
#include "file.h"
#include "report/facts_json.h"

#include <dirent.h>

static bool accept_all;

static char *slurp(const char *dir, const char *file, size_t *n)
{
    char path[1200];

    snprintf(path, sizeof path, "%s/%s", dir, file);
    return file_read(path, n);
}

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

static bool write_expect(const char *dir, const char *text, size_t n)
{
    char to[1200];

    snprintf(to, sizeof to, "%s/expect", dir);
    FILE *f = fopen(to, "we");
    return f && fwrite(text, 1, n, f) == n && fclose(f) == 0;
}

static bool run_case(const struct feed *feed, const char *dir)
{
    size_t n_path = 0, n_body = 0, n_want = 0, n_got = 0;
    AUTO_FREE char *path = slurp(dir, "path", &n_path), *body = slurp(dir, "input", &n_body);
    AUTO_FREE char *want = slurp(dir, "expect", &n_want);

    if (!path || !body)
        return printf("# %s: needs path and input\n", dir), false;
    struct str at = str_trim((struct str){ path, n_path }), bytes = { body, n_body };
    if (feed_for(at, bytes) != feed)
        return printf("# %s: is not recognised as this feed's\n", dir), false;
    AUTO_FREE char *got = said(feed, at, bytes, &n_got);
    if (want && n_got == n_want && !memcmp(got, want, n_got))
        return true;
    if (accept_all)
        return write_expect(dir, got, n_got);
    printf("# %s\n# got:\n%s# want:\n%s\n", dir, got, want ? want : "(no expect file)");
    return false;
}

int main(int argc, char **argv)
{
    int n = 0, bad = 0;

    if (argc < 2)
        return 2;
    accept_all = argc > 2 && !strcmp(argv[2], "--accept");
    for (size_t i = 0; i < n_feeds; i++) {
        char dir[512], one[800];
        int cases = 0;
        snprintf(dir, sizeof dir, "%s/%s", argv[1], feeds[i]->name);
        DIR *d = opendir(dir);
        for (struct dirent *de; d && (de = readdir(d));) {
            if (de->d_name[0] == '.')
                continue;
            snprintf(one, sizeof one, "%.500s/%.256s", dir, de->d_name);
            bool ok = run_case(feeds[i], one);
            printf("%sok %d - %s/%s\n", ok ? "" : "not ", ++n, feeds[i]->name, de->d_name);
            bad += !ok;
            cases++;
        }
        if (d)
            closedir(d);
        printf("%sok %d - %s has a case\n", cases ? "" : "not ", ++n, feeds[i]->name);
        bad += !cases;
    }
    printf("1..%d\n", n);
    return bad != 0;
}
