#include "io/stream.h"

#include "io/hash.h"
#include "io/inflate.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Files are mapped a window at a time, not copied: reading an uncompressed archive is mostly hashing, and a
 * copy of every byte would cost a quarter on top. A window is handed out in blocks that stay in the cache
 * between the hash and whoever comes next. */
enum { MAGIC = 4, BLOCK_IN = 256 << 10, WINDOW = 8 << 20, RATIO_FROM = 64 << 20 };

struct stream {
    struct blob blob;
    struct stream_feed feed;
    uint64_t at;  /* stored bytes read so far */
    char *in;     /* BLOCK_IN bytes */
    char *window; /* window_n bytes of the file from window_at on, mapped, or NULL */
    uint64_t window_at;
    size_t window_n;
    bool no_window;     /* the file cannot be mapped */
    struct str pending; /* read and not yet decompressed */
    bool in_ended, out_ended;
    enum stream_coding coding;
    struct inflate *inflate;
    struct hash stored, plain;
    struct stream_want want;
    char digest[DIGEST_TEXT_MOST], diff_id[DIGEST_TEXT_MOST];
    struct stream_limits limits;
    uint64_t out;
    struct err err;
};

static ssize_t read_once(struct stream *s, char *to, size_t room)
{
    ssize_t n;

    if (s->blob.kind == BLOB_FILE)
        room = MIN((uint64_t)room, s->blob.size - s->at);
    do {
        if (s->blob.kind == BLOB_FILE)
            n = pread(s->blob.fd, to, room, (off_t)(s->blob.offset + s->at));
        else
            n = read(s->blob.fd, to, room);
    } while (n < 0 && errno == EINTR);
    return n;
}

static ssize_t read_some(struct stream *s)
{
    ssize_t n = read_once(s, s->in, BLOCK_IN), more = n;

    while (s->blob.kind == BLOB_STREAM && !s->at && n > 0 && n < MAGIC &&
           more > 0) { /* a pipe may give less */
        more = read_once(s, s->in + n, BLOCK_IN - (size_t)n);
        n += more > 0 ? more : 0;
    }
    return n;
}

static int fill_from_feed(struct stream *s)
{
    int r = s->feed.next(s->feed.ctx, &s->pending, &s->err);

    if (r == 0)
        s->pending = (struct str){ 0 };
    return r < 0 ? -1 : 0;
}

static void close_window(struct stream *s)
{
    if (s->window)
        munmap(s->window, s->window_n);
    s->window = NULL;
}

/* Map the window that `at` of the file lies in. */
static bool open_window(struct stream *s, uint64_t at)
{
    uint64_t end = s->blob.offset + s->blob.size;

    close_window(s);
    s->window_at = at & ~(uint64_t)(WINDOW - 1);
    s->window_n = (size_t)MIN((uint64_t)WINDOW, end - s->window_at);
    void *p = mmap(NULL, s->window_n, PROT_READ, MAP_PRIVATE, s->blob.fd, (off_t)s->window_at);
    if (p == MAP_FAILED)
        return false;
    s->window = p;
    return true;
}

/* Only what the file has: mapped bytes beyond its end would be a signal, not an error. */
static bool fill_from_window(struct stream *s)
{
    uint64_t at = s->blob.offset + s->at;

    if (s->no_window || s->at >= s->blob.size)
        return false;
    if (!s->window || at < s->window_at || at >= s->window_at + s->window_n) {
        if (lseek(s->blob.fd, 0, SEEK_END) < (off_t)(s->blob.offset + s->blob.size) || !open_window(s, at)) {
            s->no_window = true;
            return false;
        }
    }
    size_t from = (size_t)(at - s->window_at);
    s->pending = (struct str){ s->window + from, MIN((size_t)BLOCK_IN, s->window_n - from) };
    return true;
}

static int fill_from_blob(struct stream *s)
{
    if (s->blob.kind == BLOB_FILE && fill_from_window(s))
        return 0;
    ssize_t n = read_some(s);
    if (n < 0)
        return err_errno(&s->err, "read at byte %llu", (unsigned long long)s->at);
    s->pending = (struct str){ s->in, (size_t)n };
    if (n == 0 && s->blob.kind == BLOB_FILE && s->at < s->blob.size)
        return err_set(&s->err, ERR_FORMAT, "ends at byte %llu of %llu", (unsigned long long)s->at,
                       (unsigned long long)s->blob.size);
    return 0;
}

uint64_t stream_skip(struct stream *s, uint64_t n)
{
    if (s->coding != CODING_PLAIN || s->blob.kind != BLOB_FILE || s->stored.ctx || s->plain.ctx ||
        s->pending.n)
        return 0;
    n = MIN(n, s->blob.size - s->at);
    s->at += n;
    s->out += n;
    return n;
}

/* The next stored bytes into s->pending, hashed. */
static int fill(struct stream *s)
{
    if ((s->feed.next ? fill_from_feed(s) : fill_from_blob(s)) < 0)
        return -1;
    s->at += s->pending.n;
    s->in_ended = !s->pending.n;
    if (s->stored.ctx && s->pending.n)
        hash_add(&s->stored, s->pending.p, s->pending.n);
    return 0;
}

