#include "secret_grammar.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <zlib.h>

static uint64_t next(struct secret_rng *r)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return r->state;
}

static const char b62[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const struct {
    const char *name, *set;
} classes[] = {
    { "b62", b62 },
    { "b64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" },
    { "b64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" },
    { "b58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz" },
    { "b32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" },
    { "hex", "0123456789abcdef" },
    { "HEX", "0123456789ABCDEF" },
    { "digit", "0123456789" },
    { "lower", "abcdefghijklmnopqrstuvwxyz" },
    { "upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { "alpha", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
    { "lownum", "abcdefghijklmnopqrstuvwxyz0123456789" },
    { "upnum", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" },
};

/* Of a class: letters and digits at its ends, as providers' generators make nearly all of them. */
static void some(struct secret_rng *r, const char *set, size_t n, struct buf *out)
{
    size_t most = strlen(set);

    for (size_t i = 0; i < n; i++) {
        char c = set[next(r) % most];
        while ((i == 0 || i + 1 == n) && strchr("+/-_=", c))
            c = set[next(r) % most];
        buf_char(out, c);
    }
}

static void base64(struct str s, bool url, struct buf *out)
{
    unsigned char text[8192];
    int n = EVP_EncodeBlock(text, (const unsigned char *)s.p, (int)MIN(s.n, (size_t)6000));

    for (int i = 0; i < n; i++)
        if (!url || text[i] != '=')
            buf_char(out, url && text[i] == '+' ? '-' : url && text[i] == '/' ? '_' : (char)text[i]);
}

static void uuid(struct secret_rng *r, const char *arg, struct buf *out)
{
    static const unsigned parts[] = { 8, 4, 4, 4, 12 };

    (void)arg;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (i)
            buf_char(out, '-');
        some(r, "0123456789abcdef", parts[i], out);
    }
}

static void crc62(struct secret_rng *r, const char *prefix, struct buf *out)
{
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char sum[6];

    buf_str(out, str_of(prefix));
    size_t at = out->n;
    some(r, b62, 30, out);
    uint32_t v = (uint32_t)crc32(0, (const Bytef *)out->p + at, 30);
    for (size_t i = 6; i--; v /= 62)
        sum[i] = digit[v % 62];
    buf_add(out, sum, 6);
}

static void atlassian(struct secret_rng *r, const char *prefix, struct buf *out)
{
    size_t at = out->n;

    buf_str(out, str_of(prefix));
    some(r, b62, 180, out);
    buf_fmt(out, "=%08lX", crc32(0, (const Bytef *)out->p + at, (uInt)(out->n - at)));
}

static void age(struct secret_rng *r, const char *arg, struct buf *out)
{
    static const char digits[] = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", prefix[] = "age-secret-key-";
    static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    uint8_t v[128];
    size_t n = 0;
    uint32_t sum = 1;

    (void)arg;
    for (size_t i = 0; prefix[i]; i++)
        v[n++] = (uint8_t)(prefix[i] >> 5);
    v[n++] = 0;
    for (size_t i = 0; prefix[i]; i++)
        v[n++] = prefix[i] & 31;
    size_t data = n;
    for (int i = 0; i < 52; i++)
        v[n++] = (uint8_t)(next(r) & 31);
    for (size_t i = 0; i < n + 6; i++) {
        uint32_t top = sum >> 25;
        sum = (sum & 0x1ffffff) << 5 ^ (i < n ? v[i] : 0);
        for (int k = 0; k < 5; k++)
            sum ^= top >> k & 1 ? generator[k] : 0;
    }
    buf_str(out, STR("AGE-SECRET-KEY-1"));
    for (size_t i = data; i < n; i++)
        buf_char(out, digits[v[i]]);
    for (int i = 5; i >= 0; i--)
        buf_char(out, digits[((sum ^ 1) >> (5 * i)) & 31]);
}

/* The first bits of a key id are the account's number. */
static void aws(struct secret_rng *r, const char *arg, struct buf *out)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t v = (1ull << 49 | (100000000000u + next(r) % 800000000000u) << 9 | (next(r) & 0x1ff)) &
                 ((1ull << 50) - 1);

    (void)arg;
    v &= ~(1ull << 49); /* bit 0 is not part of the number */
    buf_str(out, STR("AKIA"));
    for (int i = 9; i >= 0; i--)
        buf_char(out, digit[v >> (5 * i) & 31]);
    some(r, digit, 6, out);
}

static void basic(struct secret_rng *r, const char *arg, struct buf *out)
{
    AUTO_BUF struct buf text = BUF(256);

    (void)arg;
    buf_str(&text, STR("deploy:"));
    some(r, b62, 14, &text);
    base64(buf_view(&text), false, out);
}

static void jwt(struct secret_rng *r, const char *arg, struct buf *out)
{
    AUTO_BUF struct buf text = BUF(1024);
    bool kubernetes = !strcmp(arg, "kubernetes");

    buf_str(&text, kubernetes ? STR("{\"alg\":\"RS256\",\"kid\":\"")
                              : STR("{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\""));
    some(r, b62, 24, &text);
    buf_str(&text, STR("\"}"));
    base64(buf_view(&text), true, out);
    buf_clear(&text);
    buf_str(&text,
            kubernetes
                ? STR("{\"iss\":\"kubernetes/serviceaccount\",\"sub\":\"system:serviceaccount:a:b\",\"x\":\"")
                : STR("{\"iss\":\"https://login.example.net\",\"exp\":4102444800,\"sub\":\""));
    some(r, b62, 20, &text);
    buf_str(&text, STR("\"}"));
    buf_char(out, '.');
    base64(buf_view(&text), true, out);
    buf_char(out, '.');
    some(r, b62, kubernetes ? 342 : 43, out);
}

static void jwk(struct secret_rng *r, const char *arg, struct buf *out)
{
    (void)arg;
    buf_str(out, STR("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""));
    some(r, b62, 43, out);
    buf_str(out, STR("\",\"d\":\""));
    some(r, b62, 43, out);
    buf_str(out, STR("\"}"));
}

static void wireguard(struct secret_rng *r, const char *arg, struct buf *out)
{
    unsigned char key[32];

    (void)arg;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)next(r);
    key[0] &= 0xf8;
    key[31] = (unsigned char)((key[31] & 0x7f) | 0x40);
    base64((struct str){ (char *)key, sizeof key }, false, out);
}

static void vis50(struct secret_rng *r, const char *arg, struct buf *out)
{
    (void)arg;
    some(r, "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)", 50, out);
}

static void hexlines(struct secret_rng *r, const char *arg, struct buf *out)
{
    for (int i = 0; i < (int)strtol(arg, NULL, 10); i++) {
        some(r, "0123456789abcdef", 32, out);
        buf_char(out, '\n');
    }
}

/* ---- keys: real ones, made now ---- */

static void pem(struct secret_rng *r, const char *kind, struct buf *out)
{
    EVP_PKEY *k = !strcmp(kind, "rsa")  ? EVP_RSA_gen(2048)
                  : !strcmp(kind, "ec") ? EVP_EC_gen("P-256")
                                        : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    BIO *b = BIO_new(BIO_s_mem());
    char *text;

    (void)r;
    PEM_write_bio_PrivateKey(b, k, NULL, NULL, 0, NULL, NULL);
    long n = BIO_get_mem_data(b, &text);
    buf_add(out, text, (size_t)n);
    BIO_free(b);
    EVP_PKEY_free(k);
}

static void json_pem(struct secret_rng *r, const char *kind, struct buf *out)
{
    AUTO_BUF struct buf text = BUF(8192);

    pem(r, kind, &text);
    buf_str(out, STR("{\"private_key\": \""));
    for (size_t i = 0; i < text.n; i++)
        buf_str(out, text.p[i] == '\n' ? STR("\\n") : (struct str){ text.p + i, 1 });
    buf_str(out, STR("\"}"));
}

static void pem64(struct secret_rng *r, const char *kind, struct buf *out)
{
    AUTO_BUF struct buf text = BUF(8192);

    /* so long that a kubeconfig's could not be shorter */
    pem(r, kind, &text);
    base64(buf_view(&text), false, out);
}

static void put_text(struct buf *b, const void *p, size_t n)
{
    unsigned char length[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                                (unsigned char)n };

    buf_add(b, length, 4);
    buf_add(b, p, n);
}

/* OpenSSH's form of an Ed25519 key. */
static void openssh(struct secret_rng *r, const char *arg, struct buf *out)
{
    AUTO_BUF struct buf public = BUF(256), all = BUF(2048), private = BUF(1024);
    EVP_PKEY *k = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    unsigned char raw[64];
    size_t n = 32;

    (void)r, (void)arg;
    EVP_PKEY_get_raw_public_key(k, raw + 32, &n);
    n = 32;
    EVP_PKEY_get_raw_private_key(k, raw, &n);
    EVP_PKEY_free(k);
    put_text(&public, "ssh-ed25519", 11);
    put_text(&public, raw + 32, 32);
    buf_add(&private, "\1\2\3\4\1\2\3\4", 8);
    put_text(&private, "ssh-ed25519", 11);
    put_text(&private, raw + 32, 32);
    put_text(&private, raw, 64);
    put_text(&private, "x", 1);
    buf_add(&all, "openssh-key-v1", 15);
    put_text(&all, "none", 4);
    put_text(&all, "none", 4);
    put_text(&all, "", 0);
    buf_add(&all, "\0\0\0\1", 4);
    put_text(&all, public.p, public.n);
    put_text(&all, private.p, private.n);
    buf_str(out, STR("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    base64(buf_view(&all), false, out);
    buf_str(out, STR("\n-----END OPENSSH PRIVATE KEY-----\n"));
}

static void pgp(struct secret_rng *r, const char *arg, struct buf *out)
{
    (void)arg;
    buf_str(out, STR("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ"));
    some(r, b62, 202, out);
    buf_str(out, STR("\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n"));
}

static const struct {
    const char *name;
    void (*make)(struct secret_rng *r, const char *arg, struct buf *out);
} whole[] = { { "uuid", uuid },
              { "crc62", crc62 },
              { "atlassian", atlassian },
              { "age", age },
              { "aws", aws },
              { "basic", basic },
              { "jwt", jwt },
              { "jwk", jwk },
              { "wireguard", wireguard },
              { "vis50", vis50 },
              { "hexlines", hexlines },
              { "pem", pem },
              { "json-pem", json_pem },
              { "pem64", pem64 },
              { "openssh", openssh },
              { "pgp", pgp } };

static void make_word(struct secret_rng *r, struct str word, struct buf *out)
{
    struct str name, arg;
    char text[64];

    str_split(word, ':', &name, &arg);
    snprintf(text, sizeof text, STR_FMT, STR_ARG(arg));
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (str_eq(name, str_of(classes[i].name))) {
            some(r, classes[i].set, (size_t)strtoul(text, NULL, 10), out);
            return;
        }
    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        if (str_eq(name, str_of(whole[i].name))) {
            whole[i].make(r, arg.n ? text : "", out);
            return;
        }
    fprintf(stderr, "secret_grammar: no {" STR_FMT "}\n", STR_ARG(word));
    exit(2);
}

/* A word of a grammar has a lower-case name at its beginning: "{" of other text stays. */
static bool is_word(struct str s)
{
    size_t n = 0;

    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= '0' && s.p[n] <= '9') ||
                       s.p[n] == '-' || str_starts(s, STR("HEX"))))
        n++;
    return n && n < s.n && (s.p[n] == ':' || s.p[n] == '}');
}

void secret_make(struct secret_rng *r, const char *grammar, struct buf *out)
{
    for (struct str rest = str_of(grammar); rest.n;) {
        ptrdiff_t end = rest.p[0] == '{' ? str_find(rest, STR("}")) : -1;
        if (end > 0 && is_word(str_skip(rest, 1))) {
            make_word(r, (struct str){ rest.p + 1, (size_t)end - 1 }, out);
            rest = str_skip(rest, (size_t)end + 1);
        } else if (str_starts(rest, STR("\\n"))) {
            buf_char(out, '\n');
            rest = str_skip(rest, 2);
        } else {
            buf_char(out, rest.p[0]);
            rest = str_skip(rest, 1);
        }
    }
}
