#include "rule/shell.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_meta(char c)
{
    return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')';
}

static void queue(struct shell *s, struct str script, unsigned level)
{
    if (!script.n)
        return;
    if (s->n_todo == SHELL_SCRIPTS_MOST || level > SHELL_DEPTH_MOST) {
        s->cut = true;
        return;
    }
    s->todo[s->n_todo].text = script;
    s->todo[s->n_todo++].level = level;
}

void shell_open(struct shell *s, struct arena *a, struct str script)
{
    *s = (struct shell){ .arena = a };
    queue(s, script, 0);
}

/* Bytes up to and with the bracket that closes the one at s.p[0]; all of s when it stays open. */
static size_t bracketed(struct str s, char open, char close)
{
    size_t depth = 0;
    char quote = '\0';

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\' && quote != '\'')
            i++;
        else if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == open)
            depth++;
        else if (c == close && --depth == 0)
            return i + 1;
    }
    return s.n;
}

/* A word being put together: never longer than what is left of the script. */
struct word {
    char *p;
    size_t n;
};

/* Copy `head` bytes and a bracketed part as they are; commands inside are queued. */
static void copy_group(struct shell *s, struct word *w, size_t head, bool script)
{
    char open = s->rest.p[head - 1], close = open == '{' ? '}' : ')';
    size_t n = head - 1 + bracketed(str_skip(s->rest, head - 1), open, close);

    memcpy(w->p + w->n, s->rest.p, n);
    w->n += n;
    if (script && n > head + 1)
        queue(s, (struct str){ s->rest.p + head, n - head - 1 }, s->level + 1);
    s->rest = str_skip(s->rest, n);
}

static void copy_backquoted(struct shell *s, struct word *w)
{
    size_t n = 1;

    while (n < s->rest.n && s->rest.p[n] != '`')
        n += s->rest.p[n] == '\\' && n + 1 < s->rest.n ? 2 : 1;
    n = MIN(n + 1, s->rest.n);
    memcpy(w->p + w->n, s->rest.p, n);
    w->n += n;
    if (n > 2)
        queue(s, (struct str){ s->rest.p + 1, n - 2 }, s->level + 1);
    s->rest = str_skip(s->rest, n);
}

/* $( ), ${ }, ` `: true when there was one. */
static bool copy_expansion(struct shell *s, struct word *w)
{
    if (str_starts(s->rest, STR("$(")))
        copy_group(s, w, 2, true);
    else if (str_starts(s->rest, STR("${")))
        copy_group(s, w, 2, false);
    else if (s->rest.p[0] == '`')
        copy_backquoted(s, w);
    else
        return false;
    return true;
}

static void take_char(struct shell *s, struct word *w)
{
    w->p[w->n++] = s->rest.p[0];
    s->rest = str_skip(s->rest, 1);
}

static void take_escaped(struct shell *s, struct word *w)
{
    s->rest = str_skip(s->rest, 1);
    if (s->rest.n && s->rest.p[0] == '\n') /* a line goes on */
        s->rest = str_skip(s->rest, 1);
    else if (s->rest.n)
        take_char(s, w);
}

static void take_quoted(struct shell *s, struct word *w)
{
    char quote = s->rest.p[0];

    s->rest = str_skip(s->rest, 1);
    while (s->rest.n && s->rest.p[0] != quote) {
        char c = s->rest.p[0], next = s->rest.n > 1 ? s->rest.p[1] : '\0';
        if (quote == '"' && c == '\\' && next && strchr("\"\\$`\n", next))
            take_escaped(s, w);
        else if (quote == '\'' || !copy_expansion(s, w))
            take_char(s, w);
    }
    s->rest = str_skip(s->rest, 1);
}

static bool all_digits(const struct word *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->p[i] < '0' || w->p[i] > '9')
            return false;
    return true;
}

/* An operator < > << <<< >> >& <& at the start of a word (or behind a descriptor's number, which is dropped).
 */
static void take_redirection(struct shell *s, struct word *w)
{
    w->n = 0;
    while (s->rest.n && strchr("<>&|", s->rest.p[0]) && s->rest.p[0])
        take_char(s, w);
    if (w->n == 2 && w->p[0] == '<' && w->p[1] == '<' && s->rest.n && s->rest.p[0] == '-')
        s->rest = str_skip(s->rest, 1);
    while (s->rest.n && is_blank(s->rest.p[0]))
        s->rest = str_skip(s->rest, 1);
}

/* The word at the start of s->rest, which begins neither with a blank nor with an operator. */
static struct str take_word(struct shell *s)
{
    struct word w = { s->text, 0 };

