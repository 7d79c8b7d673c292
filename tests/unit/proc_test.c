/* Whatever a job does but its work (crash, hang, eat, babble, lie) becomes an error with its reason, and hurts no other. */
#include "job.h"
#include "scan/pool.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

/* ---- one that goes wrong ---- */

static int job_crash(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    volatile uintptr_t nowhere = 16;

    *(volatile int *)nowhere = 1;
    return 0;
}

static int job_trap(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    __builtin_trap();
}

static int job_spin(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    for (volatile unsigned i = 0, forever = 1; forever; i++)
        ;
    return 0;
}

static int job_wait(void *arg UNUSED, const struct blob *in, struct err *e)
{
    char c;

    return read(in->fd, &c, 1) == 1 ? 0 : err_errno(e, "read");
}

static int job_babble(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    static const char text[64 << 10];

    for (;;)
        if (proc_return((struct str){ text, sizeof text }, e) < 0)
            return -1;
}

static int job_dribble(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    for (;;) { /* keeps the parent busy: the deadline counts all the same */
        if (proc_return(STR("."), e) < 0)
            return -1;
        sched_yield();
        for (volatile unsigned i = 0; i < 1000000; i++)
            ;
    }
}

static int job_eat(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    size_t most = 4ull << 30, step = 16u << 20, have = 0;

    for (char *p; have < most && (p = malloc(step)); have += step)
        for (size_t i = 0; i < step; i += 4096)
            p[i] = 1;
    return err_set(e, ERR_LIMIT, "%zu MiB", have >> 20);
}

static int job_exit(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    _exit(7);
}

static int job_error(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    return err_set(e, ERR_DENIED, "said so");
}

/* An error without an end, of a kind that there is not. */
static int job_lie(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    struct {
        char head[9];
        struct err e;
    } __attribute__((packed)) frame = { { 'E' }, { 0 } };
    uint64_t n = sizeof frame.e;

    memcpy(frame.head + 1, &n, sizeof n);
    memset(&frame.e, 'x', sizeof frame.e);
    (void)!write(PROC_OUT, &frame, sizeof frame);
    _exit(1);
}

/* A frame that claims to be longer than everything. */
static int job_claim(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    (void)!write(PROC_OUT, "R\xff\xff\xff\xff\xff\xff\xff\xff tail", 14);
    _exit(0);
}

static int job_silent(void *arg UNUSED, const struct blob *in UNUSED, struct err *e UNUSED)
{
    return 0;
}

static uint64_t seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec;
}

static void misdeeds(void)
{
    static const struct {
        proc_fn *fn;
        struct proc_limits limits;
        enum err_code code;
        const char *says;
        bool not_under_asan;
    } row[] = {
        { job_crash, { 256u << 20, 20, 20, 1u << 20 }, ERR_LIMIT, "the reader crashed (signal 11)", true },
        { job_trap, { 256u << 20, 20, 20, 1u << 20 }, ERR_LIMIT, "the reader crashed (signal", true },
        { job_crash, { 256u << 20, 20, 20, 1u << 20 }, ERR_LIMIT, "the reader ", false },
        { job_spin, { 256u << 20, 1, 20, 1u << 20 }, ERR_LIMIT, "used up its processor time", false },
        { job_spin, { 256u << 20, 20, 1, 1u << 20 }, ERR_LIMIT, "took too long; raise --timeout", false },
        { job_dribble, { 256u << 20, 20, 1, 1u << 30 }, ERR_LIMIT, "took too long; raise --timeout", false },
        { job_babble, { 256u << 20, 20, 20, 1u << 20 }, ERR_LIMIT, "returned more than it may", false },
        { job_exit, { 256u << 20, 20, 20, 1u << 20 }, ERR_LIMIT, "ended without saying why (exit 7)", false },
        { job_error, { 256u << 20, 20, 20, 1u << 20 }, ERR_DENIED, "said so", false },
        { job_lie, { 256u << 20, 20, 20, 1u << 20 }, ERR_FORMAT, "xxxx", false },
        { job_claim, { 256u << 20, 20, 20, 1u << 20 }, ERR_FORMAT, "no frame", false },
        { job_silent, { 256u << 20, 20, 20, 1u << 20 }, ERR_FORMAT, "no frame", false },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct err e = { 0 };
        char text[64];
        uint64_t start = seconds();
        if (UNDER_ASAN && row[i].not_under_asan)
            continue;
        CHECK_INT(run_job(&no_blob, &row[i].limits, row[i].fn, text, sizeof text, &e), -1);
        CHECK_INT(e.code, row[i].code);
        if (!strstr(e.text, row[i].says)) {
            printf("# job %zu says \"%s\"\n", i, e.text);
            CHECK_TEXT(row[i].says, "");
        }
        CHECK(seconds() - start < 12);
    }
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1); /* none is left, not even as a zombie */
}

