#include "scan/reader.h"

#include "core/map.h"
#include "doc/doc.h"
#include "io/dir.h"
#include "io/tar.h"
#include "model/record.h"
#include "scan/layer_entry.h"
#include "scan/source_tree.h"
#include "scan/together.h"

#include <errno.h>

enum {
    FACT_BYTES = 384 << 20,   /* of one layer */
    ENTRY_BYTES = 320 << 20,  /* its encoded list of entries */
    RECORD_BYTES = 768 << 20, /* what a job may return */
    PARSERS_MOST = 8,         /* for one file */
    BODY_MOST = 1 << 30,      /* of a file while it is not known who wants it */
    BODY_KEPT = 32 << 20,     /* fresh pages cost more than the bytes that go into them */
    PIECE_BYTES = 32 << 20,   /* of facts about a source tree, which then are handed in */
    GIVEN_MOST = 700 << 20,   /* of what is handed in so: RECORD_BYTES, and room for the last piece */
    LAST_WORDS = 4 << 20,     /* facts that say why reading stopped, beyond FACT_BYTES */
    HOLE_LEAST = 16 << 20,    /* smaller files have no holes worth a question */
};

/* A layer being read, whatever it comes from. */
struct layer_reader {
    const struct limits *limits;
    struct facts facts;
    struct entries_writer list;
    struct buf body; /* of the file that parsers want */
    struct together together;
    struct map parsed; /* paths whose facts are in, to notice a second one */
    uint64_t bytes;
    struct tar *tar; /* one of these two */
    struct dir *dir;
    const struct read_layer
        *source;            /* the folder is a source tree: its documents are told apart; NULL: it is none */
    uint32_t piece;         /* of the walk over it */
    bool own;               /* and is that one ours? */
    uint64_t walked, given; /* names, ours or not; bytes that were handed in */
    struct facts late;      /* of files that are understood together */
    int fd;                 /* of the current file in a folder, once it is open; -1 */
    bool shared;            /* the current file is one that is understood with others */
    struct secret_scanner *secrets; /* sees every byte of every file on its way; NULL: not wanted */
};

/* The next block of the current file: 1, 0 at its end, -1. */
static int next_block(struct layer_reader *l, struct str *block, struct err *e)
{
    static char room[256 << 10];
    ssize_t n;

    if (l->tar) {
        int r = tar_body(l->tar, block, e);
        if (r <= 0)
            return r;
    } else {
        if (l->fd < 0 && (l->fd = dir_open_file(l->dir, e)) < 0)
            return -1;
        do
            n = read(l->fd, room, sizeof room);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            return n < 0 ? err_errno(e, "read") : 0;
        *block = (struct str){ room, (size_t)n };
    }
    if (l->secrets && l->own)
        secret_file_block(l->secrets, *block);
    return 1;
}

/* More of the current file into l->body, until it has `least` bytes or the file ends. */
static int fill_body(struct layer_reader *l, size_t least, struct err *e)
{
    struct str block;
    int r = 1;

    while (l->body.n < least && buf_ok(&l->body) && (r = next_block(l, &block, e)) > 0)
        buf_str(&l->body, block);
    if (r >= 0 && !buf_ok(&l->body))
        return err_set(e, ERR_LIMIT, "larger than %zu bytes", l->body.max);
    return r < 0 ? -1 : 0;
}

static int note_twice(struct layer_reader *l, struct str path)
{
    bool fresh;
    struct str own = arena_str(&l->facts.arena, path);

    if (!own.p || !map_put(&l->parsed, own, &fresh))
        return -1;
    if (!fresh)
        facts_remark(&l->facts, NOTE_HOSTILE, path,
                     "is in this layer twice; engines keep the last one, both were read");
    return 0;
}

/* Of a source tree, what is understood together comes behind all else, whoever reads what. */
static struct facts *facts_for(struct layer_reader *l, const struct parser *p)
{
    return l->source && p->together ? &l->late : &l->facts;
}

