#include "io/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int open_read(int at, const char *path, bool beneath)
{
    struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
                            .resolve = beneath ? RESOLVE_BENEATH : 0 };

    return (int)syscall(SYS_openat2, at, path, &how, sizeof how);
}

int fs_open_beneath(int at, const char *path)
{
    return open_read(at, path, true);
}

/* To its end, which is expected at `size`. */
static int read_all(int fd, const char *name, uint64_t size, size_t most, struct buf *out, struct err *e)
{
    out->max = most + 1;
    for (;;) {
        size_t room = MIN((size_t)size + 1, most + 1 - out->n);
        char *to = room ? buf_room(out, room) : NULL;
        if (!to)
            return err_set(e, ERR_LIMIT, "%s: more than %zu bytes", name, most);
        ssize_t n = read(fd, to, room);
        if (n < 0 && errno != EINTR)
            return err_errno(e, "%s", name);
        if (n == 0)
            return 0;
        out->n += n > 0 ? (size_t)n : 0;
    }
}

/* A regular file of at most so many bytes, or -1. */
static int open_regular(int at, const char *path, bool beneath, size_t most, size_t *size, struct err *e)
{
    AUTO_CLOSE int fd = open_read(at, path, beneath);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(e, "%s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_FORMAT, "%s: not a regular file", path);
    if ((uint64_t)st.st_size > most)
        return err_set(e, ERR_LIMIT, "%s: %lld bytes are more than %zu", path, (long long)st.st_size, most);
    *size = (size_t)st.st_size;
    return TAKE_FD(fd);
}

int fs_read(int at, const char *path, bool beneath, size_t most, struct buf *out, struct err *e)
{
    size_t size = 0;
    AUTO_CLOSE int fd = open_regular(at, path, beneath, most, &size, e);

    return fd < 0 ? -1 : read_all(fd, path, size, most, out, e);
}

int fs_map(int at, const char *path, bool beneath, size_t most, struct str *out, struct err *e)
{
    size_t size = 0;
    AUTO_CLOSE int fd = open_regular(at, path, beneath, most, &size, e);

    if (fd < 0)
        return -1;
    void *p = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : MAP_FAILED;
    if (p == MAP_FAILED)
        return err_errno(e, "%s: cannot be mapped", path);
    *out = (struct str){ p, size };
    return 0;
}

int fs_read_stdin(size_t most, struct buf *out, struct err *e)
{
    enum { PIECE = 1 << 20 };

    if (isatty(STDIN_FILENO))
        return err_set(e, ERR_USAGE, "standard input is a terminal: nothing is piped into it");
    if (read_all(STDIN_FILENO, "standard input", PIECE, most, out, e) < 0)
        return -1;
    return out->n ? 0 : err_set(e, ERR_NOT_FOUND, "standard input is empty, or was read by another target");
}

int fs_replaceable(int at, const char *path, struct err *e)
{
    struct stat st;

    if (fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
        return 0;
    return err_set(e, ERR_USAGE, "%s: is no file, and would be replaced by one", path);
}

int fs_write_atomic(int at, const char *path, struct str bytes, struct err *e)
{
    char temporary[512];
    uint64_t unique = 0;

    if (fs_replaceable(at, path, e) < 0)
        return -1;
    if (getrandom(&unique, sizeof unique, 0) != sizeof unique)
        return err_errno(e, "%s: no randomness", path);
    snprintf(temporary, sizeof temporary, "%.480s.%016llx", path, (unsigned long long)unique);
    AUTO_CLOSE int fd = openat(at, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(e, "%s", temporary);
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = write(fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno != EINTR) {
            int r = err_errno(e, "%s", temporary);
            unlinkat(at, temporary, 0);
            return r;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (renameat(at, temporary, at, path) < 0) {
        int r = err_errno(e, "%s", path);
        unlinkat(at, temporary, 0);
        return r;
    }
    return 0;
}

int fs_make_dirs(const char *path, struct err *e)
{
    char part[4096];
    size_t n = strlen(path);

    if (n >= sizeof part)
        return err_set(e, ERR_USAGE, "path is too long: %.60s...", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) < 0 && errno != EEXIST)
            return err_errno(e, "%s", part);
    }
    return 0;
}
