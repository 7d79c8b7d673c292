/* read_archive.c - the members of an outer tar: an OCI layout or `docker save` output in one file. A file
 * that can be seeked is only listed; what cannot (compressed, or a pipe) is read on the way, layers included.
 */
#include "io/tar.h"
#include "model/record.h"
#include "scan/reader.h"

enum { DOCUMENTS_MOST = 64 << 20, FACT_BYTES = 128 << 20, RECORD_BYTES = 160 << 20, MEMBERS_MOST = 100000 };

struct archive_reader {
    const struct read_archive *job;
    struct facts members;
    struct tar *tar;
    bool seekable;
    size_t documents; /* bytes kept */
};

/* Documents are small and begin like JSON; layers begin with a tar header or a compression's magic. */
static bool looks_like_document(struct str name, struct str start)
{
    struct str text = str_trim(start);

    return text.n && (text.p[0] == '{' || text.p[0] == '[') && !str_ends(name, STR(".tar"));
}

static int keep_document(struct archive_reader *a, struct member *m, struct str start, struct err *e)
{
    AUTO_BUF struct buf body = BUF(a->job->limits.document_bytes);
    struct str block;
    int r;

    buf_str(&body, start);
    while ((r = tar_body(a->tar, &block, e)) > 0)
        buf_str(&body, block);
    if (r < 0)
        return -1;
    a->documents += body.n;
    if (!buf_ok(&body) || a->documents > DOCUMENTS_MOST)
        return err_set(e, ERR_LIMIT, "documents are larger than they may be");
    m->body = buf_view(&body);
    return facts_add_member(&a->members, m, e);
}

/* The blocks of the current member, with what was already taken put back in front. */
struct put_back {
    struct tar *tar;
    struct str first, second;
};
static int next_with_first(void *ctx, struct str *block, struct err *e)
{
    struct put_back *p = ctx;

    if (!p->first.n)
        return tar_body(p->tar, block, e);
    *block = p->first;
    p->first = p->second;
    p->second = (struct str){ 0 };
    return 1;
}

enum { TELLING = 512 }; /* bytes that tell whether something is a layer */

/* A pipe may hand out fewer at first: gather so many, or all there are, in front. */
static int gather_start(struct put_back *p, char room[TELLING], struct err *e)
{
    struct str block = p->first;
    size_t n = 0;

    while (n + block.n < TELLING) {
        if (block.n)
            memcpy(room + n, block.p, block.n);
        n += block.n;
        p->first = (struct str){ room, n };
        int r = tar_body(p->tar, &block, e);
        if (r <= 0)
            return r;
    }
    if (!n)
        return 0;
    memcpy(room + n, block.p, TELLING - n);
    p->first = (struct str){ room, TELLING };
    p->second = str_skip(block, TELLING - n);
    return 0;
}

/* A tar with a header or with nothing in it (zeros), or something compressed. */
static bool looks_like_layer(struct str start)
{
    static const char zeros[TELLING];

    if (str_starts(start, STR("\x1f\x8b")) || str_starts(start, STR("\x28\xb5\x2f\xfd")))
        return true;
    return start.n >= sizeof zeros &&
           (!memcmp(start.p + 257, "ustar", 5) || !memcmp(start.p, zeros, sizeof zeros));
}

/* A layer that is damaged costs its facts, not the rest of the archive. */
static int stream_layer(struct archive_reader *a, struct member *m, struct str start, struct err *e)
{
    struct put_back body = { .tar = a->tar, .first = start };
    struct stream_feed feed = { next_with_first, &body };
    struct err why = { 0 };
    char room[TELLING];

    if (gather_start(&body, room, e) < 0)
        return -1;
    if (looks_like_layer(body.first) && read_nested_layer(a->job, &feed, m, &why) < 0)
        facts_remark(&a->members, NOTE_INCOMPLETE, m->name, "%s", why.text);
    return facts_add_member(&a->members, m, e);
}

static int one_member(struct archive_reader *a, const struct entry *en, struct err *e)
{
    char path[ENTRY_PATH_MOST];
    size_t n;
    struct str start = { 0 };
    struct member m = { .size = en->size,
                        .offset = a->seekable ? tar_body_offset(a->tar) : 0,
                        .link = en->link };

    if (path_clean(en->path, path, &n) == PATH_TOO_LONG)
        return err_set(e, ERR_FORMAT, "member's name is too long");
    m.name = (struct str){ path, n };
    if (en->kind == ENTRY_SYMLINK || en->kind == ENTRY_HARDLINK)
        return facts_add_member(&a->members, &m, e);
    if (en->kind != ENTRY_FILE)
        return 0;
    if (a->seekable && en->size > a->job->limits.document_bytes)
        return facts_add_member(&a->members, &m, e);
    int r = en->size ? tar_body(a->tar, &start, e) : 0;
    if (r < 0)
        return -1;
    if (r > 0 && looks_like_document(m.name, start))
        return keep_document(a, &m, start, e);
    return r == 0 || a->seekable ? facts_add_member(&a->members, &m, e) : stream_layer(a, &m, start, e);
}

static int all_members(struct archive_reader *a, struct err *e)
{
    struct entry en;
    int r;
    size_t n;

    while ((r = tar_next(a->tar, &en, e)) > 0) {
        if (one_member(a, &en, e) < 0)
            return err_wrap(e, STR_FMT, STR_ARG(str_first(en.path, 120)));
        if ((void)facts_member(&a->members, &n), n > MEMBERS_MOST)
            return err_set(e, ERR_LIMIT, "more than %d members", MEMBERS_MOST);
    }
    return r;
}

int read_archive(void *arg, const struct blob *in, struct err *e)
{
    const struct read_archive *job = arg;
    /* the bodies of all layers pass through the outer archive */
    struct stream_limits most = { .bytes = job->limits.bytes, .ratio = (uint32_t)job->limits.ratio };
    struct stream_want nothing = { 0 };
    struct archive_reader a = { .job = job, .members = FACTS(FACT_BYTES) };
    AUTO_BUF struct buf record = BUF(RECORD_BYTES);
    AUTO_STREAM struct stream *s = stream_open(in, NULL, &nothing, &most, e);
    AUTO_TAR struct tar *tar = s ? tar_open(s, e) : NULL;

    if (!tar)
        return -1;
    a.tar = tar;
    a.seekable = in->kind == BLOB_FILE && stream_coding(s) == CODING_PLAIN;
    int r = all_members(&a, e);
    if (r == 0)
        r = record_encode(&a.members, &record, e);
    facts_free(&a.members);
    return r < 0 ? -1 : proc_return(buf_view(&record), e);
}
