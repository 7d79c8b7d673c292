/* tls.h - asks a TLS server who it is and what it offers, and writes the answers as a document for
 * parse/tls_session.c. What OpenSSL cannot ask any more, tls_broken.h does. Harmless: handshakes, and for STARTTLS the
 * protocol's own greeting; no request is sent.
 *
 * The handshakes run in a process that may connect but neither execute nor write files (net_confine.h); what
 * the server's certificates say is understood later, by a parser that may not even connect. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

struct tls_question {
    const char *host, *port; /* NUL-terminated; host without [ ] */
    const char *starttls;    /* NULL: TLS from the first byte; else one of starttls_protocols */
    const char *ca_file;     /* whom to trust besides the system's store (PEM); NULL */
};

/* The document: "name: value" lines, then the chain as PEM, the server's own certificate first. ERR_IO:
 * nothing there, ERR_FORMAT: it speaks, but no TLS. */
int tls_ask(const struct tls_question *q, struct buf *out, struct err *e) MUST_USE;
