#include "io/confine.h"

#include "io/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <locale.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cap-ng.h>

enum { NOBODY = 65534, FILES_MOST = 256 };

/* The filters, exported once as BPF: one for blobs, one for directories, which may open and list. */
static struct {
    bool ready;
    struct sock_fprog *filter[2];
    int landlock_abi;
} prepared;

/* What reading, computing and returning needs. No path, no socket, no process, no thread. */
static const int calls_always[] = {
    SCMP_SYS(read),          SCMP_SYS(pread64),      SCMP_SYS(readv),        SCMP_SYS(write),
    SCMP_SYS(writev),        SCMP_SYS(lseek),        SCMP_SYS(close),        SCMP_SYS(fstat),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(madvise),      SCMP_SYS(brk),
    SCMP_SYS(futex),         SCMP_SYS(getrandom),    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),   SCMP_SYS(sched_yield),  SCMP_SYS(restart_syscall),
#if UNDER_ASAN /* its own memory and its reports */
    SCMP_SYS(mprotect),      SCMP_SYS(sigaltstack),  SCMP_SYS(rt_sigaction), SCMP_SYS(prctl),
    SCMP_SYS(arch_prctl),    SCMP_SYS(tgkill),       SCMP_SYS(getppid),      SCMP_SYS(sched_getaffinity),
    SCMP_SYS(readlink),
#endif
};
/* Below a directory that Landlock confines to reading. */
static const int calls_dir[] = {
    SCMP_SYS(openat),     SCMP_SYS(openat2), SCMP_SYS(getdents64), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(readlinkat), SCMP_SYS(fstatfs), SCMP_SYS(fgetxattr),  SCMP_SYS(lgetxattr),  SCMP_SYS(fcntl),
};

static int add_calls(scmp_filter_ctx ctx, const int *call, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call[i], 0);
        if (r < 0 && r != -EDOM) /* a call that this architecture does not have */
            return r;
    }
    /* memory is never made executable */
    if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) <
        0)
        return -1;
    return UNDER_ASAN ? 0
                      : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static struct sock_fprog *exported(scmp_filter_ctx ctx)
{
    AUTO_CLOSE int fd = memfd_create("filter", MFD_CLOEXEC);
    struct sock_fprog *prog = calloc(1, sizeof *prog);
    off_t n = fd >= 0 && seccomp_export_bpf(ctx, fd) == 0 ? lseek(fd, 0, SEEK_END) : -1;
    void *code = prog && n > 0 ? malloc((size_t)n) : NULL;

    if (!code || pread(fd, code, (size_t)n, 0) != n) {
        free(code);
        free(prog);
        return NULL;
    }
    prog->len = (unsigned short)((size_t)n / 8);
    prog->filter = code;
    return prog;
}

static struct sock_fprog *build_filter(bool dir)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    struct sock_fprog *prog = NULL;

    if (!ctx)
        return NULL;
    if (add_calls(ctx, calls_always, ARRAY_LEN(calls_always)) == 0 &&
        (!dir || add_calls(ctx, calls_dir, ARRAY_LEN(calls_dir)) == 0))
        prog = exported(ctx);
    seccomp_release(ctx);
    return prog;
}

int confine_prepare(struct err *e)
{
    if (prepared.ready)
        return 0;
    for (int dir = 0; dir < 2; dir++)
        if (!(prepared.filter[dir] = build_filter(dir)))
            return err_set(e, ERR_UNSUPPORTED, "cannot build the system-call filter");
    prepared.landlock_abi =
        (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    hash_warm_up();
    setlocale(LC_CTYPE, "C.UTF-8"); /* names in archives are UTF-8 or bytes, never the user's locale */
    prepared.ready = true;
    return 0;
}

/* All file-system rights that the kernel's version knows: handled, thus denied without a rule. */
static uint64_t landlock_rights(void)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* ABI 1: everything up to MAKE_SYM */

    if (prepared.landlock_abi >= 2)
        rights |= 1ull << 13; /* REFER */
    if (prepared.landlock_abi >= 3)
        rights |= 1ull << 14; /* TRUNCATE */
    if (prepared.landlock_abi >= 5)
        rights |= 1ull << 15; /* IOCTL_DEV */
    return rights;
}