static int run_parsers(struct layer_reader *l, const struct entry *en, const struct parser **parser, size_t n,
                       struct err *e)
{
    struct input in = { en->path, buf_view(&l->body) };

    if (l->tar && note_twice(l, en->path) < 0)
        return err_set(e, ERR_LIMIT, "fact store is full");
    for (size_t i = 0; i < n; i++) {
        struct facts *out = facts_for(l, parser[i]);
        struct err why = { 0 };
        if (en->size > parser[i]->max_size) {
            facts_remark(out, NOTE_INCOMPLETE, en->path, "%llu bytes are more than %s reads (%zu)",
                         (unsigned long long)en->size, parser[i]->name, parser[i]->max_size);
            continue;
        }
        if (parser[i]->together && together_keep(&l->together, parser[i], &in))
            continue;
        if (parser[i]->parse(&in, out, &why) < 0)
            facts_remark(out, NOTE_INCOMPLETE, en->path, "%s: %s", parser[i]->name, why.text);
        if (out->full)
            return err_set(e, ERR_LIMIT, "%s", why.text);
    }
    return 0;
}

/* What cannot be read of a tar is the layer's end; of a folder it is one file: 1, and nobody tries again. */
static int cannot_read(struct layer_reader *l, const struct entry *en, const struct err *why, struct err *e)
{
    if (l->tar) {
        *e = *why;
        return -1;
    }
    if (!l->source || !l->shared)
        facts_remark(&l->facts, NOTE_INCOMPLETE, en->path, "%s", why->text);
    else if (!l->source->own) /* who reads all of these says so */
        facts_remark(&l->late, NOTE_INCOMPLETE, en->path, "%s", why->text);
    return 1;
}

/* A large program's memory is not kept for the small files behind it. */
static void forget_body(struct layer_reader *l)
{
    if (l->body.cap > BODY_KEPT)
        buf_free(&l->body);
    buf_clear(&l->body);
}

/* Documents of a deployment are only named: they are understood together, and with the files that they name.
 * Takes their parsers from the n; -1 when the file cannot be read. */
static int tell_document(struct layer_reader *l, const struct entry *en, const struct parser **parser,
                         size_t *n, struct err *e)
{
    const char *kind;

    if (fill_body(l, MIN(en->size, l->limits->document_bytes), e) < 0)
        return -1;
    kind = tree_document_kind(en->path, buf_view(&l->body));
    if (!kind)
        return 0;
    *n = tree_without_documents(parser, *n);
    return facts_add_document(&l->facts, &(struct document){ str_of(kind), en->path }, e);
}

/* Of several readers the first one parses all that is understood together, the others none of it. */
static size_t take_parsers(struct layer_reader *l, const struct parser **parser, size_t n)
{
    size_t kept = 0;

    l->shared = false;
    for (size_t i = 0; i < n; i++) {
        l->shared |= parser[i]->together;
        if (!l->source || (parser[i]->together ? !l->source->own : l->own))
            parser[kept++] = parser[i];
    }
    return kept;
}

static int parse_file(struct layer_reader *l, const struct entry *en, struct err *e)
{
    const struct parser *parser[PARSERS_MOST];
    size_t n = parsers_for(en->path, parser, PARSERS_MOST), most = 0;
    bool program = l->own && may_be_program(en->path, en->mode, en->size);
    bool document = l->source && l->own && tree_may_be_document(en->path);
    struct err why = { 0 };

    n = take_parsers(l, parser, n);
    if (!n && !program && !document)
        return 0;
    forget_body(l);
    l->body.max = BODY_MOST;
    if (document && tell_document(l, en, parser, &n, &why) < 0)
        return cannot_read(l, en, &why, e);
    if (program && fill_body(l, START_MOST, &why) < 0)
        return cannot_read(l, en, &why, e);
    if (program)
        n = parsers_for_start(en->path, str_first(buf_view(&l->body), START_MOST), parser, n, PARSERS_MOST);
    if (!n)
        return 0; /* the rest of it is passed over */
    for (size_t i = 0; i < n; i++)
        most = parser[i]->max_size > most ? parser[i]->max_size : most;
    if (en->size > most)
        return run_parsers(l, en, parser, n, e); /* says for each that it is too large */
    l->body.max = most + (64 << 10);
    buf_expect(&l->body, (size_t)en->size); /* growing copies, and touches fresh pages, three times over */
    if (fill_body(l, SIZE_MAX, &why) < 0)
        return cannot_read(l, en, &why, e);
    return run_parsers(l, en, parser, n, e);
}

