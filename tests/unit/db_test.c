/* The advisory database: what goes in comes out, in one form whatever the order; damage and lies are refused.
 */
#include "advisory/db.h"
#include "advisory/feed.h"
#include "tap.h"

static void fail_on(int r, const struct err *e)
{
    if (r < 0)
        printf("# %s\n", e->text);
    CHECK(r >= 0);
}

struct said {
    struct advisory a;
    struct affected p[2];
    size_t n;
};

static const struct version_event fixed_in_2[] = { { EVENT_INTRODUCED, STR("0") },
                                                   { EVENT_FIXED, STR("2-1") } };
static const struct version_event between[] = { { EVENT_INTRODUCED, STR("1.0") },
                                                { EVENT_FIXED, STR("1.5") } };
static const struct version_event odd[] = { { EVENT_INTRODUCED, STR("0") },
                                            { EVENT_LAST_AFFECTED, STR("3") },
                                            { EVENT_LIMIT, STR("4") } };
static const struct version_event all[] = { { EVENT_INTRODUCED, STR("0") } };
static const struct str cve_1[] = { STR("CVE-2030-1") }, two[] = { STR("CVE-2030-1"), STR("CVE-2030-2") };
static const struct str ghsa[] = { STR("GHSA-x") };
static const struct str vector[] = { STR("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H") };
static const struct str single[] = { STR("0.9"), STR("0.8") };

#define LIST(l)         \
    {                   \
        l, ARRAY_LEN(l) \
    }
#define EVENTS(l) .event = l, .n_event = ARRAY_LEN(l)

static const struct said world[] = {
    { { .id = STR("DEBIAN-CVE-2030-1"),
        .upstream = LIST(cve_1),
        .source = STR("debian"),
        .severity = STR("low") },
      { { .ecosystem = STR("Debian:12"), .name = STR("hull"), EVENTS(fixed_in_2) },
        { .ecosystem = STR("Debian:13"),
          .name = STR("hull"),
          .says = SAYS_UNIMPORTANT,
          EVENTS(all),
          .severity = STR("unimportant"),
          .module = STR("m:1"),
          .arch = STR("amd64"),
          .binary = true } },
      2 },
    { { .id = STR("GHSA-x"),
        .aliases = LIST(cve_1),
        .source = STR("github"),
        .title = STR("Keel breaks"),
        .cvss = LIST(vector),
        .modified = STR("2030-01-02") },
      { { .ecosystem = STR("npm"), .name = STR("@hull/keel"), EVENTS(between) },
        { .ecosystem = STR("npm"), .name = STR("@hull/keel"), EVENTS(odd), .versions = LIST(single) } },
      2 },
    { { .id = STR("PYSEC-1"), .aliases = LIST(ghsa), .source = STR("pypa") },
      { { .ecosystem = STR("PyPI"), .name = STR("keel"), .versions = LIST(single) } },
      1 },
    { { .id = STR("ALSA-1"), .upstream = LIST(two), .source = STR("alma"), .title = STR("Update of hull") },
      { { .ecosystem = STR("AlmaLinux:9"), .name = STR("hull"), EVENTS(fixed_in_2) } },
      1 },
    { { .id = STR("GONE-1"), .withdrawn = STR("2030-01-01"), .source = STR("pypa") },
      { { .ecosystem = STR("PyPI"), .name = STR("keel"), EVENTS(all) } },
      1 },
    { { .id = STR("CVE-2030-2"),
        .source = STR("kev"),
        .kev_added = STR("2030-02-02"),
        .has_epss = true,
        .epss_ppm = 1234 } },
    { { .id = STR("CVE-2030-9"), .source = STR("kev"), .kev_added = STR("2030-02-02") } },
};

/* Each of the world in a record of its own, from `first` on, around. */
static void build(size_t first, const unsigned char *seed, struct buf *out)
{
    struct db_builder *b = db_builder_new();
    struct err e = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(world); i++) {
        const struct said *s = &world[(first + i) % ARRAY_LEN(world)];
        AUTO_FACTS struct facts f = FACTS(1u << 20);
        struct feed_facts sink;
        feed_facts_init(&sink, &f);
        fail_on(sink.sink.advisory(&sink.sink, &s->a, s->p, s->n, &e), &e);
        if (i == 3) {
            struct release_end r = { STR("Debian:12"), STR(""), STR("2026-06-10"), STR("2028-06-30"),
                                     STR("") };
            fail_on(sink.sink.release(&sink.sink, &r, &e), &e);
        }
        fail_on(db_builder_add(b, &f, &e), &e);
    }
    fail_on(db_builder_write(b, 1900000000, seed, out, &e), &e);
    db_builder_free(&b);
}

