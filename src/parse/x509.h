/* x509.h - certificates as facts, whatever wraps them: PEM text, DER, PKCS #7, PKCS #12, Java's keystore. The
 * decoding is OpenSSL's (RFC 5280, 7468, 2315, 7292); the keystore's frame is read here. */
#pragma once
#include "parse/parse.h"

/* Add every certificate of the PEM text, `path` and line as their provenance; `line`: of the text's first
 * line. How many there were is added to *n; a block that is damaged becomes a note. */
int x509_add_pem(struct facts *out, struct str path, uint32_t line, const char *form, struct str text,
                 uint32_t *n, struct err *e) MUST_USE;
/* The same for DER: one certificate, or PKCS #7 (its certificates). false: neither. */
bool x509_add_der(struct facts *out, struct str path, struct str der, uint32_t *n, struct err *e) MUST_USE;
/* PKCS #12, opened with the passwords that are none: empty, "changeit", "changeme", "password". With another
 * the private key is counted as encrypted, and that the rest could not be seen is a note. false: not PKCS
 * #12. */
bool x509_add_pkcs12(struct facts *out, struct str path, struct str der, uint32_t *n, struct err *e) MUST_USE;
/* Java's keystore (JKS, JCEKS). false: not one. */
bool x509_add_jks(struct facts *out, struct str path, struct str bytes, uint32_t *n, struct err *e) MUST_USE;
