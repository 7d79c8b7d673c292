/* Paths made clean (model/entries.h), and patterns that parsers want files by (parse/parse.h). */
#include "model/entries.h"
#include "parse/parse.h"
#include "tap.h"

static const struct {
    struct str path, clean;
    enum path_state state;
} row[] = {
    { STR(""), STR(""), PATH_CLEAN },
    { STR("a/b"), STR("a/b"), PATH_CLEAN },
    { STR("a/b/"), STR("a/b"), PATH_CLEAN }, /* tar writes folders so */
    { STR("..."), STR("..."), PATH_CLEAN },
    { STR("..a/.b"), STR("..a/.b"), PATH_CLEAN },
    { STR("/"), STR(""), PATH_TIDIED },
    { STR("."), STR(""), PATH_TIDIED },
    { STR("./"), STR(""), PATH_TIDIED },
    { STR("./a"), STR("a"), PATH_TIDIED },
    { STR("/a"), STR("a"), PATH_TIDIED },
    { STR("//a//b//"), STR("a/b"), PATH_TIDIED },
    { STR("a/./b/."), STR("a/b"), PATH_TIDIED },
    { STR("a/../b"), STR("b"), PATH_TIDIED },
    { STR("a/b/.."), STR("a"), PATH_TIDIED },
    { STR("ab/cd/../../ef"), STR("ef"), PATH_TIDIED },
    { STR(".."), STR(""), PATH_ESCAPES },
    { STR("../a"), STR("a"), PATH_ESCAPES },
    { STR("/../a/b"), STR("a/b"), PATH_ESCAPES },
    { STR("a/../../b"), STR("b"), PATH_ESCAPES },
    { STR("../a/./b"), STR("a/b"), PATH_ESCAPES }, /* what comes later does not make it better */
    { STR("../a/../b"), STR("b"), PATH_ESCAPES },
    { STR("a\0b"), STR("a"), PATH_TIDIED },
    { STR("\0"), STR(""), PATH_TIDIED },
    { STR("a/\0/../../b"), STR("a"), PATH_TIDIED },
};

static void clean(void)
{
    char to[ENTRY_PATH_MOST];
    size_t n;

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        enum path_state state = path_clean(row[i].path, to, &n);
        bool same = state == row[i].state && str_eq((struct str){ to, n }, row[i].clean);
        if (!same)
            printf("# \"" STR_FMT "\" gives \"%.*s\", %d\n", STR_ARG(row[i].path), (int)n, to, (int)state);
        CHECK(same);
        CHECK(path_is_clean(row[i].clean));
        if (!str_eq(row[i].path, row[i].clean))
            CHECK(!path_is_clean(row[i].path));
    }
}

static void length(void)
{
    char path[ENTRY_PATH_MOST + 10], to[ENTRY_PATH_MOST];
    size_t n, longest = 0;

    memset(path, 'a', sizeof path);
    for (size_t i = 1; i < sizeof path; i++) {
        enum path_state state = path_clean((struct str){ path, i }, to, &n);
        CHECK(state == PATH_CLEAN || state == PATH_TOO_LONG);
        CHECK(state == PATH_TOO_LONG || n == i);
        if (state == PATH_CLEAN)
            longest = i;
    }
    CHECK(longest > 4000 && longest < ENTRY_PATH_MOST);
    CHECK(path_is_clean((struct str){ path, longest }));
    CHECK(!path_is_clean((struct str){ path, ENTRY_PATH_MOST }));
    for (size_t i = 1; i < sizeof path; i += 2) /* the separator must fit too */
        path[i] = '/';
    for (size_t i = 1; i < sizeof path; i++) {
        enum path_state state = path_clean((struct str){ path, i }, to, &n);
        CHECK(state == PATH_TOO_LONG || path_is_clean((struct str){ to, n }));
    }
}

static void patterns(void)
{
    static const struct {
        struct str pattern, path;
        bool matches;
    } m[] = {
        { STR("etc/passwd"), STR("etc/passwd"), true },
        { STR("etc/passwd"), STR("x/etc/passwd"), false },
        { STR("etc/passwd"), STR("etc/passwd-"), false },
        { STR("a/*.list"), STR("a/b.list"), true },
        { STR("a/*.list"), STR("a/.list"), true },
        { STR("a/*.list"), STR("a/b/c.list"), false },
        { STR("a/*"), STR("a/anything"), true },
        { STR("a/*"), STR("b/a/anything"), false },
        { STR("**/package.json"), STR("package.json"), true },
        { STR("**/package.json"), STR("x/y/package.json"), true },
        { STR("**/package.json"), STR("x/y/xpackage.json"), false },
        { STR("**/.aws/credentials"), STR("root/.aws/credentials"), true },
        { STR("**/.aws/credentials"), STR(".aws/credentials"), true },
        { STR("**/.aws/credentials"), STR("root/x.aws/credentials"), false },
        { STR("**/*.jar"), STR("a/b/c.jar"), true },
        { STR("**/*.jar"), STR("c.jar.txt"), false },
    };

    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        if (path_matches(m[i].pattern, m[i].path) != m[i].matches)
            printf("# " STR_FMT " and " STR_FMT "\n", STR_ARG(m[i].pattern), STR_ARG(m[i].path));
        CHECK_INT(path_matches(m[i].pattern, m[i].path), m[i].matches);
    }
}

/* The table of routes finds just what matching every pattern of every parser would find. */
static void routes(void)
{
    static const char *const paths[] = {
        "etc/passwd",
        "var/lib/dpkg/status",
        "var/lib/dpkg/status.d/x",
        "var/lib/dpkg/status.d/x.md5sums",
        "var/lib/dpkg/info/libc6:amd64.list",
        "var/lib/dpkg/info/libc6.postinst",
        "usr/share/doc/x/copyright",
        "copyright",
        "etc/sudoers.d/x",
        "etc/sudoers",
        "nothing",
        "",
        "/",
        "etc/",
        ".",
        "etc/os-release",
        "lib/apk/db/installed",
        "installed",
    };

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const struct parser *got[32];
        size_t n = parsers_for(str_of(paths[i]), got, ARRAY_LEN(got)), want = 0;
        for (size_t k = 0; k < n_parsers; k++) {
            bool matches = false, found = false;
            for (const char *const *p = parsers[k]->paths; p && *p; p++)
                matches |= path_matches(str_of(*p), str_of(paths[i]));
            for (size_t g = 0; g < n; g++)
                found |= got[g] == parsers[k];
            CHECK_INT(found, matches);
            want += matches;
        }
        CHECK_INT(n, want);
    }
}

TESTS(T(clean), T(length), T(patterns), T(routes))
