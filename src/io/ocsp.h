/* ocsp.h - what a stapled OCSP response proves (RFC 6960): only an answer about this certificate, of today, signed by its
 * issuer or by whom the issuer appointed, says anything. */
#pragma once
#include "core/base.h"

#include <openssl/ssl.h>

enum { OCSP_TEXT = 160 };

/* Into `to`, of a finished handshake: "good", "revoked", "unknown to its authority", "nothing", or what is wrong with the
 * response: "unreadable", "an error of the responder: ...", "about another certificate", "out of date",
 * "not signed by its authority: ...". `trust` is whom the caller trusts. */
void ocsp_stapled(SSL *ssl, X509_STORE *trust, char to[OCSP_TEXT]);
/* Does the server's certificate promise a stapled response (RFC 7633)? */
bool ocsp_is_promised(const X509 *leaf);