/* Zeros hold no secret, and a sparse file may claim any number of them: a long hole is passed over. What
 * comes behind it is searched like a file of its own, so places in it count from there. */
static int pass_hole(struct layer_reader *l, const struct entry *en, struct err *e)
{
    uint64_t zeros = 0;

    if (en->size < HOLE_LEAST)
        return 0;
    if (l->tar) {
        int r = tar_pass_hole(l->tar, &zeros, e);
        if (r < 0)
            return -1;
    } else if (l->fd >= 0) {
        off_t at = lseek(l->fd, 0, SEEK_CUR), data = at < 0 ? -1 : lseek(l->fd, at, SEEK_DATA);
        if (data < 0) /* nothing but a hole to the end, or a file system that cannot tell */
            (void)lseek(l->fd, errno == ENXIO ? (off_t)en->size : at, SEEK_SET);
        zeros = data > at ? (uint64_t)(data - at) : 0;
    }
    if (!zeros)
        return 0;
    if (secret_file_end(l->secrets, e) < 0)
        return -1;
    secret_file_begin(l->secrets, en->path, en->size);
    return 0;
}

/* What no parser took flows through the search for secrets alone, where there is one. */
static int read_file(struct layer_reader *l, const struct entry *en, struct err *e)
{
    struct err why = { 0 };
    struct str block;
    int r;

    l->fd = -1;
    if (l->secrets && l->own)
        secret_file_begin(l->secrets, en->path, en->size);
    r = parse_file(l, en, e);
    while (r == 0 && l->secrets && l->own && en->size && (r = pass_hole(l, en, &why)) == 0 &&
           (r = next_block(l, &block, &why)) > 0)
        r = 0;
    close_fd(&l->fd);
    if (r < 0)
        return why.code ? cannot_read(l, en, &why, e) : -1;
    return l->secrets && l->own ? secret_file_end(l->secrets, e) : 0;
}

/* The bytes of a hard link came earlier, under a name that nobody wanted: a database must not hide like that.
 * Of a source tree the same is asked of every link, for none is followed. */
static void remark_linked_away(struct layer_reader *l, const struct entry *en)
{
    const struct parser *parser[PARSERS_MOST];
    bool soft = l->source && en->kind == ENTRY_SYMLINK;
    size_t n = soft || en->kind == ENTRY_HARDLINK ? parsers_for(en->path, parser, PARSERS_MOST) : 0;
    char room[ENTRY_PATH_MOST];
    struct str to = en->link;

    if (soft && !path_beside(en->path, en->link, room, &to))
        to = STR_NONE;
    for (size_t i = 0; i < n; i++)
        if ((soft || parser_names(parser[i], en->path)) && !parser_wants(parser[i], to)) {
            facts_remark(&l->facts, NOTE_INCOMPLETE, en->path,
                         "is a %slink to " STR_FMT ", which was not read", soft ? "" : "hard ",
                         STR_ARG(str_first(en->link, 200)));
            return;
        }
}

/* What version control keeps is left out, and that is said. */
static bool pass_over(struct layer_reader *l, const struct entry *en)
{
    if (!l->source || en->kind != ENTRY_DIR || !tree_is_history(en->path))
        return false;
    dir_pass(l->dir);
    if (l->own)
        facts_remark(&l->facts, NOTE_UNUSUAL, en->path, "earlier versions are not read");
    return true;
}

