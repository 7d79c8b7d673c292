#include "io/proc.h"

#include "io/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

/* Frames: type byte, length (8 bytes, this machine's order), bytes. 'E' carries a struct err and is the last.
 */
enum { FRAME_HEAD = 9, READ_MOST = 256 << 10 };

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int write_all(const void *p, size_t n, struct err *e)
{
    for (size_t at = 0; at < n;) {
        ssize_t r = write(PROC_OUT, (const char *)p + at, n - at);
        if (r < 0 && errno != EINTR)
            return err_errno(e, "result pipe");
        at += r > 0 ? (size_t)r : 0;
    }
    return 0;
}

static int write_frame(char type, struct str body, struct err *e)
{
    char head[FRAME_HEAD] = { type };
    uint64_t n = body.n;

    memcpy(head + 1, &n, sizeof n);
    return write_all(head, sizeof head, e) < 0 ? -1 : write_all(body.p, body.n, e);
}

int proc_return(struct str frame, struct err *e)
{
    return write_frame('R', frame, e);
}

bool proc_frame(struct str *result, struct str *frame)
{
    uint64_t n;

    if (result->n < FRAME_HEAD)
        return false;
    memcpy(&n, result->p + 1, sizeof n);
    if (n > result->n - FRAME_HEAD)
        return false;
    *frame = (struct str){ result->p + FRAME_HEAD, n };
    *result = str_skip(*result, FRAME_HEAD + n);
    return true;
}

/* A job lives for one artifact and many small files: what one of them gave back, the next one takes, and the
 * kernel need not make the same pages again. */
static void keep_memory(void)
{
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

NORETURN static void child(const struct blob *in, int out, const struct proc_limits *limits, proc_fn *fn,
                           void *arg)
{
    struct err e = { 0 }, ignored;
    struct blob mine = *in;

    /* both into free high places first: either may lie where the other one goes */
    int from = fcntl(in->fd, F_DUPFD, 16), to = fcntl(out, F_DUPFD, 16);
    mine.fd = PROC_IN;
    if (to < 0 || dup2(to, PROC_OUT) < 0)
        _exit(3);
    if (in->kind != BLOB_NONE && (from < 0 || dup2(from, PROC_IN) < 0))
        _exit(3);
    if (in->kind == BLOB_NONE)
        close(PROC_IN);
    keep_memory();
    int r = confine_self(&mine, limits, &e);
    if (r == 0)
        r = fn(arg, &mine, &e);
    if (r < 0)
        (void)write_frame('E', (struct str){ (const char *)&e, sizeof e }, &ignored);
    _exit(r < 0 ? 1 : 0);
}

int proc_start(struct proc *p, const struct blob *in, const struct proc_limits *limits, proc_fn *fn,
               void *arg, struct err *e)
{
    int pipe_fd[2];

    if (confine_prepare(e) < 0)
        return -1;
    if (pipe2(pipe_fd, O_CLOEXEC) < 0)
        return err_errno(e, "pipe");
    (void)fcntl(pipe_fd[1], F_SETPIPE_SZ, 1 << 20);
    int parent = getpid();
    int pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(3);
        child(in, pipe_fd[1], limits, fn, arg);
    }
    close(pipe_fd[1]);
    if (pid < 0) {
        close(pipe_fd[0]);
        return err_errno(e, "fork");
    }
    (void)fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK);
    *p = (struct proc){ .pid = pid,
                        .out = pipe_fd[0],
                        .deadline = now_ms() + (uint64_t)limits->wall_seconds * 1000,
                        .most = limits->result,
                        .result = BUF(limits->result + (1u << 20)) };
    return 0;
}

static int reap(struct proc *p)
{
    int status = 0;

    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(p->out);
    p->pid = p->out = -1;
    return status;
}

static int kill_for(struct proc *p, struct err *e, const char *why)
{
    kill(p->pid, SIGKILL);
    reap(p);
    return err_set(e, ERR_LIMIT, "%s", why);
}

/* The error that the child has left as its last frame; false when the result has none or is not made of
 * frames. */
static bool said_error(const struct buf *result, struct err *e)
{
    struct str rest = buf_view(result), frame;

    for (char type = rest.n ? rest.p[0] : 0; proc_frame(&rest, &frame); type = rest.n ? rest.p[0] : 0)
        if (type == 'E' && frame.n == sizeof *e) {
            memcpy(e, frame.p, sizeof *e);
            e->text[sizeof e->text - 1] = '\0';
            if (e->code < ERR_IO || e->code > ERR_USAGE)
                e->code = ERR_FORMAT;
            return true;
        }
    return false;
}

static int ended(struct proc *p, struct err *e)
{
    int status = reap(p);

    if (WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        return err_set(e, ERR_LIMIT,
                       sig == SIGXCPU || sig == SIGKILL
                           ? "the reader used up its processor time or memory (signal %d)"
                           : "the reader crashed (signal %d)",
                       sig);
    }
    if (WEXITSTATUS(status) == 0)
        return 0;
    if (!said_error(&p->result, e))
        err_set(e, ERR_LIMIT, "the reader ended without saying why (exit %d)", WEXITSTATUS(status));
    return -1;
}

int proc_read(struct proc *p, struct err *e)
{
    if (proc_wait_ms(p) == 0)
        return kill_for(p, e, "took too long; raise --timeout");
    char *to = buf_room(&p->result, READ_MOST);
    if (!to)
        return kill_for(p, e, "the reader returned more than it may");
    ssize_t n = read(p->out, to, READ_MOST);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 1 : kill_for(p, e, "result pipe failed");
    p->result.n += (size_t)n;
    return n > 0 ? 1 : ended(p, e);
}

int proc_wait_ms(const struct proc *p)
{
    uint64_t now = now_ms();

    return now >= p->deadline ? 0 : (int)MIN(p->deadline - now, (uint64_t)60000);
}

int proc_join(struct proc *p, struct err *e)
{
    int r;

    do {
        struct pollfd fd = { .fd = p->out, .events = POLLIN };
        (void)poll(&fd, 1, proc_wait_ms(p));
        r = proc_read(p, e);
    } while (r > 0);
    return r;
}

void proc_free(struct proc *p)
{
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        reap(p);
    }
    buf_free(&p->result);
}

struct str proc_confinement(struct str *missing)
{
    return confine_describe(missing);
}
