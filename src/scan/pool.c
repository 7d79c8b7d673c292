#include "scan/pool.h"

#include <poll.h>

enum { AT_ONCE_MOST = 64 };

static int larger_first(const void *a, const void *b)
{
    const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;

    return (x->size < y->size) - (x->size > y->size);
}

static void end_task(struct task *t)
{
    struct err why = { 0 };

    blob_close(&t->blob);
    /* why the bytes broke off says more than that they did */
    if (t->ended && t->ended(t, &why) < 0)
        t->err = why;
    t->result = t->proc.result;
    t->proc.result = (struct buf){ 0 };
    char *fit = t->result.n ? realloc(t->result.p, t->result.n) : NULL;
    if (fit) {
        t->result.p = fit;
        t->result.cap = t->result.n;
    }
}

static bool start_task(struct task *t, const struct proc_limits *limits)
{
    t->err = (struct err){ 0 };
    t->proc = (struct proc)PROC;
    t->blob = (struct blob)BLOB;
    if (t->open(t, &t->blob, &t->err) < 0)
        return false;
    if (proc_start(&t->proc, &t->blob, limits, t->fn, t->arg, &t->err) < 0) {
        end_task(t);
        return false;
    }
    blob_close(&t->blob); /* the job has its own descriptor: a pipe must end when its writer does */
    return true;
}

/* Wait for any of the running ones and read what is there; the number that still run. */
static size_t step(struct task **running, size_t n)
{
    struct pollfd fd[AT_ONCE_MOST];
    int wait = 60000;

    for (size_t i = 0; i < n; i++) {
        fd[i] = (struct pollfd){ .fd = running[i]->proc.out, .events = POLLIN };
        wait = MIN(wait, proc_wait_ms(&running[i]->proc));
    }
    if (poll(fd, n, wait) < 0)
        return n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        struct task *t = running[i];
        bool due = fd[i].revents || proc_wait_ms(&t->proc) == 0;
        if (due && proc_read(&t->proc, &t->err) <= 0)
            end_task(t);
        else
            running[kept++] = t;
    }
    return kept;
}

void pool_run(struct task *task, size_t n, unsigned at_once, const struct proc_limits *limits,
              void (*progress)(void *ctx, size_t done, size_t n), void *ctx)
{
    AUTO_FREE struct task **order = malloc((n + 1) * sizeof *order);
    struct task *running[AT_ONCE_MOST];
    size_t n_running = 0, next = 0;

    if (!order)
        return;
    at_once = at_once < 1 ? 1 : MIN(at_once, (unsigned)AT_ONCE_MOST);
    for (size_t i = 0; i < n; i++)
        order[i] = &task[i];
    if (n)
        qsort(order, n, sizeof *order, larger_first);
    while (next < n || n_running) {
        while (next < n && n_running < at_once) {
            if (start_task(order[next], limits))
                running[n_running++] = order[next];
            next++;
        }
        if (n_running)
            n_running = step(running, n_running);
        if (progress)
            progress(ctx, next - n_running, n);
    }
}
