#include "rule/secret_name.h"

#include "rule/shell.h"

#include <ctype.h>

enum { WORDS_MOST = 12, WORD_MOST = 24 };

/* "dbPassword_file" -> "db", "password", "file"; how many. */
static size_t words_of(struct str name, char word[WORDS_MOST][WORD_MOST])
{
    size_t n = 0, len = 0;

    for (size_t i = 0; i <= name.n && n < WORDS_MOST; i++) {
        unsigned char c = i < name.n ? (unsigned char)name.p[i] : '_';
        bool hump = i && i < name.n && isupper(c) && islower((unsigned char)name.p[i - 1]);
        if ((hump || !isalnum(c)) && len) {
            word[n++][len] = '\0';
            len = 0;
        }
        if (isalnum(c) && n < WORDS_MOST && len < WORD_MOST - 1)
            word[n][len++] = (char)tolower(c);
    }
    return n;
}

static bool is_word(const char *word, const char *list)
{
    return str_one_of(str_of(word), list);
}

bool is_secret_name(struct str name)
{
    static const char whole[] =
        "password passwd passphrase pwd passwort secret secrets token apikey secretkey "
        "accesskey privatekey credential credentials authtoken accesstoken pgpassword "
        "mysqlpassword dbpassword dbpass rootpassword";
    static const char before_key[] =
        "api secret access private encryption signing master jwt auth account license";
    static const char about[] =
        "file files path dir url uri name ttl expiry expires expiration length min max size "
        "type header issuer audience algorithm policy prefix version id hash endpoint";
    char word[WORDS_MOST][WORD_MOST];
    size_t n = words_of(name, word);

    if (!n || is_word(word[n - 1], about))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_word(word[i], whole))
            return true;
        if (i && is_word(word[i], "key pass") && is_word(word[i - 1], before_key))
            return true;
        if (i && is_word(word[i], "pass") &&
            is_word(word[i - 1], "db database mysql postgres redis user root admin smtp"))
            return true;
    }
    return false;
}

bool is_secret_value(struct str v)
{
    uint64_t number;

    v = str_trim(v);
    if (v.n < 3 || str_u64(v, 10, &number))
        return false;
    if (v.p[0] == '/' || v.p[0] == '$' || str_starts(v, STR("{{")) || str_starts(v, STR("<")) ||
        str_starts(v, STR("file:")))
        return false;
    static const char *const switches[] = { "true", "false",   "yes",      "none",    "null",
                                            "off",  "default", "required", "optional" };
    for (size_t i = 0; i < ARRAY_LEN(switches); i++)
        if (str_eq_nocase(v, str_of(switches[i])))
            return false;
    return true;
}

bool has_url_password(struct str text)
{
    for (struct str rest = text; rest.n;) {
        ptrdiff_t at = str_find(rest, STR("://"));
        struct str host, path, user, word;
        if (at < 0)
            return false;
        rest = str_skip(rest, (size_t)at + 3);
        size_t n = 0;
        while (n < rest.n && !memchr("/?# \t\n\"'", rest.p[n], 9))
            n++;
        host = str_first(rest, n);
        if (host.n && str_has_char(host, '@')) {
            str_rsplit(host, '@', &user, &path);
            if (str_split(user, ':', &host, &word) && is_secret_value(word))
                return true;
        }
    }
    return false;
}
