#include "io/tar.h"

#include "core/late.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                       \
    F(read_new) F(read_free) F(read_open2) F(read_next_header) F(read_data_block) F(set_error)             \
    F(error_string) F(format) F(filter_bytes)                                                              \
    F(read_support_format_tar) F(read_support_format_zip_streamable) F(read_support_format_raw)            \
    F(read_support_format_empty) F(read_support_filter_xz) F(read_support_filter_bzip2)                    \
    F(entry_filetype) F(entry_gid) F(entry_hardlink) F(entry_pathname) F(entry_perm) F(entry_rdevmajor)    \
    F(entry_rdevminor) F(entry_size) F(entry_symlink) F(entry_uid)                                         \
    F(entry_xattr_count) F(entry_xattr_next) F(entry_xattr_reset)
/* clang-format on */
#define POINTER(name) __typeof__(&archive_##name) name;
static struct {
    FUNCTIONS(POINTER)
} la;

int tar_load(struct err *e)
{
    static bool ready;
    void *lib;

#define OR_FAILS(name) || late_symbol(lib, "archive_" #name, &la.name, e) < 0
    if (!ready && (late_open("libarchive.so.13", &lib, e) < 0 FUNCTIONS(OR_FAILS)))
        return -1;
    ready = true;
    return 0;
}

struct tar {
    struct archive *archive;
    struct archive_entry *entry;
    struct stream *stream;
    struct err err;   /* of the layer below, which libarchive cannot carry */
    uint64_t fed;     /* bytes given to libarchive */
    int64_t body_at;  /* offset within the body that was handed out */
    struct str ahead; /* data that waits behind a hole ... */
    int64_t ahead_at; /* ... and where it belongs */
};

static la_ssize_t feed(struct archive *a, void *ctx, const void **p)
{
    struct tar *t = ctx;
    struct str block = { 0 };
    int r = stream_next(t->stream, &block, &t->err);

    if (r < 0) {
        la.set_error(a, EIO, "%s", t->err.text);
        return ARCHIVE_FATAL;
    }
    *p = block.p;
    t->fed += block.n;
    return (la_ssize_t)block.n;
}

static la_int64_t skip(struct archive *a UNUSED, void *ctx, la_int64_t n)
{
    struct tar *t = ctx;
    uint64_t done = stream_skip(t->stream, (uint64_t)n);

    t->fed += done;
    return (la_int64_t)done;
}

static int fail(struct tar *t, struct err *e)
{
    const char *why = la.error_string(t->archive);

    if (t->err.code) {
        *e = t->err;
        return -1;
    }
    return err_set(e, ERR_FORMAT, "tar near byte %llu: %s", (unsigned long long)t->fed,
                   why ? why : "damaged");
}

static struct tar *open_as(struct stream *s, int (*const *formats)(struct archive *), size_t n, struct err *e)
{
    struct tar *t = calloc(1, sizeof *t);

    if (!t || !(t->archive = la.read_new())) {
        free(t);
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    t->stream = s;
    for (size_t i = 0; i < n; i++)
        formats[i](t->archive); /* a warning: done by another program; that cannot be started here */
    if (la.read_open2(t->archive, t, NULL, feed, skip, NULL) != ARCHIVE_OK) {
        fail(t, e);
        tar_close(&t);
    }
    return t;
}

struct tar *tar_open(struct stream *s, struct err *e)
{
    if (tar_load(e) < 0)
        return NULL;
    int (*const formats[])(struct archive *) = { la.read_support_format_tar, la.read_support_format_empty };

    return open_as(s, formats, ARRAY_LEN(formats), e);
}

struct tar *tar_open_any(struct stream *s, struct err *e)
{
    if (tar_load(e) < 0)
        return NULL;
    int (*const formats[])(struct archive *) = {
        la.read_support_format_tar, la.read_support_format_zip_streamable,
        la.read_support_format_raw, la.read_support_format_empty,
        la.read_support_filter_xz,  la.read_support_filter_bzip2,
    };

