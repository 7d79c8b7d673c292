/* certificate.c - files of certificates and trust stores, by the names they go by: PEM, DER, PKCS #7, PKCS
 * #12 and Java's keystores. */
#include "parse/x509.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    bool (*const forms[])(struct facts *, struct str, struct str, uint32_t *,
                          struct err *) = { x509_add_jks, x509_add_der, x509_add_pkcs12 };
    uint32_t n = 0;

    if (str_has(in->body, STR("-----BEGIN ")))
        return x509_add_pem(out, in->path, 1, "pem", in->body, &n, e);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        *e = (struct err){ 0 };
        if (forms[i](out, in->path, in->body, &n, e))
            return 0;
        if (e->code)
            return -1;
    }
    return 0; /* keys, parameters, or another trade's file of the same name */
}

const struct parser parser_certificate = {
    .name = "certificate",
    .what = "X.509 certificates and trust stores: PEM, DER, PKCS #7, PKCS #12, Java keystores",
    .version = 1,
    .paths =
        PATHS("**/*.pem", "**/*.crt", "**/*.cer", "**/*.cert", "**/*.der", "**/*.p7b", "**/*.p7c", "**/*.p12",
              "**/*.pfx", "**/*.jks", "**/*.keystore", "**/*.truststore", "**/*.ca-bundle", "**/*.p11-kit",
              "**/cacerts", "etc/ssl/certs/*", "etc/pki/tls/certs/*", "etc/pki/ca-trust/source/anchors/*"),
    .max_size = 16u << 20,
    .parse = parse,
};
