/* documents.c - documents of a deployment are understood in confined jobs: many in one, for a fork costs more
 * than a document; when such a job fails, each gets one of its own, so that one document costs only itself.
 */
#include "scan/documents.h"

#include "io/hash.h"
#include "io/proc.h"
#include "model/record.h"
#include "scan/reader.h"

enum { FACT_BYTES = 256 << 20, RECORD_BYTES = 256 << 20, BATCH_BYTES = 4 << 20, BATCH_MOST = 500 };

/* ---- in the job ---- */

static int parse(const struct source_document *d, struct facts *out, struct err *e)
{
    const struct parser *p = parser_for_document(d->kind, d->path);
    AUTO_FREE struct input *more = calloc(d->n_with + 1, sizeof *more);

    if (!p)
        return err_set(e, ERR_UNSUPPORTED, "no parser for documents of the kind %s", d->kind);
    if (!more)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (d->body.n > p->max_size)
        return err_set(e, ERR_LIMIT, "%zu bytes are more than %zu", d->body.n, p->max_size);
    for (size_t i = 0; i < d->n_with; i++)
        more[i] = (struct input){ .path = d->with[i].path, .body = d->with[i].body, .over = d->with[i].over };
    struct input in = { .path = d->path, .body = d->body, .with = more, .n_with = d->n_with };
    return p->parse(&in, out, e);
}

int read_documents(void *arg, const struct blob *in UNUSED, struct err *e)
{
    const struct read_documents *job = arg;

    for (size_t i = 0; i < job->n; i++) {
        AUTO_FACTS struct facts facts = FACTS(FACT_BYTES);
        AUTO_BUF struct buf record = BUF(RECORD_BYTES);
        struct err why = { 0 };
        bool failed = parse(&job->doc[i], &facts, &why) < 0;
        if (job->secrets &&
            secrets_in_document(job->secrets, job->doc[i].path, job->doc[i].body, &facts, e) < 0)
            return -1;
        if (proc_return(failed ? str_of(why.text) : STR(""), e) < 0 ||
            record_encode(&facts, &record, e) < 0 || proc_return(buf_view(&record), e) < 0)
            return -1;
    }
    return 0;
}

/* ---- outside ---- */

static int take(const struct documents_env *env, struct source_document *doc, size_t n, struct str frames,
                struct err *e)
{
    struct str why, record;

    for (size_t i = 0; i < n; i++) {
        if (!proc_frame(&frames, &why) || !proc_frame(&frames, &record))
            return err_set(e, ERR_FORMAT, "the reader returned too little");
        doc[i].why = arena_str(env->arena, why);
        doc[i].facts = store_facts(env->store, NULL, record, e);
        if (!doc[i].facts)
            return -1;
    }
    return 0;
}

static int run(const struct documents_env *env, struct source_document *doc, size_t n, struct err *e)
{
    struct read_documents job = { doc, n, env->secrets };
    static const struct blob none = BLOB;
    AUTO_PROC struct proc p = PROC;

    if (proc_start(&p, &none, env->limits, read_documents, &job, e) < 0 || proc_join(&p, e) < 0)
        return -1;
    struct str frames = buf_view(&p.result);
    if (store_bytes(env->store, &p.result, e) < 0)
        return -1;
    return take(env, doc, n, frames, e);
}

static void run_each(const struct documents_env *env, struct source_document *doc, size_t n)
{
    struct err e;

    for (size_t i = 0; i < n; i++)
        if (run(env, &doc[i], 1, &e) < 0) {
            doc[i].facts = NULL;
            doc[i].why = arena_str(env->arena, str_of(e.text));
        }
}

void documents_read(const struct documents_env *env, struct source_document *doc, size_t n)
{
    struct err e;

    for (size_t at = 0, end; at < n; at = end) {
        size_t bytes = 0;
        for (end = at;
             end < n && end - at < BATCH_MOST && (end == at || bytes + doc[end].body.n < BATCH_BYTES); end++)
            bytes += doc[end].body.n;
        if (run(env, &doc[at], end - at, &e) < 0)
            run_each(env, &doc[at], end - at);
    }
}

int document_read(const struct documents_env *env, const char *parser, struct str name, struct str bytes,
                  struct str digest, struct facts **out, struct err *e)
{
    struct read_document job = { parser_by_name(str_of(parser)), name, bytes, env->secrets };
    static const struct blob none = BLOB;
    AUTO_PROC struct proc p = PROC;
    struct str frame;

    if (!job.parser)
        return err_set(e, ERR_UNSUPPORTED, "no parser %s", parser);
    if (digest.n && digest_check(bytes, digest, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(name));
    if (!strcmp(parser, "sbom") && reader_load(e) < 0) /* which may be XML; all others are JSON */
        return -1;
    if (proc_start(&p, &none, env->limits, read_document, &job, e) < 0 || proc_join(&p, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(name));
    struct str result = buf_view(&p.result);
    if (!proc_frame(&result, &frame))
        return err_set(e, ERR_FORMAT, STR_FMT ": the reader returned nothing", STR_ARG(name));
    *out = store_facts(env->store, &p.result, frame, e);
    return *out ? 0 : -1;
}
