/* check_key.c - private keys: parsed by OpenSSL, so that what is shown is a key and its public half joins it
 * with certificates and other places. OpenSSH's own form (PROTOCOL.key of OpenSSH) is read here. */
#include "core/decode.h"
#include "secret/scanner.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

static void free_pkey(EVP_PKEY **k)
{
    EVP_PKEY_free(*k);
}
#define AUTO_PKEY CLEANUP(free_pkey)

static const char *type_name(const EVP_PKEY *k)
{
    static const struct {
        int id;
        const char *name;
    } rows[] = { { EVP_PKEY_RSA, "rsa" },     { EVP_PKEY_RSA_PSS, "rsa" },  { EVP_PKEY_EC, "ec" },
                 { EVP_PKEY_DSA, "dsa" },     { EVP_PKEY_DH, "dh" },        { EVP_PKEY_ED25519, "ed25519" },
                 { EVP_PKEY_ED448, "ed448" }, { EVP_PKEY_X25519, "x25519" } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (EVP_PKEY_get_base_id(k) == rows[i].id)
            return rows[i].name;
    return "other";
}

/* Type, bits and the hash of its SubjectPublicKeyInfo. */
static void describe(struct secret_seen *s, const EVP_PKEY *k)
{
    unsigned char *der = NULL, sum[SHA256_DIGEST_LENGTH];
    int n = i2d_PUBKEY(k, &der);

    s->key.type = str_of(type_name(k));
    s->key.bits = (uint32_t)EVP_PKEY_get_bits(k);
    if (n > 0) {
        SHA256(der, (size_t)n, sum);
        str_hex(sum, sizeof sum, s->public_key);
    }
    OPENSSL_free(der);
    s->confidence = CONFIDENCE_PROVEN;
    secret_proof(s, "parses as a private key: " STR_FMT ", %u bits", STR_ARG(s->key.type), s->key.bits);
}

static void note_passphrase(struct secret_seen *s)
{
    s->confidence = CONFIDENCE_MEDIUM; /* as good as the passphrase */
    secret_proof(s, "a private key under a passphrase");
}

/* Add the base64 of a PEM block's body, which may lie in JSON, in a program's text or in an indented
 * document, to *out: escapes, quotes and blanks are passed over, headers ("Proc-Type: 4,ENCRYPTED") too. */
static void base64_of_body(struct str body, struct buf *out, bool *encrypted)
{
    for (size_t i = 0; i < body.n;) {
        size_t end = i;
        while (end < body.n && body.p[end] != '\n' && body.p[end] != '\\')
            end++;
        struct str line = { body.p + i, end - i };
        while (line.n && strchr(" \t\r\"'`>", line.p[0]))
            line = str_skip(line, 1);
        size_t n = 0;
        while (n < line.n && !strchr("\r\"'`,", line.p[n]))
            n++;
        line = str_first(line, n);
        *encrypted |= str_has(line, STR("ENCRYPTED"));
        if (!str_has_char(line, ':'))
            for (size_t k = 0; k < line.n; k++)
                if (line.p[k] != ' ')
                    buf_char(out, line.p[k]);
        bool escape = end < body.n && body.p[end] == '\\';
        i = end + (escape ? 2 : 1);
    }
}

/* ---- OpenSSH ---- */

static bool take_text(struct str *s, struct str *out)
{
    if (s->n < 4)
        return false;
    const unsigned char *p = (const unsigned char *)s->p;
    uint32_t n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    *s = str_skip(*s, 4);
    return take_bytes(s, n, out);
}

static EVP_PKEY *public_of(const char *type, OSSL_PARAM_BLD *b)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *p = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY *k = NULL;

    if (c && p && EVP_PKEY_fromdata_init(c) > 0 && EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, p) <= 0)
        k = NULL;
    OSSL_PARAM_free(p);
    EVP_PKEY_CTX_free(c);
    return k;
}

