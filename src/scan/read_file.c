/* read_file.c - one file of a layer: read once, block by block, for whoever wants it. */
#include "scan/layer_reader.h"
#include "scan/source_tree.h"

#include <errno.h>

enum {
    BODY_MOST = 1 << 30,   /* of a file while it is not known who wants it */
    BODY_KEPT = 32 << 20,  /* fresh pages cost more than the bytes that go into them */
    HOLE_LEAST = 16 << 20, /* smaller files have no holes worth a question */
};

/* Who looks for secrets in the current file; NULL: nobody, or another reader. */
static struct secret_scanner *searcher(const struct layer_reader *l)
{
    return l->ours ? l->secrets : NULL;
}

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
    if (searcher(l))
        secret_file_block(searcher(l), *block);
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
    else if (reads_shared(l)) /* and says so for all */
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

/* Of the n, those whose turn it is in this reader. */
static size_t take_parsers(struct layer_reader *l, const struct parser **parser, size_t n)
{
    size_t kept = 0;

    l->shared = false;
    for (size_t i = 0; i < n; i++) {
        l->shared |= parser[i]->together;
        if (parser[i]->together ? reads_shared(l) : l->ours)
            parser[kept++] = parser[i];
    }
    return kept;
}

static int parse_file(struct layer_reader *l, const struct entry *en, struct err *e)
{
    const struct parser *parser[PARSERS_MOST];
    size_t n = parsers_for(en->path, parser, PARSERS_MOST), most = 0;
    bool program = l->ours && may_be_program(en->path, en->mode, en->size);
    bool document = l->source && l->ours && tree_may_be_document(en->path);
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
int read_file(struct layer_reader *l, const struct entry *en, struct err *e)
{
    struct secret_scanner *search = searcher(l);
    struct err why = { 0 };
    struct str block;
    int r;

    l->fd = -1;
    if (search)
        secret_file_begin(search, en->path, en->size);
    r = parse_file(l, en, e);
    while (r == 0 && search && en->size && (r = pass_hole(l, en, &why)) == 0 &&
           (r = next_block(l, &block, &why)) > 0)
        r = 0;
    close_fd(&l->fd);
    if (r < 0)
        return why.code ? cannot_read(l, en, &why, e) : -1;
    return search ? secret_file_end(search, e) : 0;
}
