/* Untrusted text on a terminal. */
#include "core/text.h"
#include "tap.h"

static const struct {
    struct str in;
    const char *want, *ascii; /* ascii NULL: the same */
} row[] = {
    { STR("plain text"), "plain text", NULL },
    { STR("caf\xc3\xa9"), "caf\xc3\xa9", "caf\\xe9" },
    { STR("\x1b[31mred\x1b]0;title\x07"), "\\x1b[31mred\\x1b]0;title\\x07", NULL },
    { STR("a\nb\tc\rd\0e\x7f"), "a\\nb\\tc\\rd\\x00e\\x7f", NULL },
    { STR("\xc2\x9b"
          "31m"),
      "\\x9b31m", NULL }, /* CSI in one character */
    { STR("\x9b"
          "31m"),
      "\\x9b31m", NULL }, /* and as a bare byte */
    { STR("\xe2\x80\xae"
          "cod.exe"),
      "\\u202ecod.exe", NULL }, /* right-to-left override */
    { STR("\xe2\x81\xa6x\xe2\x81\xa9"), "\\u2066x\\u2069", NULL },
    { STR("a\xe2\x80\x8b"
          "b\xef\xbb\xbf"),
      "a\\u200bb\\ufeff", NULL },
    { STR("\xf3\xa0\x81\x81"), "\\U000e0041", NULL }, /* tag characters: invisible */
    { STR("\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82"),
      "\\xc0\\xaf \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80 \\xe2\\x82", NULL },
    { STR("\xe6\xbc\xa2\xf0\x9f\x90\xb3"), "\xe6\xbc\xa2\xf0\x9f\x90\xb3", "\\u6f22\\U0001f433" },
    { STR(""), "", NULL },
};

static void escapes(void)
{
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        for (int ascii = 0; ascii < 2; ascii++) {
            AUTO_BUF struct buf b = BUF(1024);
            text_safe(&b, row[i].in, ascii);
            buf_char(&b, '\0');
            CHECK_TEXT(b.p, ascii && row[i].ascii ? row[i].ascii : row[i].want);
        }
}

static void columns(void)
{
    CHECK_INT((long long)text_columns(STR("abc")), 3);
    CHECK_INT((long long)text_columns(STR("caf\xc3\xa9")), 4);
    CHECK_INT((long long)text_columns(STR("cafe\xcc\x81")), 4);
    CHECK_INT((long long)text_columns(STR("\xe6\xbc\xa2\xf0\x9f\x90\xb3")), 4);
    CHECK_INT((long long)text_columns(STR("")), 0);
}

/* No byte sequence at all may get a control through: every pair of bytes, alone. */
static void all_pairs(void)
{
    AUTO_BUF struct buf b = BUF(1024);
    int bad = 0;

    for (unsigned i = 0; i < 0x10000; i++) {
        const char in[2] = { (char)(i >> 8), (char)i };
        buf_clear(&b);
        text_safe(&b, (struct str){ in, 2 }, false);
        for (struct str s = buf_view(&b); s.n;) {
            uint32_t c = 0;
            size_t n = utf8_at(s, &c);
            bad += !n || c < 0x20 || (c >= 0x7f && c < 0xa0);
            s = str_skip(s, n ? n : 1);
        }
    }
    CHECK_INT(bad, 0);
}

TESTS(T(escapes), T(columns), T(all_pairs))
