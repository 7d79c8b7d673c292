#include "model/record.h"

#define XXH_INLINE_ALL
#include <stdio.h>
#include <xxhash.h>

enum { FACT_SIZE_MOST = 1024 };
static const char magic[8] = "SCANREC1";

#define FITS(KIND, name, plural) static_assert(sizeof(struct name) <= FACT_SIZE_MOST, "room for a " #name);
FACT_KINDS(FITS)

uint64_t record_schema(void)
{
    static uint64_t schema;

    if (schema)
        return schema;
    for (size_t k = 0; k < FACT_KIND_COUNT; k++)
        for (size_t i = 0; i < fact_info[k].n_field; i++) {
            const struct fact_field *f = &fact_info[k].field[i];
            schema = XXH3_64bits_withSeed(fact_info[k].plural, strlen(fact_info[k].plural), schema + k);
            schema = XXH3_64bits_withSeed(f->name, strlen(f->name), schema + f->type);
        }
    return schema;
}

static void put_text(struct buf *b, struct str s)
{
    buf_varint(b, s.n);
    buf_str(b, s);
}

static void put_field(struct buf *b, enum field_type type, const void *at)
{
    const struct strs *list = at;
    const struct u32s *numbers = at;

    switch (type) {
    case FIELD_STR:
        put_text(b, *(const struct str *)at);
        break;
    case FIELD_STRS:
        buf_varint(b, list->n);
        for (size_t i = 0; i < list->n; i++)
            put_text(b, list->p[i]);
        break;
    case FIELD_U32S:
        buf_varint(b, numbers->n);
        for (size_t i = 0; i < numbers->n; i++)
            buf_varint(b, numbers->p[i]);
        break;
    case FIELD_U32:
        buf_varint(b, *(const uint32_t *)at);
        break;
    case FIELD_U64:
        buf_varint(b, *(const uint64_t *)at);
        break;
    case FIELD_BOOL:
        buf_char(b, *(const bool *)at ? 1 : 0);
        break;
    }
}

int record_encode(const struct facts *f, struct buf *out, struct err *e)
{
    size_t start = out->n;
    uint64_t schema = record_schema();

    buf_add(out, magic, sizeof magic);
    buf_add(out, &schema, sizeof schema);
    for (size_t k = 0; k < FACT_KIND_COUNT; k++) {
        const struct fact_info *info = &fact_info[k];
        buf_varint(out, f->list[k].n);
        for (size_t i = 0; i < f->list[k].n; i++)
            for (size_t j = 0; j < info->n_field; j++)
                put_field(out, info->field[j].type,
                          (const char *)f->list[k].items + i * info->size + info->field[j].at);
    }
    uint64_t sum = buf_ok(out) ? XXH3_64bits(out->p + start, out->n - start) : 0;
    buf_add(out, &sum, sizeof sum);
    return buf_ok(out) ? 0 : err_set(e, ERR_LIMIT, "record is larger than %zu bytes", out->max);
}

static bool get_text(struct str *in, struct str *out)
{
    uint64_t n;

    return take_varint(in, &n) && n <= in->n && take_bytes(in, n, out);
}

/* Without an arena a field is checked, and passed over. */
static bool get_strs(struct str *in, struct arena *a, struct strs *out)
{
    struct str passed;
    uint64_t n;

    if (!take_varint(in, &n) || n > in->n) /* a text takes a byte at the least */
        return false;
    struct str *p = a && n ? arena_array(a, struct str, n) : NULL;
    if (a && n && !p)
        return false;
    for (uint64_t i = 0; i < n; i++)
        if (!get_text(in, p ? &p[i] : &passed))
            return false;
    *out = (struct strs){ p, p ? n : 0 };
    return true;
}

