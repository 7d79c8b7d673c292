/* The rpm parsers against rpm itself: both read the same databases, and must name the same packages and
 * files. rpm's Berkeley DB reader is its own too; its SQLite database is made here by rpm --initdb, with all
 * its tables, and filled from the fixture. Debian's rpm reads no NDB: those facts are compared with the
 * others'.
 *
 * rpm_native_test DIR    tests/data/parse; skipped aloud where rpm is not installed */
#include "core/buf.h"
#include "model/entries.h"
#include "parse/parse.h"
#include "tap.h"

#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>

enum { TEXT_MOST = 16 << 20 };

/* %|TAG?{when there}:{when not}| is rpm's conditional; the "|" behind it is ours. */
#define OR_NOTHING(tag) "%|" tag "?{%{" tag "}}:{}|"
#define WHAT            "P|%{NAME}|%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}|" OR_NOTHING("ARCH")
#define ORIGIN          OR_NOTHING("SOURCERPM") "|" OR_NOTHING("LICENSE")
#define VENDOR          "%|VENDOR?{%{VENDOR}}:{" OR_NOTHING("PACKAGER") "}|"
#define PACKAGE_FORMAT  WHAT "|" ORIGIN "|" VENDOR "|" OR_NOTHING("MODULARITYLABEL") "\n"
#define FILE_FORMAT     "[F|%{=NAME}|%{FILENAMES}\n]"

static const char *data;
static char work[] = "/tmp/rpm-native-XXXXXX";

/* Run a program; its output into *out, its complaints nowhere. false unless it ends with 0. */
static bool run(const char *const *argv, struct buf *out)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    int from[2], status;
    pid_t pid;
    ssize_t n = 1;

    if (pipe2(from, O_CLOEXEC) < 0)
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(from[1]);
    for (char *to; !failed && n > 0;) {
        to = buf_room(out, 4096);
        n = to ? read(from[0], to, 4096) : 0;
        out->n += n > 0 ? (size_t)n : 0;
    }
    close(from[0]);
    return !failed && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
#define RUN(out, ...) run((const char *const[]){ __VA_ARGS__, NULL }, (out))

static bool load(const char *path, struct buf *out)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 1;

    for (char *to; n > 0;) {
        to = buf_room(out, 65536);
        n = to ? read(fd, to, 65536) : -1;
        out->n += n > 0 ? (size_t)n : 0;
    }
    return n == 0;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Keys are no packages to us, an epoch of 0 is not spelled, and a path has no "/" in front. */
static void as_ours(struct str line, struct buf *out)
{
    struct str head, tail;

    if (str_starts(line, STR("P|gpg-pubkey|")) || !line.n)
        return;
    ptrdiff_t zero = str_find(line, STR("|0:"));
    if (zero >= 0) {
        buf_str(out, str_first(line, (size_t)zero + 1));
        line = str_skip(line, (size_t)zero + 3);
    } else if (str_starts(line, STR("F|")) && str_rsplit(line, '|', &head, &tail)) {
        buf_add(out, head.p, head.n + 1);
        line = str_skip(tail, 1);
    }
    buf_str(out, line);
    buf_char(out, '\n');
}

static void normal(struct str text, struct buf *out)
{
    AUTO_FREE struct str *all = calloc(text.n + 1, sizeof *all);
    struct str line;
    size_t n = 0;

    while (str_cut(&text, '\n', &line))
        all[n++] = line;
    qsort(all, n, sizeof *all, by_text);
    for (size_t i = 0; i < n; i++)
        as_ours(all[i], out);
}

static void our_files(const struct facts *f, struct buf *out)
{
    static struct entries_reader r;
    struct entry en;

    FACTS_EACH (f, owned, o) {
        entries_open(&r, o->paths);
        while (entries_next(&r, &en) > 0)
            buf_fmt(out, "F|" STR_FMT "|/" STR_FMT "\n", STR_ARG(o->name), STR_ARG(en.path));
    }
}

