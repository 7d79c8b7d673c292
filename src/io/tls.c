#include "io/tls.h"

#include "io/net_confine.h"
#include "io/ocsp.h"
#include "io/starttls.h"
#include "io/tls_broken.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

enum {
    CONNECT_MS = 5000,
    ANSWER_SECONDS = 5,
    LATE_ALERT_MS = 500, /* TLS 1.3 refuses a missing certificate only after the handshake */
    CHAIN_MOST = 16,
    DOCUMENT_MOST = 1 << 20,
    WHOLE_SECONDS = 120,
    OUT = 3
};

/* One connection in the making; lives in the network process. */
struct session {
    const struct tls_question *q;
    X509_STORE *trust; /* read while files still can be */
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
    bool asked;       /* for a certificate of ours */
    char verify[200]; /* what is wrong with the chain, first complaint; empty: nothing */
    bool name_mismatch;
};

/* ---- connecting ---- */

static int wait_connected(int fd, struct err *e)
{
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    int error = 0;
    socklen_t n = sizeof error;

    if (poll(&p, 1, CONNECT_MS) <= 0)
        return err_set(e, ERR_IO, "no connection within %d s", CONNECT_MS / 1000);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 || error)
        return err_set(e, ERR_IO, "%s", strerror(error));
    return 0;
}

static int connect_one(const struct addrinfo *a, struct err *e)
{
    struct timeval patience = { .tv_sec = ANSWER_SECONDS };
    AUTO_CLOSE int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return err_errno(e, "socket");
    if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 && errno != EINPROGRESS)
        return err_errno(e, "connect");
    if (wait_connected(fd, e) < 0)
        return -1;
    (void)fcntl(fd, F_SETFL, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return TAKE_FD(fd);
}

static int connect_to(const struct tls_question *q, struct err *e)
{
    const struct addrinfo want = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    struct addrinfo *all = NULL;
    int fd = -1, r = getaddrinfo(q->host, q->port, &want, &all);

    if (r)
        return err_set(e, ERR_IO, "%s: %s", q->host, gai_strerror(r));
    for (struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
        fd = connect_one(a, e);
    freeaddrinfo(all);
    return fd;
}

/* ---- a handshake ---- */

static int on_verify(int good, X509_STORE_CTX *ctx)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct session *s = SSL_get_app_data(ssl);
    int error = X509_STORE_CTX_get_error(ctx);

    if (good)
        return 1;
    if (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH)
        s->name_mismatch = true;
    else if (!s->verify[0])
        snprintf(s->verify, sizeof s->verify, "%s", X509_verify_cert_error_string(error));
    return 1; /* look at everything; who trusts is the reader's business */
}

static int on_client_certificate(SSL *ssl, X509 **x, EVP_PKEY **key)
{
    struct session *s = SSL_get_app_data(ssl);

    (void)x, (void)key;
    s->asked = true;
    return 0;
}

static void end(struct session *s)
{
    SSL_free(s->ssl);
    SSL_CTX_free(s->ctx);
    if (s->fd >= 0)
        close(s->fd);
    *s = (struct session){ .q = s->q, .trust = s->trust, .fd = -1 };
}

static bool is_address(const char *host)
{
    struct in6_addr ignored;

    return inet_pton(AF_INET, host, &ignored) == 1 || inet_pton(AF_INET6, host, &ignored) == 1;
}

static int set_up(struct session *s, int least, int most, const char *ciphers, struct err *e)
{
    s->ctx = SSL_CTX_new(TLS_client_method());
    if (!s->ctx || !SSL_CTX_set_min_proto_version(s->ctx, least) ||
        !SSL_CTX_set_max_proto_version(s->ctx, most) || !SSL_CTX_set_cipher_list(s->ctx, ciphers))
        return err_set(e, ERR_UNSUPPORTED, "this OpenSSL cannot ask for %s", ciphers);
    SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, on_verify);
    SSL_CTX_set_client_cert_cb(s->ctx, on_client_certificate);
    SSL_CTX_set1_cert_store(s->ctx, s->trust);
    s->ssl = SSL_new(s->ctx);
    if (!s->ssl || !SSL_set_fd(s->ssl, s->fd))
        return err_set(e, ERR_LIMIT, "out of memory");
    SSL_set_app_data(s->ssl, s);
    SSL_set_tlsext_status_type(s->ssl, TLSEXT_STATUSTYPE_ocsp);
    X509_VERIFY_PARAM *param = SSL_get0_param(s->ssl);
    if (!X509_VERIFY_PARAM_set1_ip_asc(param, s->q->host)) {
        (void)X509_VERIFY_PARAM_set1_host(param, s->q->host, 0);
        (void)SSL_set_tlsext_host_name(s->ssl, (char *)(uintptr_t)s->q->host);
    }
    ERR_clear_error();
    return 0;
}

