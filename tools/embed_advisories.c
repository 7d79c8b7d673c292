/* embed_advisories FILE... - a database of the project's own advisories as C, on standard output. Runs while
 * the program is built, on files of the project: not confined. */
#include "advisory/db.h"
#include "advisory/feed.h"
#include "io/fs.h"

#include <fcntl.h>

enum { FILE_MOST = 64 << 20, FACT_BYTES = 256 << 20, COLUMNS = 24 };

static int add_file(struct db_builder *b, const char *path, struct err *e)
{
    AUTO_BUF struct buf body = BUF(FILE_MOST);
    AUTO_FACTS struct facts facts = FACTS(FACT_BYTES);
    struct feed_facts sink;

    if (fs_read(AT_FDCWD, path, false, FILE_MOST, &body, e) < 0)
        return -1;
    const struct feed *feed = feed_for(str_of(path), buf_view(&body));
    if (!feed)
        return err_set(e, ERR_FORMAT, "no feed reader recognises it");
    feed_facts_init(&sink, &facts);
    if (feed->read(&(struct feed_input){ str_of(path), buf_view(&body) }, &sink.sink, e) < 0)
        return -1;
    return sink.skipped
               ? err_set(e, ERR_FORMAT, "%llu records say nothing clear", (unsigned long long)sink.skipped)
               : db_builder_add(b, &facts, e);
}

/* The newest day that one of the sources names: a build does not depend on when it happens. */
static uint64_t as_of(struct db *db)
{
    struct db_summary sum;
    struct db_source from;
    struct err ignored;
    uint64_t newest = 0;

    db_summarise(db, &sum);
    for (uint64_t i = 0; i < sum.sources; i++) {
        uint64_t y, m, d;
        if (db_source_at(db, i, &from, &ignored) < 0 || from.date.n < 10 ||
            !str_u64(str_first(from.date, 4), 10, &y) ||
            !str_u64(str_first(str_skip(from.date, 5), 2), 10, &m) ||
            !str_u64(str_first(str_skip(from.date, 8), 2), 10, &d))
            continue;
        /* days since 1970 in the Gregorian calendar, years beginning in March */
        uint64_t year = m <= 2 ? y - 1 : y, month = (m + 9) % 12;
        uint64_t days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + d - 719469;
        newest = days * 86400 > newest ? days * 86400 : newest;
    }
    return newest;
}

static int build(int n, char **path, struct buf *out, struct err *e)
{
    for (uint64_t built = 0, round = 0; round < 2; round++) { /* once to know the date */
        struct db_builder *b = db_builder_new();
        struct db *db = NULL;
        int r = b ? 0 : err_set(e, ERR_LIMIT, "out of memory");
        for (int i = 0; r == 0 && i < n; i++)
            if ((r = add_file(b, path[i], e)) < 0)
                err_wrap(e, "%s", path[i]);
        buf_free(out);
        r = r < 0 ? r : db_builder_write(b, built, NULL, out, e);
        r = r < 0 ? r : db_open_bytes(buf_view(out), NULL, &db, e);
        r = r < 0 ? r : db_check(db, e);
        built = r < 0 ? 0 : as_of(db);
        db_close(&db);
        db_builder_free(&b);
        if (r < 0)
            return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    AUTO_BUF struct buf out = BUF(0);
    struct err e = { 0 };

    if (build(argc - 1, argv + 1, &out, &e) < 0) {
        fprintf(stderr, "embed_advisories: %s\n", e.text);
        return 1;
    }
    printf("#include \"cmd/built_in.h\"\n\nconst size_t built_in_advisories_size = %zu;\n"
           "const char built_in_advisories[] = {",
           out.n);
    for (size_t i = 0; i < out.n; i++)
        printf("%s%d,", i % COLUMNS ? " " : "\n    ", (signed char)out.p[i]);
    puts("\n};");
    return 0;
}