static enum stream_coding coding_of(struct str start)
{
    if (str_starts(start, STR("\x1f\x8b")))
        return CODING_GZIP;
    /* a zstd frame, or one of the skippable frames that may come first */
    if (str_starts(start, STR("\x28\xb5\x2f\xfd")) ||
        (start.n >= 4 && (start.p[0] & 0xf0) == 0x50 && !memcmp(start.p + 1, "\x2a\x4d\x18", 3)))
        return CODING_ZSTD;
    return CODING_PLAIN;
}

static int start(struct stream *s, struct err *e)
{
    if (fill(s) < 0) {
        *e = s->err;
        return -1;
    }
    s->coding = coding_of(s->pending);
    if (s->coding == CODING_PLAIN)
        return 0;
    s->inflate = inflate_open(s->coding, e);
    return s->inflate ? 0 : -1;
}

static const struct str any = { "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                71 };

static int open_hashes(struct stream *s, struct err *e)
{
    struct str digest = s->want.digest.n || !s->want.compute ? s->want.digest : any;
    struct str diff_id = s->want.diff_id.n || !s->want.compute ? s->want.diff_id : any;

    if (digest.n && hash_open(&s->stored, digest, e) < 0)
        return -1;
    if (start(s, e) < 0)
        return -1;
    /* a blob that is not compressed is its own tar: hash it once */
    if (s->coding == CODING_PLAIN && digest.n && (s->want.compute || str_eq(digest, diff_id)))
        return 0;
    return diff_id.n ? hash_open(&s->plain, diff_id, e) : 0;
}

struct stream *stream_open(const struct blob *b, const struct stream_feed *feed,
                           const struct stream_want *want, const struct stream_limits *limits, struct err *e)
{
    AUTO_STREAM struct stream *s = calloc(1, sizeof *s);

    if (!s || (b && !(s->in = malloc(BLOCK_IN)))) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    if (b)
        s->blob = *b;
    else
        s->feed = *feed;
    s->want = *want;
    s->limits = *limits;
    return open_hashes(s, e) < 0 ? NULL : TAKE(s);
}

static int counted(struct stream *s, struct str *block)
{
    s->out += block->n;
    if (s->plain.ctx)
        hash_add(&s->plain, block->p, block->n);
    if (s->out > s->limits.bytes)
        return err_set(&s->err, ERR_LIMIT, "unpacks to more than %llu bytes; raise --max-bytes",
                       (unsigned long long)s->limits.bytes);
    if (s->limits.ratio && s->out > RATIO_FROM && s->out / s->limits.ratio > s->at)
        return err_set(&s->err, ERR_LIMIT, "unpacks to more than %u times its size; raise --max-ratio",
                       s->limits.ratio);
    return 1;
}

static int next(struct stream *s, struct str *block)
{
    while (!s->out_ended) {
        if (!s->pending.n && !s->in_ended && fill(s) < 0)
            return -1;
        if (s->coding == CODING_PLAIN) {
            *block = s->pending;
            s->pending = (struct str){ 0 };
            s->out_ended = !block->n;
            return block->n ? counted(s, block) : 0;
        }
        int r = inflate_next(s->inflate, &s->pending, s->in_ended, block, &s->err);
        if (r < 0)
            return err_wrap(&s->err, "after byte %llu", (unsigned long long)(s->at - s->pending.n));
        s->out_ended = r == 0;
        if (block->n)
            return counted(s, block);
    }
    return 0;
}

int stream_next(struct stream *s, struct str *block, struct err *e)
{
    int r = s->err.code ? -1 : next(s, block);

    if (r < 0)
        *e = s->err;
    return r;
}

static int verify(struct hash *h, struct str want, char have[DIGEST_TEXT_MOST], const char *what,
                  struct err *e)
{
    if (!h->ctx)
        return 0;
    hash_end(h, have);
    if (!want.n || str_eq(str_of(have), want))
        return 0;
    return err_set(e, ERR_FORMAT, "%s is %s, not " STR_FMT, what, have, STR_ARG(want));
}

int stream_finish(struct stream *s, struct err *e)
{
    struct str block;
    int r;

    while ((r = stream_next(s, &block, e)) > 0)
        ;
    while (r == 0 && !s->in_ended) /* bytes behind the compressed data belong to the blob, too */
        r = fill(s);
    if (r < 0) {
        *e = s->err;
        return -1;
    }
    if (verify(&s->stored, s->want.digest, s->digest, "digest", e) < 0)
        return -1;
    if (s->coding == CODING_PLAIN && !s->plain.ctx)
        memcpy(s->diff_id, s->digest, sizeof s->diff_id);
    return verify(&s->plain, s->want.diff_id, s->diff_id, "diff ID", e);
}

int stream_verify_stored(struct stream *s, struct err *e)
{
    int r = 0;

    while (r == 0 && !s->in_ended)
        r = fill(s);
    if (r < 0)
        *e = s->err;
    return r < 0 ? -1 : verify(&s->stored, s->want.digest, s->digest, "digest", e);
}

void stream_close(struct stream **s)
{
    if (!*s)
        return;
    close_window(*s);
    inflate_close(&(*s)->inflate);
    hash_free(&(*s)->stored);
    hash_free(&(*s)->plain);
    free((*s)->in);
    free(*s);
    *s = NULL;
}

uint64_t stream_bytes(const struct stream *s)
{
    return s->out;
}

struct str stream_digest(const struct stream *s)
{
    return str_of(s->digest);
}

struct str stream_diff_id(const struct stream *s)
{
    return str_of(s->diff_id);
}

enum stream_coding stream_coding(const struct stream *s)
{
    return s->coding;
}
