/* runtime_release.c - the files in which a runtime that was unpacked, not installed, says its version:
 * `release` of a JDK or JRE, VERSION of Go's tool chain, OTP_VERSION of Erlang. */
#include "parse/plain.h"

/* JAVA_VERSION="17.0.15" */
static struct str java_version(struct str body, uint32_t *at)
{
    struct str line, value;

    for (*at = 1; str_cut(&body, '\n', &line); ++*at) {
        line = str_trim(line);
        if (!str_starts(line, STR("JAVA_VERSION=")))
            continue;
        value = str_skip(line, strlen("JAVA_VERSION="));
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = (struct str){ value.p + 1, value.n - 2 };
        return value;
    }
    return (struct str){ 0 };
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str first = { 0 }, rest = in->body, version;
    uint32_t line = 1;
    struct package p = { .type = STR("generic"), .how = HOW_BANNER, .path = in->path };

    str_cut(&rest, '\n', &first);
    first = str_trim(first);
    if (str_ends(in->path, STR("OTP_VERSION"))) {
        p.name = STR("erlang");
        version = first;
    } else if (str_ends(in->path, STR("go/VERSION"))) {
        p.type = STR("golang");
        p.name = STR("toolchain"); /* as the Go project calls it in its own advisories */
        version = str_starts(first, STR("go1")) ? str_skip(first, 2) : STR_NONE;
    } else {
        p.name = STR("openjdk");
        version = java_version(in->body, &line);
    }
    p.version = version;
    p.line = line;
    return version.n && version.p[0] >= '0' && version.p[0] <= '9' ? facts_add_package(out, &p, e) : 0;
}

const struct parser parser_runtime_release = {
    .name = "runtime_release",
    .what = "runtimes that were unpacked, by the file that says their version: Java, Go, Erlang",
    .version = 1,
    .paths = PATHS("**/release", "**/go/VERSION", "**/OTP_VERSION"),
    .max_size = 1u << 20,
    .parse = parse,
};
