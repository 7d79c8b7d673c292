/* read_feed.c - what runs in a confined job: the documents of a feed become records of facts. */
#include "advisory/feed.h"
#include "io/dir.h"
#include "io/tar.h"
#include "model/record.h"
#include "scan/feeds.h"

#include <errno.h>

enum {
    DOCUMENT_MOST = 1 << 30,
    FACT_BYTES = 1 << 30,
    RECORD_BYTES = 768 << 20,
    RETURN_AT = 4 << 20, /* bytes of facts that make a record */
};

struct reader {
    struct feed_sink sink; /* first: returns a record whenever enough was said */
    struct feed_facts said;
    struct facts facts;
    struct feed_count count;
    struct buf body;
    uint64_t left; /* bytes that may still be unpacked */
};

static struct reader *of(struct feed_sink *to)
{
    return (struct reader *)(void *)to;
}

static int give_back(struct reader *r, struct err *e)
{
    AUTO_BUF struct buf record = BUF(RECORD_BYTES);

    if (record_encode(&r->facts, &record, e) < 0 || proc_return(buf_view(&record), e) < 0)
        return -1;
    facts_free(&r->facts);
    return 0;
}

static int take_advisory(struct feed_sink *to, const struct advisory *a, const struct affected *p, size_t n,
                         struct err *e)
{
    struct reader *r = of(to);

    if (r->facts.arena.used > RETURN_AT && give_back(r, e) < 0)
        return -1;
    return r->said.sink.advisory(&r->said.sink, a, p, n, e);
}

static int take_release(struct feed_sink *to, const struct release_end *end, struct err *e)
{
    return of(to)->said.sink.release(&of(to)->said.sink, end, e);
}

static void take_skip(struct feed_sink *to, struct str where, const char *why)
{
    of(to)->said.sink.skip(&of(to)->said.sink, where, why);
}

/* ---- one document ---- */

static int read_document_of(struct reader *r, struct str path, struct err *e)
{
    struct str body = buf_view(&r->body);
    const struct feed *feed = feed_for(path, body);
    struct err why = { 0 };

    if (!feed) {
        r->count.unknown++;
        return 0;
    }
    r->count.documents++;
    if (body.n > feed->max_size)
        err_set(&why, ERR_LIMIT, "%zu bytes are more than %s reads (%zu)", body.n, feed->name,
                feed->max_size);
    else if (feed->read(&(struct feed_input){ path, body }, &r->sink, &why) == 0)
        return 0;
    r->count.damaged++;
    /* the pipe to the parent, or our own memory: not the document's fault */
    if (why.code == ERR_IO || (why.code == ERR_LIMIT && r->facts.arena.used > FACT_BYTES / 2)) {
        *e = why;
        return -1;
    }
    facts_remark(&r->facts, NOTE_INCOMPLETE, path, "%s: %s", feed->name, why.text);
    return 0;
}

/* ---- where documents come from ---- */

static int too_much(struct err *e)
{
    return err_set(e, ERR_LIMIT, "unpacks to more than it may");
}

static int read_members(struct reader *r, const struct read_feed *job, struct tar *t, struct err *e)
{
    struct entry en;
    struct str block;
    int more, got;

    while ((more = tar_next(t, &en, e)) > 0) {
        if (en.kind != ENTRY_FILE)
            continue;
        buf_clear(&r->body);
        while ((got = tar_body(t, &block, e)) > 0) {
            if (block.n > r->left)
                return too_much(e);
            r->left -= block.n;
            buf_str(&r->body, block);
        }
        if (got < 0)
            return -1;
        if (!buf_ok(&r->body))
            return err_set(e, ERR_LIMIT, STR_FMT ": larger than %d bytes", STR_ARG(str_first(en.path, 200)),
                           DOCUMENT_MOST);
        if (read_document_of(r, en.path.n ? en.path : job->path, e) < 0)
            return -1;
    }
    return more;
}

static int read_file(struct reader *r, struct dir *d, struct err *e)
{
    AUTO_CLOSE int fd = dir_open_file(d, e);
    ssize_t n = 1;

    if (fd < 0)
        return -1;
    buf_clear(&r->body);
    while (n) {
        char *to = buf_room(&r->body, 64 << 10);
        if (!to)
            return err_set(e, ERR_LIMIT, "larger than %d bytes", DOCUMENT_MOST);
        n = read(fd, to, 64 << 10);
        if (n < 0 && errno != EINTR)
            return err_errno(e, "read");
        r->body.n += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int read_folder(struct reader *r, const struct blob *in, struct err *e)
{
    struct dir *d = dir_open(in, e);
    struct entry en;
    const char *unread = NULL;
    int more = -1;

    while (d && (more = dir_next(d, &en, &unread)) > 0) {
        struct err why = { 0 };
        if (!dir_describe(d, &en))
            continue;
        if (unread)
            err_set(&why, ERR_IO, "%s", unread);
        if (en.kind != ENTRY_FILE && !unread)
            continue;
        if (why.code || read_file(r, d, &why) < 0) {
            more = err_set(e, why.code, STR_FMT ": %s", STR_ARG(str_first(en.path, 200)), why.text);
            break;
        }
        if ((more = read_document_of(r, en.path, e)) < 0)
            break;
    }
    dir_close(&d);
    return more;
}

static int read_archived(struct reader *r, const struct read_feed *job, const struct blob *in, struct err *e)
{
    static const struct stream_want nothing;
    struct stream_limits most = { .bytes = job->bytes };
    AUTO_STREAM struct stream *s = stream_open(in, NULL, &nothing, &most, e);
    AUTO_TAR struct tar *t = s ? tar_open_any(s, e) : NULL;

    return !t || read_members(r, job, t, e) < 0 ? -1 : stream_finish(s, e);
}

int read_feed(void *arg, const struct blob *in, struct err *e)
{
    const struct read_feed *job = arg;
    struct reader r = { .sink = { take_advisory, take_release, take_skip },
                        .facts = FACTS(FACT_BYTES),
                        .count.path = job->path,
                        .body = BUF(DOCUMENT_MOST),
                        .left = job->bytes };

    feed_facts_init(&r.said, &r.facts);
    int done = in->kind == BLOB_DIR ? read_folder(&r, in, e) : read_archived(&r, job, in, e);
    r.count.skipped = r.said.skipped;
    if (done == 0)
        done = facts_add_feed_count(&r.facts, &r.count, e) < 0 ? -1 : give_back(&r, e);
    facts_free(&r.facts);
    buf_free(&r.body);
    return done;
}
