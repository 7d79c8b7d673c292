/* What tls_hello.c sends is a ClientHello, and of what comes back only a ServerHello that takes what was offered is an
 * agreement. tests/live/tls.sh asks real servers. */
#include "io/tls_hello.h"

#include "core/str.h"
#include "tap.h"

#include <sys/socket.h>

enum { RANDOM = 32 };

static const struct tls_hello *named(const char *name)
{
    for (size_t i = 0; i < n_tls_hellos; i++)
        if (!strcmp(tls_hellos[i].name, name))
            return &tls_hellos[i];
    abort();
}

/* Ask a server that answers so and then closes; what was sent into *sent. */
static int ask(const char *name, const char *host, const void *answer, size_t n, struct str *sent,
               struct err *e)
{
    static char text[4096];
    int pair[2];

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK(write(pair[1], answer, n) == (ssize_t)n);
    shutdown(pair[1], SHUT_WR);
    int r = tls_hello_ask(pair[0], named(name), host, e);
    ssize_t had = read(pair[1], text, sizeof text);
    *sent = (struct str){ text, had > 0 ? (size_t)had : 0 };
    close(pair[0]);
    close(pair[1]);
    return r;
}

/* A ServerHello in records of `piece` bytes. */
static size_t server_hello(unsigned char *to, unsigned version, unsigned suite, size_t session, size_t piece)
{
    unsigned char message[128] = { 2,
                                   0,
                                   0,
                                   (unsigned char)(2 + RANDOM + 1 + session + 3),
                                   (unsigned char)(version >> 8),
                                   (unsigned char)version };
    size_t n = 4 + 2 + RANDOM, out = 0;

    message[n++] = (unsigned char)session;
    n += session;
    message[n++] = (unsigned char)(suite >> 8);
    message[n++] = (unsigned char)suite;
    message[n++] = 0;
    for (size_t at = 0; at < n; at += piece) {
        size_t part = MIN(piece, n - at);
        const unsigned char head[] = { 22, 3, 1, 0, (unsigned char)part };
        memcpy(to + out, head, sizeof head);
        memcpy(to + out + sizeof head, message + at, part);
        out += sizeof head + part;
    }
    return out;
}

static void agreements(void)
{
    static const struct {
        const char *asked;
        unsigned version, suite;
        size_t session, piece;
        int is;
    } rows[] = {
        { "RC4", 0x0303, 0x0005, 32, 100, 0 },
        { "RC4", 0x0301, 0xc011, 0, 100, 0 },
        { "RC4", 0x0303, 0x0005, 32, 7, 0 } /* spread */,
        { "3DES", 0x0302, 0x000a, 0, 1, -1 } /* too much so */,
        { "3DES", 0x0300, 0x000a, 8, 100, 0 },
        { "DES", 0x0303, 0x0009, 0, 100, 0 },
        { "export ciphers", 0x0301, 0x0003, 0, 100, 0 },
        { "SSL 3.0", 0x0300, 0x0035, 32, 100, 0 },
        { "SSL 3.0", 0x0301, 0x0035, 32, 100, -1 },
        { "RC4", 0x0303, 0x002f, 32, 100, -1 },
        { "RC4", 0x0304, 0x0005, 32, 100, -1 },
        { "RC4", 0x0303, 0x0005, 33, 100, -1 },
    };
    unsigned char bytes[1024];
    struct str sent;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = { 0 };
        size_t n = server_hello(bytes, rows[i].version, rows[i].suite, rows[i].session, rows[i].piece);
        int r = ask(rows[i].asked, NULL, bytes, n, &sent, &e);
        CHECK_INT(r, rows[i].is);
        CHECK(r == 0 || e.text[0]);
    }
}

static void other_answers(void)
{
    static const struct {
        struct str bytes;
        int is;
    } rows[] = {
        { STR("\x15\x03\x03\x00\x02\x02\x28"), 1 },  /* handshake failure */
        { STR("\x15\x03\x01\x00\x02\x02\x46"), 1 },  /* protocol version */
        { STR("\x15\x03\x03\x00\x02\x02\x47"), 1 },  /* insufficient security */
        { STR("\x15\x03\x03\x00\x02\x02\x70"), -1 }, /* unrecognised name: says nothing of the cipher */
        { STR("\x15\x03\x03\x00\x02\x01\x70\x15\x03\x03\x00\x02\x02\x28"), 1 }, /* a warning before */
        { STR("\x15\x03\x03\x00\x01\x02"), -1 },
        { STR("\x16\x03\x03\xff\xff"), -1 },
        { STR("\x16\x03\x03\x00\x00"), -1 },
        { STR("HTTP/1.1 400 Bad Request\r\n\r\n"), -1 },
        { STR(""), -1 },
    };
    struct str sent;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = { 0 };
        CHECK_INT(ask("DES", NULL, rows[i].bytes.p, rows[i].bytes.n, &sent, &e), rows[i].is);
        CHECK(e.text[0]);
    }
}

static void what_is_sent(void)
{
    struct str sent, name = STR("\x00\x00\x00\x10\x00\x0e\x00\x00\x0b"
                                "example.org");
    struct err e = { 0 };

    (void)ask("RC4", "example.org", "", 0, &sent, &e);
    const unsigned char *p = (const unsigned char *)sent.p;
    CHECK(sent.n > 100 && p[0] == 22 && p[1] == 3 && p[5] == 1 && p[9] == 3 && p[10] == 3);
    CHECK_INT(p[3] << 8 | p[4], sent.n - 5);
    CHECK_INT(p[7] << 8 | p[8], sent.n - 9);
    CHECK_INT(p[44] << 8 | p[45], (named("RC4")->n + 1) * 2);
    CHECK(str_has(sent, name));
    (void)ask("SSL 3.0", "example.org", "", 0, &sent, &e);
    p = (const unsigned char *)sent.p;
    CHECK(sent.n > 50 && p[1] == 3 && p[2] == 0 && p[9] == 3 && p[10] == 0);
    CHECK(!str_has(sent, STR("example.org"))); /* it knows no extensions */
    CHECK_INT(sent.n, (size_t)5 + 4 + 2 + RANDOM + 1 + 2 + (named("SSL 3.0")->n + 1) * 2 + 2);
}

TESTS(T(agreements), T(other_answers), T(what_is_sent))
