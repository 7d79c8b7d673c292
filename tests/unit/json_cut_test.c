/* Large JSON taken apart without a tree. */
#include "doc/json_cut.h"
#include "tap.h"

/* "key=value;key=value" of the members, "!" behind them when the text is damaged. */
static const char *cut(const char *text, char *room)
{
    struct json_cut c;
    struct str key, value;
    size_t n = 0;

    if (!json_cut_begin(&c, str_of(text)))
        return "neither";
    room[0] = '\0';
    while (json_cut_next(&c, &key, &value))
        n += (size_t)snprintf(room + n, 200 - n, STR_FMT "=" STR_FMT ";", STR_ARG(key), STR_ARG(value));
    if (c.damaged)
        snprintf(room + n, 200 - n, "!");
    return room;
}

static void members_are_slices(void)
{
    char room[200];

    CHECK_TEXT(cut("{\"a\": {\"b\": [1, 2]}, \"c\" : \"}\\\"]\", \"d\":1}", room),
               "a={\"b\": [1, 2]};c=\"}\\\"]\";d=1;");
    CHECK_TEXT(cut(" [ 1 , {\"a\":[]},\n null ]", room), "=1;={\"a\":[]};=null;");
    CHECK_TEXT(cut("{}", room), "");
    CHECK_TEXT(cut("[]", room), "");
}

static void damage_is_told(void)
{
    char room[200];

    CHECK_TEXT(cut("{\"a\": 1", room), "!");
    CHECK_TEXT(cut("{\"a\": 1,", room), "a=1;!");
    CHECK_TEXT(cut("{\"a\" 1}", room), "!");
    CHECK_TEXT(cut("{\"a\": \"x", room), "!");
    CHECK_TEXT(cut("{\"a\": \"x\\", room), "!");
    CHECK_TEXT(cut("[[1, 2}", room), "!");
    CHECK_TEXT(cut("[1 2]", room), "!");
    CHECK_TEXT(cut("{1: 2}", room), "!");
    CHECK_TEXT(cut("[", room), "!");
    CHECK_TEXT(cut("7", room), "neither");
    CHECK_TEXT(cut("", room), "neither");
}

TESTS(T(members_are_slices), T(damage_is_told))