static int one_entry(struct layer_reader *l, const struct entry *raw, struct err *e)
{
    char path[ENTRY_PATH_MOST], link[ENTRY_PATH_MOST];
    struct entry en;

    if (!entry_understand(raw, !l->dir, path, &en, &l->facts))
        return 0;
    if (en.kind == ENTRY_HARDLINK && !entry_understand_link(link, &en, &l->facts))
        return 0;
    if (pass_over(l, &en))
        return 0;
    if (!l->own)
        return en.kind == ENTRY_FILE ? read_file(l, &en, e) : 0;
    if ((l->source ? l->walked - 1 : l->list.count) >= l->limits->entries)
        return err_set(e, ERR_LIMIT, "more than %llu entries; raise --max-entries",
                       (unsigned long long)l->limits->entries);
    l->bytes += en.size;
    remark_linked_away(l, &en);
    if (entries_add(&l->list, &en, e) < 0)
        return -1;
    return en.kind == ENTRY_FILE ? read_file(l, &en, e) : 0;
}

/* Of a source tree what was read until a bound was met stays: it is no layer that could hide what comes below.
 */
static int stop_at(struct layer_reader *l, struct str path, const char *what, struct err *e)
{
    if (!l->source || e->code != ERR_LIMIT)
        return path.n ? err_wrap(e, STR_FMT, STR_ARG(str_first(path, 120))) : -1;
    l->facts.arena.budget += LAST_WORDS;
    facts_remark(&l->facts, NOTE_INCOMPLETE, STR(""), STR_FMT "%s not read: %s",
                 STR_ARG(str_first(path, 120)), what, e->text);
    return 0;
}

/* Encode and return the facts; the list of entries, most of the record, is lent and not copied. */
static int give_back(struct layer_reader *l, struct err *e)
{
    AUTO_BUF struct buf record = BUF(RECORD_BYTES);
    struct tree_fact tree = { .count = l->list.count, .bytes = l->bytes };
    size_t n;

    if (facts_add_tree_fact(&l->facts, &tree, e) < 0)
        return -1;
    facts_tree_fact(&l->facts, &n)[n - 1].entries = buf_view(&l->list.out);
    if (l->source)
        buf_add(&record, &l->piece, sizeof l->piece);
    if (record_encode(&l->facts, &record, e) < 0)
        return -1;
    l->given += record.n;
    return proc_return(buf_view(&record), e);
}

/* ---- a source tree: handed in piece by piece, so that its size needs no memory ---- */

static int hand_in(struct layer_reader *l, struct err *e)
{
    if (!facts_count(&l->facts) && !l->list.count)
        return 0;
    if (give_back(l, e) < 0)
        return -1;
    facts_free(&l->facts);
    entries_free(&l->list);
    entries_init(&l->list, ENTRY_BYTES);
    l->bytes = 0;
    return 0;
}

static bool is_shared(struct str path)
{
    const struct parser *parser[PARSERS_MOST];

    for (size_t n = parsers_for(path, parser, PARSERS_MOST); n-- > 0;)
        if (parser[n]->together)
            return true;
    return false;
}

/* The next entry of a piece that is ours, or of a file that is nobody's alone and ours to read. */
static int next_of_tree(struct layer_reader *l, struct entry *en, const char **unread, struct err *e)
{
    const struct read_layer *job = l->source;
    int r;

    while ((r = dir_next(l->dir, en, unread)) > 0) {
        uint32_t piece = dir_number(l->dir) / FOLDERS_A_PIECE;
        if (piece != l->piece && hand_in(l, e) < 0)
            return -1;
        l->piece = piece;
        l->own = piece % job->of == job->own;
        if (++l->walked > l->limits->entries && !l->own)
            return 0; /* whose piece it is says so */
        if (!l->own && pass_over(l, en))
            continue;
        if (!l->own && (en->kind != ENTRY_FILE || job->own || !is_shared(en->path)))
            continue;
        if (dir_describe(l->dir, en))
            return 1;
    }
    return r;
}

