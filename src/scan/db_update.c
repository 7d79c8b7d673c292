#include "scan/db_update.h"

#include "io/fs.h"
#include "io/hash.h"
#include "io/http.h"
#include "io/proc.h"
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
    PATH_MOST = 4096,
    SUM_MOST = 1024,
    PACKED_MOST = 256 << 20,
    UNPACKED_MOST = 1 << 30,
    CHUNK = 1 << 20,
    DIGEST_TEXT = 7 + 64,
};

static const char packed_name[] = "advisories.db.zst";

/* One mirror being asked. */
struct update {
    const struct db_update *of;
    struct http *http; /* NULL: file:// */
    const char *mirror;
    char digest[DIGEST_TEXT + 1]; /* what the mirror says its file has */
    char part[PATH_MOST], part_of[PATH_MOST], fresh[PATH_MOST],
        from[PATH_MOST]; /* files beside the database */
};

static int beside(const struct update *u, char *to, const char *suffix, struct err *e)
{
    int n = snprintf(to, PATH_MOST, "%s%s", u->of->to, suffix);

    return n > 0 && n < PATH_MOST ? 0 : err_set(e, ERR_LIMIT, "%s: the path is too long", u->of->to);
}

/* ---- getting bytes ---- */

static int get_local(const struct update *u, const char *name, uint64_t at, uint64_t n, struct buf *out,
                     struct err *e)
{
    char path[PATH_MOST];

    snprintf(path, sizeof path, "%s/%s", u->mirror + strlen("file://"), name);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *to = buf_room(out, n);
    if (fd < 0)
        return err_errno(e, "%s", path);
    if (!to)
        return err_set(e, ERR_LIMIT, "%s: larger than it may be", name);
    ssize_t got = pread(fd, to, n, (off_t)at);
    if (got < 0)
        return err_errno(e, "%s", path);
    out->n += (size_t)got;
    return 0;
}

/* Bytes [at, at + n) of a file of the mirror, fewer at its end. */
static int get(const struct update *u, const char *name, uint64_t at, uint64_t n, struct buf *out,
               struct err *e)
{
    char url[PATH_MOST], range[64];
    struct http_header header[] = { { "Range", range }, { NULL, NULL } };
    struct http_request r = { .url = url, .header = header };
    struct http_reply reply = { 0 };

    if (!u->http)
        return get_local(u, name, at, n, out, e);
    snprintf(url, sizeof url, "%s/%s", u->mirror, name);
    snprintf(range, sizeof range, "bytes=%llu-%llu", (unsigned long long)at,
             (unsigned long long)(at + n - 1));
    if (http_do(u->http, &r, PACKED_MOST, &reply, e) < 0)
        return -1;
    struct str body = buf_view(&reply.body);
    int bad = 0;
    if (reply.status == 200) /* a server that knows no ranges sends all of it */
        body = str_first(str_skip(body, at), n);
    else if (reply.status == 416)
        body = STR("");
    else if (reply.status != 206)
        bad = err_set(e, reply.status == 404 ? ERR_NOT_FOUND : ERR_IO, "%s: status %d", name, reply.status);
    if (!bad)
        buf_str(out, body);
    http_reply_free(&reply);
    return bad ? bad : buf_ok(out) ? 0 : err_set(e, ERR_LIMIT, "%s: larger than it may be", name);
}

static int get_digest(struct update *u, struct err *e)
{
    AUTO_BUF struct buf sum = BUF(SUM_MOST);
    char name[64];

    snprintf(name, sizeof name, "%s.sha256", packed_name);
    if (get(u, name, 0, SUM_MOST, &sum, e) < 0)
        return -1;
    snprintf(u->digest, sizeof u->digest, "sha256:" STR_FMT, STR_ARG(str_first(buf_view(&sum), 64)));
    return digest_valid(str_of(u->digest)) ? 0 : err_set(e, ERR_FORMAT, "%s holds no SHA-256", name);
}

/* ---- the download, kept in a file while it lasts ---- */

