#include "parse/rpm_header.h"

#include "parse/owned.h"

enum {
    HEADER_MOST = 64 << 20, /* of one header: the largest real ones have a few MB */
    ENTRIES_MOST = 4096,    /* of an index: rpm itself knows fewer than 400 tags */
    TEXT_MOST = 64 << 10,   /* of one value: licence expressions can be long */
    WORD_MOST = 1024,       /* of a name, a version, an architecture */
    DIRS_MOST = 1 << 20,    /* directories of one package */
    OWNED_MOST = 32 << 20,  /* bytes of one package's encoded file list */
    PATH_WORK = 16,         /* bytes of path put together for each byte of the file; real: under one */
    BAD_MOST = 10000,       /* damaged headers after which the rest is not looked at */
};

enum type { TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_STRING_ARRAY = 8, TYPE_I18N_STRING = 9 };

/* The tags we read: what we call it, number (rpmtag.h), type. */
#define TAGS(X)                              \
    X(NAME, 1000, TYPE_STRING)               \
    X(VERSION, 1001, TYPE_STRING)            \
    X(RELEASE, 1002, TYPE_STRING)            \
    X(EPOCH, 1003, TYPE_INT32)               \
    X(VENDOR, 1011, TYPE_STRING)             \
    X(LICENSE, 1014, TYPE_STRING)            \
    X(PACKAGER, 1015, TYPE_STRING)           \
    X(ARCH, 1022, TYPE_STRING)               \
    X(OLDFILENAMES, 1027, TYPE_STRING_ARRAY) \
    X(SOURCERPM, 1044, TYPE_STRING)          \
    X(PROVIDENAME, 1047, TYPE_STRING_ARRAY)  \
    X(REQUIRENAME, 1049, TYPE_STRING_ARRAY)  \
    X(DIRINDEXES, 1116, TYPE_INT32)          \
    X(BASENAMES, 1117, TYPE_STRING_ARRAY)    \
    X(DIRNAMES, 1118, TYPE_STRING_ARRAY)     \
    X(MODULARITYLABEL, 5096, TYPE_STRING)
#define TAG_ENUM(name, number, type) TAG_##name,
#define TAG_ROW(name, number, type)  { number, type, #name },
enum tag { TAGS(TAG_ENUM) N_TAGS };
static const struct {
    uint32_t number, type;
    const char *name;
} known[] = { TAGS(TAG_ROW) };

struct header {
    struct str store;
    struct {
        uint32_t offset, count; /* count 0: the header has no such tag */
    } at[N_TAGS];
};

