#include "parse/x509.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <time.h>

enum { CERTIFICATES_MOST = 20000, NAMES_MOST = 200, USAGES_MOST = 32, NAME_BYTES = 1000, SHA256_HEX = 65 };

static void free_x509(X509 **c)
{
    X509_free(*c);
}
static void free_bio(BIO **b)
{
    BIO_free(*b);
}
static void free_p7(PKCS7 **p)
{
    PKCS7_free(*p);
}
static void free_p12(PKCS12 **p)
{
    PKCS12_free(*p);
}
#define AUTO_X509 CLEANUP(free_x509)
#define AUTO_BIO  CLEANUP(free_bio)
#define AUTO_P7   CLEANUP(free_p7)
#define AUTO_P12  CLEANUP(free_p12)

/* ---- one certificate ---- */

static void sha256_hex(const unsigned char *p, size_t n, char to[SHA256_HEX])
{
    unsigned char sum[SHA256_DIGEST_LENGTH];

    str_hex(SHA256(p, n, sum), sizeof sum, to);
}

/* "CN=web,O=Example" as RFC 2253 writes it. */
static struct str name_text(const X509_NAME *name, struct arena *a)
{
    AUTO_BIO BIO *b = BIO_new(BIO_s_mem());
    char *p;

    if (!b || X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0)
        return STR("");
    long n = BIO_get_mem_data(b, &p);
    return arena_str(a, (struct str){ p, MIN((size_t)(n > 0 ? n : 0), (size_t)NAME_BYTES) });
}

static struct str time_text(const ASN1_TIME *t, struct arena *a)
{
    struct tm tm;
    char text[40];

    if (!t || !ASN1_TIME_to_tm(t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
        return STR("");
    return arena_str(a, str_of(text));
}

static struct str address_text(const ASN1_OCTET_STRING *ip, struct arena *a)
{
    char text[INET6_ADDRSTRLEN];
    int n = ASN1_STRING_length(ip), family = n == 4 ? AF_INET : AF_INET6;

    if ((n != 4 && n != 16) || !inet_ntop(family, ASN1_STRING_get0_data(ip), text, sizeof text))
        return STR("?");
    return arena_str(a, str_of(text));
}

/* DNS names and addresses; the common name where there are none, as old clients do. */
static void add_names(X509 *x, struct arena *a, struct certificate *c)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    int most = all ? MIN(sk_GENERAL_NAME_num(all), (int)NAMES_MOST) : 0;
    struct str *name = arena_array(a, struct str, (size_t)most + 1);

    for (int i = 0; name && i < most; i++) {
        int type;
        const ASN1_STRING *v = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all, i), &type);
        if (type == GEN_DNS)
            name[c->names.n++] =
                arena_str(a, (struct str){ (const char *)ASN1_STRING_get0_data(v),
                                           MIN((size_t)ASN1_STRING_length(v), (size_t)255) });
        else if (type == GEN_IPADD)
            name[c->names.n++] = address_text(v, a);
    }
    c->names.p = name;
    GENERAL_NAMES_free(all);
}

static void add_usage(X509 *x, struct arena *a, struct certificate *c)
{
    EXTENDED_KEY_USAGE *all = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
    int most = all ? MIN(sk_ASN1_OBJECT_num(all), (int)USAGES_MOST) : 0;
    struct str *usage = arena_array(a, struct str, (size_t)most + 1);
    char text[80];

    for (int i = 0; usage && i < most; i++)
        if (OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(all, i), 0) > 0)
            usage[c->usage.n++] = arena_str(a, str_of(text));
    c->usage.p = usage;
    EXTENDED_KEY_USAGE_free(all);
}

static const char *key_name(int id)
{
    static const struct {
        int id;
        const char *name;
    } rows[] = { { EVP_PKEY_RSA, "rsa" },    { EVP_PKEY_RSA_PSS, "rsa" }, { EVP_PKEY_EC, "ec" },
                 { EVP_PKEY_DSA, "dsa" },    { EVP_PKEY_DH, "dh" },       { EVP_PKEY_ED25519, "ed25519" },
                 { EVP_PKEY_ED448, "ed448" } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].id == id)
            return rows[i].name;
    return "other";
}

