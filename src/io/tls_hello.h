/* tls_hello.h - asks a server for what no TLS library can offer any more: RC4, 3DES, DES, export ciphers, SSL 3.0.
 *
 * Only the first message of a handshake is sent, a ClientHello that offers nothing else (RFC 5246, 7.4.1; RFC 6101 for
 * SSL 3.0), and the first answer read: a ServerHello that takes a suite is the server's agreement, an alert its refusal.
 * No key is made and nothing is sent after that, so no cipher is needed to ask for it. */
#pragma once
#include "core/err.h"

struct tls_hello {
    const char *name;      /* what is asked for, for people */
    uint16_t most;         /* the highest version that is offered: 0x0303 is TLS 1.2, 0x0300 SSL 3.0 */
    const uint16_t *suite; /* numbers of the registry of cipher suites, n of them */
    size_t n;
};
extern const struct tls_hello tls_hellos[];
extern const size_t n_tls_hellos;

/* On a connected socket with time-outs set; `host`: the name that is asked for, NULL for an address. 0: agreed;
 * 1: the server alerted that there is nothing in it for it, *e says how; -1: no answer, one of its own reasons, or none
 * of TLS. */
int tls_hello_ask(int fd, const struct tls_hello *hello, const char *host, struct err *e) MUST_USE;
