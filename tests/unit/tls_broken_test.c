/* Of what comes back when RC4 and 3DES are offered, only a ServerHello that takes them is an agreement, and only an alert
 * that there is nothing in common a refusal. tests/live/tls.sh asks real servers. */
#include "io/tls_broken.h"

#include "config.h"
#include "core/str.h"
#include "tap.h"

#include <sys/socket.h>

enum { RANDOM = 32 };

static const struct tls_broken *named(const char *name)
{
    for (size_t i = 0; i < n_tls_broken; i++)
        if (!strcmp(tls_broken[i].name, name))
            return &tls_broken[i];
    abort();
}

/* Ask a server that answers so and then closes. */
static int ask(const char *name, const void *answer, size_t n, struct err *e)
{
    int pair[2];

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK(write(pair[1], answer, n) == (ssize_t)n);
    shutdown(pair[1], SHUT_WR);
    int r = tls_broken_ask(pair[0], named(name), "example.org", e);
    close(pair[0]);
    close(pair[1]);
    return r;
}

static size_t server_hello(unsigned char *to, unsigned version, unsigned suite)
{
    enum { MESSAGE = 4 + 2 + RANDOM + 1 + 2 + 1 };
    unsigned char message[MESSAGE] = {
        2, 0, 0, MESSAGE - 4, (unsigned char)(version >> 8), (unsigned char)version
    };
    const unsigned char head[] = { 22, 3, (unsigned char)version, 0, MESSAGE };

    message[MESSAGE - 3] = (unsigned char)(suite >> 8);
    message[MESSAGE - 2] = (unsigned char)suite;
    memcpy(to, head, sizeof head);
    memcpy(to + sizeof head, message, MESSAGE);
    return sizeof head + MESSAGE;
}

static void agreements(void)
{
    static const struct {
        const char *asked;
        unsigned version, suite;
        int is;
    } rows[] = {
        { "RC4", 0x0303, 0x0005, 0 },  { "RC4", 0x0301, 0xc011, 0 },  { "3DES", 0x0302, 0x000a, 0 },
        { "RC4", 0x0303, 0x000a, -1 }, { "RC4", 0x0303, 0x002f, -1 }, { "3DES", 0x0305, 0x000a, -1 },
    };
    unsigned char bytes[256];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = { 0 };
        size_t n = server_hello(bytes, rows[i].version, rows[i].suite);
        int r = ask(rows[i].asked, bytes, n, &e);
        CHECK_INT(r, HAVE_GNUTLS ? rows[i].is : -1);
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

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = { 0 };
        CHECK_INT(ask("3DES", rows[i].bytes.p, rows[i].bytes.n, &e), HAVE_GNUTLS ? rows[i].is : -1);
        CHECK(e.text[0]);
    }
}

static void loaded(void)
{
    tls_broken_load();
}

TESTS(T(loaded), T(agreements), T(other_answers))
