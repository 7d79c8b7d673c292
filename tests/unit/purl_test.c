/* Package URLs: the rows follow the examples and the rules of the specification's type definitions. */
#include "model/purl.h"
#include "tap.h"

#define S(lit)                     \
    {                              \
        "" lit "", sizeof(lit) - 1 \
    }

static const struct os debian = { .id = S("debian"), .version = S("12") };
static const struct os sid = { .id = S("debian"), .codename = S("trixie") };
static const struct os alpine = { .id = S("alpine"), .version = S("3.20.1") };
static const struct os fedora = { .id = S("fedora"), .version = S("40") };
static const struct os rhel = { .id = S("rhel"), .version = S("9.4") };
static const struct os leap = { .id = S("opensuse-leap"), .version = S("15.6") };

static const struct {
    struct package p;
    const struct os *os;
    const char *want;
} row[] = {
    { { .type = S("deb"), .name = S("curl"), .version = S("7.50.3-1"), .arch = S("i386") },
      &debian,
      "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-12" },
    { { .type = S("deb"),
        .name = S("Libc6"),
        .version = S("1:2.36-9+deb12u4~x"),
        .arch = S("amd64"),
        .source_name = S("glibc") },
      &debian,
      "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u4~x?arch=amd64&distro=debian-12&upstream=glibc" },
    { { .type = S("deb"),
        .name = S("libgcc-s1"),
        .version = S("12.2.0-14"),
        .source_name = S("gcc-12"),
        .source_version = S("12.2.0-13") },
      &sid,
      "pkg:deb/debian/libgcc-s1@12.2.0-14?distro=debian-trixie&upstream=gcc-12%4012.2.0-13" },
    { { .type = S("deb"),
        .name = S("bash"),
        .version = S("5.2"),
        .source_name = S("bash"),
        .source_version = S("5.2") },
      NULL,
      "pkg:deb/bash@5.2" },
    { { .type = S("apk"),
        .name = S("libcrypto3"),
        .version = S("3.3.1-r0"),
        .arch = S("x86_64"),
        .source_name = S("openssl") },
      &alpine,
      "pkg:apk/alpine/libcrypto3@3.3.1-r0?arch=x86_64&distro=alpine-3.20.1&upstream=openssl" },
    { { .type = S("rpm"),
        .name = S("ImageMagick"),
        .version = S("1:6.9.12-1.fc40"),
        .arch = S("x86_64"),
        .source_name = S("ImageMagick"),
        .source_version = S("6.9.12-1.fc40") },
      &fedora,
      "pkg:rpm/fedora/ImageMagick@6.9.12-1.fc40?arch=x86_64&distro=fedora-40&epoch=1" },
    { { .type = S("rpm"), .name = S("zlib"), .version = S("0:1.2.11-40.el9") },
      &rhel,
      "pkg:rpm/redhat/zlib@1.2.11-40.el9?distro=rhel-9.4" },
    { { .type = S("rpm"), .name = S("zypper"), .version = S("1.14-1") },
      &leap,
      "pkg:rpm/opensuse/zypper@1.14-1?distro=opensuse-leap-15.6" },
    { { .type = S("npm"), .ns = S("@angular"), .name = S("animation"), .version = S("12.3.1") },
      &debian,
      "pkg:npm/%40angular/animation@12.3.1" },
    { { .type = S("npm"), .name = S("@angular/animation"), .version = S("12.3.1") },
      NULL,
      "pkg:npm/%40angular/animation@12.3.1" },
    { { .type = S("npm"), .name = S("JSONStream"), .version = S("1.0.3") },
      NULL,
      "pkg:npm/JSONStream@1.0.3" },
    { { .type = S("PYPI"), .name = S("Django_package"), .version = S("1.11.1.dev1") },
      NULL,
      "pkg:pypi/django-package@1.11.1.dev1" },
    { { .type = S("golang"), .name = S("Google.golang.org/genproto/googleapis"), .version = S("v1.0.0") },
      NULL,
      "pkg:golang/google.golang.org/genproto/googleapis@v1.0.0" },
    { { .type = S("golang"), .name = S("stdlib"), .version = S("1.22.1") },
      NULL,
      "pkg:golang/stdlib@1.22.1" },
    { { .type = S("maven"), .ns = S("org.apache.commons"), .name = S("io"), .version = S("1.3.4") },
      NULL,
      "pkg:maven/org.apache.commons/io@1.3.4" },
    { { .type = S("maven"), .name = S("org.apache:io"), .version = S("1") },
      NULL,
      "pkg:maven/org.apache/io@1" },
    { { .type = S("maven"), .name = S("io"), .version = S("1") }, NULL, "pkg:maven/io@1" },
    { { .type = S("composer"), .name = S("Laravel/Laravel"), .version = S("5.5.0") },
      NULL,
      "pkg:composer/laravel/laravel@5.5.0" },
    { { .type = S("nuget"), .name = S("EnterpriseLibrary.Common"), .version = S("6.0.1304") },
      NULL,
      "pkg:nuget/EnterpriseLibrary.Common@6.0.1304" },
    { { .type = S("cargo"), .name = S("rand"), .version = S("0.7.2") }, NULL, "pkg:cargo/rand@0.7.2" },
    { { .type = S("generic"), .name = S("bit weird/na?me#1"), .version = S("a@b&c=\xc3\xa9") },
      &debian,
      "pkg:generic/bit%20weird%2Fna%3Fme%231@a%40b%26c%3D%C3%A9" },
    { { .type = S("generic"), .name = S("nginx") }, NULL, "pkg:generic/nginx" },
    { { .type = S("deb"), .version = S("1") }, &debian, "" },
    { { .name = S("x"), .version = S("1") }, &debian, "" },
};

