#include "config.h"

#if HAVE_CURL
#include "io/http_child.h"
#include "io/net_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

enum {
    CONTROL = 3,
    OUT = 4,
    RESUMES_MOST = 64,   /* connections for one download */
    PROGRESS = 256 << 10 /* bytes after which the tries are counted anew */
};

/* Lay the descriptors out, load libcurl while files can still be mapped, give everything else up. */
static int settle(struct fetch *f, int control, int out, struct err *e)
{
    signal(SIGPIPE, SIG_IGN);
    /* first out of the way of each other */
    control = fcntl(control, F_DUPFD, 16);
    out = out >= 0 ? fcntl(out, F_DUPFD, 16) : -1;
    if (dup2(control, CONTROL) < 0 || (out >= 0 && dup2(out, OUT) < 0))
        return err_errno(e, "network process");
    f->c = curl_load(e);
    f->curl = f->c ? f->c->easy_init() : NULL;
    if (!f->curl)
        return f->c ? err_set(e, ERR_LIMIT, "libcurl: out of memory") : -1;
    return net_confine(f->opt->unix_socket, out >= 0 ? OUT : CONTROL, e);
}

static void reply(const struct http_reply *r, const struct err *failed)
{
    AUTO_BUF struct buf frame = BUF((size_t)UINT32_MAX);
    struct err e = { 0 }, full = { .code = ERR_LIMIT, .text = "out of memory for an answer" };

    wire_put_reply(&frame, r, failed);
    if (!buf_ok(&frame)) {
        buf_clear(&frame);
        wire_put_reply(&frame, r, &full);
    }
    if (wire_send(CONTROL, buf_view(&frame), &e) < 0)
        _exit(1); /* nobody listens */
}

static bool keep(struct fetch *f, struct str bytes)
{
    struct http_reply *r = f->ctx;

    buf_str(&r->body, bytes);
    if (!buf_ok(&r->body))
        err_set(f->e, ERR_LIMIT, "%s: answers with more than %zu bytes", f->host, r->body.max);
    return buf_ok(&r->body);
}

static void answer(struct fetch *f, const struct http_request *req, size_t most)
{
    struct http_reply r = { .body = BUF(most) };
    struct err e = { 0 };
    unsigned tries = 0;
    bool broken;
    int status;

    f->req = req;
    f->sink = keep;
    f->ctx = &r;
    f->e = &e;
    f->deadline = true;
    for (;;) {
        buf_clear(&r.body);
        status = fetch_once(f, &broken);
        if (++tries >= f->opt->tries || req->body.n || !(status < 0 ? broken : fetch_may_retry(status)))
            break;
        fetch_wait(f, tries, CONTROL);
    }
    r.status = status;
    r.headers = f->headers;
    if (status >= 0)
        e.code = ERR_NONE;
    reply(&r, &e);
    buf_free(&r.body);
}

void http_child_session(const struct http_options *o, int fd)
{
    struct fetch f = { .opt = o, .headers = BUF(WIRE_HEADERS_MOST) };
    struct err e = { 0 };
    struct http_reply none = { 0 };
    struct buf frame = BUF(WIRE_REQUEST_MOST);

    if (settle(&f, fd, -1, &e) < 0) {
        reply(&none, &e);
        _exit(1);
    }
    reply(&none, &e);
    while (buf_clear(&frame), wire_receive(CONTROL, &frame, &e) > 0) {
        AUTO_ARENA struct arena a = ARENA((size_t)2 * WIRE_REQUEST_MOST);
        struct http_request req;
        size_t most;
        if (!wire_take_request(buf_view(&frame), &a, &req, &most))
            _exit(1);
        answer(&f, &req, most);
    }
    _exit(0);
}

/* A download in several connections. */
struct resume {
    uint64_t done, total; /* bytes given to the reader; of the whole, UINT64_MAX: not known */
    uint64_t skip;        /* of an answer that starts anew */
    bool gone;            /* the reader has enough */
    bool begun;           /* of this answer: its headers were looked at */
    char etag[256];
};

/* "bytes 100-999/1000" */
static bool starts_at(struct str content_range, uint64_t at, uint64_t total)
{
    struct str first, last, whole;
    uint64_t from, of;

    if (!str_starts(content_range, STR("bytes ")) ||
        !str_split(str_skip(content_range, 6), '-', &first, &last) || !str_split(last, '/', &last, &whole) ||
        !str_u64(first, 10, &from) || from != at)
        return false;
    return str_eq(whole, STR("*")) || (str_u64(whole, 10, &of) && (total == UINT64_MAX || of == total));
}

