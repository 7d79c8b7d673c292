/* pool.h - many confined jobs, a few at a time, the largest first. */
#pragma once
#include "scan/reader.h"

struct task {
    /* set by the caller */
    uint64_t size;                                                /* for the order */
    int (*open)(struct task *t, struct blob *out, struct err *e); /* start handing out the bytes */
    int (*ended)(struct task *t,
                 struct err *e); /* after the job: may turn success into an error; NULL: nothing to say */
    proc_fn *fn;
    void *arg;
    void *owner; /* the caller's */
    /* set by pool_run */
    struct proc proc;
    struct blob blob;
    struct buf result; /* frames, see proc_frame; the caller frees */
    struct err err;    /* code ERR_NONE: done well */
};

/* Run them all; failures are in each task's err. `progress`, when not NULL, is called after each end. */
void pool_run(struct task *task, size_t n, unsigned at_once, const struct proc_limits *limits,
              void (*progress)(void *ctx, size_t done, size_t n), void *ctx);