static struct db *opened(const struct buf *bytes, const unsigned char *key)
{
    struct err e = { 0 };
    struct db *db = NULL;

    fail_on(db_open_bytes(buf_view(bytes), key, &db, &e), &e);
    return db;
}

static size_t count(struct db *db, struct str ecosystem, struct str name)
{
    AUTO_WALK struct db_walk w = { 0 };
    struct db_statement s;
    struct err e = { 0 };
    size_t n = 0;
    int r = db_find(db, db_ecosystem(db, ecosystem), name, &w, &e);

    fail_on(r, &e);
    while (r > 0 && (r = db_next(&w, &s, &e)) > 0)
        n++;
    fail_on(r, &e);
    return n;
}

static void same_whatever_the_order(void)
{
    AUTO_BUF struct buf one = BUF(0), other = BUF(0);

    build(0, NULL, &one);
    for (size_t first = 1; first < ARRAY_LEN(world); first++) {
        build(first, NULL, &other);
        CHECK(str_eq(buf_view(&one), buf_view(&other)));
        buf_free(&other);
    }
}

static void finds_packages(void)
{
    AUTO_BUF struct buf bytes = BUF(0);
    build(0, NULL, &bytes);
    AUTO_DB struct db *db = opened(&bytes, NULL);

    CHECK_INT(count(db, STR("Debian:12"), STR("hull")), 1);
    CHECK_INT(count(db, STR("npm"), STR("@hull/keel")), 2);
    CHECK_INT(count(db, STR("npm"), STR("keel")), 0);
    CHECK_INT(count(db, STR("npm"), STR("")), 0);
    CHECK_INT(count(db, STR("PyPI"), STR("keel")), 1); /* what was withdrawn is not said */
    CHECK_INT(db_ecosystem(db, STR("Debian:11")), -1);
}

static void statements_come_back_whole(void)
{
    AUTO_BUF struct buf bytes = BUF(0);
    AUTO_ARENA struct arena a = ARENA(1u << 20);
    AUTO_WALK struct db_walk w = { 0 };
    struct db_statement s = { 0 };
    struct db_advisory said;
    struct err e = { 0 };
    build(0, NULL, &bytes);
    AUTO_DB struct db *db = opened(&bytes, NULL);

    CHECK_INT(db_find(db, db_ecosystem(db, STR("Debian:13")), STR("hull"), &w, &e), 1);
    CHECK_INT(db_next(&w, &s, &e), 1);
    CHECK_INT(s.says, SAYS_UNIMPORTANT);
    CHECK(s.binary && str_eq(s.arch, STR("amd64")) && str_eq(s.module, STR("m:1")));
    CHECK(str_eq(s.severity, STR("unimportant")));
    CHECK(s.n_event == 1 && s.event[0].kind == EVENT_INTRODUCED && str_eq(s.event[0].version, STR("0")));
    fail_on(db_advisory(db, s.advisory, &a, &said, &e), &e);
    CHECK(str_eq(said.id, STR("DEBIAN-CVE-2030-1")) && str_eq(said.source, STR("debian")));
    CHECK_INT(said.n_vuln, 1);
    db_walk_close(&w);

    CHECK_INT(db_find(db, db_ecosystem(db, STR("npm")), STR("@hull/keel"), &w, &e), 1);
    for (size_t n = 0; db_next(&w, &s, &e) > 0; n++) {
        CHECK(s.n_event == 2 || s.n_event == 3);
        CHECK_INT(s.event[1].kind, s.n_event == 2 ? EVENT_FIXED : EVENT_LAST_AFFECTED);
        CHECK(str_eq(s.event[1].version, s.n_event == 2 ? STR("1.5") : STR("3")));
        CHECK_INT(s.versions.n, s.n_event == 2 ? 0 : 2);
    }
}

