/* tls_broken.h - asks a server, through GnuTLS, for ciphers that OpenSSL cannot offer any more: RC4 and 3DES.
 *
 * The handshake ends with the ServerHello: a server that sends one has agreed, one that alerts has refused. What GnuTLS
 * cannot offer either (DES, export ciphers, SSL 3.0) is not asked for. */
#pragma once
#include "core/err.h"

struct tls_broken {
    const char *name;     /* for people */
    const char *priority; /* in GnuTLS's words */
};
extern const struct tls_broken tls_broken[];
extern const size_t n_tls_broken;

/* Load GnuTLS, while files can still be mapped. Without it tls_broken_ask says why it cannot. */
void tls_broken_load(void);
/* On a connected socket with time-outs set; `host`: the name that is asked for, NULL for an address. 0: agreed; 1: the
 * server alerted that it has nothing in common with us, *e says how; -1: no answer, an alert for another reason, or
 * nobody to ask with. */
int tls_broken_ask(int fd, const struct tls_broken *what, const char *host, struct err *e) MUST_USE;