static uint32_t be32(const char *p)
{
    const unsigned char *u = (const void *)p;

    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static enum tag tag_of(uint32_t number)
{
    enum tag t = 0;

    while (t < N_TAGS && known[t].number != number)
        t++;
    return t;
}

static bool type_fits(uint32_t want, uint32_t is)
{
    return is == want || (want == TYPE_STRING && is == TYPE_I18N_STRING);
}

/* Note where a known tag's value lies, after checking that it lies inside the store. */
static int take_entry(struct header *h, struct str entry, struct err *e)
{
    enum tag t = tag_of(be32(entry.p));
    uint32_t type = be32(entry.p + 4), offset = be32(entry.p + 8), count = be32(entry.p + 12);

    if (t == N_TAGS)
        return 0;
    if (!type_fits(known[t].type, type))
        return err_set(e, ERR_FORMAT, "%s has type %u, not %u", known[t].name, type, known[t].type);
    uint64_t least = (uint64_t)count * (type == TYPE_INT32 ? 4 : 1); /* a string has at least its NUL */
    if (!count || offset > h->store.n || least > h->store.n - offset)
        return err_set(e, ERR_FORMAT, "%s: %u values at %u are not in a store of %zu bytes", known[t].name,
                       count, offset, h->store.n);
    h->at[t].offset = offset;
    h->at[t].count = count;
    return 0;
}

static int open_header(struct header *h, struct str blob, struct err *e)
{
    if (blob.n < 8)
        return err_set(e, ERR_FORMAT, "%zu bytes are no header", blob.n);
    uint32_t il = be32(blob.p), dl = be32(blob.p + 4);
    if (!il || il > ENTRIES_MOST)
        return err_set(e, ERR_FORMAT, "an index of %u entries", il);
    if (8 + (uint64_t)il * 16 + dl != blob.n)
        return err_set(e, ERR_FORMAT, "%u entries and %u bytes of store are not %zu bytes", il, dl, blob.n);
    h->store = str_skip(blob, 8 + (size_t)il * 16);
    for (uint32_t i = 0; i < il; i++)
        if (take_entry(h, (struct str){ blob.p + 8 + (size_t)i * 16, 16 }, e) < 0)
            return -1;
    return 0;
}

/* Cut the next NUL-terminated text off; false when there is none. */
static bool next_text(struct str *rest, struct str *out)
{
    const char *end = rest->n ? memchr(rest->p, '\0', rest->n) : NULL;

    if (!end)
        return false;
    *out = (struct str){ rest->p, (size_t)(end - rest->p) };
    *rest = str_skip(*rest, out->n + 1);
    return true;
}

static struct str from(const struct header *h, enum tag t)
{
    return str_skip(h->store, h->at[t].offset);
}

/* A text of at most `most` bytes; empty when the header does not have it. */
static int text(const struct header *h, enum tag t, size_t most, struct str *out, struct err *e)
{
    struct str rest = from(h, t);

    *out = (struct str){ 0 };
    if (!h->at[t].count)
        return 0;
    if (!next_text(&rest, out))
        return err_set(e, ERR_FORMAT, "%s does not end", known[t].name);
    if (out->n > most)
        return err_set(e, ERR_FORMAT, "%s has %zu bytes", known[t].name, out->n);
    return 0;
}

void rpm_source(struct str file, struct str *name, struct str *version)
{
    static const struct str ending[] = { STR(".nosrc.rpm"), STR(".src.rpm") };
    struct str head, release, source, number;

    for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
        if (!str_ends(file, ending[i]))
            continue;
        file.n -= ending[i].n;
        if (str_rsplit(file, '-', &head, &release) && str_rsplit(head, '-', &source, &number)) {
            *name = source;
            *version = (struct str){ number.p, number.n + 1 + release.n };
        }
        return;
    }
}

static int read_texts(const struct header *h, struct package *p, struct str *release, struct str *license,
                      struct err *e)
{
    struct str source, packager;
    const struct {
        enum tag tag;
        size_t most;
        struct str *to;
    } want[] = {
        { TAG_NAME, WORD_MOST, &p->name },
        { TAG_VERSION, WORD_MOST, &p->version },
        { TAG_RELEASE, WORD_MOST, release },
        { TAG_ARCH, WORD_MOST, &p->arch },
        { TAG_SOURCERPM, WORD_MOST, &source },
        { TAG_LICENSE, TEXT_MOST, license },
        { TAG_VENDOR, TEXT_MOST, &p->vendor },
        { TAG_PACKAGER, TEXT_MOST, &packager },
        { TAG_MODULARITYLABEL, TEXT_MOST, &p->module },
    };

    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        if (text(h, want[i].tag, want[i].most, want[i].to, e) < 0)
            return -1;
    if (!p->name.n || !p->version.n || !release->n)
        return err_set(e, ERR_FORMAT, "no %s", !p->name.n ? "NAME" : !p->version.n ? "VERSION" : "RELEASE");
    if (!p->vendor.n)
        p->vendor = packager;
    rpm_source(source, &p->source_name, &p->source_version);
    return 0;
}

/* rpm compares a missing epoch as 0, and so does everyone who writes versions down: 0 is not spelled. */
static struct str full_version(struct arena *a, const struct header *h, struct str version,
                               struct str release)
{
    uint32_t epoch = h->at[TAG_EPOCH].count ? be32(from(h, TAG_EPOCH).p) : 0;

