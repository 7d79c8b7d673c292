/* binary_version.c - programs and libraries that no package manager installed, by the version text that they
 * carry for their own --version. Which patches they were built with it does not say: HOW_BANNER. Only
 * programs (by their first bytes) of the names below are read. */
#include "parse/plain.h"

#include <ctype.h>

/* How a version text is found. In a pattern "@" is the version, or the last "@" is when there are several;
 * "|" is a NUL byte: "|@|" is a text that is a version and nothing else, so `marker` must be in the file too.
 */
enum {
    THREE = 1,      /* at least three numbers: 1.2.3 */
    AS_NAMED = 2,   /* begins with the number in the file's name: libpython3.11.so.1.0 */
    IN_NAME = 4,    /* the pattern is over the file's name: no version text is in it */
    NOT_REDIS = 8,  /* Valkey also says which Redis it is compatible with: 7.2.4, which it never was itself */
    PLAIN = 16,     /* numbers only: what follows is a patch level or somebody else's */
    LETTER = 32,    /* with a letter behind the numbers: 9.2p1; without it is the protocol's */
    PARTS_MOST = 6, /* numbers with dots between */
};

/* X(name, pattern, marker, flags, file names ...) */
#define PROGRAMS(X)                                                                                       \
    X("bash", "@(#)Bash version @", "", THREE, "**/bash")                                                 \
    X("bind", "libisc-@", "", THREE, "**/named", "**/libisc-9.*")                                         \
    X("bun", "bun-v@", "", THREE, "**/bun")                                                               \
    X("busybox", "BusyBox v@", "", THREE, "**/busybox", "**/busybox.*")                                   \
    X("curl", "\0curl/@", "", THREE, "**/curl")                                                           \
    X("curl", "\0libcurl/@", "", THREE, "**/libcurl.so*", "**/libcurl-*")                                 \
    X("deno", "Deno/@+", "", THREE, "**/deno")                                                            \
    X("dnsmasq", "\0dnsmasq-@", "", 0, "**/dnsmasq")                                                      \
    X("dovecot", "DOVECOT_VERSION\0@\0", "", THREE, "**/libdovecot.so*")                                  \
    X("dragonfly", "df-v@", "", THREE, "**/dragonfly*")                                                   \
    X("exim", "<<eximcnumber>>\0@\0", "", 0, "**/exim", "**/exim4")                                       \
    X("expat", "\0expat_@\0", "", THREE, "**/libexpat.so*")                                               \
    X("ffmpeg", "%s version @", "", 0, "**/ffmpeg", "**/ffprobe")                                         \
    X("ffmpeg", "FFmpeg version @", "", 0, "**/libavcodec.so*", "**/libavformat.so*")                     \
    X("gawk", "GNU Awk @", "", 0, "**/gawk")                                                              \
    X("git", "git/@\0", "", THREE, "**/git")                                                              \
    X("glibc", "stable release version @", "GNU C Library", 0, "**/libc.so.6", "**/libc-2.*")             \
    X("gnupg", "\0@\0", "GNU Privacy Guard", THREE, "**/gpg", "**/gpg2")                                  \
    X("gnutls", "Enabled GnuTLS @", "", THREE, "**/libgnutls.so*")                                        \
    X("haproxy", "\0 version @", "HAProxy version", 0, "**/haproxy")                                      \
    X("httpd", "\0Apache/@", "", THREE, "**/httpd", "**/apache2")                                         \
    X("imagemagick", "/ImageMagick-@/", "", THREE, "**/libMagickCore-*", "**/magick")                     \
    X("jq", "\0@\0", "jq-%s", 0, "**/jq", "**/jq-linux*")                                                 \
    X("keydb", "\0@\0", "KeyDB", THREE, "**/keydb-server")                                                \
    X("libarchive", "\0libarchive @\0", "", THREE, "**/libarchive.so*", "**/bsdtar")                      \
    X("libpng", "libpng version @", "", THREE, "**/libpng1*")                                             \
    X("libssh", "SSH-2.0-libssh_@", "", THREE, "**/libssh.so*")                                           \
    X("libtiff", "LIBTIFF, Version @", "", THREE, "**/libtiff.so*")                                       \
    X("libxml2", "libxml2.so.@", "", THREE | IN_NAME, "**/libxml2.so.2.*")                                \
    X("lighttpd", "\0lighttpd/@", "", THREE, "**/lighttpd")                                               \
    X("lua", "$LuaVersion: Lua @", "", THREE, "**/lua", "**/lua5*", "**/liblua5*")                        \
    X("mariadb", "\0@-MariaDB", "", THREE, "**/mariadbd", "**/mysqld", "**/mariadb")                      \
    X("memcached", "\0memcached @", "", THREE, "**/memcached")                                            \
    X("mosquitto", "\0@\0", "mosquitto version", THREE, "**/mosquitto")                                   \
    X("musl", "\0@\0", "musl libc", THREE, "**/ld-musl-*", "**/libc.so")                                  \
    X("mysql", "/mysql-@/", "", THREE, "**/mysqld")                                                       \
    X("nginx", "nginx version: nginx/@", "", THREE, "**/nginx", "**/nginx-debug")                         \
    X("node", "nodejs.org/download/release/v@/", "", THREE, "**/node", "**/nodejs", "**/libnode.so*")     \
    X("openjdk", "OpenJDK 64-Bit Server VM (@", "", 0, "**/libjvm.so")                                    \
    X("openldap", "OpenLDAP: slapd @", "", THREE, "**/slapd")                                             \
    X("openresty", "nginx version: openresty/@", "", THREE, "**/nginx", "**/openresty")                   \
    X("openssh", "\0OpenSSH_@", "", LETTER, "**/sshd", "**/ssh", "**/sshd-session")                       \
    X("openssl", "\0OpenSSL @", "", THREE, "**/openssl", "**/libcrypto.so*", "**/libcrypto-*")            \
    X("openvpn", "\0OpenVPN @", "", THREE, "**/openvpn")                                                  \
    X("perl", "\0v@\0", "", THREE, "**/perl", "**/perl5.*", "**/libperl.so*")                             \
    X("php", "X-Powered-By: PHP/@\0", "", THREE, "**/php", "**/php7*", "**/php8*", "**/php-fpm*",         \
      "**/php-cgi*", "**/libphp*")                                                                        \
    X("postfix", "mail_version=@\0", "", THREE, "**/postconf", "**/master", "**/smtpd")                   \
    X("postgresql", "postgres (PostgreSQL) @", "", 0, "**/postgres")                                      \
    X("proftpd", "ProFTPD Version @", "", THREE, "**/proftpd")                                            \
    X("pypy", "[PyPy @", "", THREE, "**/pypy*", "**/libpypy*")                                            \
    X("python", "\0@\0", "Py_Initialize", THREE | AS_NAMED, "**/python2.*", "**/python3.*",               \
      "**/libpython2.*", "**/libpython3.*")                                                               \
    X("redis", "\0@\0", "redis_version:", THREE, "**/redis-server", "**/redis-check-rdb",                 \
      "**/redis-sentinel")                                                                                \
    X("rsync", "\0@\0", "rsync", THREE, "**/rsync")                                                       \
    X("ruby", "\0ruby @", "", THREE | PLAIN, "**/ruby", "**/ruby2*", "**/ruby3*", "**/libruby*")          \
    X("samba", "SAMBA_@", "", THREE | PLAIN, "**/libsmbd-base-*", "**/smbd")                              \
    X("sqlite", "\0@\0", "SQLite format 3", THREE, "**/sqlite3", "**/libsqlite3.so*")                     \
    X("squid", "\0squid/@\0", "", 0, "**/squid")                                                          \
    X("sudo", "\0@\0", "Sudo version", THREE, "**/sudo")                                                  \
    X("sudo", "\0sudoers @", "", THREE, "**/sudoers.so")                                                  \
    X("tini", "tini version @", "", THREE, "**/tini", "**/tini-static")                                   \
    X("tor", "\0tor @\0", "", THREE, "**/tor")                                                            \
    X("unbound", "\0unbound @\0", "", THREE, "**/unbound")                                                \
    X("util-linux", "util-linux @\0", "", 0, "**/mount", "**/su", "**/login")                             \
    X("uwsgi", "*** Starting uWSGI @", "", 0, "**/uwsgi", "**/uwsgi-core")                                \
    X("valkey", "\0@\0", "valkey_version:", THREE | NOT_REDIS, "**/valkey-server", "**/valkey-check-rdb", \
      "**/valkey-sentinel")                                                                               \
    X("varnish", "varnish-@ ", "", THREE, "**/varnishd")                                                  \
    X("vsftpd", "vsftpd: version @", "", THREE, "**/vsftpd")                                              \
    X("wget", "\0@\0", "GNU Wget", THREE, "**/wget")                                                      \
    X("xz", "xz (XZ Utils) @", "", THREE, "**/xz")                                                        \
    X("xz", "liblzma.so.@", "", THREE | IN_NAME, "**/liblzma.so.5.*")                                     \
    X("zlib", " deflate @ Copyright", "", 0, "**/libz.so*")

