/* rebar_lock.c - Erlang packages: rebar.lock, with {<<"key">>,{pkg,<<"name">>,<<"version">>},level} for each
 */
#include "parse/erlang_term.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct erl_lexer l = ERL_LEXER(in->body, '%');
    struct erl_token t, before = { 0 };

    for (; (t = erl_next(&l)).kind; before = t) {
        if (!erl_is_mark(before, '{') || !erl_is_atom(t, "pkg"))
            continue;
        struct erl_token comma = erl_next(&l), name = erl_next(&l);
        struct erl_token second = erl_next(&l), version = erl_next(&l);
        if (!erl_is_mark(comma, ',') || !erl_is_mark(second, ',') || version.kind != ERL_TEXT || !name.text.n)
            return err_set(e, ERR_FORMAT, "line %u: not {pkg,<<\"name\">>,<<\"version\">>}", t.line);
        if (plain_package(in, "hex", name.text, version.text, t.line, out, e) < 0)
            return -1;
        t = version;
    }
    return l.depth ? err_set(e, ERR_FORMAT, "line %u: ends within a list or tuple", l.line) : 0;
}

const struct parser parser_rebar_lock = {
    .name = "rebar_lock",
    .what = "Erlang packages: rebar.lock",
    .version = 1,
    .paths = PATHS("**/rebar.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
