/* fuzz_db.c - an advisory database by a liar: a small one is made, the input says which of its bytes become
 * what, all digests are made to fit again, and everything in it is asked for. */
#include "fuzz.h"

#include "advisory/db_form.h"
#include "advisory/feed.h"
#include "scan/lookup.h"

#include <openssl/sha.h>

enum { EDIT = 3 }; /* bytes: a place, little-endian, and a value */

static const struct str cve[] = { STR("CVE-2030-1"), STR("CVE-2030-2") }, ghsa[] = { STR("GHSA-x") };
static const struct str vector[] = { STR("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H") };
static const struct str versions[] = { STR("0.9"), STR("0.8") };
static const struct version_event events[] = { { EVENT_INTRODUCED, STR("0") },
                                               { EVENT_LAST_AFFECTED, STR("3") },
                                               { EVENT_LIMIT, STR("4") } };
static const struct advisory advisories[] = {
    { .id = STR("DEBIAN-1"), .upstream = { cve, 2 }, .source = STR("debian"), .title = STR("hull") },
    { .id = STR("GHSA-x"),
      .aliases = { cve, 1 },
      .source = STR("github"),
      .cvss = { vector, 1 },
      .stops = STR("no keel") },
    { .id = STR("PYSEC-1"), .aliases = { ghsa, 1 }, .source = STR("pypa"), .kev_added = STR("2030-02-02") },
};
static const struct affected packages[] = {
    { .ecosystem = STR("Debian:12"), .name = STR("hull"), .event = events, .n_event = 1 },
    { .ecosystem = STR("npm"),
      .name = STR("@hull/keel"),
      .event = events,
      .n_event = 3,
      .module = STR("m:1") },
    { .ecosystem = STR("PyPI"), .name = STR("keel"), .versions = { versions, 2 }, .severity = STR("low") },
};

static void build(struct buf *out)
{
    static const struct release_end end = { STR("Debian:12"), STR(""), STR("2026-06-10"), STR("2028-06-30"),
                                            STR("") };
    struct db_builder *b = db_builder_new();
    AUTO_FACTS struct facts f = FACTS(1u << 20);
    struct feed_facts sink;
    struct err e;

    feed_facts_init(&sink, &f);
    for (size_t i = 0; i < ARRAY_LEN(advisories); i++)
        if (sink.sink.advisory(&sink.sink, &advisories[i], &packages[i], 1, &e) < 0)
            abort();
    if (!b || sink.sink.release(&sink.sink, &end, &e) < 0 || db_builder_add(b, &f, &e) < 0 ||
        db_builder_write(b, 1900000000, NULL, out, &e) < 0)
        abort();
    db_builder_free(&b);
}

/* Digests of the blocks, then of the head with them, as far as the head still says where those are. */
static void seal(char *p, size_t n)
{
    struct db_head h;

    memcpy(&h, p, sizeof h);
    uint64_t data = le64toh(h.data);
    if (data < sizeof h || data > n)
        return;
    for (uint64_t from = data, at = sizeof h; from < n && at + DB_DIGEST <= data;
         from += DB_BLOCK, at += DB_DIGEST)
        SHA256((unsigned char *)p + from, MIN(n - from, (uint64_t)DB_BLOCK), (unsigned char *)p + at);
    SHA256((unsigned char *)p + DB_SIGNED_FROM, data - DB_SIGNED_FROM,
           (unsigned char *)p + offsetof(struct db_head, digest));
}

static void ask(struct db *db, const struct affected *p)
{
    AUTO_WALK struct db_walk w = { 0 };
    AUTO_ARENA struct arena a = ARENA(1u << 20);
    struct db_statement s;
    struct db_advisory said;
    struct db_vuln v;
    struct err e = { 0 };
    int r = db_find(db, db_ecosystem(db, p->ecosystem), p->name, &w, &e);

    while (r > 0 && (r = db_next(&w, &s, &e)) > 0) {
        if ((r = db_advisory(db, s.advisory, &a, &said, &e)) < 0)
            break;
        for (size_t i = 0; i < said.n_vuln; i++) {
            struct err why = { 0 };
            must_say(db_vuln(db, said.vuln[i], &a, &v, &why), &why);
        }
        r = 1;
    }
    must_say(r, &e);
}

/* The other way round: all of it is walked through. */
static void look_up(struct db *db, struct str id)
{
    AUTO_ARENA struct arena a = ARENA(1u << 20);
    const struct advisories sets = { .db = { db }, .n = 1 };
    struct lookup found;
    struct err e = { 0 };

    must_say(lookup_id(&sets, id, &a, &found, &e), &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct buf good = BUF(0);
    struct db *db = NULL;
    struct err e = { 0 };
    uint32_t number;

    if (!good.n)
        build(&good);
    AUTO_FREE char *exact = exact_copy((const uint8_t *)good.p, good.n);
    for (size_t i = 0; i + EDIT <= size; i += EDIT)
        exact[(data[i] | (size_t)data[i + 1] << 8) % good.n] = (char)data[i + 2];
    seal(exact, good.n);
    int r = db_open_bytes((struct str){ exact, good.n }, NULL, &db, &e);
    must_say(r, &e);
    if (r < 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(packages); i++)
        ask(db, &packages[i]);
    for (size_t i = 0; i < ARRAY_LEN(cve); i++)
        must_say(db_vuln_by_id(db, cve[i], &number, &e), &e);
    must_say(db_check(db, &e), &e);
    look_up(db, cve[0]);
    look_up(db, advisories[0].id);
    db_close(&db);
    return 0;
}