static EVP_PKEY *ssh_rsa(struct str blob)
{
    struct str e, n;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    EVP_PKEY *k = NULL;

    if (b && take_text(&blob, &e) && take_text(&blob, &n) && n.n <= 2049 && e.n <= 64) {
        BIGNUM *be = BN_bin2bn((const unsigned char *)e.p, (int)e.n, NULL);
        BIGNUM *bn = BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL);
        if (be && bn && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, bn) &&
            OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, be))
            k = public_of("RSA", b);
        BN_free(be);
        BN_free(bn);
    }
    OSSL_PARAM_BLD_free(b);
    return k;
}

static EVP_PKEY *ssh_ec(struct str blob)
{
    static const char *const groups[][2] = { { "nistp256", "P-256" },
                                             { "nistp384", "P-384" },
                                             { "nistp521", "P-521" } };
    struct str curve, point;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    EVP_PKEY *k = NULL;

    if (b && take_text(&blob, &curve) && take_text(&blob, &point))
        for (size_t i = 0; i < ARRAY_LEN(groups); i++)
            if (str_eq(curve, str_of(groups[i][0])) &&
                OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, groups[i][1], 0) &&
                OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n))
                k = public_of("EC", b);
    OSSL_PARAM_BLD_free(b);
    return k;
}

static EVP_PKEY *ssh_public(struct str blob)
{
    struct str type, raw;

    if (!take_text(&blob, &type))
        return NULL;
    if (str_eq(type, STR("ssh-ed25519")) && take_text(&blob, &raw))
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)raw.p, raw.n);
    if (str_eq(type, STR("ssh-rsa")))
        return ssh_rsa(blob);
    return str_starts(type, STR("ecdsa-sha2-")) ? ssh_ec(blob) : NULL;
}

static int openssh(struct secret_seen *s, struct str der)
{
    struct str rest = der, cipher, kdf, options, public, private;

    if (!str_starts(rest, STR("openssh-key-v1")) || rest.n < 15)
        return CHECK_REFUSED;
    rest = str_skip(rest, 15);
    if (!take_text(&rest, &cipher) || !take_text(&rest, &kdf) || !take_text(&rest, &options) || rest.n < 4)
        return CHECK_REFUSED;
    rest = str_skip(rest, 4);
    if (!take_text(&rest, &public) || !take_text(&rest, &private)) {
        secret_doubt(s, CONFIDENCE_LOW, "it is cut off");
        return CHECK_DONE;
    }
    s->is_key = true;
    s->key.form = STR("openssh");
    s->key.encrypted = !str_eq(cipher, STR("none"));
    AUTO_PKEY EVP_PKEY *k = ssh_public(public);
    if (k)
        describe(s, k); /* the public half is there in clear even when the private one is encrypted */
    if (s->key.encrypted)
        note_passphrase(s);
    return CHECK_DONE;
}

/* ---- PEM ---- */

static const struct {
    const char *label, *form;
    int type; /* OpenSSL's, where the label says it */
} forms[] = { { "RSA PRIVATE KEY", "pkcs1", EVP_PKEY_RSA }, { "EC PRIVATE KEY", "sec1", EVP_PKEY_EC },
              { "DSA PRIVATE KEY", "dsa", EVP_PKEY_DSA },   { "OPENSSH PRIVATE KEY", "openssh", 0 },
              { "ENCRYPTED PRIVATE KEY", "pkcs8", 0 },      { "PRIVATE KEY", "pkcs8", 0 } };

/* As what its label says, which OpenSSL decodes in a third of the time that it takes to try everything; then
 * as anything, for labels may be wrong. What is cut off is not worth a try, which is the dearest of all. */
static EVP_PKEY *decode(struct str form, struct str der)
{
    const unsigned char *p = (const unsigned char *)der.p;
    long n;
    int tag, class;
    EVP_PKEY *k = NULL;

    if (ASN1_get_object(&p, &n, &tag, &class, (long)der.n) & 0x80)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(forms) && !k; i++) {
        p = (const unsigned char *)der.p;
        if (forms[i].type && str_eq(form, str_of(forms[i].form)))
            k = d2i_PrivateKey(forms[i].type, NULL, &p, (long)der.n);
    }
    p = (const unsigned char *)der.p;
    return k ? k : d2i_AutoPrivateKey(NULL, &p, (long)der.n);
}

