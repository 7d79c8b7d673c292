/* The proof that a confined job can do nothing but read its blob and return a result. */
#include "io/confine.h"
#include "job.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#define FIXTURE "confine_test.dir" /* inside/file, inside/out -> ../secret, secret */

/* ---- attempts: each returns what the kernel said; 0 or more is a hole ---- */

static long raw_fork(long r)
{
    if (r == 0)
        _exit(0);
    return r;
}

static long try_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}
static long try_unix_socket(void)
{
    return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
}
static long try_netlink(void)
{
    return syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0);
}
static long try_socketpair(void)
{
    int fd[2];
    return syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd);
}
static long try_connect(void)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/run/docker.sock" };
    long r = syscall(SYS_connect, PROC_IN, &a, sizeof a);
    return r < 0 && errno != EPERM ? 0 : r; /* any other answer means that the call was let through */
}
static long try_execve(void)
{
    char *argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
    return syscall(SYS_execve, argv[0], argv, NULL);
}
static long try_execveat(void)
{
    char *argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
    return syscall(SYS_execveat, AT_FDCWD, argv[0], argv, NULL, 0);
}
#ifdef SYS_fork
static long try_fork(void)
{
    return raw_fork(syscall(SYS_fork));
}
#endif
static long try_clone(void)
{
    return raw_fork(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}
static long try_clone3(void)
{
    uint64_t args[11] = { 0 };
    return raw_fork(syscall(SYS_clone3, args, sizeof args));
}
static long try_ptrace_parent(void)
{
    return syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0);
}
static long try_ptrace_me(void)
{
    return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}
