/* Reading package URLs: the parts of those that tools write, what is none, and back again. */
#include "model/purl.h"
#include "tap.h"

static char *copy(char *to, size_t size, struct str s)
{
    snprintf(to, size, STR_FMT, STR_ARG(s));
    return to;
}

static void check(const char *purl, bool good, const char *want)
{
    AUTO_ARENA struct arena a = ARENA(1 << 16);
    struct package p = { 0 };
    char text[600];

    bool read = purl_read(&a, str_of(purl), &p);
    if (read)
        snprintf(text, sizeof text,
                 STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT,
                 STR_ARG(p.type), STR_ARG(p.ns), STR_ARG(p.name), STR_ARG(p.version), STR_ARG(p.arch),
                 STR_ARG(p.source_name), STR_ARG(p.source_version));
    if (read != good)
        printf("# %s\n", purl);
    CHECK(read == good);
    if (read && good)
        CHECK_TEXT(text, want);
}

static void test_parts(void)
{
    check("pkg:npm/%40babel/core@7.22.0", true, "npm|@babel|core|7.22.0|||");
    check("pkg:npm/@babel/core", true, "npm|@babel|core||||");
    check("pkg:npm/@babel/core@7.22.0", true, "npm|@babel|core|7.22.0|||");
    check("pkg://pypi/django@4.2", true, "pypi||django|4.2|||");
    check("pkg:golang/github.com/a/b@v1.2.0%2Bincompatible#sub/dir", true,
          "golang||github.com/a/b|v1.2.0+incompatible|||");
    check("pkg:maven/org.example/lib@1.0?type=jar", true, "maven|org.example|lib|1.0|||");
    check("pkg:swift/github.com/apple/swift-nio@2.0", true, "swift|github.com/apple|swift-nio|2.0|||");
    check("pkg:generic/openssl", true, "generic||openssl||||");
    check("pkg:generic/100%", true, "generic||100%||||");
}

static void test_qualifiers(void)
{
    check("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl", true,
          "deb|debian|libssl3|3.0.11-1~deb12u2|amd64|openssl|3.0.11-1~deb12u2");
    check("pkg:deb/debian/a@1%3A2.0?upstream=b%403.0", true, "deb|debian|a|1:2.0||b|3.0");
    check("pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&epoch=2&upstream=bash-core-5.1.8-6.el9.src.rpm", true,
          "rpm|redhat|bash|2:5.1.8-6.el9|x86_64|bash-core|5.1.8-6.el9");
    check("pkg:rpm/redhat/bash@5.1?epoch=0&upstream=odd.src.rpm", true, "rpm|redhat|bash|5.1|||");
    check("pkg:apk/alpine/musl@1.2.3-r4?&=&arch", true, "apk|alpine|musl|1.2.3-r4|||");
}

static void test_refused(void)
{
    check("", false, "");
    check("http://example.org", false, "");
    check("pkg:", false, "");
    check("pkg:npm", false, "");
    check("pkg:npm/", false, "");
    check("pkg:/name", false, "");
    check("pkg:npm/@1.0", true, "npm||@1.0||||"); /* a scope without a name is a name */
    check("pkg:npm/a%00b@1", false, "");
}

/* What purl_of writes comes back; and what is read is written the same. */
static void test_round_trip(void)
{
    static const char *const purls[] = {
        "pkg:rpm/rhel/nodejs@18.20.4-1.module?arch=x86_64&epoch=1&rpmmod=nodejs:18:9040020240807131341:rd1",
        "pkg:deb/debian/libbpf0@1:0.3-2?arch=amd64&upstream=libbpf%400.3-2",
        "pkg:npm/%40babel/core@7.22.0",
        "pkg:golang/github.com/a/b@v1.2.0%2Bincompatible",
        "pkg:maven/org.example/lib@1.0",
        "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&upstream=openssl",
        "pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&epoch=2",
    };

    for (size_t i = 0; i < ARRAY_LEN(purls); i++) {
        AUTO_ARENA struct arena a = ARENA(1 << 16);
        struct package p = { 0 };
        char text[400];
        CHECK(purl_read(&a, str_of(purls[i]), &p));
        CHECK_TEXT(copy(text, sizeof text, purl_of(&a, &p, NULL)), purls[i]);
    }
}

static void test_full_arena(void)
{
    AUTO_ARENA struct arena a = ARENA(8);
    struct package p = { 0 };

    CHECK(!purl_read(&a, STR("pkg:generic/a-name-that-needs-room@1.0"), &p));
}

TESTS(T(test_parts), T(test_qualifiers), T(test_refused), T(test_round_trip), T(test_full_arena))