static int end_tree(struct layer_reader *l, struct err *e)
{
    if (hand_in(l, e) < 0)
        return -1;
    if (l->source->own)
        return 0;
    l->facts = l->late;
    l->late = (struct facts)FACTS(0);
    l->piece = PIECE_TOGETHER;
    for (size_t i = 0; i < l->together.n; i++) {
        if (together_parse_one(&l->together, i, &l->facts, e) < 0) {
            if (stop_at(l, STR(""), "some files that refer to others were", e) < 0)
                return -1;
            break;
        }
        if (l->facts.arena.used > PIECE_BYTES && hand_in(l, e) < 0)
            return -1;
    }
    return give_back(l, e);
}

/* ---- all of a layer ---- */

static int next_entry(struct layer_reader *l, struct entry *en, const char **unread, struct err *e)
{
    int r;

    if (l->tar)
        return tar_next(l->tar, en, e);
    if (l->source)
        return next_of_tree(l, en, unread, e);
    while ((r = dir_next(l->dir, en, unread)) > 0 && !dir_describe(l->dir, en))
        ;
    return r;
}

static int all_entries(struct layer_reader *l, struct err *e)
{
    struct entry en;
    const char *unread = NULL;
    int r, stopped = 0;

    while ((r = next_entry(l, &en, &unread, e)) > 0) {
        if (unread)
            facts_remark(&l->facts, NOTE_INCOMPLETE, en.path, "%s", unread);
        if (one_entry(l, &en, e) < 0 &&
            (stopped = stop_at(l, en.path, " and what comes after it was", e)) <= 0)
            break;
        if (l->source && l->facts.arena.used > PIECE_BYTES && hand_in(l, e) < 0)
            return -1;
        if (l->given > GIVEN_MOST) {
            facts_remark(&l->facts, NOTE_INCOMPLETE, STR(""),
                         STR_FMT " and what comes after it was not read: more facts than fit",
                         STR_ARG(str_first(en.path, 120)));
            break;
        }
    }
    if (r < 0 || stopped < 0)
        return -1;
    if (l->source)
        return end_tree(l, e);
    return together_parse(&l->together, &l->facts, e) < 0
               ? stop_at(l, STR(""), "some files that refer to others were", e)
               : 0;
}

static void free_reader(struct layer_reader **l)
{
    if (!*l)
        return;
    secret_close(&(*l)->secrets);
    facts_free(&(*l)->facts);
    facts_free(&(*l)->late);
    entries_free(&(*l)->list);
    buf_free(&(*l)->body);
    map_free(&(*l)->parsed);
    together_free(&(*l)->together);
    tar_close(&(*l)->tar);
    dir_close(&(*l)->dir);
    free(*l);
    *l = NULL;
}
static struct layer_reader *new_reader(const struct limits *limits, const struct secret_setup *secrets,
                                       struct err *e)
{
    struct layer_reader *l = calloc(1, sizeof *l);

    if (!l) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    l->limits = limits;
    l->facts = (struct facts)FACTS(FACT_BYTES);
    l->late = (struct facts)FACTS(FACT_BYTES);
    l->own = true;
    l->together = (struct together)TOGETHER;
    entries_init(&l->list, ENTRY_BYTES);
    if (secrets && !(l->secrets = secret_open(secrets, &l->facts, e)))
        free_reader(&l);
    return l;
}

#define AUTO_READER CLEANUP(free_reader)

int reader_load(struct err *e)
{
    (void)parsers_for(STR(""), NULL, 0);
    return tar_load(e) < 0 ? -1 : doc_xml_load(e);
}