static long try_read_parent(void)
{
    char c;
    struct iovec to = { &c, 1 }, from = { (void *)(uintptr_t)try_read_parent, 1 };
    return syscall(SYS_process_vm_readv, getpid(), &to, 1, &from, 1, 0);
}
static long try_kill(void)
{
    return syscall(SYS_kill, getpid(), 0);
}
static long try_pidfd(void)
{
    return syscall(SYS_pidfd_open, getpid(), 0);
}
static long try_write_file(void)
{
    return openat(AT_FDCWD, FIXTURE "/written", O_WRONLY | O_CREAT, 0600);
}
static long try_append(void)
{
    return openat(AT_FDCWD, FIXTURE "/secret", O_WRONLY | O_APPEND);
}
static long try_truncate(void)
{
    return openat(AT_FDCWD, FIXTURE "/secret", O_RDONLY | O_TRUNC);
}
static long try_mkdir(void)
{
    return syscall(SYS_mkdirat, AT_FDCWD, FIXTURE "/made", 0700);
}
static long try_unlink(void)
{
    return syscall(SYS_unlinkat, AT_FDCWD, FIXTURE "/secret", 0);
}
static long try_rename(void)
{
    return syscall(SYS_renameat2, AT_FDCWD, FIXTURE "/secret", AT_FDCWD, FIXTURE "/other", 0);
}
static long try_symlink(void)
{
    return syscall(SYS_symlinkat, "x", AT_FDCWD, FIXTURE "/link");
}
static long try_link(void)
{
    return syscall(SYS_linkat, AT_FDCWD, FIXTURE "/secret", AT_FDCWD, FIXTURE "/hard", 0);
}
static long try_mknod(void)
{
    return syscall(SYS_mknodat, AT_FDCWD, FIXTURE "/fifo", S_IFIFO | 0600, 0);
}
static long try_chmod(void)
{
    return syscall(SYS_fchmodat, AT_FDCWD, FIXTURE "/secret", 0777);
}
static long try_chown(void)
{
    return syscall(SYS_fchownat, AT_FDCWD, FIXTURE "/secret", 1, 1, 0);
}
static long try_utime(void)
{
    return syscall(SYS_utimensat, AT_FDCWD, FIXTURE "/secret", NULL, 0);
}
static long try_setxattr(void)
{
    return syscall(SYS_setxattr, FIXTURE "/secret", "user.x", "x", 1, 0);
}
static long try_fchmod_in(void)
{
    return syscall(SYS_fchmod, PROC_IN, 0777);
}
static long try_write_in(void)
{
    return write(PROC_IN, "x", 1);
}
static long try_ftruncate_in(void)
{
    return syscall(SYS_ftruncate, PROC_IN, 0);
}
static long try_map_write_in(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, PROC_IN, 0) == MAP_FAILED ? -1 : 0;
}
static long try_memfd(void)
{
    return syscall(SYS_memfd_create, "x", 0);
}
static long try_map_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? -1
               : 0;
}
static long try_map_code_in(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, PROC_IN, 0) == MAP_FAILED ? -1 : 0;
}
static long try_make_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? -1 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
}
static long try_make_code_by_key(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? -1 : syscall(SYS_pkey_mprotect, p, 4096, PROT_EXEC, -1);
}
static long try_setuid(void)
{
    return syscall(SYS_setresuid, 0, 0, 0) < 0 || getuid() ? -1 : 0;
}
static long try_unshare(void)
{
    return syscall(SYS_unshare, CLONE_NEWUSER);
}
static long try_setns(void)
{
    return syscall(SYS_setns, PROC_IN, 0);
}
static long try_mount(void)
{
    return syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL);
}
static long try_chroot(void)
{
    return syscall(SYS_chroot, "/");
}
static long try_chdir(void)
{
    return syscall(SYS_chdir, "/");
}
static long try_bpf(void)
{
    return syscall(SYS_bpf, 0, NULL, 0) < 0 && errno != EPERM ? 0 : -1;
}
static long try_io_uring(void)
{
    return syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno != EPERM ? 0 : -1;
}
static long try_userfault(void)
{
    return syscall(SYS_userfaultfd, 0);
}
static long try_keyring(void)
{
    return syscall(SYS_add_key, "user", "x", "x", 1, -3);
}
static long try_terminal(void)
{
    long n;
    return syscall(SYS_ioctl, PROC_OUT, FIONREAD, &n);
}
static long try_dup(void)
{
    return syscall(SYS_dup, PROC_OUT);
}
static long try_pipe(void)
{
    int fd[2];
    return syscall(SYS_pipe2, fd, 0);
}
static long try_raise_limit(void)
{
    struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
    return syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, &r, NULL);
}
static long try_handle(void)
{
    char handle[128] = { 0 };
    return syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY);
}
static long try_signal_handler(void)
{
    return UNDER_ASAN ? -1 : syscall(SYS_rt_sigaction, SIGSEGV, NULL, NULL, 8);
}
static long try_prctl(void)
{
    return UNDER_ASAN ? -1 : syscall(SYS_prctl, 3 /* PR_GET_DUMPABLE */, 0, 0, 0, 0);
}
static long try_stdin(void)
{
    char c;
    return UNDER_ASAN ? -1 : read(STDIN_FILENO, &c, 0);
}
static long try_stdout(void)
{
    return UNDER_ASAN ? -1 : write(STDOUT_FILENO, "", 0);
}
static long try_stderr(void)
{
    return UNDER_ASAN ? -1 : write(STDERR_FILENO, "", 0);
}
static long try_other_fd(void)
{
    char c;
    for (int fd = PROC_OUT + 1; fd < 1024; fd++)
        if (read(fd, &c, 0) >= 0 || errno != EBADF)
            return fd;
    return -1;
}
static long try_outside(void)
{
    return openat(AT_FDCWD, "/etc/passwd", O_RDONLY);
}
static long try_relative(void)
{
    return openat(AT_FDCWD, FIXTURE "/secret", O_RDONLY);
}
static long try_proc(void)
{
    return openat(AT_FDCWD, "/proc/self/mem", O_RDWR);
}
static long try_device(void)
{
    return openat(AT_FDCWD, "/dev/null", O_WRONLY);
}
static long try_list_root(void)
{
    return openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY);
}

/* Only where a directory is given. */
static long try_dots(void)
{
    return openat(PROC_IN, "../secret", O_RDONLY);
}
static long try_list_above(void)
{
    return openat(PROC_IN, "..", O_RDONLY | O_DIRECTORY);
}
static long try_through_link(void)
{
    return openat(PROC_IN, "out", O_RDONLY);
}
static long try_absolute_link(void)
{
    return openat(PROC_IN, "passwd", O_RDONLY);
}
static long try_write_below(void)
{
    return openat(PROC_IN, "file", O_WRONLY);
}
static long try_truncate_below(void)
{
    return openat(PROC_IN, "file", O_RDONLY | O_TRUNC);
}
static long try_create_below(void)
{
    return openat(PROC_IN, "new", O_WRONLY | O_CREAT, 0600);
}
static long try_temporary_below(void)
{
    return openat(PROC_IN, ".", O_RDWR | O_TMPFILE, 0600);
}
static long try_unlink_below(void)
{
    return syscall(SYS_unlinkat, PROC_IN, "file", 0);
}

