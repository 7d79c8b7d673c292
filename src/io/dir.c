#include "io/dir.h"

#include "core/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

enum { DEPTH_MOST = 200, LIST_BYTES = 32 << 10 };

/* One open directory on the way down: its descriptor, and a block of names read from it. */
struct level {
    int fd;
    size_t path_n;
    char *list;
    ssize_t list_n, list_at;
    uint32_t number, blocks; /* blocks: of names that were read */
    bool opaque;             /* to be said before its entries */
    bool folders;            /* the second time through it: what is no directory was handed out */
};
struct dir {
    bool overlay;
    dev_t dev;
    int depth;
    struct level level[DEPTH_MOST];
    char path[ENTRY_PATH_MOST];
    size_t path_n, name_at;   /* of the current entry */
    bool inside;              /* the current entry is a directory, and was entered */
    bool is_dir, told;        /* told: nothing more is known of it than what was handed out */
    int around;               /* descriptor of the directory that it lies in */
    uint32_t folders, number; /* met so far; of the current entry */
    char link[ENTRY_PATH_MOST], caps[64];
    struct stat st;
};

static int open_in(int at, const char *name, int flags)
{
    struct open_how how = {
        .flags = (uint64_t)(flags | O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };

    return (int)syscall(SYS_openat2, at, name, &how, sizeof how);
}

static bool made_up(int fd)
{
    static const long magic[] = { PROC_SUPER_MAGIC,   SYSFS_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                                  DEVPTS_SUPER_MAGIC, DEBUGFS_MAGIC,  TRACEFS_MAGIC,      SECURITYFS_MAGIC,
                                  BPF_FS_MAGIC,       EFIVARFS_MAGIC, PSTOREFS_MAGIC };
    struct statfs fs;

    for (size_t i = 0; fstatfs(fd, &fs) == 0 && i < ARRAY_LEN(magic); i++)
        if ((unsigned long)fs.f_type == (unsigned long)magic[i])
            return true;
    return false;
}

static const char *enter(struct dir *d, int fd)
{
    char yes = 0;

    if (d->depth == DEPTH_MOST) {
        close(fd);
        return "nested too deeply";
    }
    struct level *l = &d->level[d->depth];
    if (!l->list && !(l->list = malloc(LIST_BYTES))) {
        close(fd);
        return "out of memory";
    }
    l->fd = fd;
    l->path_n = d->path_n;
    l->list_n = l->list_at = 0;
    l->folders = false;
    l->blocks = 0;
    l->number = d->number;
    l->opaque = d->overlay && ((fgetxattr(fd, "trusted.overlay.opaque", &yes, 1) == 1 && yes == 'y') ||
                               (fgetxattr(fd, "user.overlay.opaque", &yes, 1) == 1 && yes == 'y'));
    d->depth++;
    return NULL;
}

struct dir *dir_open(const struct blob *b, struct err *e)
{
    struct dir *d = calloc(1, sizeof *d);
    int fd = openat(b->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (!d || fd < 0 || fstat(fd, &d->st) < 0) {
        err_errno(e, "directory");
        free(d);
        close_fd(&fd);
        return NULL;
    }
    d->overlay = b->kind == BLOB_OVERLAY;
    d->dev = d->st.st_dev;
    if (enter(d, fd)) {
        err_set(e, ERR_LIMIT, "out of memory");
        dir_close(&d);
    }
    return d;
}

void dir_close(struct dir **d)
{
    if (!*d)
        return;
    for (int i = 0; i < DEPTH_MOST; i++) {
        if (i < (*d)->depth)
            close((*d)->level[i].fd);
        free((*d)->level[i].list);
    }
    free(*d);
    *d = NULL;
}

/* Is it a directory? What the file system does not tell is asked. */
static bool is_folder(const struct level *l, const struct dirent64 *de)
{
    struct stat st;

    if (de->d_type != DT_UNKNOWN)
        return de->d_type == DT_DIR;
    return fstatat(l->fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool next_block(struct level *l)
{
    ssize_t n = syscall(SYS_getdents64, l->fd, l->list, LIST_BYTES);

    if (n <= 0)
        return false;
    l->list_n = n;
    l->list_at = 0;
    l->blocks++;
    return true;
}

/* Once more for the directories; what was a single block lies there still. */
static bool begin_folders(struct level *l)
{
    l->folders = true;
    l->list_at = 0;
    if (l->blocks < 2)
        return l->blocks;
    l->list_n = 0;
    return lseek(l->fd, 0, SEEK_SET) == 0;
}

/* The next name in the innermost directory, of directories or of all others; NULL at its end or when it cannot be
 * listed. */
static const struct dirent64 *next_name(struct level *l)
{
    for (;;) {
        if (l->list_at >= l->list_n) {
            bool more = (!l->folders || l->blocks > 1) && next_block(l);
            if (!more && (l->folders || !begin_folders(l)))
                return NULL;
            continue;
        }
        const struct dirent64 *de = (const void *)(l->list + l->list_at);
        l->list_at += de->d_reclen;
        if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0 && is_folder(l, de) == l->folders)
            return de;
    }
}

static enum entry_kind kind_of(const struct dir *d)
{
    const struct stat *st = &d->st;

    if (d->overlay && S_ISCHR(st->st_mode) && !st->st_rdev)
        return ENTRY_WHITEOUT;
    switch (st->st_mode & S_IFMT) {
    case S_IFDIR:
        return ENTRY_DIR;
    case S_IFLNK:
        return ENTRY_SYMLINK;
    case S_IFCHR:
        return ENTRY_CHAR;
    case S_IFBLK:
        return ENTRY_BLOCK;
    case S_IFIFO:
        return ENTRY_FIFO;
    case S_IFSOCK:
        return ENTRY_SOCKET;
    default:
        return ENTRY_FILE;
    }
}

static void describe(struct dir *d, const char *name, struct entry *en)
{
    *en = (struct entry){
        .path = { d->path, d->path_n },
        .kind = kind_of(d),
        .mode = d->st.st_mode & 07777,
        .uid = d->st.st_uid,
        .gid = d->st.st_gid,
        .size = S_ISREG(d->st.st_mode) ? (uint64_t)d->st.st_size : 0,
        .major = major(d->st.st_rdev),
        .minor = minor(d->st.st_rdev),
    };
    if (en->kind == ENTRY_SYMLINK) {
        ssize_t n = readlinkat(d->around, name, d->link, sizeof d->link);
        en->link = (struct str){ d->link, n > 0 ? (size_t)n : 0 };
    }
    if (en->kind == ENTRY_FILE && (d->st.st_mode & 0111)) {
        AUTO_CLOSE int fd = open_in(d->around, name, 0);
        ssize_t n = fd < 0 ? -1 : fgetxattr(fd, "security.capability", d->caps, sizeof d->caps);
        en->caps = (struct str){ d->caps, n > 0 ? (size_t)n : 0 };
    }
}

/* Go into the directory that was handed out last. */
static const char *go_in(struct dir *d)
{
    struct level *l = &d->level[d->depth - 1];
    int fd = open_in(l->fd, d->path + d->name_at, O_DIRECTORY);

    if (fd < 0)
        return errno == EACCES || errno == EPERM ? "permission denied" : strerror(errno);
    if (made_up(fd)) {
        close(fd);
        return NULL; /* not part of any image, and endless: left out by design */
    }
    return enter(d, fd);
}

static void leave(struct dir *d)
{
    close(d->level[--d->depth].fd);
}

void dir_pass(struct dir *d)
{
    if (d->inside)
        leave(d);
    d->inside = false;
}

uint32_t dir_number(const struct dir *d)
{
    return d->number;
}

bool dir_describe(struct dir *d, struct entry *en)
{
    const char *name = d->path + d->name_at;

    if (d->told)
        return true;
    if (fstatat(d->around, name, &d->st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(d->st.st_mode) != d->is_dir)
        return false;
    describe(d, name, en);
    return true;
}

/* A name of the innermost directory as the current entry; false: there is no room for its path. */
static bool take_name(struct dir *d, const char *name)
{
    const struct level *l = &d->level[d->depth - 1];
    size_t n = strlen(name), at = l->path_n + (l->path_n > 0);

    if (at + n + 1 >= sizeof d->path)
        return false;
    if (l->path_n)
        d->path[l->path_n] = '/';
    memcpy(d->path + at, name, n + 1);
    d->name_at = at;
    d->path_n = at + n;
    d->around = l->fd;
    d->is_dir = l->folders;
    d->number = d->is_dir ? ++d->folders : l->number;
    return true;
}

int dir_next(struct dir *d, struct entry *en, const char **unread)
{
    *unread = NULL;
    d->inside = d->told = false;
    while (d->depth) {
        struct level *l = &d->level[d->depth - 1];
        if (l->opaque) {
            l->opaque = false;
            d->told = true;
            *en = (struct entry){ .path = { d->path, l->path_n }, .kind = ENTRY_OPAQUE };
            return 1;
        }
        const struct dirent64 *de = next_name(l);
        if (!de) {
            leave(d);
            continue;
        }
        if (!take_name(d, de->d_name)) {
            *unread = "paths in it are too long";
            d->told = true;
            *en = (struct entry){ .path = { d->path, l->path_n }, .kind = ENTRY_DIR, .mode = 0755 };
            leave(d);
            return 1;
        }
        *en = (struct entry){ .path = { d->path, d->path_n }, .kind = l->folders ? ENTRY_DIR : ENTRY_FILE };
        if (en->kind == ENTRY_DIR) {
            int depth = d->depth;
            *unread = go_in(d);
            d->inside = d->depth > depth;
        }
        return 1;
    }
    return 0;
}

int dir_open_file(struct dir *d, struct err *e)
{
    int fd = open_in(d->around, d->path + d->name_at, 0);

    return fd < 0 ? err_errno(e, "open") : fd;
}
