/* Image references, as Docker spells them, and the choice of a platform. */
#include "source/reference.h"
#include "source/source.h"
#include "tap.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void good(void)
{
    static const struct {
        const char *text, *host, *repo, *tag;
        bool digest;
    } row[] = {
        { "alpine", "docker.io", "library/alpine", "latest", false },
        { "alpine:3.20", "docker.io", "library/alpine", "3.20", false },
        { "team/app", "docker.io", "team/app", "latest", false },
        { "docker.io/alpine", "docker.io", "library/alpine", "latest", false },
        { "index.docker.io/team/app:1", "docker.io", "team/app", "1", false },
        { "example.org/app", "example.org", "app", "latest", false },
        { "example.org:5000/team/app:v1.0_rc-2", "example.org:5000", "team/app", "v1.0_rc-2", false },
        { "localhost/app", "localhost", "app", "latest", false },
        { "localhost:5000/app", "localhost:5000", "app", "latest", false },
        { "[::1]:5000/app", "[::1]:5000", "app", "latest", false },
        { "example.org/a/b/c/d__e.f-g---h", "example.org", "a/b/c/d__e.f-g---h", "latest", false },
        { "app@sha256:" HEX, "docker.io", "library/app", "", true },
        { "example.org/app:1@sha256:" HEX, "example.org", "app", "1", true },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct reference r;
        struct err e = { 0 };
        printf("# %s\n", row[i].text);
        CHECK_INT(reference_parse(str_of(row[i].text), &r, &e), 0);
        CHECK(str_eq(r.host, str_of(row[i].host)));
        CHECK(str_eq(r.repo, str_of(row[i].repo)));
        CHECK(str_eq(r.tag, str_of(row[i].tag)));
        CHECK((r.digest.n > 0) == row[i].digest);
    }
}

static void bad(void)
{
    static const char *const row[] = {
        "",
        "/",
        "app:",
        ":1",
        "App",
        "app:-1",
        "app:a/b",
        "a//b",
        "a/../b",
        "-a",
        "a-",
        "a..b",
        "a___b",
        "a._b",
        "./app",
        "../app",
        "/etc",
        "app@sha256:12",
        "app@md5:" HEX,
        "app@sha256:0123456789ABCDEF" HEX,
        "example.org:0/app",
        "example.org:99999/app",
        "example.org:x/app",
        "user@example.org/app",
        "exa mple.org/app",
        "example.org/app?x",
        "example.org/app#x",
        "example.org/app%2f",
        "[::1/app",
        "[::1]x/app",
        "app\n",
        "example.org\r\nX: y/app",
        "http://example.org/app",
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct reference r;
        struct err e = { 0 };
        int got = reference_parse(str_of(row[i]), &r, &e);
        if (got != -1 || !e.text[0])
            printf("# taken: %s\n", row[i]);
        CHECK_INT(got, -1);
        CHECK(e.text[0]);
    }
}

static void add(struct facts *f, const char *os, const char *arch, const char *variant, uint64_t id)
{
    struct err e = { 0 };
    struct descriptor d = {
        .role = ROLE_MANIFEST, .os = str_of(os), .arch = str_of(arch), .variant = str_of(variant), .size = id
    };

    CHECK_INT(facts_add_descriptor(f, &d, &e), 0);
}

/* The id of the choice, 0 for none. */
static uint64_t choose(const struct facts *f, const char *platform, struct err *e)
{
    struct source_options o = { .platform = str_of(platform) };
    struct source_env env = { .opt = &o };
    const struct descriptor *d = source_choose_platform(&env, f, e);

    return d ? d->size : 0;
}

static void platforms(void)
{
    AUTO_FACTS struct facts f = FACTS(1 << 20), one = FACTS(1 << 20), bare = FACTS(1 << 20),
                            empty = FACTS(1 << 10);
    struct err e = { 0 };

    add(&f, "unknown", "unknown", "", 1);
    add(&f, "linux", "arm", "v6", 2);
    add(&f, "linux", "arm", "v7", 3);
    add(&f, "linux", "arm64", "v8", 4);
    add(&f, "linux", "amd64", "", 5);
    add(&f, "windows", "amd64", "", 6);
    CHECK_INT(choose(&f, "linux/amd64", &e), 5);
    CHECK_INT(choose(&f, "linux/x86_64", &e), 5);
    CHECK_INT(choose(&f, "windows/amd64", &e), 6);
    CHECK_INT(choose(&f, "linux/arm64", &e), 4);
    CHECK_INT(choose(&f, "linux/arm64/v8", &e), 4);
    CHECK_INT(choose(&f, "linux/arm/v6", &e), 2);
    CHECK_INT(choose(&f, "linux/arm", &e), 3); /* v7 is what "arm" means */
    CHECK_INT(choose(&f, "linux/arm/v5", &e), 0);
    CHECK_INT(choose(&f, "linux/s390x", &e), 0);
    CHECK_INT(e.code, ERR_NOT_FOUND);
    CHECK(strstr(e.text, "linux/arm/v7") && !strstr(e.text, "unknown"));

    add(&one, "plan9", "mips", "", 7);
    CHECK_INT(choose(&one, "", &e), 7); /* a single one needs no choice */
    CHECK_INT(choose(&one, "linux/amd64", &e), 0);
    add(&bare, "", "", "", 8);
    CHECK_INT(choose(&bare, "linux/amd64", &e), 8);
    CHECK_INT(choose(&empty, "", &e), 0);
}

TESTS(T(good), T(bad), T(platforms))
