#include "io/starttls.h"

#include "core/str.h"

#include <sys/socket.h>

const char starttls_protocols[] = "smtp imap pop3 ftp ldap postgres mysql xmpp";

enum { LINE_MOST = 2048, LINES_MOST = 64 };

static int send_all(int fd, const char *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
        if (done <= 0)
            return err_errno(e, "STARTTLS");
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

/* Exactly n bytes. */
static int receive(int fd, char *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t got = recv(fd, p, n, 0);
        if (got <= 0)
            return got == 0 ? err_set(e, ERR_IO, "STARTTLS: the server hung up") : err_errno(e, "STARTTLS");
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

/* One line without its end, byte by byte: what comes behind it may be TLS already. */
static int receive_line(int fd, char *to, struct str *line, struct err *e)
{
    size_t n = 0;

    for (char c; n < LINE_MOST;) {
        if (receive(fd, &c, 1, e) < 0)
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
static int expect(int fd, const char *end, const char *what, struct err *e)
{
    char text[LINE_MOST];
    struct str line = { 0 };

    for (int i = 0; i < LINES_MOST; i++) {
        if (receive_line(fd, text, &line, e) < 0)
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

static int by_words(const struct words *w, int fd, struct err *e)
{
    if (expect(fd, w->greeting, "the connection", e) < 0)
        return -1;
    if (w->hello &&
        (send_all(fd, w->hello, strlen(w->hello), e) < 0 || expect(fd, w->hello_end, "EHLO", e) < 0))
        return -1;
    return send_all(fd, w->ask, strlen(w->ask), e) < 0 ? -1 : expect(fd, w->yes, "STARTTLS", e);
}

/* ---- protocols of bytes ---- */

static int postgres(int fd, struct err *e)
{
    static const char request[] = { 0, 0, 0, 8, 0x04, (char)0xd2, 0x16, 0x2f };
    char answer;

    if (send_all(fd, request, sizeof request, e) < 0 || receive(fd, &answer, 1, e) < 0)
        return -1;
    return answer == 'S' ? 0 : err_set(e, ERR_UNSUPPORTED, "STARTTLS: PostgreSQL has TLS switched off");
}

/* Protocol::HandshakeV10 comes first; we answer with SSLRequest. Its capabilities lie behind the version
 * text. */
static int mysql(int fd, struct err *e)
{
    enum { CLIENT_SSL = 0x800, HEAD = 4, AFTER_VERSION = 13 /* thread, salt, filler */ };
    char packet[LINE_MOST], request[HEAD + 32] = { 32, 0, 0, 1, 0, (char)0x8a, 0, 0, 0, 0, 0, 1, 33 };

    if (receive(fd, packet, HEAD, e) < 0)
        return -1;
    size_t n = (uint8_t)packet[0] | (size_t)(uint8_t)packet[1] << 8 | (size_t)(uint8_t)packet[2] << 16;
    if (n < 20 || n > sizeof packet || receive(fd, packet, n, e) < 0 || packet[0] != 10)
        return err_set(e, ERR_FORMAT, "STARTTLS: not MySQL's greeting");
    const char *end = memchr(packet + 1, '\0', n - 1);
    size_t at = end ? (size_t)(end - packet) + 1 + AFTER_VERSION : n;
    if (at + 2 > n || !(((uint8_t)packet[at] | (unsigned)(uint8_t)packet[at + 1] << 8) & CLIENT_SSL))
        return err_set(e, ERR_UNSUPPORTED, "STARTTLS: MySQL has TLS switched off");
    return send_all(fd, request, sizeof request, e);
}

/* ExtendedRequest with StartTLS' OID; the answer's resultCode has to be success. */
static int ldap(int fd, struct err *e)
{
    static const char request[] = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                                  "1.3.6.1.4.1.1466.20037";
    char answer[128];

    if (send_all(fd, request, sizeof request - 1, e) < 0 || receive(fd, answer, 2, e) < 0)
        return -1;
    size_t n = (uint8_t)answer[1];
    if (answer[0] != 0x30 || n > sizeof answer || receive(fd, answer, n, e) < 0)
        return err_set(e, ERR_FORMAT, "STARTTLS: not LDAP");
    return str_has((struct str){ answer, n },
                   STR("\x0a\x01\x00")) // NOLINT: the text ends with a NUL of its own
               ? 0
               : err_set(e, ERR_UNSUPPORTED, "STARTTLS: LDAP has TLS switched off");
}

static int until(int fd, struct str what, struct err *e)
{
    char text[LINE_MOST];

    for (size_t n = 0; n < sizeof text;) {
        if (receive(fd, text + n++, 1, e) < 0)
            return -1;
        if (str_ends((struct str){ text, n }, what))
            return 0;
    }
    return err_set(e, ERR_UNSUPPORTED, "STARTTLS: the server does not offer it");
}

static int xmpp(int fd, const char *host, struct err *e)
{
    static const char ask[] = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    char open[512];
    int n = snprintf(open, sizeof open,
                     "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                     "to='%s' version='1.0'>",
                     host);

    if (n < 0 || (size_t)n >= sizeof open || strpbrk(host, "'<>&"))
        return err_set(e, ERR_USAGE, "STARTTLS: not a host name");
    if (send_all(fd, open, (size_t)n, e) < 0 || until(fd, STR("</stream:features>"), e) < 0 ||
        send_all(fd, ask, sizeof ask - 1, e) < 0)
        return -1;
    return until(fd, STR("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), e);
}

int starttls_begin(const char *protocol, int fd, const char *host, struct err *e)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (!strcmp(protocol, words[i].name))
            return by_words(&words[i], fd, e);
    if (!strcmp(protocol, "postgres"))
        return postgres(fd, e);
    if (!strcmp(protocol, "mysql"))
        return mysql(fd, e);
    if (!strcmp(protocol, "ldap"))
        return ldap(fd, e);
    return xmpp(fd, host, e);
}
