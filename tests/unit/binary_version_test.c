/* Version texts of programs: for each that is known, what its makers' own builds carry around it, and what
 * must not be taken for it. The texts were looked up in real programs: those of Debian 12 where it has them.
 */
#include "model/fact.h"
#include "parse/parse.h"
#include "tap.h"

extern const struct parser parser_binary_version;

static const struct {
    const char *path;
    struct str text;            /* in the middle of a program */
    const char *name, *version; /* version NULL: nothing must be found */
} row[] = {
    { "usr/bin/bash", STR("\0@(#)Bash version 5.2.15(1) release GNU\0"), "bash", "5.2.15" },
    { "usr/sbin/named", STR("\0libisc-9.18.49.so\0"), "bind", "9.18.49" },
    { "usr/lib/libisc-9.18.49.so", STR("\0libisc-9.18.49.so\0"), "bind", "9.18.49" },
    { "usr/bin/bun", STR("/download/bun-v1.4.5/bun-linux-x64.zip\0"), "bun", "1.4.5" },
    { "bin/busybox", STR("\0BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)\0"), "busybox", "1.36.1" },
    { "usr/bin/curl", STR("\0curl/8.5.0\0"), "curl", "8.5.0" },
    { "usr/lib/libcurl.so.4.8.0", STR("\0libcurl/7.88.1\0"), "curl", "7.88.1" },
    { "usr/bin/deno", STR("Deno/0.80.0grpc Deno/2.9.6+e518fbd"), "deno", "2.9.6" },
    { "usr/sbin/dnsmasq", STR("\0dnsmasq-2.90\0"), "dnsmasq", "2.90" },
    { "usr/lib/dovecot/libdovecot.so.0", STR("\0DOVECOT_VERSION\0002.3.19.1\0"), "dovecot", "2.3.19.1" },
    { "usr/bin/dragonfly-x86_64", STR("\0df-v1.14.0\0"), "dragonfly", "1.14.0" },
    { "usr/sbin/exim4", STR("\0<<eximcnumber>>\0004.96\0"), "exim", "4.96" },
    { "lib/libexpat.so.1.8.10", STR("\0expat_2.5.0\0"), "expat", "2.5.0" },
    { "usr/bin/ffmpeg", STR("\0%s version 5.1.9-0+deb12u1\0"), "ffmpeg", "5.1.9" },
    { "usr/lib/libavcodec.so.59", STR("\0FFmpeg version 6.1\0"), "ffmpeg", "6.1" },
    { "usr/bin/gawk", STR("\0GNU Awk 5.2.1\0"), "gawk", "5.2.1" },
    { "usr/bin/git", STR("\xfegit/2.39.5\0"), "git", "2.39.5" },
    { "lib/x86_64-linux-gnu/libc.so.6",
      STR("GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\n"), "glibc", "2.36" },
    { "usr/bin/gpg", STR("\0GNU Privacy Guard\0002.2.40\0"), "gnupg", "2.2.40" },
    { "usr/lib/libgnutls.so.30", STR("\0Enabled GnuTLS 3.7.9 logging...\0"), "gnutls", "3.7.9" },
    { "usr/sbin/haproxy", STR("HAProxy version\0 version 3.0-dev5-1a2b3c, released 2024\0"), "haproxy",
      "3.0-dev5" },
    { "usr/local/apache2/bin/httpd", STR("\0Apache/2.4.58 (Unix)\0"), "httpd", "2.4.58" },
    { "usr/lib/libMagickCore-6.Q16.so.6", STR("/ImageMagick-6.9.11/config\0"), "imagemagick", "6.9.11" },
    { "usr/bin/jq", STR("jq-%s\n\0001.7.1\0"), "jq", "1.7.1" },
    { "usr/local/bin/keydb-server", STR("KeyDB\0006.3.4\0"), "keydb", "6.3.4" },
    { "usr/lib/libarchive.so.13.6.2", STR("\0libarchive 3.6.2\0"), "libarchive", "3.6.2" },
    { "usr/lib/libpng16.so.16.39.0", STR(" libpng version 1.6.39 - November\0"), "libpng", "1.6.39" },
    { "usr/lib/libssh.so.4", STR("\0SSH-2.0-libssh_0.10.6\0"), "libssh", "0.10.6" },
    { "usr/lib/libtiff.so.6", STR("\0LIBTIFF, Version 4.5.0\nCopyright\0"), "libtiff", "4.5.0" },
    { "usr/lib/libxml2.so.2.9.14", STR("anything"), "libxml2", "2.9.14" },
    { "usr/sbin/lighttpd", STR("\0lighttpd/1.4.69\0"), "lighttpd", "1.4.69" },
    { "usr/bin/lua5.4", STR("$LuaVersion: Lua 5.4.4  Copyright\0"), "lua", "5.4.4" },
    { "usr/sbin/mariadbd", STR("\00010.11.19-MariaDB\0"), "mariadb", "10.11.19" },
    { "usr/bin/memcached", STR("\0memcached 1.6.18\0"), "memcached", "1.6.18" },
    { "usr/sbin/mosquitto", STR("mosquitto version %s\0002.0.11\0"), "mosquitto", "2.0.11" },
    { "lib/ld-musl-x86_64.so.1", STR("musl libc (x86_64)\n\0/proc\0001.2.3\0"), "musl", "1.2.3" },
    { "usr/sbin/mysqld", STR("/build/mysql-8.0.36/sql/x.cc\0"), "mysql", "8.0.36" },
    { "usr/sbin/nginx", STR("\0nginx version: nginx/1.22.1\n\0"), "nginx", "1.22.1" },
    { "usr/local/bin/node", STR("https://nodejs.org/download/release/v20.11.0/node-v20.11.0.tar.gz\0"),
      "node", "20.11.0" },
    { "opt/java/lib/server/libjvm.so",
      STR("OpenJDK 64-Bit Server VM (17.0.21.1+2-1) for linux-amd64 JRE (17.0.21.1+2-1)\0"), "openjdk",
      "17.0.21.1" },
    { "usr/libexec/slapd", STR("@(#) $OpenLDAP: slapd 2.5.13 (Feb  8 2023)\0"), "openldap", "2.5.13" },
    { "usr/local/openresty/nginx/sbin/nginx", STR("\0nginx version: openresty/1.21.4.3\n\0"), "openresty",
      "1.21.4.3" },
    { "usr/sbin/sshd", STR("\0OpenSSH_9.2\0OpenSSH_9.2p1 Debian-2\0"), "openssh", "9.2p1" },
    { "usr/lib/libcrypto.so.1.0.0", STR("\0OpenSSL 1.0.2k-fips  26 Jan 2017\0"), "openssl", "1.0.2k" },
    { "usr/bin/openssl", STR("\0OpenSSL 3.0.22 25 Aug 2026\0"), "openssl", "3.0.22" },
    { "usr/sbin/openvpn", STR("\0OpenVPN 2.6.14 x86_64-pc-linux-gnu\0"), "openvpn", "2.6.14" },
    { "usr/bin/perl", STR("\0v5.36.0\0"), "perl", "5.36.0" },
    { "usr/local/bin/php", STR("\0X-Powered-By: PHP/8.2.36\0"), "php", "8.2.36" },
    { "usr/sbin/postconf", STR("\0mail_version=3.7.11\0"), "postfix", "3.7.11" },
    { "usr/lib/postgresql/15/bin/postgres", STR("\0postgres (PostgreSQL) 15.20 (Debian)\n\0"), "postgresql",
      "15.20" },
    { "usr/bin/postgres", STR("\0postgres (PostgreSQL) 17beta2\n\0"), "postgresql", NULL },
    { "usr/sbin/proftpd", STR("\0ProFTPD Version 1.3.8\0"), "proftpd", "1.3.8" },
    { "opt/pypy/bin/pypy3", STR("[PyPy 7.3.11 with GCC 10.2.1]\0"), "pypy", "7.3.11" },
    { "usr/local/lib/libpython3.11.so.1.0", STR("Py_Initialize\0003.9.1\0003.11.2\0"), "python", "3.11.2" },
    { "usr/bin/python3.11", STR("Py_Initialize\0003.11.0rc2\0"), "python", "3.11.0rc2" },
    { "usr/bin/python3.1", STR("Py_Initialize\0003.11.2\0"), "python", NULL },
    { "usr/local/bin/redis-server", STR("redis_version:%s\0err\0007.0.15\0"), "redis", "7.0.15" },
    { "usr/local/bin/redis-server", STR("7.0.15 but no marker\0007.0.15\0"), "redis", NULL },
    { "usr/bin/rsync", STR("rsync inflateInit2_\0001.2.13\0003.2.7\0"), "rsync", "3.2.7" },
    { "usr/local/lib/libruby.so.3.1", STR("\0ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)\0"), "ruby",
      "3.1.2" },
    { "usr/sbin/smbd", STR("\0SAMBA_4.17.12_DEBIAN\0"), "samba", "4.17.12" },
    { "usr/lib/libsqlite3.so.0", STR("SQLite format 3\0003.40.1\0"), "sqlite", "3.40.1" },
    { "usr/sbin/squid", STR("\0squid/5.7\0"), "squid", "5.7" },
    { "usr/bin/sudo", STR("Sudo version %s\n\0001.9.13p3\0"), "sudo", "1.9.13p3" },
    { "usr/libexec/sudo/sudoers.so", STR("\0sudoers 1.9.13p3\0"), "sudo", "1.9.13p3" },
    { "usr/bin/tini", STR("tini version 0.19.0 - git.de40ad0\0"), "tini", "0.19.0" },
    { "usr/bin/tor", STR("\0tor 0.4.9.11\0"), "tor", "0.4.9.11" },
    { "usr/sbin/unbound", STR("\0unbound 1.17.1\0"), "unbound", "1.17.1" },
    { "bin/mount", STR("\0util-linux 2.38.1\0"), "util-linux", "2.38.1" },
    { "usr/bin/uwsgi", STR("*** Starting uWSGI 2.0.21 (%dbit)\0"), "uwsgi", "2.0.21" },
    { "usr/local/bin/valkey-server", STR("valkey_version:%s\0007.2.4\0008.0.1\0"), "valkey", "8.0.1" },
    { "usr/sbin/varnishd", STR("\0varnish-7.1.1 revision 7cee1c5\0"), "varnish", "7.1.1" },
    { "usr/sbin/vsftpd", STR("\0vsftpd: version 3.0.3\n\0"), "vsftpd", "3.0.3" },
    { "usr/bin/wget", STR("GNU Wget %s\0-Wall\0001.21.3\0"), "wget", "1.21.3" },
    { "usr/bin/xz", STR("\0xz (XZ Utils) 5.4.1\0"), "xz", "5.4.1" },
    { "lib/liblzma.so.5.6.0", STR("anything"), "xz", "5.6.0" },
    { "lib/libz.so.1.2.13", STR(" deflate 1.2.13 Copyright 1995-2022\0"), "zlib", "1.2.13" },
    { "usr/bin/nginx", STR("nginx version: nginx/%s\0"), "nginx", NULL },
    { "usr/bin/cat", STR("\0nginx version: nginx/1.22.1\n\0"), "nginx", NULL },
    { "usr/bin/nginx", STR("nginx version: nginx/1"), "nginx", NULL },
};

