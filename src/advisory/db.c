/* db.c - opening a database, blocks verified at first touch, sections and texts. */
#include "advisory/db_read.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { FILE_MOST = 1 << 30, LENGTH_MOST = 5 };

static bool has_digest(const struct db *db, struct str bytes, const void *digest)
{
    unsigned char is[DB_DIGEST];

    return EVP_DigestInit_ex2(db->hashing, db->sha256, NULL) == 1 &&
           EVP_DigestUpdate(db->hashing, bytes.p, bytes.n) == 1 &&
           EVP_DigestFinal_ex(db->hashing, is, NULL) == 1 && !memcmp(is, digest, sizeof is);
}

/* ---- blocks ---- */

/* Bytes [at, at + n) of the file, compared with their blocks' digests. */
static int touch(struct db *db, uint64_t at, uint64_t n, struct str *out, struct err *e)
{
    uint64_t block = db->head.block;

    *out = (struct str){ db->file.p + at, n };
    if (!n)
        return 0;
    uint64_t first = (at - db->head.data) / block, last = (at + n - 1 - db->head.data) / block;
    for (uint64_t i = first; i <= last; i++) {
        if (db->verified[i])
            continue;
        struct str bytes = str_first(str_skip(db->file, db->head.data + i * block), block);
        if (!has_digest(db, bytes, db->file.p + sizeof(struct db_head) + i * DB_DIGEST))
            return err_set(e, ERR_FORMAT, "advisory database: block %llu is damaged", (unsigned long long)i);
        db->verified[i] = true;
    }
    return 0;
}

int db_bytes(struct db *db, enum db_section s, uint64_t at, uint64_t n, struct str *out, struct err *e)
{
    if (at > db->head.section[s].n || n > db->head.section[s].n - at)
        return err_set(e, ERR_FORMAT, "advisory database: section %d has no %llu bytes at %llu", (int)s,
                       (unsigned long long)n, (unsigned long long)at);
    return touch(db, db->head.section[s].at + at, n, out, e);
}

int db_record(struct db *db, enum db_section s, uint64_t at, struct str *out, struct err *e)
{
    uint64_t left = at < db->head.section[s].n ? db->head.section[s].n - at : 0, n;
    struct str head;

    if (db_bytes(db, s, at, MIN(left, (uint64_t)LENGTH_MOST), &head, e) < 0)
        return -1;
    size_t had = head.n;
    if (!take_varint(&head, &n))
        return err_set(e, ERR_FORMAT, "advisory database: no record at %llu of section %d",
                       (unsigned long long)at, (int)s);
    return db_bytes(db, s, at + had - head.n, n, out, e);
}

int db_u32(struct db *db, enum db_section s, uint64_t i, uint32_t *out, struct err *e)
{
    struct str bytes;

    if (db_bytes(db, s, i * 4, 4, &bytes, e) < 0)
        return -1;
    memcpy(out, bytes.p, 4);
    *out = le32toh(*out);
    return 0;
}

int db_text(struct db *db, uint64_t at, struct str *out, struct err *e)
{
    *out = (struct str){ "", 0 };
    return at ? db_record(db, DB_TEXT, at, out, e) : 0;
}

int db_take(struct db *db, struct str *from, struct str *out, struct err *e)
{
    uint64_t at;

    if (!take_varint(from, &at))
        return err_set(e, ERR_FORMAT, "advisory database: a record is cut off");
    return db_text(db, at, out, e);
}

/* ---- opening ---- */

static int read_head(struct db *db, struct err *e)
{
    struct db_head *h = &db->head;

    if (db->file.n < sizeof *h || memcmp(db->file.p, DB_MAGIC, 8) != 0)
        return err_set(e, ERR_FORMAT, "not an advisory database");
    memcpy(h, db->file.p, sizeof *h);
    h->version = le32toh(h->version);
    h->block = le32toh(h->block);
    h->size = le64toh(h->size);
    h->built = le64toh(h->built);
    h->data = le64toh(h->data);
    for (int i = 0; i < DB_SECTION_COUNT; i++) {
        h->count[i] = le64toh(h->count[i]);
        h->section[i].at = le64toh(h->section[i].at);
        h->section[i].n = le64toh(h->section[i].n);
    }
    if (h->version != DB_VERSION)
        return err_set(e, ERR_UNSUPPORTED, "advisory database of version %u; this program reads %d",
                       h->version, DB_VERSION);
    if (h->size != db->file.n)
        return err_set(e, ERR_FORMAT, "advisory database has %zu bytes and says %llu: cut off or damaged",
                       db->file.n, (unsigned long long)h->size);
    return 0;
}

