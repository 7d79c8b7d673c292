/* Lists of entries: what went in comes out, and whatever comes out of hostile bytes is clean. */
#include "model/entries.h"
#include "tap.h"

enum { N = 6000, PATH = 64 }; /* more owners than ENTRY_ATTRS_MOST keeps */

struct made {
    struct entry en;
    char path[PATH];
};

/* Different in every field, with runs that share folders and owners. */
static void make(struct made *m, unsigned i)
{
    int n = snprintf(m->path, PATH, "dir%u/sub%u/%s%u", i / 100, i / 10 % 10, i % 7 ? "file" : "f/g/h", i);

    m->en = (struct entry){
        .path = { m->path, (size_t)n },
        .kind = (enum entry_kind)(i % ENTRY_KINDS),
        .mode = i * 5 % 010000,
        .uid = i % 3 ? i / 50 : i,
        .gid = i % 11 ? 0 : UINT32_MAX - i,
        .size = i % 13 ? i : UINT64_MAX - i,
    };
    if (m->en.kind == ENTRY_SYMLINK)
        m->en.link = STR("../where//ever");
    if (m->en.kind == ENTRY_HARDLINK)
        m->en.link = STR("dir0/clean");
    if (m->en.kind == ENTRY_FILE && i % 4 == 0)
        m->en.caps = STR("\x01\0\0\x02 capabilities");
    if (m->en.kind == ENTRY_CHAR || m->en.kind == ENTRY_BLOCK) {
        m->en.major = i;
        m->en.minor = UINT32_MAX - i;
    }
}

static bool same(const struct entry *a, const struct entry *b)
{
    return str_eq(a->path, b->path) && a->kind == b->kind && a->mode == b->mode && a->uid == b->uid &&
           a->gid == b->gid && a->size == b->size && str_eq(a->link, b->link) && str_eq(a->caps, b->caps) &&
           a->major == b->major && a->minor == b->minor;
}

static struct entries_writer *written(unsigned n)
{
    struct entries_writer *w = malloc(sizeof *w);
    struct err e = { 0 };
    struct made m;

    entries_init(w, 16u << 20);
    for (unsigned i = 0; i < n; i++) {
        make(&m, i);
        CHECK_INT(entries_add(w, &m.en, &e), 0);
    }
    CHECK_INT(w->count, n);
    return w;
}

/* How many entries of the list come out as they were put in; -1 in *last when the end is damage. */
static unsigned read_back(struct str encoded, int *last)
{
    struct entries_reader *r = malloc(sizeof *r);
    struct entry en;
    struct made m;
    unsigned n = 0;

    entries_open(r, encoded);
    while ((*last = entries_next(r, &en)) > 0) {
        make(&m, n);
        if (!same(&en, &m.en))
            break;
        n++;
    }
    free(r);
    return n;
}

static void round_trip(void)
{
    struct entries_writer *w = written(N);
    int last;

    CHECK_INT(read_back(buf_view(&w->out), &last), N);
    CHECK_INT(last, 0);
    entries_free(w);
    free(w);
}

static void empty_paths(void)
{
    struct entries_writer *w = malloc(sizeof *w);
    struct entries_reader *r = malloc(sizeof *r);
    static const struct str path[] = { STR(""), STR("a"), STR(""), STR("a/b"), STR("a/b"), STR("a") };
    struct err e = { 0 };
    struct entry en;

    entries_init(w, 1000);
    for (size_t i = 0; i < ARRAY_LEN(path); i++)
        CHECK_INT(entries_add(w, &(struct entry){ .path = path[i] }, &e), 0);
    entries_open(r, buf_view(&w->out));
    for (size_t i = 0; i < ARRAY_LEN(path); i++) {
        CHECK_INT(entries_next(r, &en), 1);
        CHECK(str_eq(en.path, path[i]));
    }
    CHECK_INT(entries_next(r, &en), 0);
    entries_free(w);
    free(w);
    free(r);
}

static void limits(void)
{
    struct entries_writer *w = malloc(sizeof *w);
    char path[ENTRY_PATH_MOST + 1];
    struct entry en = { .path = { path, ENTRY_PATH_MOST - 1 } };
    struct err e = { 0 };

    memset(path, 'a', sizeof path);
    entries_init(w, 10000);
    CHECK_INT(entries_add(w, &en, &e), 0);
    en.path.n = ENTRY_PATH_MOST;
    CHECK_INT(entries_add(w, &en, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
    entries_free(w);
    entries_init(w, 100);
    en.path.n = 10;
    int r = 0;
    for (int i = 0; i < 100 && r == 0; i++, path[0]++)
        r = entries_add(w, &en, &e);
    CHECK_INT(r, -1); /* the budget */
    CHECK(w->out.n <= 100);
    entries_free(w);
    free(w);
}

/* The bytes at the very end of their allocation, so that the sanitizer sees one byte too far. */
static char *exact(struct str s)
{
    char *p = malloc(s.n ? s.n : 1);

    return s.n ? memcpy(p, s.p, s.n) : p;
}

static void every_truncation(void)
{
    enum { FEW = 120 };
    struct entries_writer *w = written(FEW);
    unsigned before = 0, whole = 0;

    for (size_t n = 0; n <= w->out.n; n++) {
        int last;
        char *p = exact((struct str){ w->out.p, n });
        unsigned got = read_back((struct str){ p, n }, &last);
        CHECK(got == before || got == before + 1); /* never something that was not put in */
        CHECK(last <= 0);
        whole += last == 0;
        before = got;
        free(p);
    }
    CHECK_INT(before, FEW);
    CHECK_INT(whole,
              FEW + 1); /* only a cut between two entries goes unnoticed: the record's length covers it */
    entries_free(w);
    free(w);
}

static void every_bit_flip(void)
{
    struct entries_writer *w = written(60);
    struct entries_reader *r = malloc(sizeof *r);
    struct entry en;
    size_t refused = 0;

    for (size_t bit = 0; bit < w->out.n * 8; bit++) {
        char *p = exact(buf_view(&w->out));
        int more;
        p[bit / 8] = (char)(p[bit / 8] ^ 1 << bit % 8);
        entries_open(r, (struct str){ p, w->out.n });
        while ((more = entries_next(r, &en)) > 0) {
            CHECK(path_is_clean(en.path));
            CHECK(en.kind < ENTRY_KINDS && en.mode <= 07777);
            CHECK(en.kind != ENTRY_HARDLINK || path_is_clean(en.link));
        }
        refused += more < 0;
        CHECK_INT(entries_next(r, &en), 0); /* stays at its end */
        free(p);
    }
    CHECK(refused > w->out.n);
    entries_free(w);
    free(w);
    free(r);
}

TESTS(T(round_trip), T(empty_paths), T(limits), T(every_truncation), T(every_bit_flip))