static int landlock(const struct blob *in, struct err *e)
{
    struct landlock_ruleset_attr attr = { .handled_access_fs = landlock_rights() };

    if (prepared.landlock_abi < 1)
        return 0; /* proc_confinement says so; seccomp already denies opening for blobs */
    AUTO_CLOSE int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (rules < 0)
        return err_errno(e, "Landlock");
    if (in->kind == BLOB_DIR || in->kind == BLOB_OVERLAY) {
        struct landlock_path_beneath_attr below = {
            .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
            .parent_fd = in->fd,
        };
        if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) < 0)
            return err_errno(e, "Landlock rule");
    }
    return syscall(SYS_landlock_restrict_self, rules, 0) < 0 ? err_errno(e, "Landlock") : 0;
}

static int limit(int what, uint64_t most, struct err *e)
{
    struct rlimit old, r = { most, most };

    if (getrlimit(what, &old) == 0 && old.rlim_max < most)
        r.rlim_cur = r.rlim_max = old.rlim_max;
    return setrlimit(what, &r) < 0 ? err_errno(e, "resource limit %d", what) : 0;
}

/* Bytes of address space that the parent has grown to: a job starts with them, and they are not its doing. */
static uint64_t inherited(void)
{
    AUTO_CLOSE int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[32];
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    struct str pages = { text, n > 0 ? (size_t)n : 0 }, rest;
    uint64_t v;

    return str_split(pages, ' ', &pages, &rest) && str_u64(pages, 10, &v)
               ? v * (uint64_t)sysconf(_SC_PAGESIZE)
               : 0;
}

static int limits_of(const struct proc_limits *l, uint64_t before, struct err *e)
{
    if (!UNDER_ASAN && limit(RLIMIT_AS, before + l->memory, e) < 0)
        return -1;
    return limit(RLIMIT_CPU, l->cpu_seconds, e) < 0 || limit(RLIMIT_FSIZE, 0, e) < 0 ||
                   limit(RLIMIT_CORE, 0, e) < 0 || limit(RLIMIT_NOFILE, FILES_MOST, e) < 0
               ? -1
               : 0;
}

/* Root becomes nobody; who walks a directory as root keeps the one capability to read files of all users. */
static int drop_privileges(bool dir, struct err *e)
{
    if (geteuid() == 0 && !dir) {
        if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
            setresuid(NOBODY, NOBODY, NOBODY) < 0)
            return err_errno(e, "cannot drop root");
    }
    capng_clear(CAPNG_SELECT_BOTH);
    if (dir && geteuid() == 0)
        capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_READ_SEARCH);
    if (capng_apply(CAPNG_SELECT_CAPS) < 0)
        return err_set(e, ERR_DENIED, "cannot drop capabilities");
    return 0;
}

int confine_self(const struct blob *in, const struct proc_limits *limits, struct err *e)
{
    bool dir = in->kind == BLOB_DIR || in->kind == BLOB_OVERLAY;
    uint64_t before = inherited();

    if (syscall(SYS_close_range, PROC_OUT + 1, ~0u, 0) < 0)
        return err_errno(e, "close_range: kernel before 5.9");
    if (!UNDER_ASAN) /* standard output is the report: a job must not speak in it, nor to the terminal */
        (void)syscall(SYS_close_range, 0u, 2u, 0);
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_errno(e, "no_new_privs");
    if (drop_privileges(dir, e) < 0 || landlock(in, e) < 0 || limits_of(limits, before, e) < 0)
        return -1;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prepared.filter[dir]) < 0)
        return err_errno(e, "seccomp");
    return 0;
}

struct str confine_describe(struct str *missing)
{
    static char have[64];
    struct err ignored;

    *missing = (struct str){ 0 };
    if (confine_prepare(&ignored) < 0)
        *missing = STR("seccomp is not available");
    if (prepared.landlock_abi < 1)
        *missing = STR("no Landlock: the kernel is older than 5.13 or has it off");
    snprintf(have, sizeof have, "seccomp, Landlock ABI %d", prepared.landlock_abi);
    return str_of(have);
}