static const struct program {
    const char *name;
    struct str pattern, marker;
    unsigned flags;
    const char *const *files;
} programs[] = {
#define PROGRAM_ROW(name, pattern, marker, flags, ...) \
    { name, STR(pattern), STR(marker), flags, PATHS(__VA_ARGS__) },
    PROGRAMS(PROGRAM_ROW)
};

static const char *const files[] = {
#define PROGRAM_FILES(name, pattern, marker, flags, ...) __VA_ARGS__,
    PROGRAMS(PROGRAM_FILES) NULL
};

static size_t digits(struct str s)
{
    size_t n = 0;

    while (n < s.n && isdigit((unsigned char)s.p[n]))
        n++;
    return n;
}

static size_t letters(struct str s)
{
    size_t n = 0;

    while (n < s.n && islower((unsigned char)s.p[n]))
        n++;
    return n;
}

/* Behind the numbers: "k", "p1", "rc2", "_362", "-rc1", "-beta.2"; nothing of what a distribution adds. */
static size_t suffix(struct str s)
{
    size_t word = letters(s), mark = s.n && memchr("-_", s.p[0], 2) ? 1 : 0;

    if (word && word <= 5)
        return word + digits(str_skip(s, word));
    if (!mark)
        return 0;
    word = letters(str_skip(s, mark));
    if (!word)
        return s.p[0] == '_' && digits(str_skip(s, mark)) ? mark + digits(str_skip(s, mark)) : 0;
    if (!str_one_of((struct str){ s.p + mark, word }, "alpha beta dev rc pre m"))
        return 0;
    size_t n = mark + word;
    n += n < s.n && s.p[n] == '.';
    return n + digits(str_skip(s, n));
}

