/* db.c - `scantling db`: advisory databases. */
#include "advisory/db.h"
#include "advisory/sign.h"
#include "cmd/cmd.h"
#include "io/fs.h"
#include "scan/advisories.h"
#include "scan/db_update.h"
#include "scan/feeds.h"

#include <fcntl.h>
#include <inttypes.h>
#include <time.h>
#include <zstd.h>

static struct {
    const char *output, *sign_key, *verify_key, *ca_file;
    struct opt_list mirrors;
    uint64_t jobs;
    bool quiet, plain_http;
} args;

static const struct opt opts[] = {
    opt_text('o', "output", &args.output, "FILE",
             "build: the database; with .zst: packed for transport. update: what to replace"),
    opt_list('m', "mirror", &args.mirrors, "URL",
             "update: https://HOST/PATH, file:///PATH or oci://HOST/REPOSITORY:TAG; repeatable"),
    opt_text(0, "ca-file", &args.ca_file, "FILE", "update: further trust anchors (PEM)"),
    opt_flag(0, "plain-http", &args.plain_http, "update: http:// too; only for a mirror on this machine"),
    opt_text(0, "sign-key", &args.sign_key, "FILE", "build: sign with this private Ed25519 key (PEM)"),
    opt_text(0, "verify-key", &args.verify_key, "FILE", "refuse what is not signed by this public key (PEM)"),
    opt_u64('j', "jobs", &args.jobs, "N", "build: feeds read at once; default: as many as processors"),
    opt_flag('q', "quiet", &args.quiet, "say nothing about documents that were left out"),
    { 0 },
};

enum { KEY_FILE_MOST = 64 << 10, PACK_LEVEL = 19 };

static int read_key(const char *path, int (*read)(struct str, unsigned char *, struct err *),
                    unsigned char *key, struct err *e)
{
    AUTO_BUF struct buf pem = BUF(KEY_FILE_MOST);

    if (fs_read(AT_FDCWD, path, false, KEY_FILE_MOST, &pem, e) < 0)
        return -1;
    return read(buf_view(&pem), key, e) < 0 ? err_wrap(e, "%s", path) : 0;
}

/* ---- build ---- */

static void print_note(void *ctx UNUSED, struct str where, struct str why)
{
    if (!args.quiet)
        cmd_say("scantling db: left out: " STR_FMT ": " STR_FMT, STR_ARG(where), STR_ARG(why));
}

static int pack(struct buf *bytes, struct err *e)
{
    struct buf packed = BUF(ZSTD_compressBound(bytes->n));
    char *to = buf_room(&packed, packed.max);
    size_t n = to ? ZSTD_compress(to, packed.max, bytes->p, bytes->n, PACK_LEVEL) : 0;

    if (!to || ZSTD_isError(n)) {
        buf_free(&packed);
        return err_set(e, ERR_LIMIT, "cannot be packed: %s", to ? ZSTD_getErrorName(n) : "out of memory");
    }
    packed.n = n;
    buf_free(bytes);
    *bytes = packed;
    return 0;
}

static int write_database(struct db_builder *b, struct err *e)
{
    AUTO_BUF struct buf bytes = BUF(0);
    unsigned char seed[DB_KEY_BYTES];
    const char *epoch = getenv("SOURCE_DATE_EPOCH"); /* reproducible builds */
    uint64_t built;

    if (!epoch || !str_u64(str_of(epoch), 10, &built))
        built = (uint64_t)time(NULL);
    if (args.sign_key && read_key(args.sign_key, sign_read_private, seed, e) < 0)
        return -1;
    if (db_builder_write(b, built, args.sign_key ? seed : NULL, &bytes, e) < 0)
        return -1;
    if (str_ends(str_of(args.output), STR(".zst")) && pack(&bytes, e) < 0)
        return -1;
    return fs_write_atomic(AT_FDCWD, args.output, buf_view(&bytes), e);
}

static void free_builder(struct db_builder **b)
{
    db_builder_free(b);
}

static int build(int argc, char **argv, struct err *e)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct feeds_options o = { .jobs = args.jobs ? (unsigned)args.jobs : (unsigned)processors,
                               .note = print_note };
    struct feed_count total;

    if (!args.output || argc < 1)
        return err_set(e, ERR_USAGE, "build needs -o FILE and feeds");
    CLEANUP(free_builder) struct db_builder *b = db_builder_new();
    if (!b)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (feeds_read((const char *const *)argv, (size_t)argc, &o, b, &total, e) < 0)
        return -1;
    if (!total.documents)
        return err_set(e, ERR_FORMAT,
                       "no feed reader recognises any of %" PRIu64 " documents; `scantling list feeds`",
                       total.unknown);
    if (write_database(b, e) < 0)
        return -1;
    printf("%" PRIu64 " documents, of which %" PRIu64 " damaged; %" PRIu64 " records skipped; %" PRIu64
           " documents of no known feed\n",
           total.documents, total.damaged, total.skipped, total.unknown);
    return EXIT_DONE;
}

