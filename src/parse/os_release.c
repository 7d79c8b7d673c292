/* os_release.c - freedesktop os-release(5), and the files distributions used before it. */
#include "parse/parse.h"

/* The value of a shell-like assignment: quotes removed, backslash escapes resolved, into *a. */
static struct str unquoted(struct arena *a, struct str v)
{
    char quote = v.n && (v.p[0] == '"' || v.p[0] == '\'') ? v.p[0] : '\0';
    char *out = arena_alloc(a, v.n + 1, 1);
    size_t n = 0;

    for (size_t i = quote ? 1 : 0; out && i < v.n && v.p[i] != quote; i++) {
        if (v.p[i] == '\\' && quote != '\'' && i + 1 < v.n)
            i++;
        out[n++] = v.p[i];
    }
    return (struct str) { out, out ? n : 0 };
}

static bool split_words(struct arena *a, struct str text, struct strs *out)
{
    struct str rest = text, word, *words = arena_array(a, struct str, text.n / 2 + 1);
    size_t n = 0;

    while (words && str_cut(&rest, ' ', &word))
        if (word.n)
            words[n++] = word;
    *out = (struct strs) { words, n };
    return words;
}

static int assignments(const struct input *in, struct facts *out, struct err *e)
{
    struct os os = { .path = in->path };
    struct str like = { 0 }, rest = in->body, line, key, value;
    const struct {
        struct str key;
        struct str *to;
    } want[] = {
        { STR("ID"), &os.id },
        { STR("VERSION_ID"), &os.version },
        { STR("PRETTY_NAME"), &os.name },
        { STR("VERSION_CODENAME"), &os.codename },
        { STR("ID_LIKE"), &like },
        { STR("SUPPORT_END"), &os.support_end },
    };

    while (str_cut(&rest, '\n', &line)) {
        if (!str_split(str_trim(line), '=', &key, &value))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(want); i++)
            if (str_eq(key, want[i].key))
                *want[i].to = unquoted(&out->arena, value);
    }
    if (!os.id.n)
        os.id = STR("linux"); /* os-release(5): the default when ID is missing */
    if (like.n && !split_words(&out->arena, like, &os.like))
        return err_set(e, ERR_LIMIT, "fact store is full");
    return facts_add_os(out, &os, e);
}

/* /etc/redhat-release: "CentOS release 6.10 (Final)", "Red Hat Enterprise Linux Server release 7.9 (Maipo)"
 */
static int red_hat(const struct input *in, struct facts *out, struct err *e)
{
    static const struct {
        struct str starts, id;
    } vendor[] = {
        { STR("Red Hat"), STR("rhel") },  { STR("CentOS"), STR("centos") },
        { STR("Fedora"), STR("fedora") }, { STR("AlmaLinux"), STR("almalinux") },
        { STR("Rocky"), STR("rocky") },   { STR("Oracle"), STR("ol") },
    };
    struct str rest = in->body, line = { 0 }, before, version;
    struct os os = { .path = in->path };

    if (!str_cut(&rest, '\n', &line))
        return 0;
    os.name = str_trim(line);
    for (size_t i = 0; i < ARRAY_LEN(vendor) && !os.id.n; i++)
        if (str_starts(os.name, vendor[i].starts))
            os.id = vendor[i].id;
    ptrdiff_t at = str_find(os.name, STR(" release "));
    if (!os.id.n || at < 0)
        return err_set(e, ERR_FORMAT, "line 1: not \"NAME release VERSION\": %.60s",
                       os.name.n ? "unknown" : "empty");
    version = str_skip(os.name, (size_t)at + 9);
    str_split(version, ' ', &before, &version);
    os.version = before;
    return facts_add_os(out, &os, e);
}

/* Files that hold nothing but a version: /etc/debian_version "12.5", /etc/alpine-release "3.19.1" */
static int bare_version(const struct input *in, struct str id, struct facts *out, struct err *e)
{
    struct os os = { .id = id, .version = str_trim(in->body), .path = in->path };

    if (!os.version.n || os.version.n > 64 || memchr(os.version.p, '\n', os.version.n))
        return err_set(e, ERR_FORMAT, "line 1: not one version");
    return facts_add_os(out, &os, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (str_ends(in->path, STR("os-release")) || str_ends(in->path, STR("lsb-release")))
        return assignments(in, out, e);
    if (str_eq(in->path, STR("etc/debian_version")))
        return bare_version(in, STR("debian"), out, e);
    if (str_eq(in->path, STR("etc/alpine-release")))
        return bare_version(in, STR("alpine"), out, e);
    return red_hat(in, out, e);
}

const struct parser parser_os_release = {
    .name = "os_release",
    .what = "distribution: os-release and the files before it",
    .version = 1,
    .paths = PATHS("etc/os-release", "usr/lib/os-release", "etc/debian_version", "etc/alpine-release",
                   "etc/redhat-release", "etc/centos-release", "etc/system-release"),
    .max_size = 64u << 10,
    .parse = parse,
};
