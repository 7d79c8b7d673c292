/* dockerfile_read.c - a Dockerfile's text into logical lines. */
#include "parse/dockerfile.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool cut_line(struct dockerfile_reader *r, struct str *line)
{
    if (!r->rest.p || !r->rest.n || !str_cut(&r->rest, '\n', line))
        return false;
    r->line++;
    return true;
}

/* "# name=value" at the top of the file, before anything else. */
static bool take_directive(struct dockerfile_reader *r)
{
    struct str ahead = r->rest, line, name, value;

    if (!str_cut(&ahead, '\n', &line))
        return false;
    line = str_trim(line);
    if (!str_starts(line, STR("#")) || !str_split(str_skip(line, 1), '=', &name, &value))
        return false;
    name = str_trim(name);
    value = str_trim(value);
    if (str_eq_nocase(name, STR("escape")) && (str_eq(value, STR("`")) || str_eq(value, STR("\\"))))
        r->escape = value.p[0];
    else if (str_eq_nocase(name, STR("syntax")))
        r->syntax = value;
    else if (str_eq_nocase(name, STR("check")))
        r->check = value;
    else
        return false;
    r->rest = ahead;
    r->line++;
    return true;
}

void dockerfile_open(struct dockerfile_reader *r, struct arena *a, struct str text)
{
    *r = (struct dockerfile_reader){ .rest = text, .escape = '\\', .arena = a };
    if (str_starts(r->rest, STR("\xef\xbb\xbf")))
        r->rest = str_skip(r->rest, 3);
    while (take_directive(r))
        ;
}

/* Does the line go on in the next? *line loses the escape and the blanks behind it. */
static bool goes_on(const struct dockerfile_reader *r, struct str *line)
{
    size_t n = line->n;

    while (n && is_blank(line->p[n - 1]))
        n--;
    if (!n || line->p[n - 1] != r->escape)
        return false;
    line->n = n - 1;
    return true;
}

/* The logical line that begins with `line`; comments and empty lines within it are left out. */
static struct str join(struct dockerfile_reader *r, struct str line)
{
    AUTO_BUF struct buf all = BUF(DOCKERFILE_TEXT_MOST);
    struct str inner;
    bool more = goes_on(r, &line);

    if (!more)
        return str_trim(line);
    buf_str(&all, line);
    while (more && cut_line(r, &line)) {
        inner = str_trim(line);
        if (!inner.n || inner.p[0] == '#')
            continue;
        more = goes_on(r, &line);
        buf_str(&all, line);
    }
    struct str text = arena_str(r->arena, buf_view(&all));
    r->full |= !buf_ok(&all) || !text.p;
    return str_trim(text);
}

/* "<<EOF", "<<-EOF", "<<'EOF'": at the front of the word. */
static bool heredoc_word(struct str word, struct heredoc *h)
{
    *h = (struct heredoc){ 0 };
    while (word.n && word.p[0] >= '0' && word.p[0] <= '9') /* a file descriptor */
        word = str_skip(word, 1);
    if (!str_starts(word, STR("<<")) || str_starts(word, STR("<<<")))
        return false;
    word = str_skip(word, 2);
    h->strips = str_starts(word, STR("-"));
    word = str_skip(word, h->strips);
    if (word.n > 1 && (word.p[0] == '"' || word.p[0] == '\'') && word.p[word.n - 1] == word.p[0]) {
        h->quoted = true;
        word = (struct str){ word.p + 1, word.n - 2 };
    }
    h->name = word;
    for (size_t i = 0; i < word.n; i++)
        if (!((word.p[i] | 0x20) >= 'a' && (word.p[i] | 0x20) <= 'z') && word.p[i] != '_' &&
            !(i && word.p[i] >= '0' && word.p[i] <= '9') && word.p[i] != '.' && word.p[i] != '-')
            return false;
    return word.n > 0;
}

static const char *take_heredoc(struct dockerfile_reader *r, struct heredoc *h)
{
    const char *start = r->rest.p;
    struct str line = { start, 0 };

    while (cut_line(r, &line)) {
        struct str end = line;
        while (h->strips && str_starts(end, STR("\t")))
            end = str_skip(end, 1);
        if (str_ends(end, STR("\r")))
            end.n--;
        if (str_eq(end, h->name)) {
            h->body = (struct str){ start, (size_t)(line.p - start) };
            return NULL;
        }
    }
    h->body = (struct str){ start, start ? (size_t)(line.p + line.n - start) : 0 };
    return "a here-document does not end";
}

static const char *take_heredocs(struct dockerfile_reader *r, struct dockerfile_line *l)
{
    struct str rest = l->rest, word;
    const char *why = NULL;
    struct heredoc h;

    if (str_eq_nocase(l->instruction, STR("onbuild")))
        dockerfile_word(&rest, r->escape);
    else if (!str_eq_nocase(l->instruction, STR("run")) && !str_eq_nocase(l->instruction, STR("copy")) &&
             !str_eq_nocase(l->instruction, STR("add")))
        return NULL;
    while (!why && (word = dockerfile_word(&rest, r->escape)).n) {
        ptrdiff_t at = str_find(word, STR("<<"));
        if (at < 0 || !heredoc_word(str_skip(word, (size_t)at), &h))
            continue;
        if (l->n_heredoc == HEREDOCS_MOST)
            return "too many here-documents";
        why = take_heredoc(r, &h);
        l->heredoc[l->n_heredoc++] = h;
    }
    return why;
}

bool dockerfile_next(struct dockerfile_reader *r, struct dockerfile_line *out, const char **why)
{
    struct str line, trimmed;

    *why = NULL;
    while (cut_line(r, &line)) {
        trimmed = str_trim(line);
        if (!trimmed.n || trimmed.p[0] == '#')
            continue;
        *out = (struct dockerfile_line){ .line = r->line };
        trimmed = join(r, line);
        size_t n = 0;
        while (n < trimmed.n && !is_blank(trimmed.p[n]))
            n++;
        out->instruction = str_first(trimmed, n);
        out->rest = str_trim(str_skip(trimmed, n));
        *why = take_heredocs(r, out);
        return out->instruction.n > 0 || r->rest.n > 0;
    }
    return false;
}