/* A connection on which a handshake may begin. */
static int reach(struct session *s, struct err *e)
{
    s->fd = connect_to(s->q, e);
    if (s->fd < 0)
        return -1;
    return s->q->starttls ? starttls_begin(s->q->starttls, s->fd, s->q->host, e) : 0;
}

/* 0: agreed; 1: the server refused these terms, *e says how; -1: no connection, or not TLS. */
static int handshake(struct session *s, int least, int most, const char *ciphers, struct err *e)
{
    if (reach(s, e) < 0 || set_up(s, least, most, ciphers, e) < 0)
        return -1;
    int r = SSL_connect(s->ssl);
    if (r == 1)
        return 0;
    unsigned long why = ERR_peek_error();
    int reason = ERR_GET_REASON(why);
    const char *text = ERR_reason_error_string(why);
    ERR_clear_error();
    if (!why)
        return err_set(e, ERR_IO, "the connection broke off during the handshake");
    err_set(e, ERR_FORMAT, "%s", text ? text : "no handshake");
    bool alert = reason > SSL_AD_REASON_OFFSET || reason == SSL_R_UNSUPPORTED_PROTOCOL ||
                 reason == SSL_R_NO_PROTOCOLS_AVAILABLE;
    return alert ? 1 : -1;
}

/* ---- what is asked ---- */

static void say(struct buf *out, const char *name, const char *value)
{
    buf_fmt(out, "%s: %s\n", name, value);
}

static void say_client_certificate(struct session *s, struct buf *out)
{
    struct timeval late = { .tv_usec = LATE_ALERT_MS * 1000L };
    char byte;

    if (!s->asked) {
        say(out, "client-certificate", "not asked for");
        return;
    }
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &late, sizeof late);
    bool refused = SSL_read(s->ssl, &byte, 1) <= 0 && ERR_GET_REASON(ERR_peek_error()) > SSL_AD_REASON_OFFSET;
    ERR_clear_error();
    say(out, "client-certificate", refused ? "demanded" : "asked for, not demanded");
}

static void say_stapled(struct session *s, struct buf *out)
{
    char text[OCSP_TEXT];

    ocsp_stapled(s->ssl, s->trust, text);
    say(out, "stapled", text);
    say(out, "stapling", ocsp_is_promised(SSL_get0_peer_certificate(s->ssl)) ? "promised" : "not promised");
}

static void say_chain(struct session *s, struct buf *out)
{
    const STACK_OF(X509) *chain = SSL_get_peer_cert_chain(s->ssl);
    char *p;

    for (int i = 0; chain && i < sk_X509_num(chain) && i < CHAIN_MOST; i++) {
        BIO *b = BIO_new(BIO_s_mem());
        if (b && PEM_write_bio_X509(b, sk_X509_value(chain, i))) {
            long n = BIO_get_mem_data(b, &p);
            buf_str(out, (struct str){ p, (size_t)n });
        }
        BIO_free(b);
    }
}

static int ask_who(struct session *s, struct buf *out, struct buf *chain, struct err *e)
{
    int r = handshake(s, TLS1_VERSION, TLS1_3_VERSION, "ALL:@SECLEVEL=0", e);

    if (r == 1 && s->asked) { /* before TLS 1.3 the handshake itself fails without one */
        say(out, "client-certificate", "demanded");
        say(out, "verified", "unknown");
        return 0;
    }
    if (r)
        return -1;
    say(out, "protocol", SSL_get_version(s->ssl));
    say(out, "cipher", SSL_get_cipher_name(s->ssl));
    say(out, "verified", s->verify[0] ? s->verify : "yes");
    say(out, "name", s->name_mismatch ? "is for another name" : "fits");
    say_stapled(s, out);
    say_client_certificate(s, out);
    say_chain(s, chain);
    return 0;
}

static const struct {
    const char *name, *ciphers;
    int least, most;
} offers[] = {
    { "TLS 1.0", "ALL:@SECLEVEL=0", TLS1_VERSION, TLS1_VERSION },
    { "TLS 1.1", "ALL:@SECLEVEL=0", TLS1_1_VERSION, TLS1_1_VERSION },
    { "TLS 1.2", "ALL:@SECLEVEL=0", TLS1_2_VERSION, TLS1_2_VERSION },
    { "TLS 1.3", "ALL:@SECLEVEL=0", TLS1_3_VERSION, TLS1_3_VERSION },
    { "no authentication", "aNULL:@SECLEVEL=0", TLS1_VERSION, TLS1_2_VERSION },
    { "no encryption", "eNULL:@SECLEVEL=0", TLS1_VERSION, TLS1_2_VERSION },
    { "no forward secrecy", "kRSA:!eNULL:@SECLEVEL=0", TLS1_VERSION, TLS1_2_VERSION },
};

