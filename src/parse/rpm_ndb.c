/* rpm_ndb.c - rpm's own database, Packages.db, the choice of SUSE: little-endian, 4 KB pages of 16-byte slots
 * at the front, each naming a package and the 16-byte blocks where its header lies. See rpm's
 * lib/backend/ndb/rpmpkg.c. */
#include "parse/rpm_header.h"

enum { FILE_HEAD = 32, PAGE = 4096, SLOT = 16, BLOCK = 16, BLOB_HEAD = 16, BLOB_TAIL = 12 };

static uint32_t le32(const char *p)
{
    const unsigned char *u = (const void *)p;

    return (uint32_t)u[3] << 24 | (uint32_t)u[2] << 16 | (uint32_t)u[1] << 8 | u[0];
}

/* The header in the blocks of a slot: head, header, padding, tail; head and tail tell its size. */
static int read_blob(struct str body, const char *slot, struct str *out, struct err *e)
{
    uint32_t package = le32(slot + 4);
    uint64_t at = (uint64_t)le32(slot + 8) * BLOCK, n = (uint64_t)le32(slot + 12) * BLOCK;

    if (n < BLOB_HEAD + BLOB_TAIL || at > body.n || n > body.n - at)
        return err_set(e, ERR_FORMAT, "package %u: %llu bytes at offset %llu are not in the file", package,
                       (unsigned long long)n, (unsigned long long)at);
    const char *head = body.p + at, *tail = head + n - BLOB_TAIL;
    uint32_t size = le32(head + 12);
    if (memcmp(head, "BlbS", 4) != 0 || le32(head + 4) != package || memcmp(tail + 8, "BlbE", 4) != 0 ||
        le32(tail + 4) != size || n != ((uint64_t)size + BLOB_HEAD + BLOB_TAIL + BLOCK - 1) / BLOCK * BLOCK)
        return err_set(e, ERR_FORMAT, "offset %llu: not the header of package %u", (unsigned long long)at,
                       package);
    *out = (struct str){ head + BLOB_HEAD, size };
    return 0;
}

static int read_slots(const struct input *in, struct str slots, struct rpm_reader *r, struct err *e)
{
    struct err lost = { 0 };
    struct str blob;

    for (size_t at = FILE_HEAD; at + SLOT <= slots.n; at += SLOT) {
        const char *slot = slots.p + at;
        if (memcmp(slot, "Slot", 4) != 0)
            return err_set(e, ERR_FORMAT, "offset %zu: not a slot", at);
        if (!le32(slot + 8)) /* free */
            continue;
        bool have = read_blob(in->body, slot, &blob, &lost) == 0 && rpm_expect(r, blob.n, &lost) == 0;
        if ((have ? rpm_add(r, blob, e) : rpm_lost(r, &lost, e)) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_RPM struct rpm_reader r = { 0 };

    if (in->body.n < FILE_HEAD || memcmp(in->body.p, "RpmP", 4) != 0)
        return err_set(e, ERR_FORMAT, "offset 0: not an rpm package database");
    if (le32(in->body.p + 4) != 0)
        return err_set(e, ERR_UNSUPPORTED, "package database of version %u", le32(in->body.p + 4));
    uint64_t slots = (uint64_t)le32(in->body.p + 12) * PAGE;
    if (!slots || slots > in->body.n)
        return err_set(e, ERR_FORMAT, "offset 12: slots of %llu bytes in a file of %zu",
                       (unsigned long long)slots, in->body.n);
    if (rpm_open(&r, in, out, e) < 0)
        return -1;
    if (read_slots(in, str_first(in->body, (size_t)slots), &r, e) < 0)
        return -1;
    return rpm_close(&r, e);
}

const struct parser parser_rpm_ndb = {
    .name = "rpm_ndb",
    .what = "rpm packages: rpm's own database, SUSE since 15",
    .version = 2,
    .paths =
        PATHS("var/lib/rpm/Packages.db", "usr/lib/sysimage/rpm/Packages.db", "usr/share/rpm/Packages.db"),
    .max_size = 512u << 20,
    .parse = parse,
};