static void add_key(X509 *x, struct arena *a, struct certificate *c)
{
    const EVP_PKEY *key = X509_get0_pubkey(x);
    unsigned char *der = NULL;
    char sum[SHA256_HEX];
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

    c->key_type = str_of(key ? key_name(EVP_PKEY_get_base_id(key)) : "unknown");
    c->key_bits = key && EVP_PKEY_get_bits(key) > 0 ? (uint32_t)EVP_PKEY_get_bits(key) : 0;
    if (n > 0) {
        sha256_hex(der, (size_t)n, sum);
        c->public_key = arena_str(a, str_of(sum));
    }
    OPENSSL_free(der);
}

static struct str signature_text(const X509 *x, struct arena *a)
{
    const ASN1_OBJECT *algorithm;
    char text[80];

    X509_ALGOR_get0(&algorithm, NULL, NULL, X509_get0_tbs_sigalg(x));
    return OBJ_obj2txt(text, sizeof text, algorithm, 0) > 0 ? arena_str(a, str_of(text)) : STR("");
}

static struct str serial_text(X509 *x, struct arena *a)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
    char text[2 * 64 + 1] = "";

    if (ASN1_STRING_length(serial) <= 64)
        str_hex(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial), text);
    return arena_str(a, str_of(text));
}

static struct str fingerprint(const X509 *x, struct arena *a)
{
    unsigned char *der = NULL;
    char sum[SHA256_HEX] = "";
    int n = i2d_X509(x, &der);

    if (n > 0)
        sha256_hex(der, (size_t)n, sum);
    OPENSSL_free(der);
    return arena_str(a, str_of(sum));
}

static int add(struct facts *out, struct str path, uint32_t line, uint32_t number, const char *form, X509 *x,
               struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct certificate c = { .path = path,
                             .line = line,
                             .number = number,
                             .form = str_of(form),
                             .subject = name_text(X509_get_subject_name(x), &a),
                             .issuer = name_text(X509_get_issuer_name(x), &a),
                             .serial = serial_text(x, &a),
                             .not_before = time_text(X509_get0_notBefore(x), &a),
                             .not_after = time_text(X509_get0_notAfter(x), &a),
                             .signature = signature_text(x, &a),
                             .ca = X509_check_ca(x) == 1,
                             .self_signed =
                                 X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0,
                             .sha256 = fingerprint(x, &a) };

    add_key(x, &a, &c);
    add_names(x, &a, &c);
    add_usage(x, &a, &c);
    ERR_clear_error();
    if (!c.sha256.p || !c.subject.p || !c.issuer.p)
        return err_set(e, ERR_LIMIT, "a certificate of more than a mebibyte of names");
    return facts_add_certificate(out, &c, e);
}

/* ---- PEM ---- */

static uint32_t count_lines(struct str s)
{
    uint32_t n = 0;

    for (const char *p = s.p; s.n && (p = memchr(p, '\n', s.n - (size_t)(p - s.p))); p++)
        n++;
    return n;
}

static X509 *read_pem(struct str block)
{
    AUTO_BIO BIO *b = BIO_new_mem_buf(block.p, (int)MIN(block.n, (size_t)INT32_MAX));

    return b ? PEM_read_bio_X509_AUX(b, NULL, NULL, NULL) : NULL;
}

/* The same certificate among the last ones: a distribution brings each of its trust anchors as a file and in
 * a bundle, and decoding its key is what OpenSSL takes its time for. NULL: none. */
static const struct certificate *known_pem(const struct facts *f, struct str block)
{
    enum { LAST = 512 };
    AUTO_BIO BIO *b = BIO_new_mem_buf(block.p, (int)MIN(block.n, (size_t)INT32_MAX));
    const struct certificate *found = NULL;
    char *name = NULL, *head = NULL, sum[SHA256_HEX] = "";
    unsigned char *der = NULL;
    long n_der;
    size_t n;
    const struct certificate *all = facts_certificate(f, &n);

    if (n && b && PEM_read_bio(b, &name, &head, &der, &n_der) > 0)
        sha256_hex(der, (size_t)n_der, sum);
    for (size_t i = n; sum[0] && i > n - MIN(n, (size_t)LAST) && !found; i--)
        found = str_eq(all[i - 1].sha256, str_of(sum)) ? &all[i - 1] : NULL;
    OPENSSL_free(name);
    OPENSSL_free(head);
    OPENSSL_free(der);
    return found;
}

/* 1: added, 0: it cannot be decoded, -1. */
static int add_pem(struct facts *out, struct str path, uint32_t line, uint32_t number, const char *form,
                   struct str block, struct err *e)
{
    const struct certificate *known = known_pem(out, block);