struct attempt {
    const char *name;
    long (*run)(void);
};
#define A(name)           \
    {                     \
#name, try_##name \
    }
static const struct attempt attempts[] = {
    A(socket),
    A(unix_socket),
    A(netlink),
    A(socketpair),
    A(connect),
    A(execve),
    A(execveat),
#ifdef SYS_fork
    A(fork),
#endif
    A(clone),
    A(clone3),
    A(ptrace_parent),
    A(ptrace_me),
    A(read_parent),
    A(kill),
    A(pidfd),
    A(write_file),
    A(append),
    A(truncate),
    A(mkdir),
    A(unlink),
    A(rename),
    A(symlink),
    A(link),
    A(mknod),
    A(chmod),
    A(chown),
    A(utime),
    A(setxattr),
    A(fchmod_in),
    A(write_in),
    A(ftruncate_in),
    A(map_write_in),
    A(memfd),
    A(map_code),
    A(map_code_in),
#if !UNDER_ASAN /* which needs mprotect itself */
    A(make_code),
#endif
    A(make_code_by_key),
    A(setuid),
    A(unshare),
    A(setns),
    A(mount),
    A(chroot),
    A(chdir),
    A(bpf),
    A(io_uring),
    A(userfault),
    A(keyring),
    A(terminal),
    A(dup),
    A(pipe),
    A(raise_limit),
    A(handle),
    A(signal_handler),
    A(prctl),
    A(stdin),
    A(stdout),
    A(stderr),
    A(other_fd),
    A(outside),
    A(relative),
    A(proc),
    A(device),
    A(list_root),
};
static const struct attempt attempts_dir[] = {
    A(dots),           A(list_above),   A(through_link),    A(absolute_link), A(write_below),
    A(truncate_below), A(create_below), A(temporary_below), A(unlink_below),
};

static void add_holes(struct buf *out, const struct attempt *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i].run() >= 0)
            buf_fmt(out, "%s ", a[i].name);
}

/* Returns the names of all attempts that got through. */
static int job_attempts(void *arg UNUSED, const struct blob *in, struct err *e)
{
    AUTO_BUF struct buf holes = BUF(4096);

    if (in->kind == BLOB_DIR)
        add_holes(&holes, attempts_dir, ARRAY_LEN(attempts_dir));
    add_holes(&holes, attempts, ARRAY_LEN(attempts));
    return proc_return(buf_view(&holes), e);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        abort();
}

static void make_fixture(void)
{
    (void)mkdir(FIXTURE, 0755);
    (void)mkdir(FIXTURE "/inside", 0755);
    (void)mkdir(FIXTURE "/inside/sub", 0755);
    (void)symlink("../secret", FIXTURE "/inside/out");
    (void)symlink("/etc/passwd", FIXTURE "/inside/passwd");
    put_file(FIXTURE "/inside/file", "inside");
    put_file(FIXTURE "/inside/sub/file", "below");
    put_file(FIXTURE "/secret", "secret");
}

static void check_fixture(void)
{
    struct stat st;

    CHECK(stat(FIXTURE "/secret", &st) == 0 && st.st_size == 6 && (st.st_mode & 0777) != 0777);
    CHECK(stat(FIXTURE "/inside/file", &st) == 0 && st.st_size == 6);
    CHECK(stat(FIXTURE "/written", &st) < 0 && stat(FIXTURE "/inside/new", &st) < 0);
}

