/* os_release.c - freedesktop os-release(5), lsb-release, and the files distributions used before them. Ids
 * are those of os-release, whichever file says it. */
#include "parse/parse.h"

enum { LINE_MOST = 200 }; /* of a file that is one line for people */

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "fact store is full");
}

/* The value of a shell-like assignment: quotes removed, backslash escapes resolved, into *a. */
static struct str unquoted(struct arena *a, struct str v)
{
    char quote = v.n && (v.p[0] == '"' || v.p[0] == '\'') ? v.p[0] : '\0';
    char *out = arena_alloc(a, v.n + 1, 1);
    size_t n = 0;

    for (size_t i = quote ? 1 : 0; out && i < v.n && (!quote || v.p[i] != quote); i++) {
        if (v.p[i] == '\\' && quote != '\'' && i + 1 < v.n)
            i++;
        out[n++] = v.p[i];
    }
    return (struct str){ out, n };
}

static bool split_words(struct arena *a, struct str text, struct strs *out)
{
    struct str rest = text, word, *words = arena_array(a, struct str, text.n / 2 + 1);
    size_t n = 0;

    while (words && str_cut(&rest, ' ', &word))
        if (word.n)
            words[n++] = word;
    *out = (struct strs){ words, n };
    return words;
}

struct assignment {
    struct str key, *to;
};

/* The last one counts when a key appears twice: these files are sourced by shells. */
static int read_assignments(const struct input *in, struct arena *a, const struct assignment *want, size_t n,
                            struct err *e)
{
    struct str rest = in->body, line, key, value;

    while (str_cut(&rest, '\n', &line)) {
        if (!str_split(str_trim(line), '=', &key, &value))
            continue;
        for (size_t i = 0; i < n; i++) {
            if (!str_eq(key, want[i].key))
                continue;
            *want[i].to = unquoted(a, value);
            if (!want[i].to->p)
                return full(e);
        }
    }
    return 0;
}

static int os_release(const struct input *in, struct facts *out, struct err *e)
{
    struct os os = { .path = in->path };
    struct str like = { 0 };
    const struct assignment want[] = {
        { STR("ID"), &os.id },
        { STR("VERSION_ID"), &os.version },
        { STR("PRETTY_NAME"), &os.name },
        { STR("VERSION_CODENAME"), &os.codename },
        { STR("ID_LIKE"), &like },
        { STR("SUPPORT_END"), &os.support_end },
    };

    if (read_assignments(in, &out->arena, want, ARRAY_LEN(want), e) < 0)
        return -1;
    if (!os.id.n)
        os.id = STR("linux"); /* os-release(5): the default when ID is missing */
    if (like.n && !split_words(&out->arena, like, &os.like))
        return full(e);
    return facts_add_os(out, &os, e);
}

/* Ubuntu's and OpenWrt's: DISTRIB_ID=Ubuntu. Red Hat's older one has nothing but LSB_VERSION. */
static int lsb_release(const struct input *in, struct facts *out, struct err *e)
{
    struct os os = { .path = in->path };
    const struct assignment want[] = {
        { STR("DISTRIB_ID"), &os.id },
        { STR("DISTRIB_RELEASE"), &os.version },
        { STR("DISTRIB_DESCRIPTION"), &os.name },
        { STR("DISTRIB_CODENAME"), &os.codename },
    };

    if (read_assignments(in, &out->arena, want, ARRAY_LEN(want), e) < 0)
        return -1;
    if (!os.id.n)
        return 0;
    os.id = arena_lower(&out->arena, os.id);
    return os.id.p ? facts_add_os(out, &os, e) : full(e);
}

/* The first line of a file that is for people; empty when the file has none or is no text. */
static struct str first_line(struct str body)
{
    struct str line, rest;

    str_split(body, '\n', &line, &rest);
    line = str_trim(line);
    return line.n > LINE_MOST || str_has_char(line, '\0') ? STR_NONE : line;
}

