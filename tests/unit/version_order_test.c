/* Every scheme by a table of its own, and by what must hold for any order: reflexive, antisymmetric,
 * transitive. */
#include "model/version/version.h"
#include "tap.h"

/* "A < B", "A = B", or "A ?": not a version. */
static const struct {
    const char *scheme;
    const char *rows[24];
} table[] = {
    { "deb",
      { "1.0 = 0:1.0-0",
        "1.0~rc1 < 1.0",
        "1.0 < 1.0-1",
        "1.0-1 < 1.0-1+deb12u1",
        "1:0.1 > 9",
        "1.0-1~bpo1 < 1.0-1",
        "1.10 > 1.9",
        "1.0a < 1.0+",
        "2.0 < 2.0-0.1",
        "1.2.3-4ubuntu5 < 1.2.3-4ubuntu10",
        "00001 = 1",
        "99999999999999999999999999999 < 100000000000000000000000000000",
        "1:2:3-4 < 1:2:3-5",
        "a: ?",
        "x:1 ?",
        "1.0- ?",
        "1 0 ?",
        "1.0_2 ?",
        ":1 ?",
        "- ?" } },
    { "rpm",
      { "1.0-1 < 1.0-2", "1:1.0 > 2.0", "1.0~rc1-1 < 1.0-1", "1.0^git1 > 1.0", "1.0^git1 < 1.0.1",
        "1.0 < 1.0-1", "1.05 = 1.5", "fc4 = fc.4", "1.0-1.el9 < 1.0-1.el9_2",
        "4.18.0-193.el8 < 4.18.0-240.el8", "a < 1", "20101121 < 99999999999999999999999999" } },
    { "apk",
      { "1.2.3-r0 < 1.2.3-r1", "1.2_rc1 < 1.2", "1.2 < 1.2_p1", "1.2_alpha < 1.2_beta", "1.2_beta < 1.2_pre",
        "1.2_pre < 1.2_rc", "1.2a < 1.2b", "1.2 < 1.2a", "1.2a < 1.2.1", "1.10 > 1.9", "1.01 < 1.1",
        "1.2_git20240101 > 1.2", "1.2_alpha1_p1 > 1.2_alpha1", "1.2~abc-r0 > 1.2", "latest ?", "1 2 ?",
        "1.2.3/4 ?" } },
    { "pacman",
      { "1.0-1 < 1.0-2", "1:0.5 > 2.0", "1.0rc1 < 1.0", "1.0a < 1.0.1", "1.0.a < 1.0.1", "1.0 < 1.0.0",
        "6.5.arch1-1 < 6.6.arch1-1", "1.5 = 1.5-1", "1-2-3 ?", "1:2:3 ?", "1 2 ?" } },
    { "portage",
      { "1.0 < 1.0.0", "1.2_alpha < 1.2_beta2", "1.2_rc1 < 1.2", "1.2 < 1.2_p1", "1.2-r0 = 1.2",
        "1.2-r1 > 1.2", "1.2a < 1.2b", "1.2 < 1.2a", "1.010 = 1.01", "1.01 < 1.1", "1.2_alpha_p1 > 1.2_alpha",
        "1.2_foo ?", "1.2-1 ?", "v1 ?", "1.2aa ?", "1..2 ?" } },
    { "pypi",
      { "1.0 = 1.0.0",
        "1.0.dev1 < 1.0a1",
        "1.0a1 < 1.0b1",
        "1.0b1 < 1.0rc1",
        "1.0rc1 < 1.0",
        "1.0 < 1.0.post1",
        "1.0-1 = 1.0.post1",
        "1.0c1 = 1.0rc1",
        "1!0.1 > 99",
        "1.0+a < 1.0+1",
        "1.0 < 1.0+a",
        "V1.0 = 1.0",
        "1.0a1.dev1 < 1.0a1",
        "1.0.post1.dev1 < 1.0.post1",
        "1.0+ubuntu.1 = 1.0+ubuntu-1",
        "1.0-preview_2 = 1.0rc2",
        "1.0-foo ?",
        "latest ?",
        "1.0+ ?",
        "1..0 ?",
        "1.0.a.b ?" } },
    { "semver",
      { "1.2.3-rc.1 < 1.2.3", "1.2.3+a = 1.2.3+b", "v1.2 = 1.2.0", "1 < 1.0.1", "1.0.0-1 < 1.0.0-a",
        "1.0.0-a.1 < 1.0.0-a.1.0", "1.2.3.4 < 1.2.3.5", "1.0.0-9 < 1.0.0-10", "1.0.0- ?", "1.0.0-a..b ?",
        "a.b.c ?", "1.0.0+ ?" } },
    { "npm",
      { "1.2.3-rc.1 < 1.2.3", "v1.2.3 = 1.2.3", "=1.2.3 = 1.2.3", "1.2.3+x = 1.2.3", "1.2 ?", "1.2.3.4 ?",
        "01.2.3 ?", "1.2.3-01 ?" } },
    { "crates",
      { "1.2.3-rc.1 < 1.2.3", "0.1.0 < 0.1.1", "1.2.3+x = 1.2.3", "v1.2.3 ?", "1.2 ?", "1.02.3 ?" } },
    { "go",
      { "v1.2.3 = 1.2.3", "v1.2 = v1.2.0", "v2.0.0+incompatible = 2.0.0",
        "v0.0.0-20191109021931-daa7c04131f5 < v0.0.0-20200101000000-aaaaaaaaaaaa",
        "v1.2.4-0.20200101000000-aaaaaaaaaaaa < v1.2.4", "v1.2.4-0.20200101000000-aaaaaaaaaaaa > v1.2.3",
        "go1.21rc2 = 1.21.0-rc.2", "go1.21 = 1.21.0", "go1.21rc2 < go1.21", "go1.21beta1 < go1.21rc1",
        "go1.21.3 > go1.21", "go1.22.1 X:boringcrypto = 1.22.1", "go1.21rc2 < go1.21rc10",
        "1.21rc2 = go1.21rc2", "(devel) ?", "v1.02.3 ?", "go1.21foo1 ?", "v1-pre ?", "devel go1.22 ?" } },
    { "hex", { "1.2.3-rc.1 < 1.2.3", "1.10.0 > 1.9.0", "1.2.3+a = 1.2.3", "1.2 ?", "v1.2.3 ?" } },
    { "pub",
      { "1.2.3 < 1.2.3+1", "1.2.3+1 < 1.2.3+2", "1.2.3-pre+9 < 1.2.3", "1.2.3+1 < 1.2.3+a", "1.2.x ?" } },
    { "bitnami",
      { "1.2.3 = 1.2.3-0", "1.2.3-1 < 1.2.3-10", "1.2.3-rc.1 < 1.2.3", "1.2.3-1 < 1.2.4", "1.2.3- ?" } },
    { "maven",
      { "1 = 1.0.0", "1.0-SNAPSHOT < 1.0", "1.0-alpha-1 < 1.0-beta-1", "1.0-rc1 = 1.0-cr1", "1.0.Final = 1.0",
        "1.0 < 1.0-sp1", "1.0-1 > 1.0", "1.0-1 < 1.0.1", "1.0-xyz > 1.0-sp", "1.0.0.RELEASE = 1",
        "31.1-jre < 32.0-jre", "2.9.10.8 > 2.9.10", "1.0-milestone-1 = 1.0-m1", "Finchley.SR1 < Finchley.SR2",
        "${project.version} ?", "[1.0,2.0) ?", "LATEST ?", "1 0 ?" } },
    { "rubygems",
      { "1.0 = 1.0.0", "1.0.a < 1.0", "1.0.rc1 < 1.0.rc2", "1.0.0.pre < 1.0.0.rc", "1.0-x = 1.0.pre.x",
        "1.a = 1.0.a", "1.0.a10 > 1.0.a9", "2.0.0.1 > 2.0.0", "1.b.1 > 1.a.9", "1rc ?", "a.1 ?", "1..2 ?",
        "1.0_1 ?" } },
    { "packagist",
      { "1.0 < 1.0.0", "1.0-dev < 1.0-alpha", "1.0-alpha < 1.0-beta", "1.0RC1 < 1.0", "1.0 < 1.0pl1",
        "v1.0 = 1.0", "1.0.0-beta2 < 1.0.0-beta10", "dev-main < 0.1", "1 0 ?" } },
    { "composer",
      { "1.0 = 1.0.0.0",
        "v1.0 = 1.0",
        "1.0-dev < 1.0-alpha1",
        "1.0-alpha1 < 1.0-beta1",
        "1.0-beta1 < 1.0-RC1",
        "1.0-RC1 < 1.0",
        "1.0 < 1.0-p1",
        "1.0-RC1-dev < 1.0-RC1",
        "1.0-stable = 1.0",
        "1.x-dev > 1.999.0",
        "1.x-dev < 2.0",
        "1.0+build = 1.0",
        "20240102 < 20240103",
        "2024-01-02 < 2024-02-01",
        "1.0b2 = 1.0-beta.2",
        "dev-main ?",
        "1.0-foo ?",
        "1.x ?",
        "1.2.3.4.5 ?",
        "main ?" } },
    { "nuget",
      { "1.0 = 1.0.0.0", "1.0.0-BETA = 1.0.0-beta", "1.0.0-beta < 1.0.0", "1.0.0.1 > 1.0.0",
        "1.0.0+a = 1.0.0+b", "1.0.0-beta.2 < 1.0.0-beta.10", "1.2.3.4.5 ?", "v1.0 ?", "1.0.* ?" } },
    { "cran", { "1.0 < 1.0.0", "1.0-1 = 1.0.1", "0.9 < 0.75", "1.01 = 1.1", "1.0a ?", "1. ?", "1--2 ?" } },
    { "hackage", { "1.0 < 1.0.0", "1.10 > 1.9", "1.0.0 < 1.0.1", "1.0-1 ?", "1.0. ?", "1.0a ?" } },
    { "openssl",
      { "1.0.2 < 1.0.2a", "1.0.2z < 1.0.2za", "0.9.8z < 0.9.8zh", "1.0.2k-fips = 1.0.2k",
        "1.1.1-pre9 < 1.1.1", "3.0.0-alpha1 < 3.0.0-beta1", "3.0.0-beta1 < 3.0.0", "3.0.7+quic = 3.0.7",
        "1.1.1w < 3.0.0", "1.0.2 ubuntu ?", "1.0.2-foo ?", "OpenSSL ?" } },
    { "generic",
      { "1.0 = 1.0.0", "v1.2 < 1.10", "1.0rc1 < 1.0", "1.0-beta2 < 1.0-beta10", "1.0rc1 = 1.rc1",
        "1.0 < 1.0.0.1", "9.3p1 < 9.3p2", "9.3 < 9.3p1", "9.3p9 < 9.4", "1.0.2-dev < 1.0.2",
        "2024.01.02 > 2023.12.31", "main ?", "~1 ?" } },
};

