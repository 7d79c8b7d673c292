/* The versions of ../shared/data/versions, tens of thousands of lines "A < B" per scheme, in the native
 * tools' own order: each must come out as it says, but for those that are not versions of their scheme, which
 * are listed here with the reason and must come out as "cannot tell". Without the data the test is skipped
 * aloud. */
#include "file.h"
#include "model/version/version.h"

static const struct {
    const char *file, *scheme;
    size_t at_least; /* lines: a file that shrank is no success */
} files[] = {
    { "alpine-versions", "apk", 750 },
    { "alpine-versions-generated", "apk", 13000 },
    { "cran-versions", "cran", 20 },
    { "cran-versions-generated", "cran", 50 },
    { "debian-versions", "deb", 25 },
    { "debian-versions-generated", "deb", 14000 },
    { "hackage-versions", "hackage", 10 },
    { "maven-versions", "maven", 95 },
    { "nuget-versions", "nuget", 30 },
    { "maven-versions-generated", "maven", 14000 },
    { "packagist-versions", "packagist", 90 },
    { "packagist-versions-generated", "packagist", 10000 },
    { "pub-versions", "pub", 90 },
    { "pypi-versions-generated", "pypi", 12000 },
    { "pypi-versions", "pypi", 35 },
    { "redhat-versions", "rpm", 150 },
    { "rubygems-versions", "rubygems", 20 },
    { "rubygems-versions-generated", "rubygems", 4000 },
    { "semver-versions", "semver", 80 },
};

/* Not versions of their scheme. Every line with one of them must be "cannot tell", and no other line may be.
 */
static const struct {
    const char *scheme, *versions, *reason; /* blank-separated */
} invalid[] = {
    { "pypi",
      "-class.-jw.util.version.Version- -class.-jw.util.version.version-dev "
      "-class.-jw.util.version.version-pre -class.-jw.util.version.version-preview a3 "
      "trunk",
      "does not start with a number" },
    { "pypi",
      "0.0.1-test1 0.1-bulbasaur 0.1-charmander 0.7.1.fix1 0.7.4.svn.r2010 0.9-doduo "
      "0.9-eevee 0.9-fearow 0.9-gyarados 0.9-horsea 0.9-ivysaur 1.3.1-STAGING "
      "2.0.0-final 2.0.1rc2-git 4.11-final 5.0-final",
      "a word that is none of the suffixes of PEP 440" },
    { "pypi",
      "0.3.1-p1 0.4.0-p1 0.7.10p1 0.7.11p1 0.7.11p2 0.7.11p3 0.8.1p1 0.8.3p1 0.8.4p1 "
      "0.8.4p2 0.8.6p1 0.8.7p1",
      "a patch level: \"p\" is none of the suffixes of PEP 440" },
    { "pypi",
      "0.3m1 0.3m2 0.3m3 0.3m4 0.3m5 0.4m1 0.4m2 0.4m3 0.4m4 0.4m5 0.5m1 0.5m2 0.5m3 "
      "0.5m4 0.5m5 0.6m1 0.6m2 0.6m3 0.6m4 0.6m5 0.6m6",
      "a milestone: \"m\" is none of the stages of PEP 440" },
    { "pypi", "1.0beta6.1", "a second number behind the stage" },
    { "pypi",
      "2013-01-21T20:33:09+0100 2013-01-23T17:11:52+0100 2013-02-01T20:50:46+0100 "
      "2013-02-02T19:59:03+0100 2013-02-02T20:23:17+0100 2013-02-08T17:40:57+0000 "
      "2013-03-27T16:32:26+0100 2013-05-09T12:47:53+0200 2013-05-10T17:55:56+0200 "
      "2013-05-14T20:16:05+0200 2013-06-01T10:32:51+0200 2013-07-19T09:11:08+0000 "
      "2013-08-12T21:48:56+0200 2013-09-11T19-27-10 2013-12-23T17-51-15 "
      "2014-01-12T15-52-10",
      "a time, not a version" },
    { "rubygems", "1beta 1gamma", "a word right behind the first number: Gem::Version wants a dot between" },
};

static bool is_invalid(const char *scheme, struct str version)
{
    for (size_t i = 0; i < ARRAY_LEN(invalid); i++)
        if (!strcmp(invalid[i].scheme, scheme) && str_one_of(version, invalid[i].versions))
            return true;
    return false;
}

/* "A < B" with one blank on each side of the sign. */
static bool cut_line(struct str line, struct str *a, char *sign, struct str *b)
{
    struct str rest;

    line = str_trim(line);
    if (!line.n || line.p[0] == '#' || str_starts(line, STR("//")))
        return false;
    if (!str_split(line, ' ', a, &rest) || rest.n < 3 || rest.p[1] != ' ')
        return false;
    *sign = rest.p[0];
    *b = str_skip(rest, 2);
    return true;
}

static char sign_of(const struct version_scheme *s, struct str a, struct str b)
{
    int order;

    if (version_compare(s, a, b, &order) < 0)
        return '?';
    return order < 0 ? '<' : order > 0 ? '>' : '=';
}

static char turned(char sign)
{
    return sign == '<' ? '>' : sign == '>' ? '<' : sign;
}

struct counts {
    size_t lines, wrong, unknown;
};

static struct counts run_file(const char *path, const struct version_scheme *s)
{
    struct counts c = { 0 };
    size_t n;
    AUTO_FREE char *text = file_read(path, &n);
    struct str rest = { text, n }, line, a, b;
    char want;

    while (text && str_cut(&rest, '\n', &line)) {
        if (!cut_line(line, &a, &want, &b))
            continue;
        if (is_invalid(s->name, a) || is_invalid(s->name, b))
            want = '?';
        char is = sign_of(s, a, b), back = sign_of(s, b, a);
        c.lines++;
        c.unknown += is == '?';
        if (is != want || back != turned(want)) {
            c.wrong++;
            printf("# %s: " STR_FMT ": is %c, turned round %c\n", s->name, STR_ARG(line), is, back);
        }
    }
    return c;
}

int main(int argc, char **argv)
{
    struct counts all = { 0 };
    char path[1000];
    size_t n, bad = 0;

    snprintf(path, sizeof path, "%s/versions/semver-versions.txt", argc > 1 ? argv[1] : ".");
    AUTO_FREE char *there = file_read(path, &n);
    if (!there)
        return printf("1..0 # SKIP no versions at %s: set the option shared_data\n", path), 0;
    printf("1..%zu\n", ARRAY_LEN(files));
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(files[i].scheme));
        snprintf(path, sizeof path, "%s/versions/%s.txt", argv[1], files[i].file);
        struct counts c = s ? run_file(path, s) : all;
        bool ok = s && c.lines >= files[i].at_least && !c.wrong;
        printf("%sok %zu - %s: %zu lines, %zu wrong, %zu not versions\n", ok ? "" : "not ", i + 1,
               files[i].file, c.lines, c.wrong, c.unknown);
        bad += !ok;
        all = (struct counts){ all.lines + c.lines, all.wrong + c.wrong, all.unknown + c.unknown };
    }
    printf("# %zu lines, %zu wrong, %zu with what is not a version\n", all.lines, all.wrong, all.unknown);
    return bad != 0;
}