/* The headers of an answer: is it the rest of what we have begun? */
static bool begin(struct fetch *f, struct resume *r)
{
    struct str etag = fetch_header(f, "etag");
    uint64_t length;

    r->begun = true;
    r->skip = 0;
    if (r->etag[0] && etag.n && !str_eq(etag, str_of(r->etag)))
        return err_set(f->e, ERR_IO, "%s: changed while it was read", f->host), false;
    if (f->status == 206 && starts_at(fetch_header(f, "content-range"), r->done, r->total))
        return true;
    if (f->status != 200)
        return err_set(f->e, ERR_IO, "%s: does not continue where it broke off", f->host), false;
    r->skip = r->done;
    if (str_u64(fetch_header(f, "content-length"), 10, &length)) {
        if (r->total != UINT64_MAX && length != r->total)
            return err_set(f->e, ERR_IO, "%s: changed its length while it was read", f->host), false;
        r->total = length;
    }
    if (etag.n && etag.n < sizeof r->etag && !str_starts(etag, STR("W/"))) {
        memcpy(r->etag, etag.p, etag.n);
        r->etag[etag.n] = '\0';
    }
    return true;
}

static bool write_all(struct fetch *f, struct resume *r, struct str s)
{
    while (s.n) {
        ssize_t n = write(OUT, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            r->gone = true;
            err_set(f->e, ERR_IO, "the reader has stopped");
            return false;
        }
        s = str_skip(s, (size_t)n);
    }
    return true;
}

static bool pass_on(struct fetch *f, struct str bytes)
{
    struct resume *r = f->ctx;

    if (f->status != 200 && f->status != 206)
        return true; /* an error document: the status says enough */
    if (!r->begun && !begin(f, r))
        return false;
    size_t skipped = (size_t)MIN(r->skip, (uint64_t)bytes.n);
    r->skip -= skipped;
    bytes = str_skip(bytes, skipped);
    r->done += bytes.n;
    return write_all(f, r, bytes);
}

/* One connection: 1 everything came, 0 try again, -1 give up. */
static int connection(struct fetch *f, struct resume *r)
{
    char range[40];
    bool broken;

    snprintf(range, sizeof range, "%llu-", (unsigned long long)r->done);
    f->range = r->done ? range : NULL;
    r->begun = false;
    int status = fetch_once(f, &broken);
    if (status == 200 || status == 206) {
        if (r->total == UINT64_MAX || r->done == r->total)
            return 1;
        err_set(f->e, ERR_IO, "%s: ends after %llu of %llu bytes", f->host, (unsigned long long)r->done,
                (unsigned long long)r->total);
        return r->done > r->total ? -1 : 0;
    }
    if (status < 0)
        return broken ? 0 : -1;
    enum err_code code = status == 401 || status == 403 ? ERR_DENIED : status == 404 ? ERR_NOT_FOUND : ERR_IO;
    err_set(f->e, code, "%s: answers with status %d", f->host, status);
    return fetch_may_retry(status) ? 0 : -1;
}

void http_child_download(const struct http_options *o, const struct http_request *req, int control, int out)
{
    struct resume r = { .total = UINT64_MAX };
    struct http_reply done = { .status = 200 };
    struct err e = { 0 };
    struct fetch f = {
        .opt = o, .req = req, .sink = pass_on, .ctx = &r, .e = &e, .headers = BUF(WIRE_HEADERS_MOST)
    };
    unsigned tries = 0;
    int got = settle(&f, control, out, &e) < 0 ? -1 : 0;

    for (unsigned n = 0; got == 0 && n < RESUMES_MOST; n++) {
        uint64_t before = r.done;
        got = connection(&f, &r);
        if (r.done - before >= PROGRESS)
            tries = 0;
        if (got != 0 || ++tries >= o->tries)
            break;
        fetch_wait(&f, tries, OUT);
    }
    if (got > 0 || r.gone)
        e.code = ERR_NONE;
    close(OUT);
    reply(&done, &e);
    _exit(got > 0 ? 0 : 1);
}
#endif
