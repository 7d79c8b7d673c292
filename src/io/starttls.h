/* starttls.h - the words by which protocols go over to TLS: RFC 3207 (SMTP), 2595 (IMAP, POP3), 4217 (FTP),
 * 4511 (LDAP), 6120 (XMPP), PostgreSQL's SSLRequest and MySQL's. */
#pragma once
#include "core/err.h"

/* Names, blank-separated: "smtp imap ...". */
extern const char starttls_protocols[];

/* On a connected socket with time-outs set: ask for TLS. 0: the handshake may begin; -1: refused
 * (ERR_UNSUPPORTED), or not that protocol (ERR_FORMAT). */
int starttls_begin(const char *protocol, int fd, const char *host, struct err *e) MUST_USE;