static void aliases_are_one_vulnerability(void)
{
    AUTO_BUF struct buf bytes = BUF(0);
    AUTO_ARENA struct arena a = ARENA(1u << 20);
    struct err e = { 0 };
    uint32_t by_cve, by_ghsa, by_pysec, other;
    struct db_vuln v;
    struct db_summary sum;
    build(0, NULL, &bytes);
    AUTO_DB struct db *db = opened(&bytes, NULL);

    db_summarise(db, &sum);
    CHECK_INT(sum.vulnerabilities, 2); /* CVE-2030-9 is of no package */
    CHECK_INT(db_vuln_by_id(db, STR("CVE-2030-1"), &by_cve, &e), 1);
    CHECK_INT(db_vuln_by_id(db, STR("GHSA-x"), &by_ghsa, &e), 1);
    CHECK_INT(db_vuln_by_id(db, STR("PYSEC-1"), &by_pysec, &e), 1);
    CHECK_INT(db_vuln_by_id(db, STR("CVE-2030-2"), &other, &e), 1);
    CHECK_INT(db_vuln_by_id(db, STR("CVE-2030-9"), &other, &e), 0);
    CHECK(by_cve == by_ghsa && by_cve == by_pysec && by_cve != other);
    fail_on(db_vuln(db, by_cve, &a, &v, &e), &e);
    CHECK(str_eq(v.title, STR("Keel breaks")) && v.cvss.n == 1 && v.aliases.n == 2);
    CHECK_INT(db_vuln_by_id(db, STR("CVE-2030-2"), &other, &e), 1);
    fail_on(db_vuln(db, other, &a, &v, &e), &e);
    CHECK(str_eq(v.kev_added, STR("2030-02-02")) && v.has_epss && v.epss_ppm == 1234);
}

/* Each byte changed, in turn: nothing may go wrong but with a reason. Most is noticed at once or by the
 * check; only padding behind a section may be anything, and that is in a block, too. */
static void every_damage_is_noticed(void)
{
    AUTO_BUF struct buf bytes = BUF(0);

    build(0, NULL, &bytes);
    for (size_t i = 0; i < bytes.n; i++) {
        struct db *db = NULL;
        struct err e = { 0 };
        bytes.p[i] ^= 0x55;
        int r = db_open_bytes(buf_view(&bytes), NULL, &db, &e);
        if (r == 0)
            r = db_check(db, &e);
        bool in_signature = i >= 40 && i < 104; /* which nobody asked for */
        CHECK(r < 0 ? e.text[0] != 0 : in_signature);
        db_close(&db);
        bytes.p[i] ^= 0x55;
    }
    for (size_t n = 0; n < bytes.n; n += 7) {
        struct db *db = NULL;
        struct err e = { 0 };
        CHECK_INT(db_open_bytes((struct str){ bytes.p, n }, NULL, &db, &e), -1);
    }
}

static void only_by_the_right_key(void)
{
    /* RFC 8032, test 1 */
    static const unsigned char seed[] = { 0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                          0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                          0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60 };
    static const unsigned char key[] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                         0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                         0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
    unsigned char wrong[DB_KEY_BYTES];
    AUTO_BUF struct buf bytes = BUF(0), plain = BUF(0);
    struct db_summary s;
    struct db *none = NULL;
    struct err e = { 0 };

    memcpy(wrong, key, sizeof wrong);
    wrong[3] ^= 1;
    build(0, seed, &bytes);
    build(0, NULL, &plain);
    AUTO_DB struct db *db = opened(&bytes, key);
    db_summarise(db, &s);
    CHECK(s.is_signed);
    CHECK_INT(db_open_bytes(buf_view(&bytes), wrong, &none, &e), -1);
    CHECK_INT(db_open_bytes(buf_view(&plain), key, &none, &e), -1);
    bytes.p[60] ^= 1;
    CHECK_INT(db_open_bytes(buf_view(&bytes), key, &none, &e), -1);
}

TESTS(T(same_whatever_the_order), T(finds_packages), T(statements_come_back_whole),
      T(aliases_are_one_vulnerability), T(every_damage_is_noticed), T(only_by_the_right_key))
