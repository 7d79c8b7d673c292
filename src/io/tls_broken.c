#include "io/tls_broken.h"

#include "config.h"

#define EVERY_VERSION  "NONE:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+COMP-NULL:+SIGN-ALL:+GROUP-ALL:+SHA1:+MD5"
#define EVERY_EXCHANGE ":+ECDHE-ECDSA:+ECDHE-RSA:+DHE-RSA:+DHE-DSS:+RSA:+ANON-ECDH:+ANON-DH"

const struct tls_broken tls_broken[] = {
    { "RC4", EVERY_VERSION EVERY_EXCHANGE ":+ARCFOUR-128" },
    { "3DES", EVERY_VERSION EVERY_EXCHANGE ":+3DES-CBC" },
};
const size_t n_tls_broken = ARRAY_LEN(tls_broken);

#if HAVE_GNUTLS
#include "core/late.h"
#include <gnutls/gnutls.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                       \
    F(init) F(deinit) F(priority_set_direct) F(server_name_set) F(transport_set_int2)                      \
    F(handshake_set_hook_function) F(handshake) F(alert_get) F(alert_get_name) F(strerror)                 \
    F(certificate_allocate_credentials) F(certificate_free_credentials)                                    \
    F(anon_allocate_client_credentials) F(anon_free_client_credentials) F(credentials_set)
/* clang-format on */
#define POINTER(name) __typeof__(&gnutls_##name) name;
static struct {
    FUNCTIONS(POINTER)
} gt;
static struct err not_loaded;

void tls_broken_load(void)
{
    struct err *e = &not_loaded;
    void *lib;

    *e = (struct err){ 0 };
#define OR_FAILS(name) || late_symbol(lib, "gnutls_" #name, &gt.name, e) < 0
    if (late_open("libgnutls.so.30", &lib, e) < 0 FUNCTIONS(OR_FAILS))
        err_wrap(e, "RC4 and 3DES are offered by GnuTLS alone");
}

/* One handshake in the making. */
struct asking {
    gnutls_session_t session;
    gnutls_certificate_credentials_t certificates; /* none: what the server sends is not looked at */
    gnutls_anon_client_credentials_t anonymous;
};

static void asking_free(struct asking *a)
{
    if (a->session)
        gt.deinit(a->session);
    if (a->certificates)
        gt.certificate_free_credentials(a->certificates);
    if (a->anonymous)
        gt.anon_free_client_credentials(a->anonymous);
}

/* GnuTLS calls it behind a ServerHello that takes what was offered: all that we want to know. */
static int stop_here(gnutls_session_t session UNUSED, unsigned type UNUSED, unsigned when UNUSED,
                     unsigned incoming UNUSED, const gnutls_datum_t *message UNUSED)
{
    return GNUTLS_E_INTERRUPTED;
}

static int set_up(struct asking *a, int fd, const struct tls_broken *what, const char *host)
{
    int r = gt.init(&a->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);

    if (r == 0)
        r = gt.priority_set_direct(a->session, what->priority, NULL);
    if (r == 0)
        r = gt.certificate_allocate_credentials(&a->certificates);
    if (r == 0)
        r = gt.anon_allocate_client_credentials(&a->anonymous);
    if (r == 0)
        r = gt.credentials_set(a->session, GNUTLS_CRD_CERTIFICATE, a->certificates);
    if (r == 0)
        r = gt.credentials_set(a->session, GNUTLS_CRD_ANON, a->anonymous);
    if (r == 0 && host)
        r = gt.server_name_set(a->session, GNUTLS_NAME_DNS, host, strlen(host));
    if (r == 0) {
        gt.handshake_set_hook_function(a->session, GNUTLS_HANDSHAKE_SERVER_HELLO, GNUTLS_HOOK_POST,
                                       stop_here);
        gt.transport_set_int2(a->session, fd, fd);
    }
    return r;
}

/* A server that alerts for a reason of its own (no such name here, an error) has not said whether it agrees. */
static int judge_alert(gnutls_alert_description_t alert, struct err *e)
{
    err_set(e, ERR_FORMAT, "alert %d: %s", (int)alert, gt.alert_get_name(alert));
    return alert == GNUTLS_A_HANDSHAKE_FAILURE || alert == GNUTLS_A_PROTOCOL_VERSION ||
                   alert == GNUTLS_A_INSUFFICIENT_SECURITY
               ? 1
               : -1;
}

int tls_broken_ask(int fd, const struct tls_broken *what, const char *host, struct err *e)
{
    CLEANUP(asking_free) struct asking a = { 0 };

    if (not_loaded.code) {
        *e = not_loaded;
        return -1;
    }
    int r = set_up(&a, fd, what, host);
    if (r)
        return err_set(e, ERR_UNSUPPORTED, "GnuTLS: %s", gt.strerror(r));
    do
        r = gt.handshake(a.session);
    while (r == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (r == GNUTLS_E_INTERRUPTED || r == 0)
        return 0;
    return r == GNUTLS_E_FATAL_ALERT_RECEIVED ? judge_alert(gt.alert_get(a.session), e)
                                              : err_set(e, ERR_IO, "%s", gt.strerror(r));
}
#else
void tls_broken_load(void)
{
}

int tls_broken_ask(int fd UNUSED, const struct tls_broken *what UNUSED, const char *host UNUSED,
                   struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED,
                   "RC4 and 3DES are offered by GnuTLS alone, and this program is built without");
}
#endif
