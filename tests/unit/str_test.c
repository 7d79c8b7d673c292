#include "core/arena.h"
#include "tap.h"

#define CHECK_STR(is, want) CHECK(str_eq((is), STR(want)))

static void cut(void)
{
    struct str rest = STR("a::b:"), piece;

    CHECK(str_cut(&rest, ':', &piece));
    CHECK_STR(piece, "a");
    CHECK(str_cut(&rest, ':', &piece));
    CHECK_STR(piece, "");
    CHECK(str_cut(&rest, ':', &piece));
    CHECK_STR(piece, "b");
    CHECK(str_cut(&rest, ':', &piece)); /* the empty piece behind the last separator */
    CHECK_STR(piece, "");
    CHECK(!str_cut(&rest, ':', &piece));
    CHECK(!str_cut(&rest, ':', &piece));
    rest = STR("");
    CHECK(str_cut(&rest, ':', &piece)); /* an empty text is one empty piece ... */
    rest = (struct str){ 0 };
    CHECK(!str_cut(&rest, ':', &piece)); /* ... and no text is none */
}

static void split(void)
{
    struct str head, tail;

    CHECK(str_split(STR("k=v=w"), '=', &head, &tail));
    CHECK_STR(head, "k");
    CHECK_STR(tail, "v=w");
    CHECK(str_rsplit(STR("k=v=w"), '=', &head, &tail));
    CHECK_STR(head, "k=v");
    CHECK_STR(tail, "w");
    CHECK(!str_split(STR("kvw"), '=', &head, &tail));
    CHECK_STR(head, "kvw");
    CHECK_STR(tail, "");
    CHECK(!str_rsplit(STR("kvw"), '=', &head, &tail));
    CHECK_STR(head, "");
    CHECK_STR(tail, "kvw");
    CHECK(str_split(STR("="), '=', &head, &tail));
    CHECK(!head.n && !tail.n);
    CHECK(!str_split((struct str){ 0 }, '=', &head, &tail));
}

static void pieces(void)
{
    struct str nothing = { 0 };

    CHECK_STR(str_skip(STR("abc"), 1), "bc");
    CHECK_INT(str_skip(STR("abc"), 9).n, 0);
    CHECK(!str_skip(nothing, 1).p);
    CHECK_STR(str_first(STR("abc"), 2), "ab");
    CHECK_STR(str_first(STR("abc"), SIZE_MAX), "abc");
    CHECK_STR(str_trim(STR(" \t a b\r\n")), "a b");
    CHECK_INT(str_trim(STR(" \n")).n, 0);
    CHECK_INT(str_trim(nothing).n, 0);
    CHECK(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")) &&
          str_starts(nothing, STR("")));
    CHECK(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")) && str_ends(nothing, nothing));
    CHECK_INT(str_find(STR("abcabd"), STR("abd")), 3);
    CHECK_INT(str_find(STR("ab"), STR("abc")), -1);
    CHECK_INT(str_find(nothing, STR("a")), -1);
    CHECK_INT(str_find(nothing, nothing), 0);
    CHECK(str_eq_nocase(STR("aBc"), STR("AbC")) && !str_eq_nocase(STR("ab"), STR("abc")));
    CHECK(str_has_nocase(STR("xaBc"), STR("AbC")) && str_has_nocase(nothing, nothing));
    CHECK(!str_has_nocase(STR("ab"), STR("abc")) && !str_has_nocase(STR("a-b"), STR("ab")));
}

static void numbers(void)
{
    static const struct {
        struct str text;
        int base;
        bool ok;
        uint64_t want;
    } row[] = {
        { STR("0"), 10, true, 0 },
        { STR("18446744073709551615"), 10, true, UINT64_MAX },
        { STR("18446744073709551616"), 10, false, 0 },
        { STR("99999999999999999999"), 10, false, 0 },
        { STR("ffffffffffffffff"), 16, true, UINT64_MAX },
        { STR("10000000000000000"), 16, false, 0 },
        { STR("0777"), 8, true, 0777 },
        { STR("8"), 8, false, 0 },
        { STR(""), 10, false, 0 },
        { STR("-1"), 10, false, 0 },
        { STR("+1"), 10, false, 0 },
        { STR(" 1"), 10, false, 0 },
        { STR("1 "), 10, false, 0 },
        { STR("0x1"), 16, false, 0 },
        { STR("a"), 10, false, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        uint64_t v = 7;
        bool ok = str_u64(row[i].text, row[i].base, &v);
        CHECK_INT(ok, row[i].ok);
        CHECK(v == (ok ? row[i].want : 7)); /* a refused number leaves its place alone */
    }
}

static void spelled(void)
{
    AUTO_ARENA struct arena a = ARENA(64), full = ARENA(2);
    char hex[7];

    str_hex("\x00\xa1\xff", 3, hex);
    CHECK_STR(str_of(hex), "00a1ff");
    str_hex("", 0, hex);
    CHECK_STR(str_of(hex), "");
    CHECK_STR(arena_lower(&a, STR("A-Z@[\xc3\x84")), "a-z@[\xc3\x84"); /* nothing beyond ASCII */
    CHECK(arena_lower(&full, STR("ABC")).p == NULL);
}

static void order(void)
{
    CHECK(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0);
    CHECK(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("ab"), STR("a")) > 0);
    CHECK(str_cmp(STR(""), (struct str){ 0 }) == 0);
    CHECK(str_cmp(STR("\xff"), STR("a")) > 0); /* bytes have no sign */
}

TESTS(T(cut), T(split), T(pieces), T(numbers), T(spelled), T(order))