    if (known) {
        struct certificate c = *known;
        c.path = path;
        c.line = line;
        c.number = number;
        c.form = str_of(form);
        return facts_add_certificate(out, &c, e) < 0 ? -1 : 1;
    }
    AUTO_X509 X509 *x = read_pem(block);
    if (!x)
        return 0;
    return add(out, path, line, number, form, x, e) < 0 ? -1 : 1;
}

/* Is it meant to be one? Documentation has blocks with words in them. */
static bool is_base64(struct str block)
{
    struct str line;

    for (bool first = true; str_cut(&block, '\n', &line); first = false) {
        line = str_trim(line);
        if (str_starts(line, STR("-----END")))
            return true;
        for (size_t i = 0; !first && i < line.n; i++)
            if (!isalnum((unsigned char)line.p[i]) && !strchr("+/=", line.p[i]))
                return false;
    }
    return true;
}

int x509_add_pem(struct facts *out, struct str path, uint32_t line, const char *form, struct str text,
                 uint32_t *n, struct err *e)
{
    static const struct str begin = STR("-----BEGIN "), end = STR("-----END ");
    struct str rest = text;
    ptrdiff_t at;

    while ((at = str_find(rest, begin)) >= 0) {
        line += count_lines(str_first(rest, (size_t)at));
        rest = str_skip(rest, (size_t)at);
        struct str label = str_first(str_skip(rest, begin.n), 40);
        ptrdiff_t stop = str_find(rest, end);
        size_t size = stop < 0 ? rest.n : MIN((size_t)stop + 60, rest.n);
        bool is_one = str_starts(label, STR("CERTIFICATE-----")) ||
                      str_starts(label, STR("TRUSTED CERTIFICATE-----")) ||
                      str_starts(label, STR("X509 CERTIFICATE-----"));
        if (is_one && ++*n > CERTIFICATES_MOST)
            return err_set(e, ERR_LIMIT, "line %u: more than %d certificates", line, CERTIFICATES_MOST);
        int r = is_one ? add_pem(out, path, line, *n, form, str_first(rest, size), e) : 1;
        if (r < 0)
            return -1;
        if (!r)
            facts_remark(out, is_base64(str_first(rest, size)) ? NOTE_INCOMPLETE : NOTE_UNUSUAL, path,
                         "line %u: a certificate that cannot be decoded", line);
        rest = str_skip(rest, begin.n);
    }
    ERR_clear_error();
    return 0;
}

/* ---- DER, PKCS #7 ---- */

static bool add_stack(struct facts *out, struct str path, const char *form, const STACK_OF(X509) * all,
                      uint32_t *n, struct err *e)
{
    for (int i = 0; all && i < MIN(sk_X509_num(all), (int)CERTIFICATES_MOST); i++)
        if (add(out, path, 0, ++*n, form, sk_X509_value(all, i), e) < 0)
            return false;
    return true;
}

static const STACK_OF(X509) * signed_certificates(const PKCS7 *p)
{
    return p && PKCS7_type_is_signed(p) && p->d.sign ? p->d.sign->cert : NULL;
}

bool x509_add_der(struct facts *out, struct str path, struct str der, uint32_t *n, struct err *e)
{
    const unsigned char *p = (const unsigned char *)der.p;
    AUTO_X509 X509 *x = der.n && der.n <= INT32_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;

    if (x)
        return add(out, path, 0, ++*n, "der", x, e) == 0;
    p = (const unsigned char *)der.p;
    AUTO_P7 PKCS7 *p7 = der.n && der.n <= INT32_MAX ? d2i_PKCS7(NULL, &p, (long)der.n) : NULL;
    ERR_clear_error();
    return p7 && signed_certificates(p7) && add_stack(out, path, "pkcs7", signed_certificates(p7), n, e);
}

/* ---- PKCS #12 ---- */

static int add_key_of(struct facts *out, struct str path, const EVP_PKEY *key, struct err *e)
{
    unsigned char *der = NULL;
    char sum[SHA256_HEX] = "";
    int n = i2d_PUBKEY(key, &der);

    if (n > 0)
        sha256_hex(der, (size_t)n, sum);
    OPENSSL_free(der);
    struct key k = { .path = path,
                     .form = STR("pkcs12"),
                     .type = str_of(key_name(EVP_PKEY_get_base_id(key))),
                     .bits = (uint32_t)EVP_PKEY_get_bits(key),
                     .public_key = str_of(sum) };
    return facts_add_key(out, &k, e);
}

