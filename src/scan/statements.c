#include "scan/statements.h"

#include "advisory/vex.h"
#include "io/fs.h"
#include "model/record.h"

#include <fcntl.h>

enum { FILE_MOST = 64 << 20, FACT_BYTES = 256 << 20, RECORD_BYTES = 256 << 20 };

struct job {
    struct str path, body;
};

static int read_statements(void *arg, const struct blob *in UNUSED, struct err *e)
{
    const struct job *job = arg;
    AUTO_FACTS struct facts facts = FACTS(FACT_BYTES);
    AUTO_BUF struct buf record = BUF(RECORD_BYTES);

    if (vex_read(job->path, job->body, &facts, e) < 0 || record_encode(&facts, &record, e) < 0)
        return -1;
    return proc_return(buf_view(&record), e);
}

static int take(struct str result, struct facts *all, struct err *e)
{
    AUTO_FACTS struct facts facts = FACTS(FACT_BYTES);
    struct str record;

    if (!proc_frame(&result, &record))
        return err_set(e, ERR_FORMAT, "the reader returned nothing");
    if (record_decode(record, &facts, e) < 0)
        return -1;
    FACTS_EACH (&facts, vex_statement, s)
        if (s->status >= VEX_STATUS_COUNT)
            return err_set(e, ERR_FORMAT, "the reader returned a status that there is not");
        else if (facts_add_vex_statement(all, s, e) < 0)
            return -1;
    FACTS_EACH (&facts, note, n)
        if (facts_add_note(all, n, e) < 0)
            return -1;
    return 0;
}

int statements_load(const char *path, const struct proc_limits *limits, struct facts *all, struct err *e)
{
    AUTO_BUF struct buf body = BUF(FILE_MOST);
    AUTO_PROC struct proc p = PROC;
    static const struct blob none = BLOB;

    if (fs_read(AT_FDCWD, path, false, FILE_MOST, &body, e) < 0)
        return -1;
    struct job job = { str_of(path), buf_view(&body) };
    if (proc_start(&p, &none, limits, read_statements, &job, e) < 0 || proc_join(&p, e) < 0 ||
        take(buf_view(&p.result), all, e) < 0)
        return err_wrap(e, "%s", path);
    return 0;
}
