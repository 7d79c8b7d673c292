#include "core/decode.h"
#include "tap.h"

static void grows_to_its_maximum(void)
{
    AUTO_BUF struct buf b = BUF(1000);

    for (int i = 0; i < 1000; i++)
        buf_char(&b, (char)i);
    CHECK(buf_ok(&b));
    CHECK_INT(b.n, 1000);
    for (int i = 0; i < 1000; i++)
        CHECK(b.p[i] == (char)i);
    CHECK(b.cap <= 1000);
    buf_char(&b, 'x');
    CHECK(!buf_ok(&b));
    CHECK_INT(b.n, 1000);
}

static void failure_is_sticky(void)
{
    AUTO_BUF struct buf b = BUF(10);

    buf_add(&b, "123456", 6);
    buf_add(&b, "123456", 6);
    CHECK(!buf_ok(&b));
    buf_add(&b, "1", 1); /* would fit: but then the text would lack its middle */
    CHECK_INT(b.n, 6);
    CHECK(!buf_room(&b, 1));
    buf_clear(&b);
    CHECK(buf_ok(&b));
    buf_str(&b, STR("again"));
    CHECK(str_eq(buf_view(&b), STR("again")));
}

static void hostile_sizes(void)
{
    AUTO_BUF struct buf b = BUF(SIZE_MAX);

    buf_add(&b, "x", 1);
    CHECK(!buf_room(&b, SIZE_MAX)); /* n + size would wrap */
    CHECK(!buf_ok(&b));
    CHECK_INT(b.n, 1);
}

static void formats(void)
{
    AUTO_BUF struct buf b = BUF(64);

    buf_fmt(&b, "%s=%d", "x", 7);
    buf_fmt(&b, "%s", "");
    CHECK(str_eq(buf_view(&b), STR("x=7")));
    buf_fmt(&b, "%100d", 1);
    CHECK(!buf_ok(&b));
    CHECK(str_eq(buf_view(&b), STR("x=7")));
    CHECK(buf_view(&(struct buf){ 0 }).p != NULL);
}

static void varints(void)
{
    static const uint64_t v[] = { 0,      1,          0x7f,       0x80,       0x3fff,
                                  0x4000, UINT32_MAX, 1ull << 62, 1ull << 63, UINT64_MAX };

    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        AUTO_BUF struct buf b = BUF(16);
        uint64_t back = ~v[i];
        buf_varint(&b, v[i]);
        for (size_t n = 0; n < b.n; n++) {
            struct str part = { b.p, n };
            CHECK(!take_varint(&part, &back)); /* every truncation */
            CHECK_INT(part.n, n);
        }
        struct str s = buf_view(&b);
        CHECK(take_varint(&s, &back));
        CHECK(back == v[i] && s.n == 0);
    }
}

static void hostile_varints(void)
{
    struct str too_big = STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");      /* bit 64 */
    struct str too_long = STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"); /* eleven bytes */
    struct str most = STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    uint64_t v;

    CHECK(!take_varint(&too_big, &v));
    CHECK(!take_varint(&too_long, &v));
    CHECK(take_varint(&most, &v) && v == UINT64_MAX);
}

static void takes_bytes(void)
{
    struct str s = STR("abc"), out = { 0 };

    CHECK(!take_bytes(&s, 4, &out));
    CHECK(!take_bytes(&s, SIZE_MAX, &out));
    CHECK_INT(s.n, 3);
    CHECK(take_bytes(&s, 2, &out) && str_eq(out, STR("ab")) && str_eq(s, STR("c")));
    CHECK(take_bytes(&s, 1, &out) && take_bytes(&s, 0, &out) && !take_bytes(&s, 1, &out));
}

/* RFC 4648, 10; and what ends the text. */
static void decodes(void)
{
    static const struct {
        bool hex;
        const char *text;
        size_t read;
        const char *is;
    } rows[] = {
        { false, "Zm9vYmFy", 8, "foobar" },
        { false, "Zm9vYg==", 6, "foob" },
        { false, "Zm9vYmE", 7, "fooba" },
        { false, "fn5-fj8_", 8, "~~~~??" },
        { false, "Zm9v\r\nYmFy", 10, "foobar" },
        { false, "Zm9v\nYmFy\n", 9, "foobar" },
        { false, "Zm9v*YmFy", 4, "foo" },
        { true, "666F6f626172", 12, "foobar" },
        { true, "666f6", 4, "fo" },
        { true, "xx", 0, "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf b = BUF(100);
        struct str text = str_of(rows[i].text);
        CHECK_INT(rows[i].hex ? decode_hex(text, &b) : decode_base64(text, &b), rows[i].read);
        CHECK(str_eq(buf_view(&b), str_of(rows[i].is)));
    }
}

TESTS(T(decodes), T(grows_to_its_maximum), T(failure_is_sticky), T(hostile_sizes), T(formats), T(varints),
      T(hostile_varints), T(takes_bytes))
