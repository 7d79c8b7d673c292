/* rpm_sqlite.c - rpmdb.sqlite, rpm's database since 4.16: one table of headers, read by SQLite from the bytes
 * in memory.
 *
 * The file is written by whoever made the image, its schema included. So: the table must be a plain one (no
 * view, virtual table or expression gets to run), SQLite's own guards are up, results and steps are counted.
 *
 * rpm leaves the file in write-ahead mode, which SQLite refuses for databases in memory: the two bytes that
 * say so are changed in a copy. What a log beside it holds is not seen; the log itself is looked at for that
 * reason, and says that something is missing. */
#include "parse/rpm_header.h"

#include <sqlite3.h>

enum { FILE_HEAD = 100, WRITE_VERSION = 18, READ_VERSION = 19, ROLLBACK = 1, WRITE_AHEAD = 2 };
enum { WAL_HEAD = 32 };
enum { HEADER_MOST = 64 << 20, STEPS = 1000, STEP_BYTES = 8 }; /* a real package has 1 KB and takes 4 steps */

static void close_db(sqlite3 **db)
{
    sqlite3_close(*db);
}
static void finish(sqlite3_stmt **s)
{
    sqlite3_finalize(*s);
}
#define AUTO_DB   CLEANUP(close_db)
#define AUTO_STMT CLEANUP(finish)

/* SQLite's fixed text for the code: its message may quote the file. */
static int failed(int rc, const char *what, struct err *e)
{
    bool spent = rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG || rc == SQLITE_INTERRUPT;

    return err_set(e, spent ? ERR_LIMIT : ERR_FORMAT, "%s: %s", what,
                   rc == SQLITE_INTERRUPT ? "too many steps for its size" : sqlite3_errstr(rc));
}

static int count_steps(void *left)
{
    size_t *n = left;

    return *n ? (*n)--, 0 : 1;
}

/* Nothing but reading tables. */
static int may(void *unused, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)unused, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_SELECT || action == SQLITE_READ ? SQLITE_OK : SQLITE_DENY;
}

static void harden(sqlite3 *db, size_t size, size_t *steps)
{
    static const struct {
        int id, most;
    } limit[] = {
        { SQLITE_LIMIT_SQL_LENGTH, 100000 }, { SQLITE_LIMIT_COLUMN, 64 },
        { SQLITE_LIMIT_EXPR_DEPTH, 16 },     { SQLITE_LIMIT_COMPOUND_SELECT, 2 },
        { SQLITE_LIMIT_VDBE_OP, 10000 },     { SQLITE_LIMIT_FUNCTION_ARG, 8 },
        { SQLITE_LIMIT_ATTACHED, 0 },        { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };
    static const struct {
        int id, on;
    } config[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(limit); i++)
        sqlite3_limit(db, limit[i].id, limit[i].most);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)MIN(size, (size_t)HEADER_MOST));
    for (size_t i = 0; i < ARRAY_LEN(config); i++)
        sqlite3_db_config(db, config[i].id, config[i].on, NULL);
    sqlite3_set_authorizer(db, may, NULL);
    *steps = size / STEP_BYTES / STEPS + 100;
    sqlite3_progress_handler(db, STEPS, count_steps, steps);
}

/* A plain table: one pair of parentheses has no room for expressions, a root page is more than a virtual
 * table has. */
static int check_table(sqlite3 *db, struct err *e)
{
    AUTO_STMT sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(
        db, "SELECT type, rootpage, sql FROM sqlite_schema WHERE tbl_name = 'Packages' AND name = tbl_name",
        -1, &s, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_DONE)
        return err_set(e, ERR_FORMAT, "no table of packages");
    if (rc != SQLITE_ROW)
        return failed(rc, "schema", e);
    struct str type = { (const char *)sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0) };
    struct str sql = { (const char *)sqlite3_column_text(s, 2), (size_t)sqlite3_column_bytes(s, 2) };
    struct str before, inside, more;
    if (!str_eq(type, STR("table")) || sqlite3_column_int64(s, 1) <= 0 || !sql.p ||
        !str_split(sql, '(', &before, &inside) || str_split(inside, '(', &before, &more))
        return err_set(e, ERR_UNSUPPORTED, "the table of packages is not rpm's own");
    return 0;
}

static int read_rows(sqlite3 *db, struct rpm_reader *r, struct err *e)
{
    AUTO_STMT sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT blob FROM main.Packages NOT INDEXED", -1, &s, NULL);

    if (rc != SQLITE_OK)
        return failed(rc, "table of packages", e);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        const char *p = sqlite3_column_blob(s, 0);
        struct str blob = { p, p ? (size_t)sqlite3_column_bytes(s, 0) : 0 };
        if (rpm_expect(r, blob.n, e) < 0 || rpm_add(r, blob, e) < 0)
            return -1;
    }
    if (rc == SQLITE_DONE)
        return 0;
    char where[40];
    snprintf(where, sizeof where, "after package %u", r->seen);
    return failed(rc, where, e);
}

/* SQLite gets memory it may not write to, or a copy out of write-ahead mode. */
static int open_db(struct str body, unsigned char **copy, sqlite3 **db, struct err *e)
{
    unsigned char *bytes = (unsigned char *)(uintptr_t)body.p;

    if (body.p[WRITE_VERSION] == WRITE_AHEAD || body.p[READ_VERSION] == WRITE_AHEAD) {
        bytes = *copy = malloc(body.n);
        if (!bytes)
            return err_set(e, ERR_LIMIT, "no memory for a copy of %zu bytes", body.n);
        memcpy(bytes, body.p, body.n);
        bytes[WRITE_VERSION] = bytes[READ_VERSION] = ROLLBACK;
    }
    int rc = sqlite3_open_v2(":memory:", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_deserialize(*db, "main", bytes, (sqlite3_int64)body.n, (sqlite3_int64)body.n,
                                 SQLITE_DESERIALIZE_READONLY);
    return rc == SQLITE_OK ? 0 : failed(rc, "open", e);
}

static int read_log(const struct input *in, struct facts *out)
{
    if (in->body.n > WAL_HEAD)
        facts_remark(out, NOTE_INCOMPLETE, in->path,
                     "write-ahead log of the rpm database: changes in it are not read");
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_FREE unsigned char *copy = NULL; /* outlives the database: cleanups run from the last to the first */
    AUTO_DB sqlite3 *db = NULL;
    AUTO_RPM struct rpm_reader r = { 0 };
    size_t steps;

    if (str_ends(in->path, STR("-wal")))
        return read_log(in, out);
    if (in->body.n < FILE_HEAD || memcmp(in->body.p, "SQLite format 3", 16) != 0)
        return err_set(e, ERR_FORMAT, "offset 0: not an SQLite database");
    if (open_db(in->body, &copy, &db, e) < 0)
        return -1;
    harden(db, in->body.n, &steps);
    if (check_table(db, e) < 0 || rpm_open(&r, in, out, e) < 0 || read_rows(db, &r, e) < 0)
        return -1;
    return rpm_close(&r, e);
}

const struct parser parser_rpm_sqlite = {
    .name = "rpm_sqlite",
    .what = "rpm packages: SQLite, RHEL since 9, Fedora, Amazon Linux 2023, Azure Linux",
    .version = 2,
    .paths = PATHS("var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite",
                   "usr/share/rpm/rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite-wal",
                   "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "usr/share/rpm/rpmdb.sqlite-wal"),
    .max_size = 512u << 20,
    .parse = parse,
};