/* The version that begins here; empty when none of at least `least` numbers does. */
static struct str take_version(struct str s, size_t least, bool plain)
{
    size_t n = 0, parts = 0;

    for (size_t d; parts < PARTS_MOST && (d = digits(str_skip(s, n))) && d <= 10;) {
        n += d;
        parts++;
        if (n + 1 >= s.n || s.p[n] != '.' || !isdigit((unsigned char)s.p[n + 1]))
            break;
        n++;
    }
    return parts < least ? STR_NONE : str_first(s, n + (plain ? 0 : suffix(str_skip(s, n))));
}

/* "3.11." of libpython3.11.so.1.0: the version begins so, or is that and no more. */
static bool is_as_named(struct str version, struct str base)
{
    size_t at = 0;

    while (at < base.n && !isdigit((unsigned char)base.p[at]))
        at++;
    struct str named = take_version(str_skip(base, at), 2, true);
    return named.n && str_starts(version, named) && (version.n == named.n || version.p[named.n] == '.');
}

/* Who uses zlib hands it the version that it was built with, as a text of its own. */
static bool is_zlibs(struct str version, struct str file)
{
    return (str_starts(version, STR("1.2.")) || str_starts(version, STR("1.3."))) &&
           (str_has(file, STR("inflateInit")) || str_has(file, STR("deflateInit")));
}

static bool is_it(const struct program *p, struct str version, struct str base, struct str file)
{
    return version.n && !((p->flags & AS_NAMED) && !is_as_named(version, base)) &&
           !((p->flags & NOT_REDIS) && str_eq(version, STR("7.2.4"))) &&
           !((p->flags & LETTER) && !str_has_char(version, 'p')) && !(p->marker.n && is_zlibs(version, file));
}

static struct str find_version(const struct program *p, struct str text, struct str base)
{
    struct str before, after, file = text;

    str_rsplit(p->pattern, '@', &before, &after);
    for (ptrdiff_t at; (at = str_find(text, before)) >= 0; text = str_skip(text, (size_t)at + 1)) {
        struct str here = str_skip(text, (size_t)at + before.n);
        struct str version = take_version(here, p->flags & THREE ? 3 : 2, p->flags & PLAIN);
        if (is_it(p, version, base, file) && str_starts(str_skip(here, version.n), after))
            return version;
    }
    return STR_NONE;
}

static bool wants(const struct program *p, struct str path)
{
    for (const char *const *f = p->files; *f; f++)
        if (path_matches(str_of(*f), path))
            return true;
    return false;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str dir, base;

    str_rsplit(in->path, '/', &dir, &base);
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        const struct program *p = &programs[i];
        if (!wants(p, in->path) || (p->marker.n && !str_has(in->body, p->marker)))
            continue;
        struct package found = {
            .type = STR("generic"),
            .name = str_of(p->name),
            .version = find_version(p, p->flags & IN_NAME ? base : in->body, base),
            .how = p->flags & IN_NAME ? HOW_CONCLUDED : HOW_BANNER,
            .path = in->path,
        };
        if (found.version.n && facts_add_package(out, &found, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_binary_version = {
    .name = "binary_version",
    .what = "programs and libraries that no package manager installed, by their own version text",
    .version = 1,
    .paths = files,
    .starts = STARTS("\177ELF", "MZ"),
    .max_size = 512u << 20,
    .parse = parse,
};