    if (epoch)
        return arena_fmt(a, "%u:" STR_FMT "-" STR_FMT, epoch, STR_ARG(version), STR_ARG(release));
    return arena_fmt(a, STR_FMT "-" STR_FMT, STR_ARG(version), STR_ARG(release));
}

static int spend(struct rpm_reader *r, size_t n, struct err *e)
{
    if (n > r->path_left)
        return err_set(e, ERR_LIMIT, "file lists are out of proportion to the database");
    r->path_left -= n;
    return 0;
}

/* The file lists of rpm before version 4: whole paths. */
static int old_files(struct rpm_reader *r, const struct header *h, struct err *e)
{
    struct str rest = from(h, TAG_OLDFILENAMES), path;

    for (uint32_t i = 0; i < h->at[TAG_OLDFILENAMES].count; i++) {
        if (!next_text(&rest, &path))
            return err_set(e, ERR_FORMAT, "OLDFILENAMES has %u of %u texts", i,
                           h->at[TAG_OLDFILENAMES].count);
        if (spend(r, path.n, e) < 0 || owned_add(r->files, path, r->in->path, r->out, e) < 0)
            return -1;
    }
    return 0;
}

static int add_file(struct rpm_reader *r, struct str dir, struct str base, struct err *e)
{
    char path[2 * ENTRY_PATH_MOST];
    size_t n = dir.n + base.n;

    if (n > sizeof path)
        return err_set(e, ERR_FORMAT, "a path of %zu bytes", n);
    memcpy(path, dir.p, dir.n);
    memcpy(path + dir.n, base.p, base.n);
    return spend(r, n, e) < 0 ? -1 : owned_add(r->files, (struct str){ path, n }, r->in->path, r->out, e);
}

static int each_file(struct rpm_reader *r, const struct header *h, const struct str *dir, struct err *e)
{
    struct str rest = from(h, TAG_BASENAMES), base;
    const char *index = from(h, TAG_DIRINDEXES).p;
    uint32_t dirs = h->at[TAG_DIRNAMES].count;

    for (uint32_t i = 0; i < h->at[TAG_BASENAMES].count; i++) {
        uint32_t at = be32(index + (size_t)i * 4);
        if (!next_text(&rest, &base))
            return err_set(e, ERR_FORMAT, "BASENAMES has %u of %u texts", i, h->at[TAG_BASENAMES].count);
        if (at >= dirs)
            return err_set(e, ERR_FORMAT, "file %u lies in directory %u of %u", i, at, dirs);
        if (add_file(r, dir[at], base, e) < 0)
            return -1;
    }
    return 0;
}

static int files(struct rpm_reader *r, const struct header *h, struct err *e)
{
    uint32_t n = h->at[TAG_DIRNAMES].count;

    if (!h->at[TAG_BASENAMES].count)
        return h->at[TAG_OLDFILENAMES].count ? old_files(r, h, e) : 0;
    if (h->at[TAG_DIRINDEXES].count != h->at[TAG_BASENAMES].count)
        return err_set(e, ERR_FORMAT, "%u BASENAMES but %u DIRINDEXES", h->at[TAG_BASENAMES].count,
                       h->at[TAG_DIRINDEXES].count);
    if (n > DIRS_MOST)
        return err_set(e, ERR_LIMIT, "files in %u directories", n);
    AUTO_FREE struct str *dir = calloc(n ? n : 1, sizeof *dir);
    if (!dir)
        return err_set(e, ERR_LIMIT, "no memory for %u directories", n);
    struct str rest = from(h, TAG_DIRNAMES);
    for (uint32_t i = 0; i < n; i++)
        if (!next_text(&rest, &dir[i]))
            return err_set(e, ERR_FORMAT, "DIRNAMES has %u of %u texts", i, n);
    return each_file(r, h, dir, e);
}

static int add_owned(struct rpm_reader *r, const struct header *h, struct str name, struct err *e)
{
    owned_begin(r->files, OWNED_MOST);
    if (files(r, h, e) < 0)
        return -1;
    return owned_end(r->files, STR("rpm"), name, r->in->path, r->out, e);
}

