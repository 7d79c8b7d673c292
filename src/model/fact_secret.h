/* fact_secret.h - the kinds of fact about secrets, certificates and keys. Included by fact.h.
 *
 * A secret itself is never in a fact: only where it is, a few of its leading characters and a keyed hash. */
#pragma once

#define FACT_SECRET(F, S)                                                                    \
    F(S, STR, kind, "id of its pattern: data/secrets")                                       \
    F(S, U32, place, "enum secret_place")                                                    \
    F(S, STR, path, "of the file; of a variable, label or history line: its name or number") \
    F(S, U32, line, "")                                                                      \
    F(S, U64, offset, "of its first byte in the file")                                       \
    F(S, STR, shown, "a few leading characters, for people")                                 \
    F(S, STR, hash, "keyed hash of it, hex: the same secret has the same hash everywhere")   \
    F(S, U32, confidence, "enum confidence")                                                 \
    F(S, STR, proof, "what speaks for it: checksum right, JWT valid until, key parses ...")  \
    F(S, STR, doubt, "what speaks against it: an example, a test's path, a known dummy ...") \
    F(S, STR, until, "when it expires by its own words, RFC 3339; empty: it does not say")   \
    F(S, BOOL, held, "in a value of an object whose own check says that it stands there")

#define FACT_CERTIFICATE(F, S)                                           \
    F(S, STR, path, "")                                                  \
    F(S, U32, line, "of its first line; 0 in binary files")              \
    F(S, U32, number, "in its file, from 1")                             \
    F(S, STR, form, "pem, der, pkcs12, pkcs7, jks, kubernetes-secret")   \
    F(S, STR, subject, "")                                               \
    F(S, STR, issuer, "")                                                \
    F(S, STR, serial, "hex")                                             \
    F(S, STR, not_before, "RFC 3339")                                    \
    F(S, STR, not_after, "RFC 3339")                                     \
    F(S, STR, key_type, "rsa, ec, ed25519 ...")                          \
    F(S, U32, key_bits, "")                                              \
    F(S, STR, signature, "as OpenSSL names it: sha256WithRSAEncryption") \
    F(S, STRS, names, "DNS names and addresses it is for")               \
    F(S, BOOL, ca, "basic constraints say so")                           \
    F(S, BOOL, self_signed, "")                                          \
    F(S, STRS, usage, "extended key usages")                             \
    F(S, STR, sha256, "of the certificate, hex")                         \
    F(S, STR, public_key, "SHA-256 of its SubjectPublicKeyInfo, hex: joins it with its private key")

#define FACT_KEY(F, S)                                                                      \
    F(S, STR, path, "")                                                                     \
    F(S, U32, line, "")                                                                     \
    F(S, STR, form, "pkcs1, pkcs8, sec1, openssh, pkcs12, putty, pgp, age, jwk ...")        \
    F(S, STR, type, "rsa, ec, ed25519 ...")                                                 \
    F(S, U32, bits, "")                                                                     \
    F(S, BOOL, encrypted, "by a passphrase")                                                \
    F(S, STR, public_key, "SHA-256 of its SubjectPublicKeyInfo, hex; empty when encrypted") \
    F(S, STR, hash, "keyed hash, as of a secret")

/* What a configuration says of TLS: verification of the other side, or what a server agrees to. */
#define FACT_TLS_SETTING(F, S)                                                                        \
    F(S, STR, what, "verification-off, old-protocol, weak-cipher, clear-text, no-client-certificate") \
    F(S, STR, software, "nginx, curl, node, docker, redis ...")                                       \
    F(S, STR, text, "the words that say so")                                                          \
    F(S, BOOL, good, "they say it as it should be")                                                   \
    F(S, STR, path, "")                                                                               \
    F(S, U32, line, "")

#define FACT_SECRET_KINDS(X)                    \
    X(SECRET, secret, "secrets")                \
    X(CERTIFICATE, certificate, "certificates") \
    X(KEY, key, "keys")                         \
    X(TLS_SETTING, tls_setting, "tls_settings")

enum secret_place {
    SECRET_IN_FILE,
    SECRET_IN_ENV,
    SECRET_IN_LABEL,
    SECRET_IN_HISTORY,
    SECRET_IN_DOCUMENT /* Compose, Kubernetes ... */
};
enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE_PROVEN };