static void ours(const char *parser, struct str body, struct buf *out)
{
    AUTO_FACTS struct facts f = FACTS(64 << 20);
    AUTO_BUF struct buf text = BUF(TEXT_MOST);
    struct err e = { 0 };
    struct input in = { STR("x"), body };

    CHECK(parser_by_name(str_of(parser))->parse(&in, &f, &e) == 0);
    CHECK_TEXT(e.text, "");
    FACTS_EACH (&f, package, p)
        buf_fmt(&text,
                "P|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "-" STR_FMT ".src.rpm|" STR_FMT "|" STR_FMT
                "|" STR_FMT "\n",
                STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->arch), STR_ARG(p->source_name),
                STR_ARG(p->source_version), STR_ARG(p->licenses.n ? p->licenses.p[0] : STR("")),
                STR_ARG(p->vendor), STR_ARG(p->module));
    our_files(&f, &text);
    normal(buf_view(&text), out);
}

static void compare(const char *parser, const char *file)
{
    AUTO_BUF struct buf theirs = BUF(TEXT_MOST), want = BUF(TEXT_MOST), got = BUF(TEXT_MOST),
                        body = BUF(TEXT_MOST);

    CHECK(RUN(&theirs, "rpm", "--dbpath", work, "-qa", "--qf", PACKAGE_FORMAT FILE_FORMAT));
    normal(buf_view(&theirs), &want);
    CHECK(load(file, &body));
    ours(parser, buf_view(&body), &got);
    CHECK(want.n > 1000 && str_eq(buf_view(&want), buf_view(&got)));
    if (!str_eq(buf_view(&want), buf_view(&got)))
        printf("# %s\n# rpm says:\n" STR_FMT "# we say:\n" STR_FMT, file, STR_ARG(buf_view(&want)),
               STR_ARG(buf_view(&got)));
}

static void bdb(void)
{
    static const char *const name[] = { "overflow-pages", "big-endian", "small-pages", "inline-values" };

    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        AUTO_BUF struct buf none = BUF(TEXT_MOST);
        char from[1024], to[1024];
        snprintf(from, sizeof from, "%s/rpm_bdb/%s/input", data, name[i]);
        snprintf(to, sizeof to, "%s/Packages", work);
        CHECK(RUN(&none, "cp", from, to));
        compare("rpm_bdb", to);
        CHECK(unlink(to) == 0);
    }
}

static void sqlite(void)
{
    AUTO_BUF struct buf none = BUF(TEXT_MOST);
    char file[1024], sql[2048];
    sqlite3 *db = NULL;

    CHECK(RUN(&none, "rpm", "--dbpath", work, "--define", "_db_backend sqlite", "--initdb"));
    snprintf(file, sizeof file, "%s/rpmdb.sqlite", work);
    snprintf(sql, sizeof sql,
             "ATTACH '%s/rpm_sqlite/rollback/input' AS f; INSERT INTO main.Packages SELECT hnum, blob FROM "
             "f.Packages",
             data);
    CHECK(sqlite3_open(file, &db) == SQLITE_OK && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    compare("rpm_sqlite", file);
}

/* The NDB fixture has the same headers but the second, which was deleted. */
static void ndb(void)
{
    AUTO_BUF struct buf a = BUF(TEXT_MOST), b = BUF(TEXT_MOST), mine = BUF(TEXT_MOST), other = BUF(TEXT_MOST);
    char path[1024];
    struct str rest, line;
    size_t n = 0;

    snprintf(path, sizeof path, "%s/rpm_ndb/small/input", data);
    CHECK(load(path, &a));
    snprintf(path, sizeof path, "%s/rpm_sqlite/rollback/input", data);
    CHECK(load(path, &b));
    ours("rpm_ndb", buf_view(&a), &mine);
    ours("rpm_sqlite", buf_view(&b), &other);
    for (rest = buf_view(&mine); str_cut(&rest, '\n', &line); n++)
        CHECK(str_has(buf_view(&other), line));
    CHECK(n > 100 && mine.n < other.n);
}

int main(int argc, char **argv)
{
    static const struct test all[] = { T(bdb), T(sqlite), T(ndb) };
    AUTO_BUF struct buf version = BUF(TEXT_MOST), none = BUF(TEXT_MOST);

    if (argc < 2)
        return 2;
    data = argv[1];
    if (!RUN(&version, "rpm", "--version") || !mkdtemp(work)) {
        printf("1..0 # SKIP rpm is not installed: nothing to compare with\n");
        return 0;
    }
    int result = tap_run(all, ARRAY_LEN(all));
    return RUN(&none, "rm", "-r", work) ? result : 1;
}