    while (s->rest.n) {
        char c = s->rest.p[0];
        if (is_meta(c))
            break;
        if (c == '\\')
            take_escaped(s, &w);
        else if (c == '\'' || c == '"')
            take_quoted(s, &w);
        else if ((c == '<' || c == '>') && s->rest.n > 1 && s->rest.p[1] == '(')
            copy_group(s, &w, 2, true);
        else if ((c == '<' || c == '>') && all_digits(&w))
            take_redirection(s, &w);
        else if (c == '<' || c == '>')
            break;
        else if (!copy_expansion(s, &w))
            take_char(s, &w);
    }
    w.p[w.n] = '\0';
    s->text += w.n + 1;
    struct str word = { w.p, w.n };
    if (str_starts(word, STR("<<")) && !str_starts(word, STR("<<<")) && s->n_heredoc < SHELL_HEREDOCS_MOST)
        s->heredoc[s->n_heredoc++] = str_skip(word, 2);
    return word;
}

/* Behind a newline: the bodies of here-documents, each up to a line that is its delimiter. */
static void skip_heredocs(struct shell *s)
{
    for (size_t i = 0; i < s->n_heredoc; i++) {
        const char *from = s->rest.p;
        struct str line;
        size_t n = 0;
        while (str_cut(&s->rest, '\n', &line) && !str_eq(str_trim(line), s->heredoc[i]))
            n = (size_t)(line.p + line.n - from);
        if (s->heredoc_is_script && n)
            queue(s, (struct str){ from, n }, s->level + 1);
    }
    s->n_heredoc = 0;
}

static void add_word(struct shell *s, struct str w)
{
    if (s->n_word == SHELL_WORDS_MOST ||
        !arena_grow(s->arena, &s->word, s->n_word, &s->cap_word, sizeof *s->word))
        s->cut = true;
    else
        s->word[s->n_word++] = w;
}

/* Blanks, comments and continued lines. */
static void skip_blanks(struct shell *s)
{
    for (;;) {
        while (s->rest.n && is_blank(s->rest.p[0]))
            s->rest = str_skip(s->rest, 1);
        if (str_starts(s->rest, STR("\\\n"))) {
            s->rest = str_skip(s->rest, 2);
            continue;
        }
        if (!s->rest.n || s->rest.p[0] != '#')
            return;
        while (s->rest.n && s->rest.p[0] != '\n')
            s->rest = str_skip(s->rest, 1);
    }
}

/* The operator that ends a command. */
static enum shell_then take_operator(struct shell *s)
{
    static const struct {
        struct str text;
        enum shell_then then;
    } operators[] = {
        { { "&&", 2 }, SHELL_AND }, { { "||", 2 }, SHELL_OR },   { { "|&", 2 }, SHELL_PIPE },
        { { "|", 1 }, SHELL_PIPE }, { { ";;", 2 }, SHELL_NEXT },
    };

    if (!s->rest.n)
        return SHELL_NEXT;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (str_starts(s->rest, operators[i].text)) {
            s->rest = str_skip(s->rest, operators[i].text.n);
            return operators[i].then;
        }
    bool line = s->rest.p[0] == '\n';
    s->rest = str_skip(s->rest, 1);
    if (line)
        skip_heredocs(s);
    return SHELL_NEXT;
}

static bool is_assignment(struct str w)
{
    size_t i = 0;

    while (i < w.n && (w.p[i] == '_' || (w.p[i] >= 'A' && w.p[i] <= 'Z') ||
                       (w.p[i] >= 'a' && w.p[i] <= 'z') || (i && w.p[i] >= '0' && w.p[i] <= '9')))
        i++;
    return i && i < w.n && w.p[i] == '=';
}

/* Commands that run the command behind them: their options that take a word, and how many words of their own
 * they take first. */
static const struct wrapper {
    const char *names, *options;
    size_t words;
} wrappers[] = {
    { "if then else elif do while until ! { time", "", 0 },
    { "exec command builtin nohup setsid eatmydata busybox fakeroot", "", 0 },
    { "sudo doas", "ugCpUrt", 0 },
    { "env", "uCS", 0 },
    { "nice ionice", "ncp", 0 },
    { "timeout", "sk", 1 },
    { "gosu su-exec chroot", "", 1 },
    { "xargs", "nILPsdaE", 0 },
    { "stdbuf", "ioe", 0 },
    { "tini dumb-init catatonit", "gpe", 0 },
};

static const struct wrapper *wrapper_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++)
        if (str_one_of(name, wrappers[i].names))
            return &wrappers[i];
    return NULL;
}

static struct str base_of(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return base;
}

/* Words of a wrapper itself, from its name on. */
static size_t wrapper_words(const struct wrapper *w, const struct str *word, size_t n)
{
    size_t i = 1;

    while (i < n && word[i].n > 1 && word[i].p[0] == '-') {
        bool takes = word[i].n == 2 && strchr(w->options, word[i].p[1]);
        bool ends = str_eq(word[i], STR("--"));
        i += takes ? 2 : 1;
        if (ends)
            break;
    }
    return i + w->words;
}

