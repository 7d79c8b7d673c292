/* net_confine.c - the network process gives up everything but the network: no execution, no writing of
 * files, no tracing, no listening. Reading stays open (certificates, resolver configuration), but as nobody.
 */
#include "io/net_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cap-ng.h>

enum { NOBODY = 65534, FILES_MOST = 64 };

/* What libcurl, OpenSSL and the resolver with its thread need. */
/* clang-format off */
static const int calls[] = {
    SCMP_SYS(read),              SCMP_SYS(readv),             SCMP_SYS(pread64),
    SCMP_SYS(write),             SCMP_SYS(writev),            SCMP_SYS(lseek),
    SCMP_SYS(close),             SCMP_SYS(fstat),             SCMP_SYS(newfstatat),
    SCMP_SYS(stat),              SCMP_SYS(lstat),             SCMP_SYS(statx),
    SCMP_SYS(statfs),            SCMP_SYS(access),            SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),        SCMP_SYS(readlink),          SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),        SCMP_SYS(getcwd),            SCMP_SYS(munmap),
    SCMP_SYS(mremap),            SCMP_SYS(madvise),           SCMP_SYS(brk),
    SCMP_SYS(connect),           SCMP_SYS(bind),              SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),       SCMP_SYS(getsockopt),        SCMP_SYS(setsockopt),
    SCMP_SYS(sendto),            SCMP_SYS(recvfrom),          SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),           SCMP_SYS(sendmmsg),          SCMP_SYS(recvmmsg),
    SCMP_SYS(shutdown),          SCMP_SYS(socketpair),        SCMP_SYS(poll),
    SCMP_SYS(ppoll),             SCMP_SYS(select),            SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),     SCMP_SYS(epoll_ctl),         SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),       SCMP_SYS(eventfd2),          SCMP_SYS(pipe),
    SCMP_SYS(pipe2),             SCMP_SYS(fcntl),             SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),   SCMP_SYS(rseq),              SCMP_SYS(exit),
    SCMP_SYS(exit_group),        SCMP_SYS(rt_sigreturn),      SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),    SCMP_SYS(sigaltstack),       SCMP_SYS(alarm),
    SCMP_SYS(getpid),            SCMP_SYS(gettid),            SCMP_SYS(getuid),
    SCMP_SYS(geteuid),           SCMP_SYS(getgid),            SCMP_SYS(getegid),
    SCMP_SYS(clock_gettime),     SCMP_SYS(clock_getres),      SCMP_SYS(gettimeofday),
    SCMP_SYS(time),              SCMP_SYS(nanosleep),         SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),         SCMP_SYS(uname),             SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),       SCMP_SYS(getrlimit),
    SCMP_SYS(restart_syscall),   SCMP_SYS(mlock),
#if UNDER_ASAN /* its reports */
    SCMP_SYS(mprotect), SCMP_SYS(arch_prctl), SCMP_SYS(prctl), SCMP_SYS(getppid),
#endif
};
/* clang-format on */

static int allow_calls(scmp_filter_ctx ctx)
{
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
        if (r < 0 && r != -EDOM && r != -EEXIST) /* a call that this architecture does not have */
            return r;
    }
    return 0;
}

static int allow(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp when)
{
    return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &when);
}

/* Memory is writable or executable, never both: what the name service loads late can still be mapped. */
static int allow_memory(scmp_filter_ctx ctx)
{
    static const int call[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };

    for (size_t i = 0; i < ARRAY_LEN(call); i++)
        if (allow(ctx, call[i], SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0 ||
            allow(ctx, call[i], SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0)) < 0)
            return -1;
    return 0;
}

static int allow_with_care(scmp_filter_ctx ctx)
{
    static const int family[] = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK };
    const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC;

    for (size_t i = 0; i < ARRAY_LEN(family); i++)
        if (allow(ctx, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, (uint64_t)family[i])) < 0)
            return -1;
    if (allow(ctx, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY)) < 0 ||
        allow(ctx, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) < 0 ||
        allow(ctx, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONREAD)) < 0 ||
        allow(ctx, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONBIO)) < 0 ||
        allow(ctx, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) < 0)
        return -1;
    /* clone3 hides its flags in memory: without it the C library falls back to clone */
    return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int filter(struct err *e)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int r = !ctx || allow_calls(ctx) < 0 || allow_memory(ctx) < 0 || allow_with_care(ctx) < 0 ||
            seccomp_load(ctx) < 0;

    if (ctx)
        seccomp_release(ctx);
    return r ? err_set(e, ERR_UNSUPPORTED, "cannot confine the network process by seccomp") : 0;
}

/* No rule: every right that is handled is denied. A kernel without Landlock leaves it to seccomp. */
static int no_writing(struct err *e)
{
    struct landlock_ruleset_attr attr = {
        .handled_access_fs = ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) &
                             ~(uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR),
    };
    AUTO_CLOSE int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);

    if (rules < 0)
        return 0;
    return syscall(SYS_landlock_restrict_self, rules, 0) < 0 ? err_errno(e, "Landlock") : 0;
}

/* An engine's socket belongs to root: who talks to it stays root, without a capability. */
static int drop_privileges(bool keep_user, struct err *e)
{
    if (geteuid() == 0 && !keep_user &&
        (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
         setresuid(NOBODY, NOBODY, NOBODY) < 0))
        return err_errno(e, "cannot drop root");
    capng_clear(CAPNG_SELECT_CAPS);
    return capng_apply(CAPNG_SELECT_CAPS) < 0 ? err_set(e, ERR_DENIED, "cannot drop capabilities") : 0;
}

int net_confine(bool keep_user, int last, struct err *e)
{
    struct rlimit none = { 0, 0 }, files = { FILES_MOST, FILES_MOST };

    if (syscall(SYS_close_range, (unsigned)last + 1, ~0u, 0) < 0)
        return err_errno(e, "close_range: kernel before 5.9");
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_errno(e, "no_new_privs");
    if (drop_privileges(keep_user, e) < 0 || no_writing(e) < 0)
        return -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user takes it back */
    if (setrlimit(RLIMIT_CORE, &none) < 0 || setrlimit(RLIMIT_FSIZE, &none) < 0 ||
        setrlimit(RLIMIT_NOFILE, &files) < 0)
        return err_errno(e, "resource limits");
    return filter(e);
}