static bool says(const char *path, const char *text)
{
    AUTO_BUF struct buf is = BUF(SUM_MOST);
    struct err ignored;

    return fs_read(AT_FDCWD, path, false, SUM_MOST, &is, &ignored) == 0 &&
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
    bool same = says(u->part_of, u->digest);

    if (!same && fs_write_atomic(AT_FDCWD, u->part_of, str_of(u->digest), e) < 0)
        return -1;
    int fd = open(u->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (same ? 0 : O_TRUNC), 0600);
    return fd < 0 ? err_errno(e, "%s", u->part) : fd;
}

static int download(const struct update *u, int fd, struct err *e)
{
    off_t at = lseek(fd, 0, SEEK_END);

    for (bool more = true; more; at = lseek(fd, 0, SEEK_END)) {
        AUTO_BUF struct buf chunk = BUF(CHUNK);
        if (at < 0 || at > PACKED_MOST)
            return err_set(e, ERR_LIMIT, "%s: larger than %d bytes", packed_name, PACKED_MOST);
        if (get(u, packed_name, (uint64_t)at, CHUNK, &chunk, e) < 0 || append(fd, buf_view(&chunk), e) < 0)
            return -1;
        more = chunk.n > 0;
    }
    return 0;
}

/* ---- unpacking, in a confined job ---- */

static int unpack(void *arg, const struct blob *in, struct err *e)
{
    struct stream_limits most = { .bytes = UNPACKED_MOST };
    struct stream_want want = { .digest = str_of(arg) };
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

/* The part has the digest, unpacks, is a database, and is signed: only then does it take the old one's place.
 */
static int install(struct update *u, int part, struct err *e)
{
    AUTO_PROC struct proc p = PROC;
    AUTO_DB struct db *db = NULL;
    struct proc_limits limits = { 512 << 20, 120, 120, (uint64_t)2 * UNPACKED_MOST };
    struct blob in = { BLOB_FILE, part, 0, (uint64_t)lseek(part, 0, SEEK_END) };

    if (proc_start(&p, &in, &limits, unpack, u->digest, e) < 0 || proc_join(&p, e) < 0) {
        if (e->code == ERR_FORMAT) /* whole, and wrong: continuing it would never end */
            unlink(u->part);
        return -1;
    }
    if (write_fresh(u, buf_view(&p.result), e) < 0)
        return -1;
    if (db_open(u->fresh, u->of->key, &db, e) < 0 || db_check(db, e) < 0) {
        unlink(u->part);
        return -1;
    }
    if (rename(u->fresh, u->of->to) < 0)
        return err_errno(e, "%s", u->of->to);
    return fs_write_atomic(AT_FDCWD, u->from, str_of(u->digest), e);
}

/* ---- all of it ---- */

static int update_from(struct update *u, struct err *e)
{
    if (beside(u, u->part, ".part", e) < 0 || beside(u, u->part_of, ".part-of", e) < 0 ||
        beside(u, u->fresh, ".new", e) < 0 || beside(u, u->from, ".from", e) < 0 || get_digest(u, e) < 0)
        return -1;
    if (access(u->of->to, F_OK) == 0 && says(u->from, u->digest))
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

static int ask(const struct db_update *of, const char *mirror, struct err *e)
{
    struct update u = { .of = of, .mirror = mirror };
    struct http_options o = { .plain_http = of->plain_http, .ca_pem = of->ca_pem };
    bool local = str_starts(str_of(mirror), STR("file:///"));

    if (!local && !str_starts(str_of(mirror), STR("https://")) &&
        !(of->plain_http && str_starts(str_of(mirror), STR("http://"))))
        return err_set(e, ERR_USAGE, "%s: a mirror begins with https:// or file:///", mirror);
    if (!local && http_open(&o, &u.http, e) < 0)
        return -1;
    int r = update_from(&u, e);
    if (u.http)
        http_close(&u.http);
    return r < 0 ? err_wrap(e, "%s", mirror) : r;
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

    if (make_folder(u->to, e) < 0)
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