/* Take what stands before the command out of its words. */
static void strip(struct shell_command *c)
{
    c->assign = c->word;
    while (c->n) {
        struct str first = c->word[0], base = base_of(first);
        const struct wrapper *w = wrapper_of(base);
        size_t n = 0;
        if (is_assignment(first))
            c->n_assign = (size_t)(c->word - c->assign) + 1;
        if (is_assignment(first) || (first.n && (first.p[0] == '<' || first.p[0] == '>') && c->n > 1 &&
                                     !str_starts(first, STR("<("))))
            n = 1;
        else if (w && c->n > 1)
            n = wrapper_words(w, c->word, c->n);
        c->sudo |= str_one_of(base, "sudo doas");
        if (!n)
            break;
        n = MIN(n, c->n);
        c->word += n;
        c->n -= n;
    }
    c->name = c->n ? base_of(c->word[0]) : (struct str){ 0 };
}

/* The script that a command hands to a shell as a word. */
static void queue_script(struct shell *s, const struct shell_command *c)
{
    if (str_eq(c->name, STR("eval")) && c->n == 2)
        queue(s, c->word[1], c->level + 1);
    if (!str_one_of(c->name, "sh bash ash dash zsh ksh su runuser"))
        return;
    for (size_t i = 1; i + 1 < c->n; i++)
        if (c->word[i].n > 1 && c->word[i].p[0] == '-' && c->word[i].p[1] != '-' &&
            memchr(c->word[i].p, 'c', c->word[i].n)) {
            queue(s, c->word[i + 1], c->level + 1);
            return;
        }
}

static bool next_script(struct shell *s)
{
    if (s->at_todo == s->n_todo)
        return false;
    s->rest = s->todo[s->at_todo].text;
    s->level = s->todo[s->at_todo++].level;
    s->piped = false;
    s->n_heredoc = 0;
    /* a word is never longer than what it was cut from, and ends with a NUL of its own */
    s->text = arena_alloc(s->arena, 2 * s->rest.n + 2, 1);
    s->cut |= !s->text;
    return s->text;
}

/* All words up to the next operator. */
static void take_words(struct shell *s)
{
    s->n_word = 0;
    for (;;) {
        skip_blanks(s);
        if (!s->rest.n || is_meta(s->rest.p[0]))
            return;
        add_word(s, take_word(s));
    }
}

bool shell_next(struct shell *s, struct shell_command *c)
{
    for (;;) {
        while (!s->rest.n)
            if (!next_script(s))
                return false;
        take_words(s);
        *c = (struct shell_command){ .word = s->word, .n = s->n_word, .level = s->level, .piped = s->piped };
        strip(c);
        s->heredoc_is_script = !c->n || str_one_of(c->name, "sh bash ash dash zsh");
        c->then = take_operator(s);
        s->piped = c->then == SHELL_PIPE;
        if (!s->n_word)
            continue;
        queue_script(s, c);
        return true;
    }
}

/* Options of curl, wget and tar that take the rest of their cluster as a value. */
static bool in_cluster(struct str w, char option)
{
    if (w.n < 2 || w.p[0] != '-' || w.p[1] == '-')
        return false;
    for (size_t i = 1; i < w.n; i++) {
        if (w.p[i] == option)
            return true;
        if (strchr("oHdAxXmeTFwrCKEtUPQu", w.p[i]))
            return false;
    }
    return false;
}

bool shell_has(const struct shell_command *c, struct str want)
{
    bool begins = want.n && want.p[want.n - 1] == '*';

    if (begins)
        want.n--;
    for (size_t i = 1; i < c->n; i++) {
        struct str w = c->word[i];
        if (want.n == 2 && want.p[0] == '-' ? in_cluster(w, want.p[1])
                                            : str_eq_nocase(begins ? str_first(w, want.n) : w, want))
            return true;
    }
    return false;
}

struct str url_bare(struct str url, struct arena *a)
{
    struct str scheme, rest, host, path, user, bare;
    ptrdiff_t at = str_find(url, STR("://"));

    if (at < 0)
        return (struct str){ 0 };
    scheme = str_first(url, (size_t)at);
    rest = str_skip(url, (size_t)at + 3);
    bool has_path = str_split(rest, '/', &host, &path);
    str_rsplit(host, '@', &user, &host);
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '?' || path.p[i] == '#')
            path.n = i;
    bare = arena_fmt(a, STR_FMT "://" STR_FMT "%s" STR_FMT, STR_ARG(scheme), STR_ARG(host),
                     has_path ? "/" : "", STR_ARG(path));
    return str_first(bare, 200);
}

struct str shell_url(const struct shell_command *c, struct arena *a)
{
    static const char *const schemes[] = { "https://", "http://", "ftp://" };

    for (size_t i = 1; i < c->n; i++)
        for (size_t k = 0; k < ARRAY_LEN(schemes); k++)
            if (str_eq_nocase(str_first(c->word[i], strlen(schemes[k])), str_of(schemes[k])))
                return url_bare(c->word[i], a);
    return (struct str){ 0 };
}