static int parse_der(struct secret_seen *s, struct str der)
{
    AUTO_PKEY EVP_PKEY *k = decode(s->key.form, der);

    if (!k) {
        secret_doubt(s, CONFIDENCE_LOW, "does not parse as a key");
        return CHECK_DONE;
    }
    s->is_key = true;
    describe(s, k);
    return CHECK_DONE;
}

/* whole: from "-----BEGIN" to "-----END". */
int secret_check_pem(struct secret_seen *s)
{
    enum { LEAST = 32 };
    struct str body = s->whole, head;
    AUTO_BUF struct buf text = BUF(32 << 10);
    bool encrypted = false;
    ptrdiff_t end;

    body = str_skip(body, 11); /* -----BEGIN_ */
    if ((end = str_find(body, STR("-----"))) < 0)
        return CHECK_REFUSED;
    head = str_first(body, (size_t)end);
    body = str_skip(body, (size_t)end + 5);
    body = str_first(body, body.n - MIN(body.n, (size_t)8)); /* -----END */
    for (size_t i = 0; i < ARRAY_LEN(forms) && !s->key.form.n; i++)
        if (str_eq(head, str_of(forms[i].label)))
            s->key.form = str_of(forms[i].form);
    base64_of_body(body, &text, &encrypted);
    (void)decode_base64(buf_view(&text), s->room);
    struct str der = buf_view(s->room);
    if (der.n < LEAST || !buf_ok(s->room))
        return CHECK_REFUSED;
    s->identity = der;
    if (str_eq(s->key.form, STR("openssh")))
        return openssh(s, der);
    if (encrypted || str_starts(head, STR("ENCRYPTED"))) {
        s->is_key = true;
        s->key.encrypted = true;
        note_passphrase(s);
        return CHECK_DONE;
    }
    return parse_der(s, der);
}

/* OpenPGP: the first packet of the armour is a secret key (RFC 4880, 5.5). */
int secret_check_pgp(struct secret_seen *s)
{
    AUTO_BUF struct buf text = BUF(32 << 10);
    bool ignored = false;
    ptrdiff_t end = str_find(str_skip(s->whole, 11), STR("-----"));

    if (end < 0)
        return CHECK_REFUSED;
    base64_of_body(str_skip(s->whole, (size_t)end + 16), &text, &ignored);
    (void)decode_base64(buf_view(&text), s->room);
    struct str packet = buf_view(s->room);
    unsigned char tag = packet.n ? (unsigned char)packet.p[0] : 0;
    unsigned kind = tag & 0x40 ? tag & 0x3fu : tag >> 2 & 0xfu;
    if (!(tag & 0x80) || (kind != 5 && kind != 7)) {
        secret_doubt(s, CONFIDENCE_LOW, "does not begin with a secret key");
        return CHECK_DONE;
    }
    s->is_key = true;
    s->key = (struct key){ .form = STR("pgp"), .type = STR("pgp") };
    s->confidence = CONFIDENCE_PROVEN;
    secret_proof(s, "begins with a secret key");
    return CHECK_DONE;
}

/* WireGuard: 32 bytes, clamped as Curve25519 wants its private keys. */
int secret_check_wireguard(struct secret_seen *s)
{
    (void)decode_base64(s->secret, s->room);
    const unsigned char *p = (const unsigned char *)s->room->p;
    if (s->room->n != 32)
        return CHECK_REFUSED;
    if (p[0] & 7 || (p[31] & 0xc0) != 0x40) {
        secret_doubt(s, CONFIDENCE_MEDIUM, "is not clamped as WireGuard's own keys are");
        return CHECK_DONE;
    }
    AUTO_PKEY EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, p, 32);
    if (k) {
        s->is_key = true;
        s->key.form = STR("wireguard");
        describe(s, k);
    }
    return CHECK_DONE;
}
