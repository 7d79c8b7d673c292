/* otp_app.c - an Erlang/OTP application as installed: {application, name, [..., {vsn, "1.2"}, ...]}. */
#include "parse/erlang_term.h"
#include "parse/plain.h"

enum { IN_PROPERTY = 3 }; /* within the tuple, its list, a tuple of that */

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct erl_lexer l = ERL_LEXER(in->body, '%');
    struct erl_token t, before = { 0 }, name = { 0 };

    for (; (t = erl_next(&l)).kind; before = t) {
        if (!name.kind && erl_is_mark(before, '{') && erl_is_atom(t, "application") &&
            erl_is_mark(erl_next(&l), ','))
            name = erl_next(&l);
        if (!name.kind || l.depth != IN_PROPERTY || !erl_is_mark(before, '{') || !erl_is_atom(t, "vsn"))
            continue;
        struct erl_token comma = erl_next(&l), version = erl_next(&l);
        if (erl_is_mark(comma, ',') && version.kind == ERL_TEXT) /* templates have %VSN% or git here */
            return plain_package(in, "otp", name.text, version.text, name.line, out, e);
        t = version;
    }
    if (name.kind || !str_has(in->path, STR("ebin/"))) /* elsewhere .app is anybody's */
        return 0;
    return err_set(e, ERR_FORMAT, "line %u: no {application, name, ...}", l.line);
}

const struct parser parser_otp_app = {
    .name = "otp_app",
    .what = "Erlang/OTP applications: *.app",
    .version = 1,
    .paths = PATHS("**/*.app"),
    .max_size = 1u << 20,
    .parse = parse,
};
