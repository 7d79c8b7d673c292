/* check_token.c - what tokens carry in themselves: checksums, account numbers, encoded words. */
#include "core/decode.h"
#include "core/unzip.h"
#include "secret/scanner.h"

/* GitHub and npm: the last six characters are the CRC-32 of those between prefix and them, in base 62. */
int secret_check_crc62(struct secret_seen *s)
{
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    struct str prefix, rest;
    char want[6];

    str_rsplit(s->secret, '_', &prefix, &rest);
    if (rest.n < 7)
        return CHECK_REFUSED;
    uint32_t v = crc32_of(str_first(rest, rest.n - 6));
    for (size_t i = 6; i--; v /= 62)
        want[i] = digit[v % 62];
    if (memcmp(want, rest.p + rest.n - 6, 6) != 0) {
        secret_doubt(s, CONFIDENCE_MEDIUM, "its checksum does not fit");
        return CHECK_DONE;
    }
    s->confidence = CONFIDENCE_PROVEN;
    secret_proof(s, "its checksum is right");
    return CHECK_DONE;
}

/* Atlassian: "=" and eight hex digits at the end, the CRC-32 of what is ahead of them. */
int secret_check_atlassian(struct secret_seen *s)
{
    struct str body, sum;
    uint64_t v;

    if (str_rsplit(s->secret, '=', &body, &sum) && str_u64(sum, 16, &v) && v == crc32_of(body)) {
        s->confidence = CONFIDENCE_PROVEN;
        secret_proof(s, "its checksum is right");
    }
    return CHECK_DONE;
}

/* AWS: sixteen digits in base 32; bits 1 to 40 are the number of the account. */
int secret_check_aws_id(struct secret_seen *s)
{
    uint64_t v = 0;

    for (size_t i = 4; i < 14 && i < s->secret.n; i++) {
        char c = s->secret.p[i];
        v = v << 5 | (uint64_t)(c >= 'A' ? c - 'A' : c - '2' + 26);
    }
    uint64_t account = v >> 2 >> 7 & 0xffffffffffu;
    if (account > 999999999999u)
        secret_doubt(s, CONFIDENCE_LOW, "it names no account that can exist");
    else
        secret_proof(s, "it names an account that can exist");
    return CHECK_DONE;
}

/* base64 of "user:password", as in Authorization headers and registries' logins. */
int secret_check_basic_auth(struct secret_seen *s)
{
    struct str user, word;
    size_t n = decode_base64(s->secret, s->room);
    struct str text = buf_view(s->room);

    if (n + 2 < s->secret.n || !str_split(text, ':', &user, &word) || word.n < 4 || secret_is_dummy(word))
        return CHECK_REFUSED;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || (unsigned char)text.p[i] > 0x7e)
            return CHECK_REFUSED;
    secret_proof(s, "decodes to a user and a password");
    return CHECK_DONE;
}

/* age: Bech32 of "age-secret-key-" (BIP 173's checksum). */
int secret_check_age(struct secret_seen *s)
{
    static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", prefix[] = "age-secret-key-";
    static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    uint32_t sum = 1;
    uint8_t value[128];
    size_t n = 0;

    for (size_t i = 0; i < sizeof prefix - 1; i++)
        value[n++] = (uint8_t)(prefix[i] >> 5);
    value[n++] = 0;
    for (size_t i = 0; i < sizeof prefix - 1; i++)
        value[n++] = prefix[i] & 31;
    for (size_t i = sizeof prefix; i < s->secret.n && n < sizeof value; i++) {
        const char *at = strchr(digits, s->secret.p[i] | (s->secret.p[i] >= 'A' ? 0x20 : 0));
        if (!at || !*at)
            return CHECK_REFUSED;
        value[n++] = (uint8_t)(at - digits);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t top = sum >> 25;
        sum = (sum & 0x1ffffff) << 5 ^ value[i];
        for (int k = 0; k < 5; k++)
            sum ^= top >> k & 1 ? generator[k] : 0;
    }
    if (sum != 1) {
        secret_doubt(s, CONFIDENCE_LOW, "its checksum does not fit");
        return CHECK_DONE;
    }
    s->confidence = CONFIDENCE_PROVEN;
    secret_proof(s, "its checksum is right");
    return CHECK_DONE;
}