static void blocked_reader(void)
{
    int fd[2];
    struct proc_limits short_life = usual;
    struct err e = { 0 };
    char text[64];

    if (pipe2(fd, O_CLOEXEC) < 0)
        abort();
    short_life.wall_seconds = 1;
    struct blob in = { BLOB_STREAM, fd[0], 0, 0 };
    CHECK_INT(run_job(&in, &short_life, job_wait, text, sizeof text, &e), -1);
    CHECK_TEXT(e.text, "took too long; raise --timeout");
    close(fd[0]);
    close(fd[1]);
}

/* The limit is on what the job takes, however much the parent has. */
static void memory(void)
{
    size_t big = 3ull << 30;
    struct err e = { 0 };
    char text[64];

    if (UNDER_ASAN)
        return; /* no limit: the sanitizer's own address space is endless */
    for (int parent_is_big = 0; parent_is_big < 2; parent_is_big++) {
        void *p = parent_is_big
                      ? mmap(NULL, big, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                      : NULL;
        CHECK(p != MAP_FAILED);
        CHECK_INT(run_job(&no_blob, &usual, job_eat, text, sizeof text, &e), -1);
        unsigned long had = strtoul(e.text, NULL, 10);
        CHECK(had >= 128 && had <= 256);
        if (parent_is_big)
            munmap(p, big);
    }
}

/* ---- many at once ---- */

static int open_nothing(struct task *t UNUSED, struct blob *out, struct err *e UNUSED)
{
    *out = no_blob;
    return 0;
}

static int open_fails(struct task *t UNUSED, struct blob *out UNUSED, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "is not there");
}

static int job_good(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    return proc_return(STR("good"), e);
}

static void bad_jobs_do_not_hurt_good_ones(void)
{
    static proc_fn *const fn[] = { job_good, job_crash, job_good, job_spin, job_babble,
                                   job_good, job_lie,   job_exit, job_good };
    struct proc_limits limits = { 256u << 20, 1, 5, 1u << 20 };
    struct task task[ARRAY_LEN(fn) + 1] = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(fn); i++)
        task[i] = (struct task){ .size = i, .open = open_nothing, .fn = fn[i] };
    task[ARRAY_LEN(fn)] = (struct task){ .open = open_fails, .fn = job_good };
    pool_run(task, ARRAY_LEN(task), 3, &limits, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(fn); i++) {
        struct str rest = buf_view(&task[i].result), frame = { 0 };
        bool has = proc_frame(&rest, &frame);
        CHECK_INT(task[i].err.code == ERR_NONE, fn[i] == job_good);
        CHECK(fn[i] != job_good || (has && str_eq(frame, STR("good"))));
        CHECK(fn[i] == job_good || task[i].err.text[0]);
        buf_free(&task[i].result);
    }
    CHECK_TEXT(task[ARRAY_LEN(fn)].err.text, "is not there");
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
}

TESTS(T(misdeeds), T(blocked_reader), T(memory), T(bad_jobs_do_not_hurt_good_ones))
