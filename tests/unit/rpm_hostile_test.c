/* The rpm parsers against damage: cut off anywhere, bytes changed anywhere. Nothing may crash, hang, grow,
 * fail without a word, or give facts that the parent of a confined worker would refuse. Meant for the
 * sanitizers: every input is a copy of exactly its size.
 *
 * rpm_hostile_test DIR    tests/data/parse */
#include "model/entries.h"
#include "model/record.h"
#include "parse/parse.h"
#include "parse/rpm_header.h"
#include "tap.h"

#include <sys/resource.h>

enum { CUTS = 1500, FLIPS = 2500, SECONDS = 120, MEMORY_MOST = 64 << 20 };

static const char *data;
static uint32_t random_state;

static uint32_t random32(void) /* xorshift: the same damage in every run */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

struct fixture {
    char *p;
    size_t n;
};

static void fixture_free(struct fixture *f)
{
    free(f->p);
}
#define AUTO_FIXTURE CLEANUP(fixture_free)

static struct fixture load(const char *name)
{
    struct fixture f = { malloc(1 << 20), 0 };
    char path[1024];

    snprintf(path, sizeof path, "%s/%s/input", data, name);
    FILE *from = fopen(path, "re");
    CHECK(from && f.p);
    if (from && f.p)
        f.n = fread(f.p, 1, 1 << 20, from);
    if (from)
        fclose(from);
    CHECK(f.n > 0);
    return f;
}

static void check_paths(const struct facts *f)
{
    static struct entries_reader r;
    struct entry en;

    FACTS_EACH (f, owned, o) {
        int got;
        entries_open(&r, o->paths);
        while ((got = entries_next(&r, &en)) > 0)
            ;
        CHECK_INT(got, 0);
    }
}

static void check_record(const struct facts *f)
{
    AUTO_BUF struct buf encoded = BUF(64 << 20);
    AUTO_FACTS struct facts again = FACTS(64 << 20);
    struct err e = { 0 };

    CHECK(record_encode(f, &encoded, &e) == 0);
    CHECK(record_decode(buf_view(&encoded), &again, &e) == 0);
    CHECK_INT(facts_count(&again), facts_count(f));
}

static size_t attempt(const struct parser *p, const char *bytes, size_t n, bool full)
{
    AUTO_FACTS struct facts f = FACTS(32 << 20);
    AUTO_FREE char *exact = malloc(n ? n : 1);
    struct err e = { 0 };
    struct input in = { STR("var/lib/rpm/x"), { exact, n } };

    memcpy(exact, bytes, n);
    int r = p->parse(&in, &f, &e);

    CHECK(r == 0 || e.text[0]);
    check_paths(&f);
    if (full)
        check_record(&f);
    return facts_count(&f);
}

static void damage(const char *parser, const char *fixture)
{
    const struct parser *p = parser_by_name(str_of(parser));
    AUTO_FIXTURE struct fixture f = load(fixture);
    size_t step = f.n / CUTS + 1, kept = 0;

    CHECK(p && attempt(p, f.p, f.n, true) > 0);
    if (!p || !f.n)
        return;
    for (size_t n = 0; n < f.n; n += n < 256 ? 1 : step)
        attempt(p, f.p, n, false);
    random_state = 20240229;
    for (int i = 0; i < FLIPS; i++) {
        size_t at = random32() % (i % 4 ? f.n : MIN(f.n, (size_t)4096)); /* the front has the structure */
        char was = f.p[at];
        f.p[at] = i % 3 ? (char)(was ^ (1 << random32() % 8)) : (char)(random32() % 2 ? 0xff : 0);
        kept += attempt(p, f.p, f.n, i % 16 == 0) > 0;
        f.p[at] = was;
    }
    CHECK(kept > 0); /* else everything was refused at the door and nothing was tried */
}

static void bdb(void)
{
    damage("rpm_bdb", "rpm_bdb/overflow-pages");
    damage("rpm_bdb", "rpm_bdb/big-endian");
    damage("rpm_bdb", "rpm_bdb/small-pages");
    damage("rpm_bdb", "rpm_bdb/inline-values");
}

static void ndb(void)
{
    damage("rpm_ndb", "rpm_ndb/small");
}

static void sqlite(void)
{
    damage("rpm_sqlite", "rpm_sqlite/write-ahead");
    damage("rpm_sqlite", "rpm_sqlite/rollback");
}

static void manifest(void)
{
    damage("rpm_manifest", "rpm_manifest/distroless");
}