/* ---- passwords and keys that only their name makes known ---- */

struct mix {
    unsigned digits, upper, lower, other;
};
static struct mix mix_of(struct str s)
{
    struct mix m = { 0 };

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        m.digits += c >= '0' && c <= '9';
        m.upper += c >= 'A' && c <= 'Z';
        m.lower += c >= 'a' && c <= 'z';
    }
    m.other = (unsigned)s.n - m.digits - m.upper - m.lower;
    return m;
}

/* Random text has digits and letters side by side, and changes between them often. */
static size_t changes(struct str s)
{
    size_t n = 0;

    for (size_t i = 1; i < s.n; i++) {
        struct mix a = mix_of((struct str){ s.p + i - 1, 1 }), b = mix_of((struct str){ s.p + i, 1 });
        n += a.digits != b.digits || a.upper != b.upper || a.other != b.other;
    }
    return n;
}

/* Tokens whose provider gives them no prefix: letters and digits, neither all alike. */
int secret_check_mixed(struct secret_seen *s)
{
    struct mix m = mix_of(s->secret);

    size_t changing = m.digits && m.upper + m.lower ? 6 : m.upper && m.lower ? 3 : 0;

    return changing && changes(s->secret) * changing >= s->secret.n ? CHECK_DONE : CHECK_REFUSED;
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdefABCDEF", s.p[i]))
            return false;
    return true;
}

/* Assignments of something random to a name that says secret: quiet by design. */
int secret_check_generic(struct secret_seen *s)
{
    static const char *const not_secret[] = { "public", "integrity", "checksum",   "sha1",
                                              "sha256", "sha512",    "fingerprint" };
    struct mix m = mix_of(s->secret);

    for (size_t i = 0; i < ARRAY_LEN(not_secret); i++)
        if (str_has(s->whole, str_of(not_secret[i])))
            return CHECK_REFUSED;
    if (!m.digits || !(m.upper + m.lower) || str_has(s->secret, STR("://")) || s->secret.p[0] == '/' ||
        s->secret.p[0] == '$')
        return CHECK_REFUSED;
    if (is_hex(s->secret))
        return s->secret.n >= 32 ? CHECK_DONE : CHECK_REFUSED;
    return changes(s->secret) * 4 >= s->secret.n ? CHECK_DONE : CHECK_REFUSED;
}

/* Hashes of passwords are no passwords: worth something to who can compute. */
int secret_check_hash(struct secret_seen *s)
{
    secret_proof(s, "a hash: as good as the password is weak");
    return CHECK_DONE;
}

static bool is_local(struct str host)
{
    return str_starts(host, STR("localhost")) || str_starts(host, STR("127.")) ||
           str_starts(host, STR("0.0.0.0")) || str_starts(host, STR("[::1]")) ||
           str_starts(host, STR("host")) || str_has(host, STR("example"));
}

/* A URL with a password: whole is all of it up to the host, secret the password. */
int secret_check_url(struct secret_seen *s)
{
    static const char *const defaults =
        "password pass passwd secret user root admin postgres mysql guest test pw pwd "
        "changeme PASSWORD PASS pass123 password123 mypassword username foo bar baz";
    struct str user, host;

    str_rsplit(s->whole, '@', &user, &host);
    if (str_one_of(s->secret, defaults)) {
        secret_doubt(s, CONFIDENCE_LOW, "the password is a word that stands in examples");
        return CHECK_DONE;
    }
    if (is_local(host))
        secret_doubt(s, CONFIDENCE_LOW, "the host is this machine or an example");
    return CHECK_DONE;
}