static char sign_of(const struct version_scheme *s, struct str a, struct str b)
{
    int order;

    if (version_compare(s, a, b, &order) < 0)
        return '?';
    return order < 0 ? '<' : order > 0 ? '>' : '=';
}

/* true: the row has two versions. */
static bool cut_row(const char *row, struct str *a, char *want, struct str *b)
{
    struct str line = str_of(row);

    *want = '?';
    if (str_ends(line, STR(" ?"))) {
        *a = *b = str_first(line, line.n - 2);
        return false;
    }
    for (size_t i = 1; i + 2 < line.n; i++)
        if (line.p[i - 1] == ' ' && line.p[i + 1] == ' ' && strchr("<=>", line.p[i])) {
            *a = str_first(line, i - 1);
            *b = str_skip(line, i + 2);
            *want = line.p[i];
        }
    return true;
}

static void rows(void)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(table[i].scheme));
        CHECK(s != NULL);
        for (size_t k = 0; s && k < ARRAY_LEN(table[i].rows) && table[i].rows[k]; k++) {
            struct str a, b;
            char want;
            cut_row(table[i].rows[k], &a, &want, &b);
            char is = sign_of(s, a, b), back = sign_of(s, b, a);
            if (is != want || back != (want == '<' ? '>' : want == '>' ? '<' : want))
                printf("# %s: %s: is %c, turned round %c\n", s->name, table[i].rows[k], is, back), tap_bad_++;
        }
    }
}

