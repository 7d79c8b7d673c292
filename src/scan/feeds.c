#include "scan/feeds.h"

#include "model/record.h"
#include "scan/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { JOB_MEMORY = 3u << 30, JOB_SECONDS = 1800, DECODE_BYTES = 1 << 30 };
static const uint64_t result_most = 2ull << 30, unpacked_most = 64ull << 30;

struct feed_job {
    const char *path;
    struct read_feed read;
};

static int open_feed(struct task *t, struct blob *out, struct err *e)
{
    const struct feed_job *j = t->owner;
    AUTO_CLOSE int fd = open(j->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(e, "%s", j->path);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return err_set(e, ERR_FORMAT, "%s: neither a file nor a folder", j->path);
    *out = (struct blob){ S_ISDIR(st.st_mode) ? BLOB_DIR : BLOB_FILE, TAKE_FD(fd), 0, (uint64_t)st.st_size };
    return 0;
}

/* What a document alone is recognised by: its name, without what it is packed with. */
static struct str name_of(const char *path)
{
    static const struct str packed[] = { STR(".gz"), STR(".zst"), STR(".xz"), STR(".bz2") };
    struct str dir, name;

    str_rsplit(str_of(path), '/', &dir, &name);
    for (size_t i = 0; i < ARRAY_LEN(packed); i++)
        if (str_ends(name, packed[i]))
            return str_first(name, name.n - packed[i].n);
    return name;
}

static void sum_up(struct feed_count *total, const struct feed_count *c)
{
    total->documents += c->documents;
    total->unknown += c->unknown;
    total->damaged += c->damaged;
    total->skipped += c->skipped;
}

static int take_record(struct str record, const struct feeds_options *o, struct db_builder *b,
                       struct feed_count *total, size_t *n_counts, struct err *e)
{
    AUTO_FACTS struct facts f = FACTS(DECODE_BYTES);

    if (record_decode(record, &f, e) < 0 || db_builder_add(b, &f, e) < 0)
        return -1;
    FACTS_EACH (&f, note, n)
        if (o->note)
            o->note(o->ctx, n->where, n->reason);
    FACTS_EACH (&f, feed_count, c) {
        sum_up(total, c);
        (*n_counts)++;
    }
    return 0;
}

static int take_result(const struct task *t, const struct feeds_options *o, struct db_builder *b,
                       struct feed_count *total, struct err *e)
{
    const struct feed_job *j = t->owner;
    struct str rest = buf_view(&t->result), frame;
    size_t n_counts = 0;

    if (t->err.code) {
        *e = t->err;
        return err_wrap(e, "%s", j->path);
    }
    while (proc_frame(&rest, &frame))
        if (take_record(frame, o, b, total, &n_counts, e) < 0)
            return err_wrap(e, "%s", j->path);
    return n_counts == 1 ? 0 : err_set(e, ERR_FORMAT, "%s: the reader returned nothing", j->path);
}

int feeds_read(const char *const *paths, size_t n, const struct feeds_options *o, struct db_builder *b,
               struct feed_count *total, struct err *e)
{
    struct proc_limits limits = { JOB_MEMORY, JOB_SECONDS, JOB_SECONDS, result_most };
    AUTO_FREE struct feed_job *jobs = calloc(n + 1, sizeof *jobs);
    AUTO_FREE struct task *tasks = calloc(n + 1, sizeof *tasks);
    int r = 0;

    *total = (struct feed_count){ 0 };
    if (!jobs || !tasks)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (reader_load(e) < 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        jobs[i] = (struct feed_job){ paths[i], { name_of(paths[i]), unpacked_most } };
        tasks[i] = (struct task){ .size = stat(paths[i], &st) == 0 ? (uint64_t)st.st_size : 0,
                                  .open = open_feed,
                                  .fn = read_feed,
                                  .arg = &jobs[i].read,
                                  .owner = &jobs[i] };
    }
    pool_run(tasks, n, o->jobs, &limits, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        if (r == 0)
            r = take_result(&tasks[i], o, b, total, e);
        buf_free(&tasks[i].result);
    }
    return r;
}