/* Everything in the head that later reading relies on. */
static int check_head(const struct db *db, struct err *e)
{
    const struct db_head *h = &db->head;
    bool known = h->block >= DB_BLOCK_LEAST && h->block <= DB_BLOCK_MOST && !(h->block & (h->block - 1));
    uint64_t blocks = known ? (h->size - MIN(h->data, h->size) + h->block - 1) / h->block : 0;

    if (!known || h->data > h->size || h->data != sizeof *h + blocks * DB_DIGEST)
        return err_set(e, ERR_FORMAT, "advisory database: its head contradicts itself");
    for (int i = 0; i < DB_SECTION_COUNT; i++)
        if (h->section[i].at < h->data || h->section[i].at > h->size ||
            h->section[i].n > h->size - h->section[i].at)
            return err_set(e, ERR_FORMAT, "advisory database: section %d lies outside the file", i);
    uint64_t slots = h->section[DB_HASH].n / 4;
    if (slots & (slots - 1))
        return err_set(e, ERR_FORMAT, "advisory database: its table has %llu places",
                       (unsigned long long)slots);
    if (h->section[DB_VULN_AT].n / 4 != h->count[DB_VULN] || h->count[DB_VULN] > UINT32_MAX)
        return err_set(e, ERR_FORMAT, "advisory database: its vulnerabilities are miscounted");
    return 0;
}

static int check_seal(const struct db *db, const unsigned char *key, struct err *e)
{
    const struct db_head *h = &db->head;
    struct str sealed = { db->file.p + DB_SIGNED_FROM, h->data - DB_SIGNED_FROM };

    if (!has_digest(db, sealed, h->digest))
        return err_set(e, ERR_FORMAT, "advisory database: its head is damaged");
    return key ? sign_verify(key, sealed, h->signature, e) : 0;
}

/* Ecosystems are few and asked for by name all the time: a map, whose keys are views into the file. */
static int map_ecosystems(struct db *db, struct err *e)
{
    for (uint64_t i = 0; i < db->head.count[DB_ECOSYSTEM]; i++) {
        struct str name;
        uint32_t *at;
        if (db_ecosystem_at(db, i, &name, e) < 0)
            return -1;
        if (!(at = map_put(&db->ecosystem, name, NULL)))
            return err_set(e, ERR_LIMIT, "out of memory");
        *at = (uint32_t)i;
    }
    return 0;
}

static int open_db(struct db *db, const unsigned char *key, struct err *e)
{
    db->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    db->hashing = EVP_MD_CTX_new();
    if (!db->sha256 || !db->hashing)
        return err_set(e, ERR_UNSUPPORTED, "OpenSSL has no SHA-256, or no memory");
    if (read_head(db, e) < 0 || check_head(db, e) < 0 || check_seal(db, key, e) < 0)
        return -1;
    db->verified = calloc((db->head.size - db->head.data) / db->head.block + 1, sizeof *db->verified);
    return db->verified ? map_ecosystems(db, e) : err_set(e, ERR_LIMIT, "out of memory");
}

int db_open_bytes(struct str bytes, const unsigned char *key, struct db **out, struct err *e)
{
    AUTO_DB struct db *db = calloc(1, sizeof *db);

    if (!db)
        return err_set(e, ERR_LIMIT, "out of memory");
    db->file = bytes;
    if (open_db(db, key, e) < 0)
        return -1;
    *out = TAKE(db);
    return 0;
}

int db_open(const char *path, const unsigned char *key, struct db **out, struct err *e)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    AUTO_DB struct db *db = calloc(1, sizeof *db);
    struct stat st;

    if (!db)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(e, "%s", path);
    if (!S_ISREG(st.st_mode) || st.st_size > FILE_MOST)
        return err_set(e, ERR_FORMAT, "%s: not an advisory database", path);
    if (st.st_mode & S_IWOTH)
        return err_set(e, ERR_DENIED, "%s: everybody may write to it (mode %o)", path, st.st_mode & 07777);
    db->file.n = (size_t)st.st_size;
    db->file.p = st.st_size ? mmap(NULL, db->file.n, PROT_READ, MAP_PRIVATE, fd, 0) : "";
    if (db->file.p == MAP_FAILED) {
        db->file.p = NULL;
        return err_errno(e, "%s", path);
    }
    db->mapped = st.st_size > 0;
    if (open_db(db, key, e) < 0)
        return err_wrap(e, "%s", path);
    *out = TAKE(db);
    return 0;
}

void db_close(struct db **at)
{
    struct db *db = *at;

    if (!db)
        return;
    if (db->mapped)
        munmap((void *)(uintptr_t)db->file.p, db->file.n);
    map_free(&db->ecosystem);
    EVP_MD_CTX_free(db->hashing);
    EVP_MD_free(db->sha256);
    free(db->verified);
    free(db);
    *at = NULL;
}

void db_summarise(const struct db *db, struct db_summary *out)
{
    const struct db_head *h = &db->head;
    static const unsigned char unsigned_[DB_SIGNATURE_BYTES];

    *out = (struct db_summary){ .bytes = h->size,
                                .built = h->built,
                                .vulnerabilities = h->count[DB_VULN],
                                .advisories = h->count[DB_ADVISORY],
                                .packages = h->count[DB_PACKAGE],
                                .statements = h->count[DB_HASH],
                                .ecosystems = h->count[DB_ECOSYSTEM],
                                .releases = h->count[DB_RELEASE],
                                .sources = h->count[DB_SOURCE],
                                .is_signed = memcmp(h->signature, unsigned_, sizeof unsigned_) != 0 };
    str_hex(h->digest, sizeof h->digest, out->digest);
}