/* ---- info, verify ---- */

static int open_named(int argc, char **argv, struct db **db, struct err *e)
{
    unsigned char key[DB_KEY_BYTES];

    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs one database");
    if (args.verify_key && read_key(args.verify_key, sign_read_public, key, e) < 0)
        return -1;
    return db_open(argv[0], args.verify_key ? key : NULL, db, e);
}

static int print_summary(struct db *db, struct err *e)
{
    struct db_summary s;
    char when[32];
    struct tm tm;

    db_summarise(db, &s);
    time_t built = (time_t)s.built;
    gmtime_r(&built, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
    printf("built            %s\nbytes            %" PRIu64
           "\ndigest           sha256:%s\nsigned           %s\n",
           when, s.bytes, s.digest, s.is_signed ? "yes" : "no");
    printf("vulnerabilities  %" PRIu64 "\nadvisories       %" PRIu64 "\npackages         %" PRIu64
           "\nstatements       %" PRIu64 "\n",
           s.vulnerabilities, s.advisories, s.packages, s.statements);
    printf("ecosystems       %" PRIu64 "\nreleases         %" PRIu64 "\n", s.ecosystems, s.releases);
    for (uint64_t i = 0; i < s.sources; i++) {
        struct db_source from;
        if (db_source_at(db, i, &from, e) < 0)
            return -1;
        printf("source           " STR_FMT ", " STR_FMT ", %" PRIu64 " records\n", STR_ARG(from.name),
               STR_ARG(from.date), from.records);
    }
    return EXIT_DONE;
}

static int info(int argc, char **argv, struct err *e)
{
    AUTO_DB struct db *db = NULL;

    return open_named(argc, argv, &db, e) < 0 ? -1 : print_summary(db, e);
}

static int verify(int argc, char **argv, struct err *e)
{
    AUTO_DB struct db *db = NULL;

    if (open_named(argc, argv, &db, e) < 0 || db_check(db, e) < 0)
        return -1;
    puts(args.verify_key ? "whole, and signed by that key" : "whole");
    return EXIT_DONE;
}

/* ---- update ---- */

static int update(int argc, char **argv UNUSED, struct err *e)
{
    const char *const one[] = { getenv("SCANTLING_DB_MIRROR") };
    unsigned char key[DB_KEY_BYTES];
    char place[4096];
    struct db_update u = { .mirror = args.mirrors.n ? args.mirrors.p : one,
                           .n_mirror = args.mirrors.n ? args.mirrors.n : 1,
                           .to = args.output ? args.output : place,
                           .key = args.verify_key ? key : NULL,
                           .options = { args.ca_file, args.plain_http } };

    if (argc || (!args.mirrors.n && !one[0]))
        return err_set(e, ERR_USAGE, "update needs --mirror URL, or SCANTLING_DB_MIRROR in the environment");
    if (!args.output && !advisories_place(place, sizeof place))
        return err_set(e, ERR_USAGE, "no HOME: say where with -o FILE");
    if (args.verify_key && read_key(args.verify_key, sign_read_public, key, e) < 0)
        return -1;
    int r = db_update(&u, e);
    if (r < 0)
        return -1;
    if (!args.quiet)
        printf(r ? "%s is new\n" : "%s is what the mirror has\n", u.to);
    return EXIT_DONE;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv, struct err *e);
} verbs[] = { { "build", build }, { "info", info }, { "verify", verify }, { "update", update } };

static int run(int argc, char **argv, struct err *e)
{
    for (size_t i = 0; argc > 0 && i < ARRAY_LEN(verbs); i++)
        if (!strcmp(argv[0], verbs[i].name))
            return verbs[i].run(argc - 1, argv + 1, e);
    return err_set(e, ERR_USAGE, "build, info, verify or update");
}

const struct cmd cmd_db = {
    .name = "db",
    .summary = "build, inspect, verify and update advisory databases",
    .usage = "build -o FILE FEED... | info FILE | verify FILE | update --mirror URL",
    .description =
        "A database is built from FEEDs: folders, archives (zip, tar; gzip, zstd, xz, bzip2) or single\n"
        "documents, which are recognised by what is in them: see `scantling list feeds`. Documents that\n"
        "cannot be read are counted and said; an archive that cannot be read to its end is an error.",
    .opts = opts,
    .run = run,
};
