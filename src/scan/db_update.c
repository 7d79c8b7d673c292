#include "scan/db_update.h"

#include "io/fs.h"
#include "io/proc.h"
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { PATH_MOST = 4096, SAYS_MOST = 1024, UNPACKED_MOST = 1 << 30, CHUNK = 1 << 20 };

/* One mirror being asked. */
struct update {
    const struct db_update *of;
    struct mirror *mirror;
    char part[PATH_MOST], part_of[PATH_MOST], fresh[PATH_MOST],
        from[PATH_MOST]; /* files beside the database */
};

static int beside(const struct update *u, char *to, const char *suffix, struct err *e)
{
    int n = snprintf(to, PATH_MOST, "%s%s", u->of->to, suffix);

    return n > 0 && n < PATH_MOST ? 0 : err_set(e, ERR_LIMIT, "%s: the path is too long", u->of->to);
}

/* ---- the download, kept in a file while it lasts ---- */

static bool says(const char *path, const char *text)
{
    AUTO_BUF struct buf is = BUF(SAYS_MOST);
    struct err ignored;

    return fs_read(AT_FDCWD, path, false, SAYS_MOST, &is, &ignored) == 0 &&
           str_eq(buf_view(&is), str_of(text));
}

static int append(int fd, struct str bytes, struct err *e)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR)
            return err_errno(e, "cannot be written");
        bytes = str_skip(bytes, n > 0 ? (size_t)n : 0);
    }
    return 0;
}

/* Open the part that an earlier run left, when it is of the same file; else an empty one. */
static int open_part(const struct update *u, struct err *e)
{
    const char *digest = mirror_digest(u->mirror);
    bool same = says(u->part_of, digest);

    if (!same && fs_write_atomic(AT_FDCWD, u->part_of, str_of(digest), e) < 0)
        return -1;
    int fd = open(u->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (same ? 0 : O_TRUNC), 0600);
    return fd < 0 ? err_errno(e, "%s", u->part) : fd;
}

static int download(const struct update *u, int fd, struct err *e)
{
    off_t at = lseek(fd, 0, SEEK_END);

    for (bool more = true; more; at = lseek(fd, 0, SEEK_END)) {
        AUTO_BUF struct buf chunk = BUF(CHUNK);
        if (at < 0 || at > MIRROR_PACKED_MOST)
            return err_set(e, ERR_LIMIT, "the database is larger than %d bytes", MIRROR_PACKED_MOST);
        if (mirror_get(u->mirror, (uint64_t)at, CHUNK, &chunk, e) < 0 || append(fd, buf_view(&chunk), e) < 0)
            return -1;
        more = chunk.n > 0;
    }
    return 0;
}

/* ---- unpacking, in a confined job ---- */

static int unpack(void *arg, const struct blob *in, struct err *e)
{
    struct stream_limits most = { .bytes = UNPACKED_MOST };
    struct stream_want want = { .digest = *(const struct str *)arg };
    AUTO_STREAM struct stream *s = stream_open(in, NULL, &want, &most, e);
    struct str block;
    int r = -1;

    while (s && (r = stream_next(s, &block, e)) > 0)
        if (proc_return(block, e) < 0)
            return -1;
    return r < 0 ? -1 : stream_finish(s, e);
}

static int write_fresh(const struct update *u, struct str frames, struct err *e)
{
    AUTO_CLOSE int fd = open(u->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct str frame;

    if (fd < 0)
        return err_errno(e, "%s", u->fresh);
    while (proc_frame(&frames, &frame))
        if (append(fd, frame, e) < 0)
            return err_wrap(e, "%s", u->fresh);
    return fsync(fd) < 0 ? err_errno(e, "%s", u->fresh) : 0;
}

/* Whoever is in between may keep newer facts from us, but not take those away that we have. */
static bool is_older(const struct update *u, struct db *fresh, struct err *e)
{
    AUTO_DB struct db *old = NULL;
    struct db_summary is, was;
    struct err none;

    if (db_open(u->of->to, NULL, &old, &none) < 0)
        return false;
    db_summarise(fresh, &is);
    db_summarise(old, &was);
    if (is.built >= was.built)
        return false;
    return err_set(e, ERR_DENIED,
                   "its database was built before the one in use: to go back, remove that first");
}

/* The part has the digest, unpacks, is a database, and is signed: only then does it take the old one's place.
 */
static int install(struct update *u, int part, struct err *e)
{
    AUTO_PROC struct proc p = PROC;
    AUTO_DB struct db *db = NULL;
    struct proc_limits limits = { 512 << 20, 120, 120, (uint64_t)2 * UNPACKED_MOST };
    struct blob in = { BLOB_FILE, part, 0, (uint64_t)lseek(part, 0, SEEK_END) };
    struct str digest = str_of(mirror_digest(u->mirror));

    if (proc_start(&p, &in, &limits, unpack, &digest, e) < 0 || proc_join(&p, e) < 0) {
        if (e->code == ERR_FORMAT) /* whole, and wrong: continuing it would never end */
            unlink(u->part);
        return -1;
    }
    if (write_fresh(u, buf_view(&p.result), e) < 0)
        return -1;
    if (db_open(u->fresh, u->of->key, &db, e) < 0 || db_check(db, e) < 0 || is_older(u, db, e)) {
        unlink(u->part);
        return -1;
    }
    if (rename(u->fresh, u->of->to) < 0)
        return err_errno(e, "%s", u->of->to);
    return fs_write_atomic(AT_FDCWD, u->from, digest, e);
}

/* ---- all of it ---- */

static int update_from(struct update *u, struct err *e)
{
    if (beside(u, u->part, ".part", e) < 0 || beside(u, u->part_of, ".part-of", e) < 0 ||
        beside(u, u->fresh, ".new", e) < 0 || beside(u, u->from, ".from", e) < 0)
        return -1;
    if (access(u->of->to, F_OK) == 0 && says(u->from, mirror_digest(u->mirror)))
        return 0;
    AUTO_CLOSE int fd = open_part(u, e);
    if (fd < 0 || download(u, fd, e) < 0)
        return -1;
    int r = install(u, fd, e);
    unlink(u->fresh);
    if (r == 0) {
        unlink(u->part);
        unlink(u->part_of);
    }
    return r < 0 ? -1 : 1;
}

static int ask(const struct db_update *of, const char *url, struct err *e)
{
    AUTO_MIRROR struct mirror *mirror = NULL;

    if (mirror_open(&of->options, url, &mirror, e) < 0)
        return err_wrap(e, "%s", url);
    int r = update_from(&(struct update){ .of = of, .mirror = mirror }, e);
    return r < 0 ? err_wrap(e, "%s", url) : r;
}

static int make_folder(const char *path, struct err *e)
{
    char dir[PATH_MOST];
    struct str head, tail;

    str_rsplit(str_of(path), '/', &head, &tail);
    snprintf(dir, sizeof dir, STR_FMT, STR_ARG(head));
    return head.n ? fs_make_dirs(dir, e) : 0;
}

int db_update(const struct db_update *u, struct err *e)
{
    int r = -1;

    if (fs_replaceable(AT_FDCWD, u->to, e) < 0 || make_folder(u->to, e) < 0)
        return -1;
    for (size_t i = 0; r < 0 && i < u->n_mirror; i++) {
        struct err why = { 0 };
        r = ask(u, u->mirror[i], &why);
        if (r < 0 && i)
            err_wrap(&why, "%.200s; then", e->text);
        if (r < 0)
            *e = why;
    }
    return r;
}
