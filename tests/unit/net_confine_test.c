/* What the network process may and may not do: proved by trying, in a child that is confined the same way. */
#include "io/net_confine.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Run `act` in a child; 1 it could, 0 it could not, -1 the child did not get that far. */
static int can(int (*act)(void), bool confined)
{
    struct err e = { 0 };
    int status, pid = fork();

    if (pid == 0)
        _exit(confined && net_confine(false, 2, &e) < 0 ? 2 : act() >= 0);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}
static int read_file(void)
{
    return open("/etc/passwd", O_RDONLY);
}
static int write_file(void)
{
    return open("/dev/null", O_WRONLY);
}
/* A folder and a file that everybody may change: only the confinement stands in the way. */
static char folder[] = "/tmp/confine-XXXXXX", file[64], fresh[64];

static int create_file(void)
{
    return open(fresh, O_RDWR | O_CREAT, 0600);
}
static int truncate_file(void)
{
    return open(file, O_RDONLY | O_TRUNC);
}
static int remove_file(void)
{
    return unlink(file);
}
static int execute(void)
{
    char *const argv[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c", (char *)(uintptr_t) "exit 1",
                           NULL };

    return execve("/bin/sh", argv, NULL);
}
static int fork_again(void)
{
    int pid = fork();

    if (pid == 0)
        _exit(0);
    return pid;
}
static int raw_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0);
}
static int listen_there(void)
{
    return listen(socket(AF_INET, SOCK_STREAM, 0), 1);
}
static int signal_parent(void)
{
    return kill(getppid(), 0);
}
static int trace(void)
{
    return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
static int writable_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? -1
               : 0;
}
static int is_root(void)
{
    return geteuid() == 0 ? 0 : -1;
}
static int inherited(void)
{
    return fcntl(9, F_GETFD);
}

static void allowed(void)
{
    CHECK_INT(can(make_socket, true), 1);
    CHECK_INT(can(read_file, true), 1);
}

static void denied(void)
{
    static const struct {
        const char *what;
        int (*act)(void);
        bool needs_root; /* without the confinement */
    } row[] = {
        { "write a file", write_file, false },
        { "create a file", create_file, false },
        { "truncate a file", truncate_file, false },
        { "execute", execute, false },
        { "fork", fork_again, false },
        { "open a raw socket", raw_socket, true },
        { "listen", listen_there, false },
        { "signal its parent", signal_parent, false },
        { "trace", trace, false },
        { "map writable code", writable_code, false },
        { "be root", is_root, true },
        { "keep a descriptor", inherited, false },
        { "remove a file", remove_file, false },
    };

    CHECK(mkdtemp(folder) && chmod(folder, 0777) == 0);
    snprintf(file, sizeof file, "%s/file", folder);
    snprintf(fresh, sizeof fresh, "%s/fresh", folder);
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    CHECK(fd >= 0 && fchmod(fd, 0666) == 0);
    dup2(fd, 9);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        printf("# %s\n", row[i].what);
        fflush(stdout);
        CHECK_INT(can(row[i].act, true), 0);
        if (!row[i].needs_root || geteuid() == 0) /* the same without the confinement: the test can fail */
            CHECK_INT(can(row[i].act, false), 1);
    }
    close(9);
    close(fd);
    unlink(fresh);
    rmdir(folder);
}

TESTS(T(allowed), T(denied))
