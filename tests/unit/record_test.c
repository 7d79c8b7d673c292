/* Records: all kinds of facts come back as they went in, and no hostile record gets through or crashes. */
#include "model/record.h"
#include "tap.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { BUDGET = 4 << 20, EACH = 3 };

static const uint32_t counts[] = { 0, 300, UINT32_MAX };
static const struct str words[] = { STR("a\0b"), STR(""), STR("\xff\xfe not UTF-8"), STR("fourth") };

/* Something different in every field, made from the field tables: a new kind is covered when it is added. */
static void fill(char *fact, const struct fact_info *info, unsigned seed)
{
    for (size_t i = 0; i < info->n_field; i++) {
        unsigned v = seed * 31 + (unsigned)i;
        void *at = fact + info->field[i].at;
        switch (info->field[i].type) {
        case FIELD_STR:
            *(struct str *)at = words[v % ARRAY_LEN(words)];
            break;
        case FIELD_STRS:
            *(struct strs *)at = (struct strs){ words, v % (ARRAY_LEN(words) + 1) };
            break;
        case FIELD_U32S:
            *(struct u32s *)at = (struct u32s){ counts, v % (ARRAY_LEN(counts) + 1) };
            break;
        case FIELD_U32:
            *(uint32_t *)at = v % 2 ? v : UINT32_MAX - v;
            break;
        case FIELD_U64:
            *(uint64_t *)at = v % 2 ? v : UINT64_MAX - v;
            break;
        case FIELD_BOOL:
            *(bool *)at = v % 2;
            break;
        }
    }
}

static void all_kinds(struct facts *f)
{
    _Alignas(max_align_t) char fact[1024];
    struct err e = { 0 };

    for (unsigned k = 0; k < FACT_KIND_COUNT; k++)
        for (unsigned i = 0; i < EACH; i++) {
            CHECK(fact_info[k].size <= sizeof fact);
            memset(fact, 0, sizeof fact);
            fill(fact, &fact_info[k], k + i);
            CHECK_INT(facts_add_kind(f, (enum fact_kind)k, fact, &e), 0);
        }
}

static void encode(const struct facts *f, struct buf *out)
{
    struct err e = { 0 };

    CHECK_INT(record_encode(f, out, &e), 0);
}

static bool is_within(struct str s, struct str in)
{
    return !s.n || (s.p >= in.p && s.p + s.n <= in.p + in.n);
}

/* All text is a view into the record; reading it is what a crash would come from. */
static void check_views(const struct facts *f, struct str record)
{
    for (unsigned k = 0; k < FACT_KIND_COUNT; k++)
        for (size_t i = 0; i < f->list[k].n; i++)
            for (size_t j = 0; j < fact_info[k].n_field; j++) {
                const struct fact_field *field = &fact_info[k].field[j];
                const void *at = (const char *)f->list[k].items + i * fact_info[k].size + field->at;
                const struct strs *list = at;
                if (field->type == FIELD_STR)
                    CHECK(is_within(*(const struct str *)at, record));
                for (size_t s = 0; field->type == FIELD_STRS && s < list->n; s++)
                    CHECK(is_within(list->p[s], record));
                if (field->type == FIELD_BOOL)
                    CHECK(*(const unsigned char *)at <= 1);
            }
}

static void round_trip(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET), back = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET), again = BUF(BUDGET);
    struct err e = { 0 };

    all_kinds(&f);
    encode(&f, &record);
    CHECK_INT(record_decode(buf_view(&record), &back, &e), 0);
    CHECK_INT(facts_count(&back), EACH * FACT_KIND_COUNT);
    check_views(&back, buf_view(&record));
    encode(&back, &again);
    CHECK(str_eq(buf_view(&record), buf_view(&again)));
}

static void empty(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET), back = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);
    struct err e = { 0 };

    encode(&f, &record);
    CHECK_INT(record_decode(buf_view(&record), &back, &e), 0);
    CHECK_INT(facts_count(&back), 0);
}

/* Decode a copy that ends where its allocation ends. */
static int decode_exact(struct str record, struct err *e)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_FREE char *p = malloc(record.n ? record.n : 1);

    if (record.n)
        memcpy(p, record.p, record.n);
    int r = record_decode((struct str){ p, record.n }, &f, e);
    check_views(&f, (struct str){ p, record.n });
    return r;
}

static void every_truncation(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);

    all_kinds(&f);
    encode(&f, &record);
    for (size_t n = 0; n < record.n; n++) {
        struct err e = { 0 };
        CHECK_INT(decode_exact((struct str){ record.p, n }, &e), -1);
        CHECK(e.code && e.text[0]);
    }
    buf_char(&record, 0); /* and a byte too many */
    CHECK_INT(decode_exact(buf_view(&record), &(struct err){ 0 }), -1);
}

static void every_bit_flip(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);

    all_kinds(&f);
    encode(&f, &record);
    for (size_t bit = 0; bit < record.n * 8; bit++) {
        struct err e = { 0 };
        record.p[bit / 8] = (char)(record.p[bit / 8] ^ 1 << bit % 8);
        CHECK_INT(decode_exact(buf_view(&record), &e), -1);
        record.p[bit / 8] = (char)(record.p[bit / 8] ^ 1 << bit % 8);
    }
}

