#include "io/tls_hello.h"

#include "core/buf.h"

#include <errno.h>
#include <sys/random.h>

enum {
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_HEAD = 5,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    SSL_3 = 0x0300,
    TLS_1_2 = 0x0303,
    RANDOM_BYTES = 32,
    HELLO_MOST = 2048,
    /* of a ServerHello: its head, version, random, the longest session id, the suite */
    ANSWER_LEAST = 4 + 2 + RANDOM_BYTES + 1,
    ANSWER_ENOUGH = ANSWER_LEAST + 32 + 2,
    RECORDS_MOST = 16,
    RECORD_MOST = (1 << 14) + 2048,
    ALERT_WARNING = 1,
    HANDSHAKE_FAILURE = 40,
    PROTOCOL_VERSION = 70,
    INSUFFICIENT_SECURITY = 71,
    RENEGOTIATION_INFO = 0x00ff /* RFC 5746: some servers talk to nobody who does not say it */
};

static const uint16_t rc4[] = { 0x0004, 0x0005, 0x0018, 0xc002, 0xc007, 0xc00c, 0xc011, 0xc016 };
static const uint16_t triple_des[] = { 0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0x001b,
                                       0xc003, 0xc008, 0xc00d, 0xc012, 0xc017 };
static const uint16_t des[] = { 0x0009, 0x000c, 0x000f, 0x0012, 0x0015, 0x001a };
static const uint16_t export[] = { 0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014,
                                   0x0017, 0x0019, 0x0062, 0x0063, 0x0064, 0x0065 };
/* What servers of its time had, the better ones first. */
static const uint16_t of_ssl_3[] = { 0x0035, 0x002f, 0x0039, 0x0033, 0x0038, 0x0032, 0x0005, 0x0004, 0x000a,
                                     0x0016, 0x0013, 0x0009, 0x0015, 0x0012, 0x0003, 0x0006, 0x0008, 0x0014 };

#define HELLO(name, most, list)           \
    {                                     \
        name, most, list, ARRAY_LEN(list) \
    }
const struct tls_hello tls_hellos[] = {
    HELLO("SSL 3.0", SSL_3, of_ssl_3),        HELLO("RC4", TLS_1_2, rc4),
    HELLO("3DES", TLS_1_2, triple_des),       HELLO("DES", TLS_1_2, des),
    HELLO("export ciphers", TLS_1_2, export),
};
const size_t n_tls_hellos = ARRAY_LEN(tls_hellos);

/* ---- what is sent ---- */

static void put_u8(struct buf *b, unsigned v)
{
    buf_char(b, (char)(v & 0xff));
}

static void put_u16(struct buf *b, size_t v)
{
    put_u8(b, (unsigned)(v >> 8));
    put_u8(b, (unsigned)v);
}

static void put_extension(struct buf *b, unsigned type, const void *bytes, size_t n)
{
    put_u16(b, type);
    put_u16(b, n);
    buf_str(b, (struct str){ bytes, n });
}

/* The name, the groups and signatures that suites of elliptic curves need, and every signature that a certificate of
 * that age may have. */
static void put_extensions(struct buf *b, const char *host)
{
    static const unsigned char groups[] = { 0, 8, 0, 0x17, 0, 0x18, 0, 0x19, 0, 0x1d }, points[] = { 1, 0 };
    static const unsigned char signatures[] = { 0, 26, 4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 8, 6,
                                                4, 1,  5, 1, 6, 1, 2, 3, 2, 1, 1, 1, 4, 2 };
    AUTO_BUF struct buf name = BUF(HELLO_MOST), all = BUF(HELLO_MOST);

    if (host) { /* RFC 6066: a list of one name of the type host_name */
        size_t n = strlen(host);
        put_u16(&name, n + 3);
        put_u8(&name, 0);
        put_u16(&name, n);
        buf_str(&name, str_of(host));
        put_extension(&all, 0, name.p, name.n);
    }
    put_extension(&all, 10, groups, sizeof groups);
    put_extension(&all, 11, points, sizeof points);
    put_extension(&all, 13, signatures, sizeof signatures);
    put_u16(b, all.n);
    buf_str(b, buf_view(&all));
}

static void put_client_hello(struct buf *b, const struct tls_hello *h, const char *host)
{
    char random[RANDOM_BYTES] = { 0 };

    if (getrandom(random, sizeof random, 0) != sizeof random)
        memset(random, 'r', sizeof random); /* nothing rests on it: no handshake is finished */
    put_u16(b, h->most);
    buf_str(b, (struct str){ random, sizeof random });
    put_u8(b, 0); /* no session to go on with */
    put_u16(b, h->n * 2 + 2);
    for (size_t i = 0; i < h->n; i++)
        put_u16(b, h->suite[i]);
    put_u16(b, RENEGOTIATION_INFO);
    put_u16(b, 0x0100); /* one way to compress: none */
    if (h->most > SSL_3)
        put_extensions(b, host);
}