static void one(size_t i)
{
    AUTO_FACTS struct facts f = FACTS(1 << 20);
    struct err e = { 0 };
    char body[256] = "\177ELF program";
    size_t n;

    memcpy(body + 16, row[i].text.p, row[i].text.n);
    struct input in = { .path = str_of(row[i].path), .body = { body, 16 + row[i].text.n } };
    CHECK(parser_binary_version.parse(&in, &f, &e) == 0);
    const struct package *p = facts_package(&f, &n);
    CHECK_INT(n, row[i].version ? 1 : 0);
    if (n != 1 || !row[i].version)
        return;
    CHECK(str_eq(p->name, str_of(row[i].name)));
    CHECK(str_eq(p->version, str_of(row[i].version)));
    if (!str_eq(p->version, str_of(row[i].version)))
        printf("# %s: " STR_FMT " for %s\n", row[i].path, STR_ARG(p->version), row[i].version);
}

static void texts(void)
{
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        one(i);
}

/* Only programs are read, and of those only what is called so. */
static void dispatch(void)
{
    const struct parser *by[16];
    const struct str elf = STR("\177ELF\2\1\1"), script = STR("#!/bin/s");

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct str path = str_of(row[i].path);
        bool wanted = false, asked = false;
        for (size_t k = 0, n = parsers_for_start(path, elf, by, 0, ARRAY_LEN(by)); k < n; k++)
            wanted |= by[k] == &parser_binary_version;
        for (size_t k = 0, n = parsers_for_start(path, script, by, parsers_for(path, by, 8), 16); k < n; k++)
            asked |= by[k] == &parser_binary_version;
        CHECK(wanted == !str_eq(path, STR("usr/bin/cat")));
        CHECK(!asked);
    }
}

TESTS(T(texts), T(dispatch))