static void every_scheme_has_rows(void)
{
    for (size_t i = 0; i < n_version_schemes; i++) {
        size_t n = 0;
        for (size_t k = 0; k < ARRAY_LEN(table); k++)
            for (size_t j = 0; !strcmp(table[k].scheme, version_schemes[i]->name) && table[k].rows[j]; j++)
                n++;
        if (n < 4)
            printf("# %s has %zu rows\n", version_schemes[i]->name, n), tap_bad_++;
    }
}

static void two_unknowns_are_not_equal(void)
{
    const struct version_scheme *pypi = version_scheme_for(STR("pypi"));

    CHECK(sign_of(pypi, STR("trunk"), STR("trunk")) == '?');
    CHECK(sign_of(pypi, STR("trunk"), STR("1")) == '?');
    CHECK(sign_of(pypi, STR(""), STR("1")) == '?');
    CHECK(sign_of(NULL, STR("1"), STR("1")) == '?');
    for (size_t i = 0; i < n_version_schemes; i++)
        CHECK(!version_valid(version_schemes[i], STR("")));
}

static void by_ecosystem(void)
{
    static const char *const names[][2] = {
        { "Debian:12", "deb" },
        { "Alpine:v3.20", "apk" },
        { "Ubuntu:22.04:LTS", "deb" },
        { "npm", "npm" },
        { "PyPI", "pypi" },
        { "crates.io", "crates" },
        { "Go", "go" },
        { "golang", "go" },
        { "Maven", "maven" },
        { "NuGet", "nuget" },
        { "Packagist", "packagist" },
        { "RubyGems", "rubygems" },
        { "gem", "rubygems" },
        { "Hex", "hex" },
        { "Pub", "pub" },
        { "CRAN", "cran" },
        { "Hackage", "hackage" },
        { "AlmaLinux:9", "rpm" },
        { "Rocky Linux:9", "rpm" },
        { "SwiftURL", "semver" },
        { "Wolfi", "apk" },
        { "Bitnami", "bitnami" },
        { "nothing", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(names[i][0]));
        CHECK_TEXT(s ? s->name : "", names[i][1]);
    }
}