    return open_as(s, formats, ARRAY_LEN(formats), e);
}

static enum entry_kind kind_of(struct archive_entry *ae)
{
    if (la.entry_hardlink(ae))
        return ENTRY_HARDLINK;
    switch (la.entry_filetype(ae)) {
    case AE_IFDIR:
        return ENTRY_DIR;
    case AE_IFLNK:
        return ENTRY_SYMLINK;
    case AE_IFCHR:
        return ENTRY_CHAR;
    case AE_IFBLK:
        return ENTRY_BLOCK;
    case AE_IFIFO:
        return ENTRY_FIFO;
    case AE_IFSOCK:
        return ENTRY_SOCKET;
    default:
        return ENTRY_FILE;
    }
}

static struct str caps_of(struct archive_entry *ae)
{
    const char *name;
    const void *value;
    size_t n;

    la.entry_xattr_reset(ae);
    while (la.entry_xattr_next(ae, &name, &value, &n) == ARCHIVE_OK)
        if (name && !strcmp(name, "security.capability"))
            return (struct str){ value, n };
    return (struct str){ 0 };
}

static void fill(struct tar *t, struct entry *en)
{
    struct archive_entry *ae = t->entry;
    int64_t size = la.entry_size(ae);

    *en = (struct entry){
        .path = str_of(la.entry_pathname(ae)),
        .kind = kind_of(ae),
        .mode = la.entry_perm(ae) & 07777,
        .uid = (uint32_t)la.entry_uid(ae),
        .gid = (uint32_t)la.entry_gid(ae),
        .size = size > 0 ? (uint64_t)size : 0,
    };
    if (en->kind == ENTRY_HARDLINK)
        en->link = str_of(la.entry_hardlink(ae));
    if (en->kind == ENTRY_SYMLINK)
        en->link = str_of(la.entry_symlink(ae));
    if (en->kind == ENTRY_CHAR || en->kind == ENTRY_BLOCK) {
        en->major = (uint32_t)la.entry_rdevmajor(ae);
        en->minor = (uint32_t)la.entry_rdevminor(ae);
    }
    if (la.entry_xattr_count(ae))
        en->caps = caps_of(ae);
}

int tar_next(struct tar *t, struct entry *en, struct err *e)
{
    int r = la.read_next_header(t->archive, &t->entry);

    if (r == ARCHIVE_EOF)
        return 0;
    /* warnings are about names that this locale cannot spell: the bytes are good; "retry" is a damaged header
     */
    if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
        return fail(t, e);
    t->body_at = 0;
    t->ahead = (struct str){ 0 };
    fill(t, en);
    if (la.format(t->archive) == ARCHIVE_FORMAT_RAW)
        en->path = STR("");
    return 1;
}

/* Up to the data that waits, or all of it. */
static int hand_out(struct tar *t, struct str *block)
{
    static const char zeros[64 << 10];

    if (t->ahead_at > t->body_at) {
        *block = (struct str){ zeros, (size_t)MIN(t->ahead_at - t->body_at, (int64_t)sizeof zeros) };
    } else {
        *block = t->ahead;
        t->ahead = (struct str){ 0 };
    }
    t->body_at += (int64_t)block->n;
    return 1;
}

/* 1: data waits, 0: the body has ended, -1. */
static int look_ahead(struct tar *t, struct err *e)
{
    const void *p;
    size_t n;

    while (!t->ahead.n) {
        int r = la.read_data_block(t->archive, &p, &n, &t->ahead_at);
        if (r == ARCHIVE_EOF)
            return 0;
        if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
            return fail(t, e);
        t->ahead = (struct str){ p, n };
    }
    return 1;
}

int tar_body(void *tar, struct str *block, struct err *e)
{
    struct tar *t = tar;
    int r = look_ahead(t, e);

    return r > 0 ? hand_out(t, block) : r;
}

int tar_pass_hole(struct tar *t, uint64_t *zeros, struct err *e)
{
    int r = look_ahead(t, e);

    *zeros = r > 0 && t->ahead_at > t->body_at ? (uint64_t)(t->ahead_at - t->body_at) : 0;
    t->body_at += (int64_t)*zeros;
    return r;
}

uint64_t tar_body_offset(const struct tar *t)
{
    return (uint64_t)la.filter_bytes(t->archive, 0);
}

void tar_close(struct tar **t)
{
    if (!*t)
        return;
    if ((*t)->archive)
        la.read_free((*t)->archive);
    free(*t);
    *t = NULL;
}