/* A checksum is against damage, not against an enemy, who computes it anew. */
static void sign(struct str record)
{
    uint64_t sum = XXH3_64bits(record.p, record.n - sizeof sum);

    memcpy((char *)(uintptr_t)record.p + record.n - sizeof sum, &sum, sizeof sum);
}

static void every_forged_byte(void)
{
    static const unsigned char forged[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);
    size_t refused = 0;

    all_kinds(&f);
    encode(&f, &record);
    for (size_t at = 0; at < record.n - 8; at++)
        for (size_t i = 0; i < ARRAY_LEN(forged); i++) {
            struct err e = { 0 };
            char was = record.p[at];
            record.p[at] = (char)forged[i];
            sign(buf_view(&record));
            refused += decode_exact(buf_view(&record), &e) < 0;
            record.p[at] = was;
        }
    CHECK(refused > record.n);
}

static void every_forged_truncation(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);

    all_kinds(&f);
    encode(&f, &record);
    for (size_t n = record.n - 1; n >= 24; n--) { /* signing overwrites the tail: always cut further */
        sign((struct str){ record.p, n });
        struct err e = { 0 };
        CHECK_INT(decode_exact((struct str){ record.p, n }, &e), -1);
    }
}

/* Counts far beyond the bytes that are there must not be believed by an allocation. */
static void forged_count(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET);
    AUTO_BUF struct buf record = BUF(BUDGET);
    struct err e = { 0 };
    uint64_t schema = record_schema(), sum = 0;

    buf_add(&record, "SCANREC1", 8);
    buf_add(&record, &schema, sizeof schema);
    buf_varint(&record, UINT64_MAX);
    buf_add(&record, &sum, sizeof sum);
    sign(buf_view(&record));
    CHECK_INT(record_decode(buf_view(&record), &f, &e), -1);
    CHECK_INT(f.arena.used, 0);
}

/* Of several records: all facts in order, and packages that name each other by their places still do. */
static void joined(void)
{
    static const uint32_t first = 1, beyond = 7;
    struct buf record[3] = { BUF(BUDGET), BUF(BUDGET), BUF(BUDGET) };
    AUTO_FACTS struct facts back = FACTS(BUDGET);
    struct err e = { 0 };
    struct str all[3];
    size_t n;

    for (size_t i = 0; i < 3; i++) {
        AUTO_FACTS struct facts f = FACTS(BUDGET);
        for (size_t k = 0; k < 2; k++) {
            struct package p = { .type = STR("npm"),
                                 .needs_here = { k ? &beyond : &first, 1 },
                                 .line = (uint32_t)(2 * i + k) };
            CHECK_INT(facts_add_package(&f, &p, &e), 0);
        }
        struct note note = { .where = STR("a") };
        CHECK_INT(facts_add_note(&f, &note, &e), 0);
        encode(&f, &record[i]);
        all[i] = buf_view(&record[i]);
    }
    CHECK_INT(records_decode(all, 3, &back, &e), 0);
    const struct package *p = facts_package(&back, &n);
    CHECK_INT(n, 6);
    CHECK_INT(back.list[FACT_NOTE_KIND].n, 3);
    for (uint32_t i = 0; i < n; i++) {
        CHECK_INT(p[i].line, i);
        CHECK_INT(p[i].needs_here.p[0], i % 2 ? (i < 2 ? beyond : UINT32_MAX) : i + 1);
    }
    all[1].n--; /* one that is damaged is the end */
    AUTO_FACTS struct facts bad = FACTS(BUDGET);
    CHECK_INT(records_decode(all, 3, &bad, &e), -1);
    for (size_t i = 0; i < 3; i++)
        buf_free(&record[i]);
}

static void budget(void)
{
    AUTO_FACTS struct facts f = FACTS(BUDGET), little = FACTS(100);
    AUTO_BUF struct buf record = BUF(BUDGET), small = BUF(100);
    struct err e = { 0 };

    all_kinds(&f);
    CHECK_INT(record_encode(&f, &small, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
    encode(&f, &record);
    CHECK_INT(record_decode(buf_view(&record), &little, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
}

static void facts_limit(void)
{
    AUTO_FACTS struct facts f = FACTS(10000);
    struct package p = { .type = STR("deb"), .name = STR("name") };
    struct err e = { 0 };
    int r = 0;

    for (int i = 0; i < 1000 && r == 0; i++)
        r = facts_add_package(&f, &p, &e);
    CHECK_INT(r, -1);
    CHECK_INT(e.code, ERR_LIMIT);
    CHECK(f.list[FACT_PACKAGE_KIND].n > 0); /* what was understood before stays */
    CHECK(f.arena.used <= 10000);
}

TESTS(T(round_trip), T(empty), T(every_truncation), T(every_bit_flip), T(every_forged_byte),
      T(every_forged_truncation), T(forged_count), T(joined), T(budget), T(facts_limit))