static struct stream_limits stream_limits_of(const struct limits *l)
{
    return (struct stream_limits){ .bytes = l->bytes, .ratio = (uint32_t)l->ratio };
}

static int read_tar_layer(struct layer_reader *l, struct stream *s, struct err *e)
{
    l->tar = tar_open(s, e);
    if (!l->tar || all_entries(l, e) < 0)
        return -1;
    return stream_finish(s, e);
}

/* A digest of the stored bytes vouches for them; the diff ID has to, where there is none. */
static struct stream_want want_of(const struct read_layer *job)
{
    return (struct stream_want){ .digest = job->digest, .diff_id = job->digest.n ? STR_NONE : job->diff_id };
}

int read_layer(void *arg, const struct blob *in, struct err *e)
{
    const struct read_layer *job = arg;
    struct stream_limits most = stream_limits_of(&job->limits);
    struct stream_want want = want_of(job);
    AUTO_READER struct layer_reader *l = new_reader(&job->limits, job->secrets, e);

    if (!l)
        return -1;
    if (in->kind == BLOB_DIR || in->kind == BLOB_OVERLAY) {
        l->dir = dir_open(in, e);
        l->source = job->source ? job : NULL;
        return !l->dir || all_entries(l, e) < 0 ? -1 : l->source ? 0 : give_back(l, e);
    }
    AUTO_STREAM struct stream *s = stream_open(in, NULL, &want, &most, e);
    return !s || read_tar_layer(l, s, e) < 0 ? -1 : give_back(l, e);
}

int verify_layer(void *arg, const struct blob *in, struct err *e)
{
    const struct read_layer *job = arg;
    struct stream_limits most = stream_limits_of(&job->limits);
    struct stream_want want = want_of(job);
    /* only the digest of stored bytes is asked: they need not be unpacked */
    AUTO_STREAM struct stream *s = stream_open(in, NULL, &want, &most, e);

    return !s ? -1 : job->digest.n ? stream_verify_stored(s, e) : stream_finish(s, e);
}

int read_nested_layer(const struct read_archive *job, const struct stream_feed *feed, struct member *m,
                      struct err *e)
{
    static char digest[96],
        diff_id[96]; /* one layer at a time: outlives the stream until the caller has copied */
    struct stream_limits most = stream_limits_of(&job->limits);
    struct stream_want want = { .compute = true };
    AUTO_READER struct layer_reader *l = new_reader(&job->limits, job->secrets, e);
    AUTO_STREAM struct stream *s = l ? stream_open(NULL, feed, &want, &most, e) : NULL;

    if (!s || read_tar_layer(l, s, e) < 0)
        return -1;
    snprintf(digest, sizeof digest, STR_FMT, STR_ARG(stream_digest(s)));
    snprintf(diff_id, sizeof diff_id, STR_FMT, STR_ARG(stream_diff_id(s)));
    m->digest = str_of(digest);
    m->diff_id = str_of(diff_id);
    return facts_add_member(&l->facts, m, e) < 0 ? -1 : give_back(l, e);
}

int read_document(void *arg, const struct blob *in UNUSED, struct err *e)
{
    const struct read_document *job = arg;
    AUTO_FACTS struct facts facts = FACTS(FACT_BYTES);
    AUTO_BUF struct buf record = BUF(RECORD_BYTES);
    struct input input = { .path = job->name, .body = job->bytes };

    if (job->parser && job->bytes.n > job->parser->max_size)
        return err_set(e, ERR_LIMIT, "%zu bytes are more than %zu", job->bytes.n, job->parser->max_size);
    if (job->parser && job->parser->parse(&input, &facts, e) < 0)
        return -1;
    if (job->secrets && secrets_in_document(job->secrets, job->name, job->bytes, &facts, e) < 0)
        return -1;
    if (record_encode(&facts, &record, e) < 0)
        return -1;
    return proc_return(buf_view(&record), e);
}
