/* reader.c - the walk over a layer's entries, or a source tree's, and what the jobs make of it. */
#include "doc/doc.h"
#include "model/record.h"
#include "scan/layer_entry.h"
#include "scan/layer_reader.h"
#include "scan/source_tree.h"

enum {
    FACT_BYTES = 384 << 20,   /* of one layer */
    ENTRY_BYTES = 320 << 20,  /* its encoded list of entries */
    RECORD_BYTES = 768 << 20, /* what a job may return */
    PIECE_BYTES = 32 << 20,   /* of facts about a source tree, which then are handed in */
    GIVEN_MOST = 700 << 20,   /* of what is handed in so: RECORD_BYTES, and room for the last piece */
    LAST_WORDS = 4 << 20,     /* facts that say why reading stopped, beyond FACT_BYTES */
};

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
    if (l->ours)
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
    if (!l->ours)
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
        l->ours = piece % job->readers == job->reader;
        if (++l->walked > l->limits->entries && !l->ours)
            return 0; /* whose piece it is says so */
        if (!l->ours && pass_over(l, en))
            continue;
        if (!l->ours && (en->kind != ENTRY_FILE || !reads_shared(l) || !is_shared(en->path)))
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
    if (!reads_shared(l))
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
    l->ours = true;
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
