#include "model/hash.h"

#include "core/decode.h"

/* The weakest first. */
static const struct hash_kind kinds[] = {
    { "md5", "MD5", "MD5", 16 },           { "sha1", "SHA-1", "SHA1", 20 },
    { "sha256", "SHA-256", "SHA256", 32 }, { "sha384", "SHA-384", "SHA384", 48 },
    { "sha512", "SHA-512", "SHA512", 64 },
};

static bool read_coded(struct str text, bool hex, struct hash *out)
{
    AUTO_BUF struct buf bytes = BUF(HASH_TEXT_MOST);

    while (!hex && str_ends(text, STR("=")))
        text.n--;
    size_t n = hex ? decode_hex(text, &bytes) : decode_base64(text, &bytes);
    if (n != text.n || bytes.n != out->kind->bytes || !buf_ok(&bytes))
        return false;
    str_hex(bytes.p, bytes.n, out->hex);
    return true;
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
    return (word.p[n] == ':' && read_coded(value, true, out)) ||
           (word.p[n] == '-' && read_coded(value, false, out));
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
