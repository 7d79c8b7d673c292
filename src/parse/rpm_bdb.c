/* rpm_bdb.c - the Packages file of rpm before 4.16: a Berkeley DB hash database, read without Berkeley DB.
 *
 * Page 0 describes the database; every other page starts with 26 bytes that say what it is. A page of a hash
 * bucket has an array of 16-bit offsets to items that lie at its end, key and value by turns. A value is
 * inline or, as nearly all headers are, on a chain of overflow pages. Which bucket a page belongs to is of no
 * interest here, so pages are read from first to last. Numbers are in the order of the machine that wrote it.
 * See dbinc/db_page.h of Berkeley DB. */
#include "core/buf.h"
#include "parse/rpm_header.h"

enum { HASH_MAGIC = 0x061561, OLDEST = 5, NEWEST = 10 }; /* versions of the format, Berkeley DB 3 to 6 */
enum { PAGE_HEAD = 26, META_SIZE = 72 };
enum { PAGE_HASH_UNSORTED = 2, PAGE_OVERFLOW = 7, PAGE_META = 8, PAGE_HASH = 13 };
enum { ITEM_INLINE = 1, ITEM_OFF_PAGE = 3 };

struct bdb {
    struct str body;
    struct str page; /* the one that is read */
    uint32_t number, page_size, n_pages;
    bool big; /* byte order of the file */
    struct buf chain;
};

static uint32_t u32(const struct bdb *b, const char *p)
{
    const unsigned char *u = (const void *)p;

    if (b->big)
        return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
    return (uint32_t)u[3] << 24 | (uint32_t)u[2] << 16 | (uint32_t)u[1] << 8 | u[0];
}

static uint32_t u16(const struct bdb *b, const char *p)
{
    const unsigned char *u = (const void *)p;

    return b->big ? (uint32_t)u[0] << 8 | u[1] : (uint32_t)u[1] << 8 | u[0];
}

static int open_meta(struct bdb *b, struct err *e)
{
    const char *meta = b->body.p;

    if (b->body.n < META_SIZE)
        return err_set(e, ERR_FORMAT, "%zu bytes are no Berkeley DB", b->body.n);
    b->big = u32(b, meta + 12) != HASH_MAGIC;
    if (u32(b, meta + 12) != HASH_MAGIC || meta[25] != PAGE_META)
        return err_set(e, ERR_FORMAT, "offset 12: not a Berkeley DB hash database");
    uint32_t version = u32(b, meta + 16);
    b->page_size = u32(b, meta + 20);
    if (version < OLDEST || version > NEWEST || meta[24])
        return err_set(e, ERR_UNSUPPORTED, "hash database of version %u%s", version,
                       meta[24] ? ", encrypted" : "");
    if (b->page_size < 512 || b->page_size > 65536 || b->page_size & (b->page_size - 1))
        return err_set(e, ERR_FORMAT, "offset 20: pages of %u bytes", b->page_size);
    uint64_t said = (uint64_t)u32(b, meta + 32) + 1, have = b->body.n / b->page_size;
    b->n_pages = (uint32_t)MIN(said, have); /* max_size keeps it in 32 bits */
    return 0;
}

static struct str page_at(const struct bdb *b, uint32_t number)
{
    return (struct str){ b->body.p + (size_t)number * b->page_size, b->page_size };
}

/* Item i of the page: it ends where the item before it begins. */
static bool item_at(const struct bdb *b, uint32_t i, struct str *out)
{
    const char *offsets = b->page.p + PAGE_HEAD;
    uint32_t begin = u16(b, offsets + (size_t)i * 2);
    uint32_t end = i ? u16(b, offsets + (size_t)(i - 1) * 2) : b->page_size;

    *out = (struct str){ b->page.p + begin, end - begin };
    return begin >= PAGE_HEAD && end <= b->page_size && begin < end;
}

/* The value on the chain that starts at page `at`. Every page must add something and the sum is known, so a
 * circle ends. */
