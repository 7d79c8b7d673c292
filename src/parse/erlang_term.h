/* erlang_term.h - the words of Erlang terms, and of Elixir's: enough to find tuples in lock files. */
#pragma once
#include "core/str.h"

enum erl_kind { ERL_END, ERL_ATOM, ERL_TEXT, ERL_MARK };

struct erl_token {
    enum erl_kind kind;
    struct str text; /* without quotes; escapes stay as they are */
    char mark;       /* ERL_MARK: the character */
    uint32_t line;
};

struct erl_lexer {
    struct str rest;
    char comment; /* up to the end of the line: '%' in Erlang, '#' in Elixir */
    uint32_t line;
    uint32_t depth; /* of { [ ( around the token that came last */
};
#define ERL_LEXER(body, c)                        \
    {                                             \
        .rest = (body), .comment = (c), .line = 1 \
    }

/* The next token; "<<" and ">>" around a binary are left out. A text that does not end is the last token. */
struct erl_token erl_next(struct erl_lexer *l);

static inline bool erl_is_mark(struct erl_token t, char c)
{
    return t.kind == ERL_MARK && t.mark == c;
}
static inline bool erl_is_atom(struct erl_token t, const char *name)
{
    return t.kind == ERL_ATOM && str_eq(t.text, str_of(name));
}
