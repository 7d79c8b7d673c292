#include "parse/shell_word.h"

bool shell_word(struct str *rest, struct buf *word)
{
    struct str s = *rest;
    char quote = '\0';
    bool any = false;
    size_t i = 0;

    buf_clear(word);
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\n' || s.p[0] == '\r'))
        s = str_skip(s, 1);
    if (s.n && s.p[0] && strchr(";|&", s.p[0]))
        s.n = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? '\0' : c;
            any = true;
        } else if (c == '\\' && quote != '\'' && i + 1 < s.n) {
            buf_char(word, s.p[++i]);
        } else if (!quote && c && strchr(" \t\n\r;|&", c)) {
            break;
        } else {
            buf_char(word, c);
        }
    }
    *rest = str_skip(s, i);
    return any || word->n > 0;
}