static void one_header(const char *bytes, size_t n)
{
    AUTO_FACTS struct facts f = FACTS(8 << 20);
    AUTO_RPM struct rpm_reader r = { 0 };
    AUTO_FREE char *exact = malloc(n ? n : 1);
    struct err e = { 0 };
    struct input in = { STR("x"), { exact, n } };

    memcpy(exact, bytes, n);
    CHECK(rpm_open(&r, &in, &f, &e) == 0);
    int added = rpm_add(&r, in.body, &e);
    CHECK((added < 0 || rpm_close(&r, &e) < 0) == (e.text[0] != '\0'));
    check_paths(&f);
}

/* The first header of the NDB fixture, where it lies in one piece: all cuts, all bytes. */
static void header(void)
{
    static const unsigned char value[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    AUTO_FIXTURE struct fixture f = load("rpm_ndb/small");
    ptrdiff_t at = str_find((struct str){ f.p, f.n }, STR("BlbS"));

    CHECK(at > 0);
    if (at <= 0)
        return;
    unsigned char *blob = (unsigned char *)f.p + at + 16;
    size_t n = blob[-4] | (size_t)blob[-3] << 8;
    CHECK(n > 500 && n < f.n - (size_t)at);
    for (size_t cut = 0; cut <= n; cut++)
        one_header((const char *)blob, cut);
    for (size_t i = 0; i < n; i++)
        for (size_t v = 0; v < ARRAY_LEN(value); v++) {
            unsigned char was = blob[i];
            blob[i] = value[v];
            one_header((const char *)blob, n);
            blob[i] = was;
        }
}

/* Overflow pages in a circle: the size of the value ends the walk, the sum of all ends the rest. */
static void circle(void)
{
    const struct parser *p = parser_by_name(STR("rpm_bdb"));
    AUTO_FIXTURE struct fixture f = load("rpm_bdb/small-pages");

    for (size_t page = 512; page + 512 <= f.n; page += 512)
        if (f.p[page + 25] == 7)
            memcpy(f.p + page + 16, f.p + page + 8, 4); /* the next page is this page */
    attempt(p, f.p, f.n, true);
}

/* Many files, each in another of a few very long directories: quadratic in the size of the header. */
static void long_directories(void)
{
    enum { FILES = 200000, DIR = 4000, DIRS = 16 };
    const uint32_t store = 6 + FILES * 4 + FILES * 2 + DIRS * (DIR + 1);
    const uint32_t entry[][4] = {
        { 1000, 6, 0, 1 },
        { 1001, 6, 2, 1 },
        { 1002, 6, 4, 1 },
        { 1116, 4, 6, FILES },
        { 1117, 8, 6 + FILES * 4, FILES },
        { 1118, 8, 6 + FILES * 6, DIRS },
    };
    AUTO_BUF struct buf b = BUF(8 << 20);
    AUTO_FACTS struct facts f = FACTS(32 << 20);
    AUTO_RPM struct rpm_reader r = { 0 };
    struct err e = { 0 };

    for (size_t i = 0; i < 2 + ARRAY_LEN(entry) * 4; i++) {
        uint32_t v = i == 0 ? ARRAY_LEN(entry) : i == 1 ? store : entry[(i - 2) / 4][(i - 2) % 4];
        buf_add(&b, (char[]){ (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v }, 4);
    }
    buf_add(&b, "n\0v\0r", 6);
    for (int i = 0; i < FILES; i++)
        buf_add(&b, (char[]){ 0, 0, 0, (char)(i % DIRS) }, 4);
    for (int i = 0; i < FILES; i++)
        buf_add(&b, "f", 2);
    for (int i = 0; i < DIRS; i++) {
        for (int j = 0; j < DIR; j++)
            buf_char(&b, (char)('a' + i));
        buf_char(&b, '\0');
    }
    struct input in = { STR("x"), buf_view(&b) };
    CHECK(buf_ok(&b) && rpm_open(&r, &in, &f, &e) == 0);
    CHECK(rpm_add(&r, in.body, &e) < 0);
    CHECK_INT(e.code, ERR_LIMIT);
    CHECK(str_has(str_of(e.text), STR("out of proportion"))); /* stopped by the work, not by the memory */
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

static void memory(void)
{
#ifdef __SANITIZE_ADDRESS__
    printf("# the sanitizer's own memory hides ours: not measured\n");
#else
    struct rusage used;

    CHECK(getrusage(RUSAGE_SELF, &used) == 0);
    CHECK(used.ru_maxrss * 1024L < MEMORY_MOST);
#endif
}

int main(int argc, char **argv)
{
    static const struct test all[] = { T(header),           T(bdb),      T(ndb),
                                       T(sqlite),           T(manifest), T(circle),
                                       T(long_directories), T(memory) };

    if (argc < 2)
        return 2;
    data = argv[1];
    alarm(SECONDS); /* a hang is a failure */
    return tap_run(all, ARRAY_LEN(all));
}
