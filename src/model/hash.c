#include "model/hash.h"

/* The weakest first. */
static const struct hash_kind kinds[] = {
    { "md5", "MD5", "MD5", 16 },           { "sha1", "SHA-1", "SHA1", 20 },
    { "sha256", "SHA-256", "SHA256", 32 }, { "sha384", "SHA-384", "SHA384", 48 },
    { "sha512", "SHA-512", "SHA512", 64 },
};

static bool read_hex(struct str text, size_t bytes, char *hex)
{
    if (text.n != 2 * bytes)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] >= 'A' && text.p[i] <= 'F' ? (char)(text.p[i] + 32) : text.p[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
        hex[i] = c;
    }
    hex[text.n] = '\0';
    return true;
}

static int sextet(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static bool read_base64(struct str text, size_t bytes, char *hex)
{
    unsigned char to[HASH_BYTES_MOST];
    uint32_t bits = 0, have = 0;
    size_t n = 0;

    while (str_ends(text, STR("=")))
        text.n--;
    if (text.n != (bytes * 8 + 5) / 6)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        int six = sextet(text.p[i]);
        if (six < 0)
            return false;
        bits = bits << 6 | (uint32_t)six;
        have += 6;
        if (have >= 8)
            to[n++] = (unsigned char)(bits >> (have -= 8));
    }
    str_hex(to, n, hex);
    return n == bytes;
}

/* sha512-BASE64?OPTIONS, sha512:HEX */
static bool read_one(struct str word, const struct hash_kind *k, struct hash *out)
{
    size_t n = strlen(k->name);
    struct str value = str_skip(word, n + 1), options;

    if (word.n <= n || !str_starts(word, str_of(k->name)))
        return false;
    out->kind = k;
    str_split(value, '?', &value, &options);
    return (word.p[n] == ':' && read_hex(value, k->bytes, out->hex)) ||
           (word.p[n] == '-' && read_base64(value, k->bytes, out->hex));
}

bool hash_read(struct str text, struct hash *out)
{
    for (size_t k = ARRAY_LEN(kinds); k-- > 0;) {
        struct str rest = str_first(text, HASH_TEXT_MOST), word;
        while (str_cut(&rest, ' ', &word))
            if (read_one(word, &kinds[k], out))
                return true;
    }
    return false;
}
