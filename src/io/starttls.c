#include "io/starttls.h"

#include "core/str.h"

#include <sys/socket.h>
#include <time.h>

const char starttls_protocols[] = "smtp imap pop3 ftp ldap postgres mysql xmpp";

enum { LINE_MOST = 2048, LINES_MOST = 64, WHOLE_SECONDS = 15 };

/* A server, and until when it has to have said that TLS may begin: its single answers have time-outs, but it could
 * give them byte by byte. */
struct peer {
    int fd;
    time_t until;
};

static time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static int send_all(const struct peer *s, const char *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t done = send(s->fd, p, n, MSG_NOSIGNAL);
        if (done <= 0)
            return err_errno(e, "STARTTLS");
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

/* Exactly n bytes. */
static int receive(const struct peer *s, char *p, size_t n, struct err *e)
{
    while (n) {
        if (now() > s->until)
            return err_set(e, ERR_IO, "STARTTLS: not agreed within %d s", WHOLE_SECONDS);
        ssize_t got = recv(s->fd, p, n, 0);
        if (got <= 0)
            return got == 0 ? err_set(e, ERR_IO, "STARTTLS: the server hung up") : err_errno(e, "STARTTLS");
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

/* One line without its end, byte by byte: what comes behind it may be TLS already. */
static int receive_line(const struct peer *s, char *to, struct str *line, struct err *e)
{
    size_t n = 0;

    for (char c; n < LINE_MOST;) {
        if (receive(s, &c, 1, e) < 0)
            return -1;
        if (c == '\n') {
            *line = str_trim((struct str){ to, n });
            return 0;
        }
        to[n++] = c;
    }
    return err_set(e, ERR_FORMAT, "STARTTLS: a line of more than %d bytes", LINE_MOST);
}

/* ---- protocols of lines ---- */

struct words {
    const char *name, *greeting; /* how the server's first line begins; NULL: it says nothing */
    const char *hello; /* asked first, its answer ends at the line that begins with hello_end; NULL */
    const char *hello_end;
    const char *ask, *yes;
};
static const struct words words[] = {
    { "smtp", "220", "EHLO scantling.example.org\r\n", "250", "STARTTLS\r\n", "220" },
    { "imap", "* ", NULL, NULL, "a STARTTLS\r\n", "a OK" },
    { "pop3", "+OK", NULL, NULL, "STLS\r\n", "+OK" },
    { "ftp", "220", NULL, NULL, "AUTH TLS\r\n", "234" },
};

/* Lines until one begins with `end`; another status at the front of a line ("500 ") is a no. */
static int expect(const struct peer *s, const char *end, const char *what, struct err *e)
{
    char text[LINE_MOST];
    struct str line = { 0 };

    for (int i = 0; i < LINES_MOST; i++) {
        if (receive_line(s, text, &line, e) < 0)
            return -1;
        bool more = line.n > 3 && (line.p[3] == '-' || line.p[0] == '*');
        if (str_starts(line, str_of(end)) && (!more || end[0] == '*'))
            return 0;
        if (!more)
            return err_set(e, ERR_UNSUPPORTED, "STARTTLS: to %s the server says \"" STR_FMT "\"", what,
                           STR_ARG(str_first(line, 60)));
    }
    return err_set(e, ERR_FORMAT, "STARTTLS: more than %d lines of greeting", LINES_MOST);
}

static int by_words(const struct words *w, const struct peer *s, struct err *e)
{
    if (expect(s, w->greeting, "the connection", e) < 0)
        return -1;
    if (w->hello &&
        (send_all(s, w->hello, strlen(w->hello), e) < 0 || expect(s, w->hello_end, "EHLO", e) < 0))
        return -1;
    return send_all(s, w->ask, strlen(w->ask), e) < 0 ? -1 : expect(s, w->yes, "STARTTLS", e);
}

/* ---- protocols of bytes ---- */

static int postgres(const struct peer *s, struct err *e)
{
    static const char request[] = { 0, 0, 0, 8, 0x04, (char)0xd2, 0x16, 0x2f };
    char answer;

    if (send_all(s, request, sizeof request, e) < 0 || receive(s, &answer, 1, e) < 0)
        return -1;
    return answer == 'S' ? 0 : err_set(e, ERR_UNSUPPORTED, "STARTTLS: PostgreSQL has TLS switched off");
}

/* Protocol::HandshakeV10 comes first; we answer with SSLRequest. Its capabilities lie behind the version
 * text. */
static int mysql(const struct peer *s, struct err *e)
{
    enum { CLIENT_SSL = 0x800, HEAD = 4, AFTER_VERSION = 13 /* thread, salt, filler */ };
    char packet[LINE_MOST], request[HEAD + 32] = { 32, 0, 0, 1, 0, (char)0x8a, 0, 0, 0, 0, 0, 1, 33 };

    if (receive(s, packet, HEAD, e) < 0)
        return -1;
    size_t n = (uint8_t)packet[0] | (size_t)(uint8_t)packet[1] << 8 | (size_t)(uint8_t)packet[2] << 16;
    if (n < 20 || n > sizeof packet || receive(s, packet, n, e) < 0 || packet[0] != 10)
        return err_set(e, ERR_FORMAT, "STARTTLS: not MySQL's greeting");
    const char *end = memchr(packet + 1, '\0', n - 1);
    size_t at = end ? (size_t)(end - packet) + 1 + AFTER_VERSION : n;
    if (at + 2 > n || !(((uint8_t)packet[at] | (unsigned)(uint8_t)packet[at + 1] << 8) & CLIENT_SSL))
        return err_set(e, ERR_UNSUPPORTED, "STARTTLS: MySQL has TLS switched off");
    return send_all(s, request, sizeof request, e);
}

/* A length of BER behind its first byte, short or in up to four bytes (Active Directory spends them on each); false:
 * neither. */
static bool ber_length(uint8_t first, const char *digits, size_t *n)
{
    *n = first & 0x7f;
    if (first < 0x80)
        return true;
    size_t count = *n;
    *n = 0;
    for (size_t i = 0; i < count && i < 4; i++)
        *n = *n << 8 | (uint8_t)digits[i];
    return count >= 1 && count <= 4;
}

/* Cut the next value off the front of *rest, which has to have this tag. */
static bool ber_take(struct str *rest, char tag, struct str *out)
{
    size_t n, head = 2;

    if (rest->n < 2 || rest->p[0] != tag)
        return false;
    head += (uint8_t)rest->p[1] & 0x80 ? rest->p[1] & 0x7f : 0;
    if (head > rest->n || !ber_length((uint8_t)rest->p[1], rest->p + 2, &n) || n > rest->n - head)
        return false;
    *out = (struct str){ rest->p + head, n };
    *rest = str_skip(*rest, head + n);
    return true;
}

static int not_ldap(struct err *e)
{
    return err_set(e, ERR_FORMAT, "STARTTLS: not LDAP");
}

/* One message, without its own tag and length. */
static int receive_message(const struct peer *s, char *to, struct str *message, struct err *e)
{
    char head[2], digits[4];
    size_t n;

    if (receive(s, head, sizeof head, e) < 0)
        return -1;
    size_t more = (uint8_t)head[1] & 0x80 ? head[1] & 0x7f : 0;
    if (head[0] != 0x30 || more > sizeof digits)
        return not_ldap(e);
    if (receive(s, digits, more, e) < 0)
        return -1;
    if (!ber_length((uint8_t)head[1], digits, &n) || n > LINE_MOST)
        return not_ldap(e);
    *message = (struct str){ to, n };
    return receive(s, to, n, e);
}

/* ExtendedRequest with StartTLS' OID; the resultCode of the answer's ExtendedResponse has to be success. */
static int ldap(const struct peer *s, struct err *e)
{
    enum { INTEGER = 2, EXTENDED_RESPONSE = 0x78, ENUMERATED = 10 };
    static const char request[] = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                                  "1.3.6.1.4.1.1466.20037";
    char room[LINE_MOST];
    struct str message, id, response, code;

    if (send_all(s, request, sizeof request - 1, e) < 0 || receive_message(s, room, &message, e) < 0)
        return -1;
    if (!ber_take(&message, INTEGER, &id) || !ber_take(&message, EXTENDED_RESPONSE, &response) ||
        !ber_take(&response, ENUMERATED, &code) || code.n != 1)
        return not_ldap(e);
    return !code.p[0]
               ? 0
               : err_set(e, ERR_UNSUPPORTED, "STARTTLS: LDAP has TLS switched off (result %d)", code.p[0]);
}

/* All up to the end of `what`, into `to` of LINE_MOST. */
static int until(const struct peer *s, struct str what, char *to, struct str *text, struct err *e)
{
    for (size_t n = 0; n < LINE_MOST;) {
        if (receive(s, to + n++, 1, e) < 0)
            return -1;
        *text = (struct str){ to, n };
        if (str_ends(*text, what))
            return 0;
    }
    return err_set(e, ERR_FORMAT, "STARTTLS: no " STR_FMT " in %d bytes", STR_ARG(what), LINE_MOST);
}

static int xmpp(const struct peer *s, const char *host, struct err *e)
{
    static const char ask[] = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    char open[512], room[LINE_MOST];
    struct str answer;
    int n = snprintf(open, sizeof open,
                     "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                     "to='%s' version='1.0'>",
                     host);

    if (n < 0 || (size_t)n >= sizeof open || strpbrk(host, "'<>&"))
        return err_set(e, ERR_USAGE, "STARTTLS: not a host name");
    if (send_all(s, open, (size_t)n, e) < 0 || until(s, STR("</stream:features>"), room, &answer, e) < 0 ||
        send_all(s, ask, sizeof ask - 1, e) < 0 || until(s, STR(">"), room, &answer, e) < 0)
        return -1;
    return str_starts(answer, STR("<proceed"))
               ? 0
               : err_set(e, ERR_UNSUPPORTED, "STARTTLS: XMPP has TLS switched off");
}

int starttls_begin(const char *protocol, int fd, const char *host, struct err *e)
{
    static const struct {
        const char *name;
        int (*begin)(const struct peer *s, struct err *e);
    } bytes[] = { { "postgres", postgres }, { "mysql", mysql }, { "ldap", ldap } };
    const struct peer s = { fd, now() + WHOLE_SECONDS };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (!strcmp(protocol, words[i].name))
            return by_words(&words[i], &s, e);
    for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
        if (!strcmp(protocol, bytes[i].name))
            return bytes[i].begin(&s, e);
    return xmpp(&s, host, e);
}
