/* Hashes as lock files spell them: what is whole and known is read, the strongest of several, and nothing else. */
#include "model/hash.h"
#include "tap.h"

static void spellings(void)
{
    static const struct {
        const char *text, *alg, *hex; /* alg NULL: it is none */
    } row[] = {
        { "md5:D41D8CD98F00B204E9800998ECF8427E", "MD5", "d41d8cd98f00b204e9800998ecf8427e" },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk", "SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=?size=0", "SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
        { "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "SHA-256",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "SHA-256",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-cut", "SHA-1",
          "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
        { "sha256:e3b0c442", NULL, NULL },
        { "sha256:g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", NULL, NULL },
        { "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBw*=", NULL, NULL },
        { "h1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=", NULL, NULL },
        { "sha256", NULL, NULL },
        { "", NULL, NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct hash h;
        bool is = hash_read(str_of(row[i].text), &h);
        CHECK_INT(is, row[i].alg != NULL);
        if (is && row[i].alg) {
            CHECK_TEXT(h.kind->cyclonedx, row[i].alg);
            CHECK_TEXT(h.hex, row[i].hex);
        }
    }
}

TESTS(T(spellings))
