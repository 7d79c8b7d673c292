#include "core/zip.h"

#include "core/unzip.h"

enum {
    END_SIZE = 22,
    COMMENT_MOST = 65535,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56,
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    STORED = 0,
    DEFLATED = 8,
};
#define END_MAGIC     STR("PK\5\6")
#define LOCATOR_MAGIC STR("PK\6\7")
#define END64_MAGIC   STR("PK\6\6")
#define CENTRAL_MAGIC STR("PK\1\2")
#define LOCAL_MAGIC   STR("PK\3\4")

/* Little-endian; the caller has checked that it is there. */
static uint64_t number(struct str s, size_t at, unsigned size)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < size; i++)
        v |= (uint64_t)(unsigned char)s.p[at + i] << 8 * i;
    return v;
}

/* The record that ends the archive, searched backwards: a comment may follow it. */
static bool find_end(struct str file, size_t *at)
{
    if (file.n < END_SIZE)
        return false;
    size_t last = file.n - END_SIZE, least = last > COMMENT_MOST ? last - COMMENT_MOST : 0;
    for (size_t i = last + 1; i-- > least;)
        if (str_starts(str_skip(file, i), END_MAGIC) && number(file, i + 20, 2) <= file.n - i - END_SIZE) {
            *at = i;
            return true;
        }
    return false;
}

/* Number of entries, size and offset of the directory: from the larger record when there is one. *end moves
 * to it. */
static void read_end(struct str file, size_t *end, uint64_t *n, uint64_t *size, uint64_t *offset)
{
    struct str own = str_skip(file, *end);

    *n = number(own, 10, 2);
    *size = number(own, 12, 4);
    *offset = number(own, 16, 4);
    if (*end < LOCATOR_SIZE + END64_SIZE)
        return;
    struct str locator = str_skip(file, *end - LOCATOR_SIZE);
    struct str big = str_skip(file, *end - LOCATOR_SIZE - END64_SIZE);
    if (!str_starts(locator, LOCATOR_MAGIC) || !str_starts(big, END64_MAGIC))
        return;
    *end -= LOCATOR_SIZE + END64_SIZE;
    *n = number(big, 32, 8);
    *size = number(big, 40, 8);
    *offset = number(big, 48, 8);
}

int zip_open(struct zip *z, struct str file, struct err *e)
{
    uint64_t n, size, offset;
    size_t end;

    if (!find_end(file, &end))
        return err_set(e, ERR_FORMAT, "not a ZIP archive, or cut off: it has no end record");
    read_end(file, &end, &n, &size, &offset);
    if (size > end || offset > end - size)
        return err_set(e, ERR_FORMAT, "the directory is said to be at %llu with %llu bytes, beyond the end",
                       (unsigned long long)offset, (unsigned long long)size);
    *z = (struct zip){
        .file = file,
        .rest = { file.p + (end - size), (size_t)size },
        .left = n,
        .before = end - size - offset,
    };
    return 0;
}

/* Sizes and places of four bytes that are all ones stand in an extra field, in this order. */
static bool read_extra(struct str extra, struct zip_member *m)
{
    uint64_t *wide[] = { &m->size, &m->packed, &m->at };

    for (size_t n; extra.n >= 4; extra = str_skip(extra, 4 + n)) {
        n = (size_t)number(extra, 2, 2);
        if (n > extra.n - 4)
            return false;
        if (number(extra, 0, 2) != 1)
            continue;
        struct str body = str_first(str_skip(extra, 4), n);
        for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
            if (*wide[i] != UINT32_MAX)
                continue;
            if (body.n < 8)
                return false;
            *wide[i] = number(body, 0, 8);
            body = str_skip(body, 8);
        }
    }
    return true;
}

int zip_next(struct zip *z, struct zip_member *out, struct err *e)
{
    struct str head = z->rest;

    if (!z->left)
        return 0;
    if (head.n < CENTRAL_SIZE || !str_starts(head, CENTRAL_MAGIC))
        return err_set(e, ERR_FORMAT, "the directory ends %llu entries early", (unsigned long long)z->left);
    size_t name = (size_t)number(head, 28, 2), extra = (size_t)number(head, 30, 2);
    size_t all = CENTRAL_SIZE + name + extra + (size_t)number(head, 32, 2);
    *out = (struct zip_member){
        .name = { head.p + CENTRAL_SIZE, name },
        .encrypted = number(head, 8, 2) & 1,
        .method = (uint32_t)number(head, 10, 2),
        .packed = number(head, 20, 4),
        .size = number(head, 24, 4),
        .at = number(head, 42, 4),
    };
    if (all > head.n || !read_extra(str_first(str_skip(head, CENTRAL_SIZE + name), extra), out))
        return err_set(e, ERR_FORMAT, "an entry of the directory is cut off");
    out->at += z->before;
    z->rest = str_skip(head, all);
    z->left--;
    if (out->packed > z->file.n || (z->claimed += out->packed) > z->file.n)
        return err_set(e, ERR_FORMAT, "members overlap: they claim more packed bytes than the archive has");
    return 1;
}

/* The packed bytes lie behind the member's own head, which repeats its name. */
static int find_packed(const struct zip *z, const struct zip_member *m, struct str *out, struct err *e)
{
    struct str head = m->at <= z->file.n ? str_skip(z->file, (size_t)m->at) : STR_NONE;

    if (head.n < LOCAL_SIZE || !str_starts(head, LOCAL_MAGIC))
        return err_set(e, ERR_FORMAT, "no member is where the directory says");
    size_t name = (size_t)number(head, 26, 2), skip = LOCAL_SIZE + name + (size_t)number(head, 28, 2);
    if (skip > head.n || head.n - skip < m->packed)
        return err_set(e, ERR_FORMAT, "the member is cut off");
    if (!str_eq((struct str){ head.p + LOCAL_SIZE, name }, m->name))
        return err_set(e, ERR_FORMAT, "the member calls itself otherwise than the directory does");
    *out = (struct str){ head.p + skip, (size_t)m->packed };
    return 0;
}

int zip_read(const struct zip *z, const struct zip_member *m, struct buf *to, struct str *out, struct err *e)
{
    struct str packed;
    size_t before = to->n;

    if (m->encrypted)
        return err_set(e, ERR_FORMAT, "is encrypted");
    if (m->method != STORED && m->method != DEFLATED)
        return err_set(e, ERR_FORMAT, "is packed by method %u, of which only 0 and 8 are read", m->method);
    if (find_packed(z, m, &packed, e) < 0)
        return -1;
    if (m->method == STORED) {
        *out = packed;
    } else {
        if (unzip(UNZIP_RAW, packed, to, e) < 0)
            return -1;
        *out = str_skip(buf_view(to), before);
    }
    if (out->n != m->size)
        return err_set(e, ERR_FORMAT, "holds %zu bytes and claims %llu", out->n, (unsigned long long)m->size);
    return 0;
}