static void say_offer(struct buf *out, const char *name, int r, const struct err *why)
{
    if (r == 0)
        say(out, "offers", name);
    else if (r == 1)
        say(out, "refuses", name);
    else
        buf_fmt(out, "cannot tell: %s: %.120s\n", name, why->text);
}

/* Each on a connection of its own: a server that agrees offers it, one that alerts does not. */
static void ask_offers(struct session *s, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
        struct err why = { 0 };
        int r = handshake(s, offers[i].least, offers[i].most, offers[i].ciphers, &why);
        say_offer(out, offers[i].name, r == 1 && s->asked ? 0 : r, &why);
        end(s);
    }
    for (size_t i = 0; i < n_tls_broken; i++) {
        struct err why = { 0 };
        int r = reach(s, &why);
        if (r == 0)
            r = tls_broken_ask(s->fd, &tls_broken[i], is_address(s->q->host) ? NULL : s->q->host, &why);
        say_offer(out, tls_broken[i].name, r, &why);
        end(s);
    }
}

/* ---- the process ---- */

static int answer(const struct tls_question *q, X509_STORE *trust, struct buf *out, struct err *e)
{
    AUTO_BUF struct buf chain = BUF(DOCUMENT_MOST);
    struct session s = { .q = q, .trust = trust, .fd = -1 };

    say(out, "host", q->host);
    say(out, "port", q->port);
    if (q->starttls)
        say(out, "starttls", q->starttls);
    int r = ask_who(&s, out, &chain, e);
    end(&s);
    if (r < 0)
        return -1;
    ask_offers(&s, out);
    buf_str(out, buf_view(&chain));
    return buf_ok(out) ? 0 : err_set(e, ERR_LIMIT, "more than %d bytes of answers", DOCUMENT_MOST);
}

static X509_STORE *whom_to_trust(const struct tls_question *q, struct err *e)
{
    X509_STORE *trust = X509_STORE_new();

    if (!trust || !X509_STORE_set_default_paths(trust)) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    if (q->ca_file && !X509_STORE_load_file(trust, q->ca_file)) {
        err_set(e, ERR_IO, "%s: no certificates to trust in it", q->ca_file);
        return NULL;
    }
    ERR_clear_error();
    return trust;
}

NORETURN static void child(const struct tls_question *q, int out)
{
    AUTO_BUF struct buf text = BUF(DOCUMENT_MOST);
    struct err e = { 0 };
    char status = 0;

    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    X509_STORE *trust = whom_to_trust(q, &e);
    tls_broken_load();
    if (!trust || dup2(out, OUT) < 0 || net_confine(false, OUT, &e) < 0 || answer(q, trust, &text, &e) < 0) {
        status = (char)e.code;
        buf_clear(&text);
        buf_str(&text, str_of(e.text));
    }
    struct str s = buf_view(&text);
    bool ok = write(OUT, &status, 1) == 1;
    while (ok && s.n) {
        ssize_t n = write(OUT, s.p, s.n);
        ok = n > 0;
        s = str_skip(s, n > 0 ? (size_t)n : 0);
    }
    _exit(ok ? 0 : 1);
}

/* All that comes until the far end closes. */
static int collect(int fd, struct buf *out, struct err *e)
{
    time_t begin = time(NULL);

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        char *to = buf_room(out, 4096);
        if (!to)
            return err_set(e, ERR_LIMIT, "the network process says too much");
        if (time(NULL) - begin > WHOLE_SECONDS || poll(&p, 1, WHOLE_SECONDS * 1000) <= 0)
            return err_set(e, ERR_LIMIT, "the handshakes took more than %d s", WHOLE_SECONDS);
        ssize_t n = read(fd, to, 4096);
        if (n <= 0)
            return n < 0 ? err_errno(e, "network process") : 0;
        out->n += (size_t)n;
    }
}

int tls_ask(const struct tls_question *q, struct buf *out, struct err *e)
{
    AUTO_BUF struct buf all = BUF(DOCUMENT_MOST + 8192);
    int pipes[2], r;

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return err_errno(e, "network process");
    int pid = fork();
    if (pid == 0)
        child(q, pipes[1]);
    close(pipes[1]);
    r = pid < 0 ? err_errno(e, "network process") : collect(pipes[0], &all, e);
    close(pipes[0]);
    if (pid > 0 && r < 0)
        kill(pid, SIGKILL);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return -1;
    struct str s = buf_view(&all);
    if (!s.n)
        return err_set(e, ERR_IO, "the network process ended without an answer");
    if (s.p[0])
        return err_set(e, (enum err_code)s.p[0], STR_FMT, STR_ARG(str_skip(s, 1)));
    buf_str(out, str_skip(s, 1));
    return buf_ok(out) ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}
