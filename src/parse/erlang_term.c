#include "parse/erlang_term.h"

#include <ctype.h>

static void skip_blanks(struct erl_lexer *l)
{
    bool comment = false;

    while (l->rest.n) {
        char c = l->rest.p[0];
        comment = c != '\n' && (comment || c == l->comment);
        if (!comment && !isspace((unsigned char)c) && c != '<' && c != '>')
            return;
        l->line += c == '\n';
        l->rest = str_skip(l->rest, 1);
    }
}

static struct str quoted(struct erl_lexer *l, char quote)
{
    struct str from = str_skip(l->rest, 1);
    size_t n = 0;

    while (n < from.n && from.p[n] != quote) {
        if (from.p[n] == '\\' && n + 1 < from.n)
            n++;
        l->line += from.p[n] == '\n';
        n++;
    }
    l->rest = str_skip(from, n + 1);
    return str_first(from, n);
}

static bool is_atom_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '@';
}

struct erl_token erl_next(struct erl_lexer *l)
{
    struct erl_token t = { 0 };
    size_t n = 0;

    skip_blanks(l);
    t.line = l->line;
    if (!l->rest.n)
        return t;
    char c = l->rest.p[0];
    if (c == '"' || c == '\'') {
        t.kind = c == '"' ? ERL_TEXT : ERL_ATOM;
        t.text = quoted(l, c);
        return t;
    }
    while (n < l->rest.n && is_atom_char(l->rest.p[n]))
        n++;
    t.kind = n ? ERL_ATOM : ERL_MARK;
    t.text = str_first(l->rest, n ? n : 1);
    t.mark = n ? 0 : c;
    if (t.kind == ERL_MARK && memchr("{[(", c, 3))
        l->depth++;
    else if (t.kind == ERL_MARK && memchr("}])", c, 3) && l->depth)
        l->depth--;
    l->rest = str_skip(l->rest, t.text.n);
    return t;
}