/* Numbers of ten thousand digits are numbers. */
static void long_numbers(void)
{
    enum { DIGITS = 10000 };
    static char a[DIGITS + 2], b[DIGITS + 2];

    for (size_t i = 0; i < n_version_schemes; i++) {
        memset(a, '9', DIGITS);
        memset(b, '9', DIGITS);
        b[DIGITS - 1] = '8';
        size_t n = DIGITS;
        const char *tail = version_valid(version_schemes[i], STR("1")) ? "" : ".0.0";
        char x[DIGITS + 8], y[DIGITS + 8];
        n = (size_t)snprintf(x, sizeof x, "%.*s%s", DIGITS, a, tail);
        snprintf(y, sizeof y, "%.*s%s", DIGITS, b, tail);
        if (sign_of(version_schemes[i], (struct str){ x, n }, (struct str){ y, n }) != '>')
            printf("# %s\n", version_schemes[i]->name), tap_bad_++;
    }
}

static uint64_t seed = 20240607;

static size_t below(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

struct text {
    char p[48];
    size_t n;
};

/* A version of the table with a few bytes changed. */
static void make(const char *const *from, size_t n_from, struct text *t)
{
    static const char bytes[] = "00112239.....---~+_^rabcpdevx:!v";
    struct str a, b;
    char want;

    cut_row(from[below(n_from)], &a, &want, &b);
    a = below(2) ? a : b;
    t->n = MIN(a.n, sizeof t->p - 8);
    memcpy(t->p, a.p, t->n);
    for (size_t i = below(3); i > 0; i--) {
        size_t at = below(t->n + 1);
        char c = bytes[below(sizeof bytes - 1)];
        if (below(2) && t->n < sizeof t->p - 1) {
            memmove(t->p + at + 1, t->p + at, t->n - at);
            t->p[at] = c;
            t->n++;
        } else if (at < t->n && t->n > 1 && below(2)) {
            memmove(t->p + at, t->p + at + 1, t->n - at - 1);
            t->n--;
        } else if (at < t->n) {
            t->p[at] = c;
        }
    }
}

static void report(const struct version_scheme *s, const char *what, const struct text *t)
{
    printf("# %s: not %s: %.*s  %.*s  %.*s\n", s->name, what, (int)t[0].n, t[0].p, (int)t[1].n, t[1].p,
           (int)t[2].n, t[2].p);
    tap_bad_++;
}

/* Not so by the ecosystem's own definition: alpm lets 1.0 equal both 1.0-1 and 1.0-2, and in Maven's lists
 * 1-m1 is before 1, which is before 1.x, which is before 1-m1. */
static bool is_transitive(const struct version_scheme *s)
{
    return strcmp(s->name, "pacman") != 0 && strcmp(s->name, "maven") != 0;
}

static void laws_of(const struct version_scheme *s, const char *const *from, size_t n_from)
{
    size_t told = 0;

    for (size_t round = 0; round < 20000; round++) {
        struct text t[3];
        int o[3][3];
        bool ok = true;
        for (size_t i = 0; i < 3; i++)
            make(from, n_from, &t[i]);
        for (size_t i = 0; i < 3; i++)
            for (size_t k = 0; k < 3; k++)
                if (version_compare(s, (struct str){ t[i].p, t[i].n }, (struct str){ t[k].p, t[k].n },
                                    &o[i][k]) < 0) {
                    o[i][k] = 9;
                    ok = false;
                }
        for (size_t i = 0; i < 3; i++) {
            if (o[i][i] != 0 && o[i][i] != 9)
                report(s, "reflexive", t);
            size_t k = (i + 1) % 3;
            if (o[i][k] != (o[k][i] == 9 ? 9 : -o[k][i]))
                report(s, "antisymmetric", t);
        }
        told += ok;
        if (ok && is_transitive(s) && o[0][1] <= 0 && o[1][2] <= 0 &&
            (o[0][2] > 0 || (o[0][2] == 0 && (o[0][1] < 0 || o[1][2] < 0))))
            report(s, "transitive", t);
    }
    if (told < 200)
        printf("# %s: only %zu of 20000 could be told\n", s->name, told), tap_bad_++;
}

static void laws(void)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(table[i].scheme));
        size_t n = 0;
        while (n < ARRAY_LEN(table[i].rows) && table[i].rows[n])
            n++;
        if (s)
            laws_of(s, table[i].rows, n);
    }
}

TESTS(T(rows), T(every_scheme_has_rows), T(two_unknowns_are_not_equal), T(by_ecosystem), T(long_numbers),
      T(laws))
