/* Commands that update a package: of each ecosystem, and none where a shell could take a name for its own. */
#include "model/upgrade.h"
#include "tap.h"

static const char *command(const char *purl, const char *name, const char *to)
{
    static char room[300];
    AUTO_ARENA struct arena a = ARENA(1u << 16);
    const struct vulnerability v = { .purl = str_of(purl), .package = str_of(name) };
    struct str s = upgrade_command(&a, &v, str_of(to));

    snprintf(room, sizeof room, STR_FMT, STR_ARG(s));
    return room;
}

static void each_ecosystem_has_its_own(void)
{
    static const struct {
        const char *purl, *name, *to, *want;
    } row[] = {
        { "pkg:deb/debian/hull@1", "hull", "2", "apt-get update && apt-get install -y --only-upgrade hull" },
        { "pkg:apk/alpine/hull@1", "hull", "2", "apk upgrade --no-cache hull" },
        { "pkg:rpm/fedora/hull@1", "hull", "2", "dnf upgrade -y hull" },
        { "pkg:npm/%40ship/hull@1", "@ship/hull", "2.0.1", "npm install @ship/hull@2.0.1" },
        { "pkg:pypi/hull@1", "hull", "2", "pip install 'hull>=2'" },
        { "pkg:golang/example.org/hull@v1", "example.org/hull", "v2.1.0", "go get example.org/hull@v2.1.0" },
        { "pkg:golang/stdlib@1.20", "stdlib", "1.21.3", "go get toolchain@go1.21.3" },
        { "pkg:maven/org.example/hull@1", "org.example:hull", "2",
          "mvn versions:use-dep-version -Dincludes=org.example:hull -DdepVersion=2" },
        { "pkg:cargo/hull@1", "hull", "2.0.0", "cargo update -p hull --precise 2.0.0" },
        { "pkg:generic/redis@1", "redis", "2", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        CHECK_TEXT(command(row[i].purl, row[i].name, row[i].to), row[i].want);
}

static void a_shell_gets_nothing_of_its_own(void)
{
    static const char *const bad[] = { "hull; reboot",  "$(reboot)", "`reboot`",  "hull'",
                                       "-o/etc/passwd", "a b",       "a\nreboot", "a&b",
                                       "a|b",           "a>b",       "",          "a\\b" };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK_TEXT(command("pkg:deb/debian/x@1", bad[i], "2"), "");
        CHECK_TEXT(command("pkg:pypi/x@1", "x", bad[i]), "");
    }
}

TESTS(T(each_ecosystem_has_its_own), T(a_shell_gets_nothing_of_its_own))
