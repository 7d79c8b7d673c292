/* mix_lock.c - Elixir packages: mix.lock, a map from names to {:hex, :name, "version", ...} or {:git, ...} */
#include "parse/erlang_term.h"
#include "parse/plain.h"

enum { IN_TUPLE = 2 }; /* within the map, within a tuple */

/* An atom or a text behind ":"; the token after the one before. */
static struct erl_token after_colon(struct erl_lexer *l)
{
    struct erl_token t = erl_next(l);

    return erl_is_mark(t, ':') ? erl_next(l) : (struct erl_token){ 0 };
}

/* Behind "{:hex": its name and version. */
static int hex(const struct input *in, struct erl_lexer *l, struct facts *out, struct err *e)
{
    uint32_t line = l->line;
    struct erl_token comma = erl_next(l), name, version;

    if (erl_is_mark(comma, ',')) {
        name = after_colon(l);
        comma = name.kind ? erl_next(l) : name;
        version = erl_is_mark(comma, ',') ? erl_next(l) : comma;
        if (version.kind == ERL_TEXT && name.text.n && version.text.n)
            return plain_package(in, "hex", name.text, version.text, line, out, e);
    }
    facts_remark(out, NOTE_INCOMPLETE, in->path, "line %u: a package without name or version", line);
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct erl_lexer l = ERL_LEXER(in->body, '#');
    struct erl_token t, key = { 0 };

    if (!str_starts(str_trim(in->body), STR("%{")))
        return err_set(e, ERR_FORMAT, "line 1: not a map: \"%%{\" expected");
    while ((t = erl_next(&l)).kind) {
        if (t.kind == ERL_TEXT && l.depth == IN_TUPLE - 1)
            key = t;
        if (!erl_is_mark(t, '{') || l.depth != IN_TUPLE)
            continue;
        struct erl_token kind = after_colon(&l);
        if (erl_is_atom(kind, "hex")) {
            if (hex(in, &l, out, e) < 0)
                return -1;
        } else {
            facts_remark(out, NOTE_UNUSUAL, in->path,
                         "line %u: \"" STR_FMT "\" does not come from a registry (" STR_FMT ")", t.line,
                         STR_ARG(key.text), STR_ARG(kind.text));
        }
    }
    return l.depth ? err_set(e, ERR_FORMAT, "line %u: ends within a map or tuple", l.line) : 0;
}

const struct parser parser_mix_lock = {
    .name = "mix_lock",
    .what = "Elixir packages: mix.lock",
    .version = 1,
    .paths = PATHS("**/mix.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