static int read_chain(struct bdb *b, uint32_t at, uint32_t total, struct err *e)
{
    buf_clear(&b->chain);
    while (b->chain.n < total) {
        if (!at || at >= b->n_pages)
            return err_set(e, ERR_FORMAT, "page %u: overflow to page %u of %u", b->number, at, b->n_pages);
        struct str page = page_at(b, at);
        uint32_t n = u16(b, page.p + 22);
        if (page.p[25] != PAGE_OVERFLOW || !n || n > b->page_size - PAGE_HEAD || n > total - b->chain.n)
            return err_set(e, ERR_FORMAT, "page %u: not the overflow of page %u", at, b->number);
        buf_add(&b->chain, page.p + PAGE_HEAD, n);
        at = u32(b, page.p + 16);
    }
    return buf_ok(&b->chain) ? 0 : err_set(e, ERR_LIMIT, "no memory for a header of %u bytes", total);
}

static int read_value(struct bdb *b, struct rpm_reader *r, struct str value, struct str *header,
                      struct err *e)
{
    if (value.p[0] == ITEM_INLINE) {
        *header = str_skip(value, 1);
        return rpm_expect(r, header->n, e);
    }
    if (value.p[0] != ITEM_OFF_PAGE || value.n < 12)
        return err_set(e, ERR_FORMAT, "page %u: item of kind %d", b->number, value.p[0]);
    uint32_t total = u32(b, value.p + 8);
    if (rpm_expect(r, total, e) < 0 || read_chain(b, u32(b, value.p + 4), total, e) < 0)
        return -1;
    *header = buf_view(&b->chain);
    return 0;
}

/* rpm keeps its next free number under the key 0. */
static bool is_counter(struct str key)
{
    return key.n == 5 && key.p[0] == ITEM_INLINE && !memcmp(key.p + 1, "\0\0\0\0", 4);
}

static int read_page(struct bdb *b, struct rpm_reader *r, struct err *e)
{
    uint32_t n = u16(b, b->page.p + 20);
    struct str key, value, header;
    struct err lost = { 0 };

    if (PAGE_HEAD + (uint64_t)n * 2 > b->page_size || n % 2)
        return err_set(e, ERR_FORMAT, "page %u: %u items", b->number, n);
    for (uint32_t i = 0; i < n; i += 2) {
        if (!item_at(b, i, &key) || !item_at(b, i + 1, &value))
            return err_set(e, ERR_FORMAT, "page %u: item %u lies outside", b->number, i);
        if (is_counter(key))
            continue;
        bool have = read_value(b, r, value, &header, &lost) == 0;
        if ((have ? rpm_add(r, header, e) : rpm_lost(r, &lost, e)) < 0)
            return -1;
    }
    return 0;
}

/* A short file still has pages worth reading, but its end is missing. */
static int read_pages(struct bdb *b, struct rpm_reader *r, struct err *e)
{
    for (b->number = 1; b->number < b->n_pages; b->number++) {
        b->page = page_at(b, b->number);
        char type = b->page.p[25];
        if ((type == PAGE_HASH || type == PAGE_HASH_UNSORTED) && read_page(b, r, e) < 0)
            return -1;
    }
    uint64_t want = (uint64_t)u32(b, b->body.p + 32) + 1;
    if (want > b->n_pages)
        return err_set(e, ERR_FORMAT, "ends after %u of %llu pages", b->n_pages, (unsigned long long)want);
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct bdb b = { .body = in->body, .chain = BUF(in->body.n) };
    AUTO_RPM struct rpm_reader r = { 0 };

    if (open_meta(&b, e) < 0 || rpm_open(&r, in, out, e) < 0)
        return -1;
    int result = read_pages(&b, &r, e);
    buf_free(&b.chain);
    return result < 0 ? result : rpm_close(&r, e);
}

const struct parser parser_rpm_bdb = {
    .name = "rpm_bdb",
    .what = "rpm packages: Berkeley DB, RHEL and CentOS 5 to 8, Amazon Linux 2, old SUSE",
    .version = 2,
    .paths = PATHS("var/lib/rpm/Packages", "usr/lib/sysimage/rpm/Packages", "usr/share/rpm/Packages"),
    .max_size = 512u << 20,
    .parse = parse,
};