static int add_names(struct rpm_reader *r, const struct header *h, enum tag t,
                     bool (*add)(struct rpm_needs *, uint32_t, struct str), struct err *e)
{
    uint32_t package = among_last(r->out);
    struct str rest = from(h, t), name;

    for (uint32_t i = 0; i < h->at[t].count; i++) {
        if (!next_text(&rest, &name))
            return err_set(e, ERR_FORMAT, "%s has %u of %u texts", known[t].name, i, h->at[t].count);
        if (name.n <= WORD_MOST && !add(&r->needs, package, name))
            return err_set(e, ERR_LIMIT, "no memory for what packages need");
    }
    return 0;
}

static int add_needs(struct rpm_reader *r, const struct header *h, struct str name, struct err *e)
{
    if (!rpm_provides(&r->needs, among_last(r->out), name))
        return err_set(e, ERR_LIMIT, "no memory for what packages need");
    return add_names(r, h, TAG_PROVIDENAME, rpm_provides, e) < 0
               ? -1
               : add_names(r, h, TAG_REQUIRENAME, rpm_requires, e);
}

static int add_header(struct rpm_reader *r, struct str blob, struct err *e)
{
    struct package p = { .type = STR("rpm"), .path = r->in->path };
    struct str release, license;
    struct header h = { 0 };

    if (open_header(&h, blob, e) < 0 || read_texts(&h, &p, &release, &license, e) < 0)
        return -1;
    if (str_eq(p.name, STR("gpg-pubkey")))
        return 0;
    p.licenses = (struct strs){ &license, license.n > 0 };
    p.version = full_version(&r->out->arena, &h, p.version, release);
    if (!p.version.p)
        return err_set(e, ERR_LIMIT, "fact store is full");
    if (facts_add_package(r->out, &p, e) < 0 || add_needs(r, &h, p.name, e) < 0)
        return -1;
    if (add_owned(r, &h, p.name, e) < 0)
        return err_wrap(e, "files of " STR_FMT, STR_ARG(str_first(p.name, 80)));
    return 0;
}

int rpm_open(struct rpm_reader *r, const struct input *in, struct facts *out, struct err *e)
{
    *r = (struct rpm_reader){ .in = in, .out = out, .blob_left = in->body.n, .needs = RPM_NEEDS };
    r->path_left = in->body.n * PATH_WORK;
    r->files = owned_new();
    return r->files ? 0 : err_set(e, ERR_LIMIT, "no memory for a list of files");
}

int rpm_expect(struct rpm_reader *r, uint64_t n, struct err *e)
{
    if (n > HEADER_MOST)
        return err_set(e, ERR_LIMIT, "a header of %llu bytes", (unsigned long long)n);
    if (n > r->blob_left)
        return err_set(e, ERR_FORMAT, "headers have more bytes than the database");
    r->blob_left -= (size_t)n;
    return 0;
}

int rpm_lost(struct rpm_reader *r, const struct err *why, struct err *e)
{
    r->seen++;
    if (!r->bad++)
        r->first = *why;
    return r->bad < BAD_MOST ? 0 : rpm_close(r, e);
}

int rpm_add(struct rpm_reader *r, struct str blob, struct err *e)
{
    struct err bad = { 0 };

    if (add_header(r, blob, &bad) == 0) {
        r->seen++;
        return 0;
    }
    err_wrap(&bad, "header %u", r->seen + 1);
    if (bad.code == ERR_LIMIT) {
        *e = bad;
        return -1;
    }
    return rpm_lost(r, &bad, e);
}

int rpm_close(struct rpm_reader *r, struct err *e)
{
    if (rpm_needs_settle(&r->needs, r->in, r->out, e) < 0)
        return -1;
    if (!r->bad)
        return 0;
    *e = r->first;
    return err_wrap(e, "%u of %u packages are damaged", r->bad, r->seen);
}

void rpm_free(struct rpm_reader *r)
{
    owned_free(&r->files);
    rpm_needs_free(&r->needs);
}
