#include "config.h"

#if HAVE_CURL
#include "io/http_child.h"
#endif
#include "io/http.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { TRIES = 4, ANSWER_SECONDS = 900 /* tries, waits and time-outs of the child all fit in */ };

struct http {
    int pid, fd;
};
struct download {
    int pid, control;
};

const char *http_range(uint64_t at, uint64_t n, char to[HTTP_RANGE_TEXT])
{
    snprintf(to, HTTP_RANGE_TEXT, "bytes=%llu-%llu", (unsigned long long)at,
             (unsigned long long)(at + n - 1));
    return to;
}

struct str http_header(const struct http_reply *r, const char *name)
{
    struct str rest = buf_view(&r->headers), line, key, value;

    while (str_cut(&rest, '\n', &line))
        if (str_split(line, ':', &key, &value) && str_eq(key, str_of(name)))
            return str_trim(value);
    return (struct str){ 0 };
}

void http_reply_free(struct http_reply *r)
{
    buf_free(&r->body);
    buf_free(&r->headers);
}

#if HAVE_CURL
/* What goes into a request line or header must not end it. */
static bool one_line(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 127)
            return false;
    return true;
}

static int check(const struct http_request *r, struct err *e)
{
    bool ok = one_line(r->url) && (!r->method || one_line(r->method));

    for (const struct http_header *h = r->header; ok && h && h->name; h++)
        ok = one_line(h->name) && one_line(h->value);
    return ok ? 0 : err_set(e, ERR_USAGE, "control characters in an HTTP request");
}

/* Fork with a socket between us: 0 in the child, its pid in the parent, -1. *ours, *theirs: the ends. */
static int fork_child(int *ours, int *theirs, struct err *e)
{
    struct timeval patience = { .tv_sec = ANSWER_SECONDS };
    int pair[2], parent = getpid();

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(e, "network process");
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int pid = fork();
    if (pid < 0) {
        err_errno(e, "network process");
        close(pair[0]);
        close(pair[1]);
        return -1;
    }
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
    } else {
        close(pair[1]);
    }
    *ours = pair[0];
    *theirs = pair[1];
    return pid;
}

static void reap(int pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static struct http_options complete(const struct http_options *o)
{
    struct http_options full = *o;

    if (!full.tries)
        full.tries = TRIES;
    return full;
}

static int next_reply(int fd, size_t most, struct http_reply *out, struct err *e)
{
    AUTO_BUF struct buf frame = BUF(most + WIRE_HEADERS_MOST + 1024);
    int r = wire_receive(fd, &frame, e);

    if (r == 0)
        return err_set(e, ERR_IO, "the network process has ended");
    return r < 0 ? -1 : wire_take_reply(buf_view(&frame), most, out, e);
}

int http_open(const struct http_options *o, struct http **out, struct err *e)
{
    struct http_options full = complete(o);
    struct http_reply ready = { 0 };
    struct http *h = calloc(1, sizeof *h);
    int theirs;

    *out = NULL;
    if (!h)
        return err_set(e, ERR_LIMIT, "out of memory");
    h->pid = fork_child(&h->fd, &theirs, e);
    if (h->pid == 0)
        http_child_session(&full, theirs);
    if (h->pid < 0) {
        free(h);
        return -1;
    }
    if (next_reply(h->fd, 0, &ready, e) < 0) { /* it says whether it could settle */
        http_close(&h);
        return -1;
    }
    http_reply_free(&ready);
    *out = h;
    return 0;
}

void http_close(struct http **h)
{
    if (!*h)
        return;
    close((*h)->fd);
    kill((*h)->pid, SIGKILL);
    reap((*h)->pid);
    free(*h);
    *h = NULL;
}

int http_do(struct http *h, const struct http_request *r, size_t most, struct http_reply *out, struct err *e)
{
    AUTO_BUF struct buf frame = BUF(WIRE_REQUEST_MOST);

    *out = (struct http_reply){ 0 };
    if (check(r, e) < 0)
        return -1;
    wire_put_request(&frame, r, most);
    if (!buf_ok(&frame))
        return err_set(e, ERR_LIMIT, "HTTP request is too large");
    if (wire_send(h->fd, buf_view(&frame), e) < 0)
        return -1;
    return next_reply(h->fd, most, out, e);
}

int http_download(const struct http_options *o, const struct http_request *r, int *fd, struct download **out,
                  struct err *e)
{
    struct http_options full = complete(o);
    struct download *d = calloc(1, sizeof *d);
    int data[2], theirs;

    *out = NULL;
    if (!d || check(r, e) < 0 || pipe2(data, O_CLOEXEC) < 0) {
        if (!d || !e->code)
            err_errno(e, "download");
        free(d);
        return -1;
    }
    d->pid = fork_child(&d->control, &theirs, e);
    if (d->pid == 0)
        http_child_download(&full, r, theirs, data[1]);
    close(data[1]);
    if (d->pid < 0) {
        close(data[0]);
        free(d);
        return -1;
    }
    fcntl(data[0], F_SETPIPE_SZ, 1 << 20); /* fewer switches; the default does too */
    *fd = data[0];
    *out = d;
    return 0;
}

int http_download_end(struct download **dp, struct err *e)
{
    struct download *d = TAKE(*dp);
    struct http_reply done = { 0 };

    if (!d)
        return 0;
    int r = next_reply(d->control, 0, &done, e);
    http_reply_free(&done);
    close(d->control);
    kill(d->pid, SIGKILL);
    reap(d->pid);
    free(d);
    return r;
}
#else
int http_open(const struct http_options *o, struct http **out, struct err *e)
{
    (void)o;
    *out = NULL;
    return err_set(e, ERR_UNSUPPORTED, "built without libcurl: no network");
}

void http_close(struct http **h)
{
    *h = NULL;
}

int http_do(struct http *h, const struct http_request *r, size_t most, struct http_reply *out, struct err *e)
{
    (void)h, (void)r, (void)most;
    *out = (struct http_reply){ 0 };
    return err_set(e, ERR_UNSUPPORTED, "built without libcurl: no network");
}

int http_download(const struct http_options *o, const struct http_request *r, int *fd, struct download **out,
                  struct err *e)
{
    (void)o, (void)r;
    *fd = -1;
    *out = NULL;
    return err_set(e, ERR_UNSUPPORTED, "built without libcurl: no network");
}

int http_download_end(struct download **d, struct err *e)
{
    (void)e;
    *d = NULL;
    return 0;
}
#endif