/* What the attempts find when nothing confines them: if they find nothing there, they prove nothing. */
static void attempts_can_succeed(void)
{
    int fd[2];
    char text[4096] = "";

    make_fixture();
    if (pipe(fd) < 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        AUTO_BUF struct buf holes = BUF(4096);
        /* only those that cannot hurt the one who asks */
        static const struct attempt safe[] = { A(socket),      A(socketpair), A(connect), A(clone),
                                               A(read_parent), A(kill),       A(pidfd),   A(memfd),
                                               A(map_code),    A(make_code),  A(chdir),   A(pipe),
                                               A(dup),         A(outside),    A(device),  A(list_root),
                                               A(stdout) };
        if (dup2(fd[1], PROC_OUT) < 0)
            _exit(1);
        add_holes(&holes, safe, ARRAY_LEN(safe));
        buf_fmt(&holes, "of %zu", ARRAY_LEN(safe));
        _exit(write(PROC_OUT, holes.p, holes.n) < 0);
    }
    close(fd[1]);
    CHECK(read(fd[0], text, sizeof text - 1) > 0);
    close(fd[0]);
    CHECK(waitpid(pid, NULL, 0) == pid);
    CHECK_TEXT(text,
               UNDER_ASAN
                   ? "socket socketpair connect clone read_parent kill pidfd memfd map_code make_code chdir "
                     "pipe dup outside device list_root of 17"
                   : "socket socketpair connect clone read_parent kill pidfd memfd map_code make_code chdir "
                     "pipe dup outside device list_root stdout of 17");
}

static void nothing_is_allowed(void)
{
    AUTO_CLOSE int fd = open(FIXTURE "/secret", O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int leak = open("/etc/passwd", O_RDONLY); /* one without CLOEXEC is not there, either */
    struct blob in = { BLOB_FILE, fd, 0, 6 };
    struct err e = { 0 };
    char holes[4096];

    CHECK(leak >= 0);
    CHECK_INT(run_job(&in, &usual, job_attempts, holes, sizeof holes, &e), 0);
    CHECK_TEXT(e.text, "");
    CHECK_TEXT(holes, "");
    check_fixture();
}

static void nothing_is_allowed_with_a_directory(void)
{
    AUTO_CLOSE int fd = open(FIXTURE "/inside", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct blob in = { BLOB_DIR, fd, 0, 0 };
    struct err e = { 0 };
    struct str missing;
    char holes[4096];

    (void)proc_confinement(&missing);
    if (missing.n)
        printf("# " STR_FMT ": files above the directory cannot be refused\n", STR_ARG(missing));
    CHECK_INT(run_job(&in, &usual, job_attempts, holes, sizeof holes, &e), 0);
    if (!missing.n)
        CHECK_TEXT(holes, "");
    check_fixture();
}

/* ---- what it may ---- */

static int job_read(void *arg UNUSED, const struct blob *in, struct err *e)
{
    char text[32];
    ssize_t n = pread(in->fd, text, sizeof text, 0);

    if (in->fd != PROC_IN || n < 0)
        return err_errno(e, "read");
    return proc_return((struct str){ text, (size_t)n }, e);
}

static int job_read_below(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    AUTO_CLOSE int fd = openat(PROC_IN, "sub/file", O_RDONLY | O_CLOEXEC);
    char text[32];
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

    return n < 0 ? err_errno(e, "read") : proc_return((struct str){ text, (size_t)n }, e);
}

static void reading_is_allowed(void)
{
    AUTO_CLOSE int fd = open(FIXTURE "/secret", O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int dir = open(FIXTURE "/inside", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct blob file = { BLOB_FILE, fd, 0, 6 }, below = { BLOB_DIR, dir, 0, 0 };
    struct err e = { 0 };
    char text[64];

    CHECK_INT(run_job(&file, &usual, job_read, text, sizeof text, &e), 0);
    CHECK_TEXT(text, "secret");
    CHECK_INT(run_job(&below, &usual, job_read_below, text, sizeof text, &e), 0);
    CHECK_TEXT(text, "below");
    CHECK_TEXT(e.text, "");
}

static int job_who(void *arg UNUSED, const struct blob *in UNUSED, struct err *e)
{
    char text[64];
    /* the identity was read before the filter came; the calls themselves are refused now */
    int n = snprintf(text, sizeof text, "%ld", syscall(SYS_geteuid));

    return proc_return((struct str){ text, (size_t)n }, e);
}

static void identity_is_not_even_asked(void)
{
    struct err e = { 0 };
    char text[64];

    CHECK_INT(run_job(&no_blob, &usual, job_who, text, sizeof text, &e), 0);
    CHECK_TEXT(text, "-1");
}

TESTS(T(attempts_can_succeed), T(nothing_is_allowed), T(nothing_is_allowed_with_a_directory),
      T(reading_is_allowed), T(identity_is_not_even_asked))