static void packages(void)
{
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO_ARENA struct arena a = ARENA(1u << 16);
        char is[512];
        snprintf(is, sizeof is, STR_FMT, STR_ARG(purl_of(&a, &row[i].p, row[i].os)));
        CHECK_TEXT(is, row[i].want);
    }
}

static void images(void)
{
    static const struct {
        const char *reference, *digest, *arch, *want;
    } r[] = {
        { "alpine:3.20", "sha256:244fd4", "", "pkg:oci/alpine@sha256:244fd4?tag=3.20" },
        { "docker.example.org:5000/team/App:1.0@sha256:00", "sha256:244fd4", "amd64",
          "pkg:oci/"
          "app@sha256:244fd4?arch=amd64&repository_url=docker.example.org:5000%2Fteam%2FApp&tag=1.0" },
        { "library/debian", "sha256:244fd4", "", "pkg:oci/debian@sha256:244fd4" },
        { "./images/app.tar", "sha256:1", "", "pkg:oci/app.tar@sha256:1" },
        { "alpine:3.20", "", "", "" },
        { "images/", "sha256:1", "", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(r); i++) {
        AUTO_ARENA struct arena a = ARENA(1u << 16);
        char is[512];
        snprintf(is, sizeof is, STR_FMT,
                 STR_ARG(purl_of_image(&a, str_of(r[i].reference), str_of(r[i].digest), str_of(r[i].arch))));
        CHECK_TEXT(is, r[i].want);
    }
}

static void too_big(void)
{
    AUTO_ARENA struct arena a = ARENA(1u << 20), full = ARENA(8);
    AUTO_FREE char *huge = malloc(100000);
    struct package p = { .type = STR("deb"), .name = { huge, 100000 } };

    memset(huge, '%', 100000);
    CHECK_INT((long long)purl_of(&a, &p, NULL).n, 0); /* three bytes each: beyond any URL */
    p.name = STR("x");
    CHECK_INT((long long)purl_of(&full, &p, NULL).n, 0);
}

TESTS(T(packages), T(images), T(too_big))