static int send_hello(int fd, const struct tls_hello *h, const char *host, struct err *e)
{
    AUTO_BUF struct buf body = BUF(HELLO_MOST), record = BUF(HELLO_MOST);

    put_client_hello(&body, h, host);
    put_u8(&record, RECORD_HANDSHAKE);
    put_u16(&record, h->most > SSL_3 ? 0x0301 : SSL_3);
    put_u16(&record, body.n + 4);
    put_u8(&record, CLIENT_HELLO);
    put_u8(&record, 0);
    put_u16(&record, body.n);
    buf_str(&record, buf_view(&body));
    if (!buf_ok(&body) || !buf_ok(&record))
        return err_set(e, ERR_LIMIT, "the name is too long");
    ssize_t n = write(fd, record.p, record.n);
    return n == (ssize_t)record.n ? 0 : n < 0 ? err_errno(e, "send") : err_set(e, ERR_IO, "cannot send");
}

/* ---- what comes back ---- */

static int read_all(int fd, unsigned char *to, size_t n, struct err *e)
{
    while (n) {
        ssize_t r = read(fd, to, n);
        if (r <= 0)
            return r < 0 ? err_errno(e, "no answer")
                         : err_set(e, ERR_IO, "the connection broke off during the handshake");
        to += r;
        n -= (size_t)r;
    }
    return 0;
}

/* Does the ServerHello take what was offered? Whoever answers with something else is no proof of anything. */
static int judge_answer(const unsigned char *p, size_t n, const struct tls_hello *h, struct err *e)
{
    if (p[0] != SERVER_HELLO)
        return err_set(e, ERR_FORMAT, "the first answer is handshake message %u", p[0]);
    unsigned version = (unsigned)p[4] << 8 | p[5];
    size_t at = ANSWER_LEAST + p[ANSWER_LEAST - 1];
    if (p[ANSWER_LEAST - 1] > 32 || at + 2 > n)
        return err_set(e, ERR_FORMAT, "a ServerHello that is cut off");
    unsigned suite = (unsigned)p[at] << 8 | p[at + 1];
    if (version < SSL_3 || version > h->most)
        return err_set(e, ERR_FORMAT, "it answered in version %#x, which was not offered", version);
    for (size_t i = 0; i < h->n; i++)
        if (h->suite[i] == suite)
            return 0;
    return err_set(e, ERR_FORMAT, "it answered with cipher suite %#x, which was not offered", suite);
}

/* A server that has a reason of its own (112: no such name here, 80: an error) has not said whether it agrees. */
static int judge_alert(const unsigned char *p, size_t n, struct err *e)
{
    if (n < 2)
        return err_set(e, ERR_FORMAT, "an alert that is cut off");
    err_set(e, ERR_FORMAT, "alert %u", p[1]);
    return p[1] == HANDSHAKE_FAILURE || p[1] == PROTOCOL_VERSION || p[1] == INSUFFICIENT_SECURITY ? 1 : -1;
}

int tls_hello_ask(int fd, const struct tls_hello *h, const char *host, struct err *e)
{
    AUTO_FREE unsigned char *answer = malloc(RECORD_MOST + ANSWER_ENOUGH);
    size_t have = 0;

    if (!answer)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (send_hello(fd, h, host, e) < 0)
        return -1;
    for (int i = 0; i < RECORDS_MOST && have < ANSWER_ENOUGH;
         i++) { /* a message may be spread over records */
        unsigned char head[RECORD_HEAD];
        if (read_all(fd, head, sizeof head, e) < 0)
            return -1;
        size_t n = (size_t)head[3] << 8 | head[4];
        if ((head[0] != RECORD_HANDSHAKE && head[0] != RECORD_ALERT) || head[1] != 3 || n > RECORD_MOST)
            return err_set(e, ERR_FORMAT, "wrong version number");
        if (read_all(fd, answer + have, n, e) < 0)
            return -1;
        if (head[0] == RECORD_ALERT &&
            !(n >= 2 && answer[have] == ALERT_WARNING)) /* a warning decides nothing */
            return judge_alert(answer + have, n, e);
        have += head[0] == RECORD_HANDSHAKE ? n : 0;
        if (have >= ANSWER_LEAST && have >= ANSWER_LEAST + (size_t)answer[ANSWER_LEAST - 1] + 2)
            break;
    }
    return have > ANSWER_LEAST ? judge_answer(answer, have, h, e)
                               : err_set(e, ERR_FORMAT, "an answer that is cut off");
}
