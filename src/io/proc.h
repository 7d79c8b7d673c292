/* proc.h - work on hostile bytes in a process that can do nothing else.
 *
 * One job, one process, one life: it is forked, gives up everything (privileges, descriptors, Landlock,
 * seccomp, resource limits), works, writes its result to a pipe and ends. It keeps two descriptors: the blob
 * (PROC_IN) and the pipe (PROC_OUT). It cannot open files (except to read below the directory that it was
 * given), make sockets, execute, fork, trace, or write anything but the pipe. Nothing of one job reaches the
 * next.
 *
 * The parent believes nothing: frames are bounded, records are validated by record_decode. */
#pragma once
#include "core/buf.h"
#include "core/err.h"
#include "io/blob.h"

enum { PROC_IN = 3, PROC_OUT = 4 };

struct proc_limits {
    uint64_t memory; /* bytes of address space, on top of what the parent has */
    uint32_t cpu_seconds;
    uint32_t wall_seconds; /* from the start of the job */
    uint64_t result;       /* bytes that it may return */
};

/* Runs in the child: reads the blob (its fd is PROC_IN), returns results by proc_return. */
typedef int proc_fn(void *arg, const struct blob *in, struct err *e);

struct proc {
    int pid, out;      /* -1: not running */
    uint64_t deadline; /* milliseconds, CLOCK_MONOTONIC */
    uint64_t most;
    struct buf result; /* what has come so far */
};
#define PROC                 \
    {                        \
        .pid = -1, .out = -1 \
    }

/* Fork and start. The blob's descriptor stays the caller's. ERR_UNSUPPORTED when the kernel cannot confine:
 * see proc_confinement. */
int proc_start(struct proc *p, const struct blob *in, const struct proc_limits *limits, proc_fn *fn,
               void *arg, struct err *e);
/* Call when p->out is readable (poll). 1: more to come, 0: the process has ended well and p->result is whole,
 * -1: it failed, crashed, said too much or took too long: *e says which. After 0 and -1 it is gone. */
int proc_read(struct proc *p, struct err *e) MUST_USE;
/* Milliseconds until the deadline, 0 when it has passed (then call proc_read once more). */
int proc_wait_ms(const struct proc *p);
/* Wait for the end: proc_read until it is not 1. */
int proc_join(struct proc *p, struct err *e) MUST_USE;
void proc_free(struct proc *p); /* kills what still runs */
#define AUTO_PROC CLEANUP(proc_free)

/* In the child: return one frame; the parent finds it with proc_frame. */
int proc_return(struct str frame, struct err *e) MUST_USE;
/* In the parent: cut the next frame off the front of *result; false at the end. */
bool proc_frame(struct str *result, struct str *frame);

/* What holds the jobs of this process: a line for people ("Landlock 7, seccomp, no privileges"), and what is
 * missing ("no Landlock: kernel 5.10"), or empty. */
struct str proc_confinement(struct str *missing);