static bool get_u32(struct str *in, uint32_t *out)
{
    uint64_t v;

    if (!take_varint(in, &v) || v > UINT32_MAX)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool get_u32s(struct str *in, struct arena *a, struct u32s *out)
{
    uint32_t passed;
    uint64_t n;

    if (!take_varint(in, &n) || n > in->n) /* a number takes a byte at the least */
        return false;
    uint32_t *p = a && n ? arena_array(a, uint32_t, n) : NULL;
    if (a && n && !p)
        return false;
    for (uint64_t i = 0; i < n; i++)
        if (!get_u32(in, p ? &p[i] : &passed))
            return false;
    *out = (struct u32s){ p, p ? n : 0 };
    return true;
}

static bool get_field(struct str *in, struct arena *a, enum field_type type, void *to)
{
    struct str one;

    switch (type) {
    case FIELD_STR:
        return get_text(in, to);
    case FIELD_STRS:
        return get_strs(in, a, to);
    case FIELD_U32S:
        return get_u32s(in, a, to);
    case FIELD_U32:
        return get_u32(in, to);
    case FIELD_U64:
        return take_varint(in, to);
    case FIELD_BOOL:
        if (!take_bytes(in, 1, &one) || (unsigned char)one.p[0] > 1)
            return false;
        *(bool *)to = one.p[0] == 1;
        return true;
    }
    return false;
}

static int make_room(struct facts *f, enum fact_kind k, uint64_t n, struct err *e)
{
    f->list[k].items = arena_alloc(&f->arena, n * fact_info[k].size, _Alignof(max_align_t));
    f->list[k].cap = n;
    return f->list[k].items ? 0
                            : err_set(e, ERR_LIMIT, "record: %llu %s do not fit", (unsigned long long)n,
                                      fact_info[k].plural);
}

static int get_count(struct str *in, enum fact_kind k, uint64_t *n, struct err *e)
{
    if (!take_varint(in, n) || *n > in->n / fact_info[k].n_field)
        return err_set(e, ERR_FORMAT, "record: impossible count of %s", fact_info[k].plural);
    return 0;
}

static int get_fact(struct str *in, struct arena *a, enum fact_kind k, uint64_t i, char *to, struct err *e)
{
    const struct fact_info *info = &fact_info[k];

    for (size_t j = 0; j < info->n_field; j++)
        if (!get_field(in, a, info->field[j].type, to + info->field[j].at))
            return err_set(e, ERR_FORMAT, "record: %s %llu: bad %s", info->plural, (unsigned long long)i,
                           info->field[j].name);
    return 0;
}

/* Behind what there is, for which room was made; without that of a single record. */
static int get_kind(struct str *in, struct facts *f, enum fact_kind k, struct err *e)
{
    uint64_t n;

    if (get_count(in, k, &n, e) < 0)
        return -1;
    if (n && !f->list[k].items && make_room(f, k, n, e) < 0)
        return -1;
    if (n > f->list[k].cap - f->list[k].n)
        return err_set(e, ERR_FORMAT, "record: impossible count of %s", fact_info[k].plural);
    for (uint64_t i = 0; i < n; i++, f->list[k].n++)
        if (get_fact(in, &f->arena, k, i, (char *)f->list[k].items + f->list[k].n * fact_info[k].size, e) < 0)
            return -1;
    return 0;
}

/* The kinds of one record, without head and checksum. */
static int open_record(struct str record, struct str *in, struct err *e)
{
    uint64_t schema, sum;

    *in = record;
    if (in->n < sizeof magic + sizeof schema + sizeof sum || memcmp(in->p, magic, sizeof magic) != 0)
        return err_set(e, ERR_FORMAT, "not a record");
    memcpy(&schema, in->p + sizeof magic, sizeof schema);
    if (schema != record_schema())
        return err_set(e, ERR_FORMAT, "record of another version");
    in->n -= sizeof sum;
    memcpy(&sum, in->p + in->n, sizeof sum);
    if (sum != XXH3_64bits(in->p, in->n))
        return err_set(e, ERR_FORMAT, "record is damaged");
    *in = str_skip(*in, sizeof magic + sizeof schema);
    return 0;
}

int record_decode(struct str record, struct facts *f, struct err *e)
{
    size_t base = f->list[FACT_PACKAGE_KIND].n;
    struct str in;

    if (open_record(record, &in, e) < 0)
        return -1;
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++)
        if (get_kind(&in, f, k, e) < 0)
            return -1;
    facts_move_needs(f, base);
    return in.n ? err_set(e, ERR_FORMAT, "record: %zu bytes too many", in.n) : 0;
}

/* How many of each kind: counted before, for lists that grow would be copied again and again. */
static int count_kinds(struct str record, uint64_t *count, struct err *e)
{
    _Alignas(max_align_t) char passed[FACT_SIZE_MOST];
    struct str in;
    uint64_t n;

    if (open_record(record, &in, e) < 0)
        return -1;
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++) {
        if (get_count(&in, k, &n, e) < 0)
            return -1;
        for (uint64_t i = 0; i < n; i++)
            if (get_fact(&in, NULL, k, i, passed, e) < 0)
                return -1;
        count[k] += n;
    }
    return 0;
}

int records_decode(const struct str *record, size_t n, struct facts *f, struct err *e)
{
    uint64_t count[FACT_KIND_COUNT] = { 0 };

    for (size_t i = 0; i < n; i++)
        if (count_kinds(record[i], count, e) < 0)
            return -1;
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++)
        if (count[k] && make_room(f, k, count[k], e) < 0)
            return -1;
    for (size_t i = 0; i < n; i++)
        if (record_decode(record[i], f, e) < 0)
            return -1;
    return 0;
}