static bool open_pkcs12(struct facts *out, struct str path, PKCS12 *p12, const char *password, uint32_t *n,
                        struct err *e)
{
    EVP_PKEY *key = NULL;
    X509 *own = NULL;
    STACK_OF(X509) *others = NULL;
    bool good = PKCS12_parse(p12, password, &key, &own, &others);

    if (good && own)
        good = add(out, path, 0, ++*n, "pkcs12", own, e) == 0;
    good = good && add_stack(out, path, "pkcs12", others, n, e);
    if (good && key)
        good = add_key_of(out, path, key, e) == 0;
    EVP_PKEY_free(key);
    X509_free(own);
    sk_X509_pop_free(others, X509_free);
    return good;
}

bool x509_add_pkcs12(struct facts *out, struct str path, struct str der, uint32_t *n, struct err *e)
{
    static const char *const none[] = { "", "changeit", "changeme", "password" };
    const unsigned char *p = (const unsigned char *)der.p;
    AUTO_P12 PKCS12 *p12 = der.n && der.n <= INT32_MAX ? d2i_PKCS12(NULL, &p, (long)der.n) : NULL;

    if (!p12)
        return false;
    if (!PKCS12_mac_present(p12))
        return open_pkcs12(out, path, p12, NULL, n, e);
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (PKCS12_verify_mac(p12, none[i], -1))
            return open_pkcs12(out, path, p12, none[i], n, e);
    struct key k = { .path = path, .form = STR("pkcs12"), .type = STR("unknown"), .encrypted = true };
    ERR_clear_error();
    facts_remark(out, NOTE_INCOMPLETE, path,
                 "a PKCS #12 file under a password: its certificates cannot be seen");
    return facts_add_key(out, &k, e) == 0;
}

/* ---- Java's keystore ---- */

struct jks {
    struct str rest;
    bool cut; /* it ended early */
};

static struct str take(struct jks *j, size_t n)
{
    struct str piece = str_first(j->rest, n);

    j->cut |= n > j->rest.n;
    j->rest = str_skip(j->rest, n);
    return piece;
}

static uint32_t take_number(struct jks *j, size_t bytes)
{
    struct str s = take(j, bytes);
    uint32_t v = 0;

    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | (uint8_t)s.p[i];
    return v;
}

static bool take_certificate(struct jks *j, struct facts *out, struct str path, uint32_t *n, struct err *e)
{
    take(j, take_number(j, 2)); /* "X.509" */
    struct str der = take(j, take_number(j, 4));
    const unsigned char *p = (const unsigned char *)der.p;
    AUTO_X509 X509 *x = j->cut ? NULL : d2i_X509(NULL, &p, (long)MIN(der.n, (size_t)INT32_MAX));

    return x ? add(out, path, 0, ++*n, "jks", x, e) == 0 : true;
}

static bool take_entry(struct jks *j, struct facts *out, struct str path, uint32_t *n, struct err *e)
{
    enum { PRIVATE_KEY = 1, TRUSTED = 2 };
    uint32_t tag = take_number(j, 4), chain = 1;

    take(j, take_number(j, 2)); /* alias */
    take(j, 8);                 /* when it was made */
    if (tag == PRIVATE_KEY) {
        take(j, take_number(j, 4)); /* the key, always under a password */
        chain = take_number(j, 4);
        struct key k = { .path = path, .form = STR("jks"), .type = STR("unknown"), .encrypted = true };
        if (facts_add_key(out, &k, e) < 0)
            return false;
    } else if (tag != TRUSTED) {
        j->cut = true; /* a secret key's serialised object: where it ends only Java knows */
    }
    for (uint32_t i = 0; i < chain && !j->cut; i++)
        if (!take_certificate(j, out, path, n, e))
            return false;
    return true;
}

bool x509_add_jks(struct facts *out, struct str path, struct str bytes, uint32_t *n, struct err *e)
{
    struct jks j = { .rest = bytes };
    uint32_t magic = take_number(&j, 4);

    if (magic != 0xfeedfeed && magic != 0xcececece)
        return false;
    take_number(&j, 4); /* version */
    uint32_t entries = take_number(&j, 4);
    for (uint32_t i = 0; i < entries && !j.cut; i++) {
        if (i == CERTIFICATES_MOST || !take_entry(&j, out, path, n, e))
            return i < CERTIFICATES_MOST
                       ? false
                       : (err_set(e, ERR_LIMIT, "more than %d entries", CERTIFICATES_MOST), false);
    }
    if (j.cut)
        facts_remark(out, NOTE_INCOMPLETE, path, "the keystore could be read up to byte %zu only",
                     bytes.n - j.rest.n);
    return true;
}