/* How names begin, and the id. A rebuild that is not here gets the first word of its name. */
static int id_of(struct str name, struct arena *a, struct str *id, struct err *e)
{
    static const struct {
        struct str starts, id;
    } vendor[] = {
        { STR("Red Hat"), STR("rhel") },
        { STR("CentOS"), STR("centos") },
        { STR("Fedora"), STR("fedora") },
        { STR("AlmaLinux"), STR("almalinux") },
        { STR("Rocky"), STR("rocky") },
        { STR("Oracle"), STR("ol") },
        { STR("Enterprise Linux"), STR("ol") }, /* etc/enterprise-release, Oracle Linux 5 */
        { STR("Amazon Linux"), STR("amzn") },
        { STR("openEuler"), STR("openEuler") }, /* the one id with a capital */
        { STR("VMware Photon"), STR("photon") },
        { STR("CBL-Mariner"), STR("mariner") },
        { STR("Microsoft Azure Linux"), STR("azurelinux") },
        { STR("SUSE Linux Enterprise Server"), STR("sles") },
        { STR("SUSE Linux Enterprise Desktop"), STR("sled") },
    };
    struct str word, rest;

    for (size_t i = 0; i < ARRAY_LEN(vendor); i++)
        if (str_starts(name, vendor[i].starts)) {
            *id = vendor[i].id;
            return 0;
        }
    str_split(name, ' ', &word, &rest);
    *id = arena_lower(a, word);
    return id->p ? 0 : full(e);
}

/* The first word that begins with a digit. */
static struct str number_in(struct str text)
{
    struct str rest = text, word;

    while (str_cut(&rest, ' ', &word))
        if (word.n && word.p[0] >= '0' && word.p[0] <= '9')
            return word;
    return (struct str){ 0 };
}

/* "CentOS release 6.10 (Final)", "Amazon Linux 2", "VMware Photon OS 4.0", "openSUSE 13.1 (x86_64)" */
static int for_people(const struct input *in, struct facts *out, struct err *e)
{
    struct os os = { .name = first_line(in->body), .path = in->path };
    struct str patch = { 0 };
    /* SuSE-release has the service pack in a line of its own, "PATCHLEVEL = 4" */
    const struct assignment want[] = { { STR("PATCHLEVEL "), &patch } };

    os.version = number_in(os.name);
    if (!os.version.n)
        return err_set(e, ERR_FORMAT, "line 1: not a name with a version");
    if (id_of(os.name, &out->arena, &os.id, e) < 0 ||
        read_assignments(in, &out->arena, want, ARRAY_LEN(want), e) < 0)
        return -1;
    patch = str_trim(patch);
    if (patch.n && !str_eq(patch, STR("0"))) {
        os.version = arena_fmt(&out->arena, STR_FMT "." STR_FMT, STR_ARG(os.version), STR_ARG(patch));
        if (!os.version.p)
            return full(e);
    }
    return facts_add_os(out, &os, e);
}

/* Files that hold nothing but a version: /etc/debian_version "12.5", /etc/alpine-release "3.19.1" */
static int bare_version(const struct input *in, struct str id, struct facts *out, struct err *e)
{
    struct os os = { .id = id, .version = str_trim(in->body), .path = in->path };

    if (!os.version.n || os.version.n > 64 || str_has_char(os.version, '\n'))
        return err_set(e, ERR_FORMAT, "line 1: not one version");
    return facts_add_os(out, &os, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (str_ends(in->path, STR("/os-release"))) /* and not centos-release */
        return os_release(in, out, e);
    if (str_eq(in->path, STR("etc/lsb-release")) || str_eq(in->path, STR("etc/openwrt_release")))
        return lsb_release(in, out, e);
    if (str_eq(in->path, STR("etc/debian_version")))
        return bare_version(in, STR("debian"), out, e);
    if (str_eq(in->path, STR("etc/alpine-release")))
        return bare_version(in, STR("alpine"), out, e);
    return for_people(in, out, e);
}

const struct parser parser_os_release = {
    .name = "os_release",
    .what = "distribution: os-release and the files before it",
    .version = 2,
    .paths =
        PATHS("etc/os-release", "usr/lib/os-release", "etc/lsb-release", "etc/openwrt_release",
              "etc/debian_version", "etc/alpine-release", "etc/redhat-release", "etc/centos-release",
              "etc/fedora-release", "etc/almalinux-release", "etc/rocky-release", "etc/oracle-release",
              "etc/enterprise-release", "etc/system-release", "etc/photon-release", "etc/mariner-release",
              "etc/azurelinux-release", "etc/SuSE-release", "etc/slackware-version", "etc/gentoo-release"),
    .max_size = 64u << 10,
    .parse = parse,
};
