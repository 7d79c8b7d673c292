#include "io/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

enum { SKEW_SECONDS = 300, STATUS_REQUEST = 5 /* the TLS extension whose presence is promised */ };

/* The certificate that signed the server's: of the verified chain, else the next that it sent. */
static X509 *issuer_of(SSL *ssl)
{
    STACK_OF(X509) *verified = SSL_get0_verified_chain(ssl), *sent = SSL_get_peer_cert_chain(ssl);

    if (verified && sk_X509_num(verified) > 1)
        return sk_X509_value(verified, 1);
    return sent && sk_X509_num(sent) > 1 ? sk_X509_value(sent, 1) : NULL;
}

/* Signed by the issuer, or by whom it appointed for this: OpenSSL's rules, down to a root that is trusted. */
static bool is_signed(OCSP_BASICRESP *basic, SSL *ssl, X509_STORE *trust, const char **why)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);

    if (!chain)
        chain = SSL_get_peer_cert_chain(ssl);
    ERR_clear_error();
    if (OCSP_basic_verify(basic, chain, trust, 0) == 1)
        return true;
    *why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return false;
}

/* What it says of this certificate; NULL with the whole answer in `to`. */
static const char *status_of(OCSP_BASICRESP *basic, SSL *ssl, char to[OCSP_TEXT])
{
    static const char *const names[] = { [V_OCSP_CERTSTATUS_GOOD] = "good",
                                         [V_OCSP_CERTSTATUS_REVOKED] = "revoked",
                                         [V_OCSP_CERTSTATUS_UNKNOWN] = "unknown to its authority" };
    X509 *leaf = SSL_get0_peer_certificate(ssl), *issuer = issuer_of(ssl);
    ASN1_GENERALIZEDTIME *since = NULL, *until = NULL;
    int status = -1;
    bool about = false;

    if (!leaf || !issuer) {
        snprintf(to, OCSP_TEXT, "not signed by its authority: the chain does not have that");
        return NULL;
    }
    for (int i = 0; !about && i < OCSP_resp_count(basic); i++) {
        /* the response chooses the hash by which it names certificates */
        const OCSP_CERTID *is = OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic, i));
        ASN1_OBJECT *md = NULL;
        OCSP_id_get0_info(NULL, &md, NULL, NULL, (OCSP_CERTID *)(uintptr_t)is);
        OCSP_CERTID *id = OCSP_cert_to_id(md ? EVP_get_digestbyobj(md) : NULL, leaf, issuer);
        about = id && OCSP_id_cmp(id, is) == 0;
        OCSP_CERTID_free(id);
        if (about)
            status = OCSP_single_get0_status(OCSP_resp_get0(basic, i), NULL, NULL, &since, &until);
    }
    if (!about)
        snprintf(to, OCSP_TEXT, "about another certificate");
    else if (OCSP_check_validity(since, until, SKEW_SECONDS, -1) != 1)
        snprintf(to, OCSP_TEXT, "out of date");
    else
        return status >= 0 && (size_t)status < ARRAY_LEN(names) ? names[status] : "unreadable";
    return NULL;
}

static void judge(OCSP_BASICRESP *basic, SSL *ssl, X509_STORE *trust, char to[OCSP_TEXT])
{
    const char *why = NULL;

    if (!is_signed(basic, ssl, trust, &why)) {
        snprintf(to, OCSP_TEXT, "not signed by its authority: %s", why ? why : "no reason is told");
        return;
    }
    const char *status = status_of(basic, ssl, to);
    if (status)
        snprintf(to, OCSP_TEXT, "%s", status);
}

void ocsp_stapled(SSL *ssl, X509_STORE *trust, char to[OCSP_TEXT])
{
    const unsigned char *p = NULL;
    long n = SSL_get_tlsext_status_ocsp_resp(ssl, &p);
    OCSP_RESPONSE *r = n > 0 ? d2i_OCSP_RESPONSE(NULL, &p, n) : NULL;
    int status = r ? OCSP_response_status(r) : OCSP_RESPONSE_STATUS_SUCCESSFUL;
    OCSP_BASICRESP *basic = r ? OCSP_response_get1_basic(r) : NULL;

    if (n <= 0)
        snprintf(to, OCSP_TEXT, "nothing");
    else if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        snprintf(to, OCSP_TEXT, "an error of the responder: %s", OCSP_response_status_str(status));
    else if (!basic)
        snprintf(to, OCSP_TEXT, "unreadable");
    else
        judge(basic, ssl, trust, to);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(r);
    ERR_clear_error();
}

bool ocsp_is_promised(const X509 *leaf)
{
    TLS_FEATURE *features = leaf ? X509_get_ext_d2i(leaf, NID_tlsfeature, NULL, NULL) : NULL;
    bool promised = false;

    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features); i++)
        promised |= ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST;
    TLS_FEATURE_free(features);
    return promised;
}
