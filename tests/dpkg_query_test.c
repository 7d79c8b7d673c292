/* The parsers of dpkg's database against dpkg itself, on the root this test runs in: the same packages, and
 * of every file that is there the same owner. Skipped aloud where there is no dpkg. */
#include "core/map.h"
#include "file.h"
#include "model/entries.h"
#include "parse/parse.h"
#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;
static const char info_dir[] = "/var/lib/dpkg/info";

/* What a command prints; NULL when it cannot be run. */
static char *output_of(const char *const argv[], size_t *n)
{
    posix_spawn_file_actions_t act;
    int fds[2], status;
    char from[32];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return NULL;
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, fds[1], 1);
    int failed = posix_spawnp(&pid, argv[0], &act, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&act);
    close(fds[1]);
    snprintf(from, sizeof from, "/dev/fd/%d", fds[0]);
    char *text = failed ? NULL : file_read(from, n);
    close(fds[0]);
    if (!failed && (waitpid(pid, &status, 0) < 0 || status != 0)) {
        free(text);
        return NULL;
    }
    return text;
}

static void read_as(const char *parser, const char *file, struct str path, struct facts *f)
{
    struct err e = { 0 };
    size_t n;
    AUTO_FREE char *body = file_read(file, &n);
    struct input in = { path, { body, n } };

    CHECK(body != NULL);
    if (body && parser_by_name(str_of(parser))->parse(&in, f, &e) < 0) {
        printf("# %s: %s\n", file, e.text);
        CHECK(!"parsed without error");
    }
}

/* "ii \tname\t1.0\tamd64\tsource\t1.0": the second letter is the state. */
static bool is_there(struct str abbrev)
{
    return abbrev.n > 1 && memchr("iFWt", abbrev.p[1], 4);
}

static void packages(void)
{
    const char *const argv[] = { "dpkg-query", "-W", "-f",
                                 "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t"
                                 "${source:Package}\t${source:Version}\n",
                                 NULL };
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    AUTO_MAP struct map said = MAP;
    size_t n, matched = 0;
    AUTO_FREE char *text = output_of(argv, &n);
    struct str rest = { text, n }, line, abbrev, what;

    CHECK(text != NULL);
    while (text && str_cut(&rest, '\n', &line)) {
        uint32_t *count;
        if (str_split(line, '\t', &abbrev, &what) && is_there(abbrev) && (count = map_put(&said, what, NULL)))
            ++*count;
    }
    read_as("dpkg_status", "/var/lib/dpkg/status", STR("var/lib/dpkg/status"), &f);
    FACTS_EACH (&f, package, p) {
        char key[1000];
        int k = snprintf(key, sizeof key, STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT,
                         STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->arch), STR_ARG(p->source_name),
                         STR_ARG(p->source_version));
        uint32_t *count = map_get(&said, (struct str){ key, (size_t)k });
        if (!count || !*count)
            printf("# invented: %s\n", key);
        CHECK(count && *count);
        if (count && *count) {
            --*count;
            matched++;
        }
    }
    CHECK(said.n > 0);
    CHECK_INT(matched, said.n);
    printf("# %zu packages\n", matched);
}

/* Every line of a .list that is something else than a folder on disk is owned, and only what is in the list.
 */
static void compare_list(struct str list, const struct facts *f, size_t *files)
{
    struct str rest = list, line;
    size_t n;
    const struct owned *o = facts_owned(f, &n);
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    struct entry en = { 0 };
    struct stat st;
    char path[ENTRY_PATH_MOST + 2];

    CHECK(n <= 1);
    entries_open(r, n ? o->paths : (struct str){ 0 });
    int more = entries_next(r, &en);
    while (str_cut(&rest, '\n', &line)) {
        if (!line.n)
            continue;
        if (more > 0 && str_eq(str_skip(line, 1), en.path)) {
            more = entries_next(r, &en);
            ++*files;
            continue;
        }
        snprintf(path, sizeof path, STR_FMT, STR_ARG(line));
        bool folder = stat(path, &st) < 0 || S_ISDIR(st.st_mode); /* of what is gone we cannot tell */
        if (!folder)
            printf("# not owned: %s\n", path);
        CHECK(folder);
    }
    CHECK_INT(more, 0);
}

static void files(void)
{
    DIR *d = opendir(info_dir);
    size_t lists = 0, owned = 0;

    CHECK(d != NULL);
    for (struct dirent *de; d && (de = readdir(d));) {
        AUTO_FACTS struct facts f = FACTS(64u << 20);
        char file[400];
        size_t n;
        if (!str_ends(str_of(de->d_name), STR(".list")))
            continue;
        snprintf(file, sizeof file, "%s/%.256s", info_dir, de->d_name);
        AUTO_FREE char *list = file_read(file, &n);
        read_as("dpkg_list", file, str_of(file + 1), &f);
        compare_list((struct str){ list, n }, &f, &owned);
        lists++;
    }
    if (d)
        closedir(d);
    CHECK(lists > 0);
    printf("# %zu lists, %zu files\n", lists, owned);
}

int main(void)
{
    static const struct test t[] = { T(packages), T(files) };
    size_t n;
    const char *const argv[] = { "dpkg-query", "--version", NULL };
    AUTO_FREE char *version = output_of(argv, &n);

    if (!version || access("/var/lib/dpkg/status", R_OK) < 0)
        return printf("1..0 # SKIP no dpkg on this machine\n"), 0;
    return tap_run(t, ARRAY_LEN(t));
}
