/* dockerfile_word.c - words of an instruction: flags, quotes, variables. */
#include "doc/doc.h"
#include "parse/dockerfile.h"

#include <fnmatch.h>

enum { NESTED_MOST = 16, PATTERN_MOST = 512, STARS_MOST = 6 }; /* matching backtracks at every star */

static struct str skip_blanks(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n'))
        s = str_skip(s, 1);
    return s;
}

bool dockerfile_flag(struct str *rest, struct str *name, struct str *value)
{
    struct str s = skip_blanks(*rest), word;
    size_t n = 0;

    if (!str_starts(s, STR("--")))
        return false;
    while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    word = (struct str){ s.p + 2, n - 2 };
    if (!word.n)
        return false;
    *rest = skip_blanks(str_skip(s, n));
    str_split(word, '=', name, value);
    return true;
}

struct str dockerfile_word(struct str *rest, char escape)
{
    struct str s = skip_blanks(*rest);
    char quote = '\0';
    size_t n = 0;

    for (; n < s.n; n++) {
        char c = s.p[n];
        if (c == escape && quote != '\'' && n + 1 < s.n)
            n++;
        else if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
        else if (!quote && (c == ' ' || c == '\t'))
            break;
    }
    n = MIN(n, s.n);
    *rest = skip_blanks(str_skip(s, n));
    return str_first(s, n);
}

bool dockerfile_json(struct str rest, struct arena *a, struct strs *out)
{
    struct doc *list;
    struct err why;

    *out = (struct strs){ 0 };
    if (!str_starts(rest, STR("[")) || doc_json(rest, a, &list, &why) < 0 || list->kind != DOC_LIST)
        return false;
    DOC_EACH (list, word)
        if (word->kind != DOC_TEXT)
            return false;
    return doc_texts(list, a, &out->p, &out->n);
}

const struct dockerfile_value *dockerfile_value(const struct dockerfile_values *v, struct str name)
{
    for (size_t i = v->n; i--;)
        if (str_eq(v->p[i].name, name))
            return &v->p[i];
    return NULL;
}

bool dockerfile_set(struct dockerfile_values *v, struct dockerfile_value value)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_eq(v->p[i].name, value.name)) {
            if (!v->p[i].env || value.env)
                v->p[i] = value;
            return true;
        }
    if (v->n == DOCKERFILE_VALUES_MOST || !arena_grow(v->arena, &v->p, v->n, &v->cap, sizeof *v->p))
        return false;
    v->p[v->n++] = value;
    return true;
}

/* --- expansion --- */

struct expansion {
    char escape;
    const struct dockerfile_values *v;
    bool known;
};

static void expand(struct expansion *x, struct str word, struct buf *to, int depth);

static size_t name_length(struct str s)
{
    size_t n = 0;

    while (n < s.n && (((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z') || s.p[n] == '_' ||
                       (n && s.p[n] >= '0' && s.p[n] <= '9')))
        n++;
    return n;
}

/* Length up to the "}" that closes. */
static size_t braced(struct str s)
{
    size_t depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '{')
            depth++;
        else if (s.p[i] == '}' && !depth--)
            return i;
    }
    return s.n;
}

static bool matches(struct str text, const char *pattern)
{
    char room[PATTERN_MOST];

    if (text.n >= sizeof room || str_has_char(text, '\0'))
        return false;
    if (text.n && text.p)
        memcpy(room, text.p, text.n);
    room[text.n] = '\0';
    return fnmatch(pattern, room, 0) == 0;
}

/* What is left of `text` when the shortest or longest match is cut off its front or end. */
static struct str cut_off(struct str text, const char *pattern, bool front, bool longest)
{
    for (size_t i = 0; i <= text.n; i++) {
        size_t n = longest ? text.n - i : i;
        struct str part = front ? str_first(text, n) : str_skip(text, text.n - n);
        if (matches(part, pattern))
            return front ? str_skip(text, n) : str_first(text, text.n - n);
    }
    return text;
}

static void replace(struct str text, const char *pattern, struct str by, bool all, struct buf *to)
{
    bool done = false;

    for (size_t at = 0; at < text.n;) {
        size_t n = done ? 0 : text.n - at;
        while (n && !matches((struct str){ text.p + at, n }, pattern))
            n--;
        if (!n) {
            buf_char(to, text.p[at++]);
            continue;
        }
        buf_str(to, by);
        at += n;
        done = !all;
    }
}

/* ${NAME#pattern} and its like; false: none of these. */
static bool cut_pattern(struct expansion *x, struct str value, struct str how, struct buf *to, int depth)
{
    AUTO_BUF struct buf pattern = BUF(PATTERN_MOST), by = BUF(PATTERN_MOST);
    struct str rest = str_skip(how, 1), text, with = { 0 };
    bool twice = rest.n && rest.p[0] == how.p[0];

    if (!strchr("#%/", how.p[0]) || value.n >= PATTERN_MOST)
        return false;
    rest = str_skip(rest, twice);
    text = rest;
    if (how.p[0] == '/')
        str_split(rest, '/', &text, &with);
    expand(x, text, &pattern, depth + 1);
    expand(x, with, &by, depth + 1);
    size_t stars = 0;
    for (size_t i = 0; i < pattern.n; i++)
        stars += pattern.p[i] == '*';
    buf_char(&pattern, '\0');
    if (!buf_ok(&pattern) || !buf_ok(&by) || stars > STARS_MOST)
        return false;
    if (how.p[0] == '/')
        replace(value, pattern.p, buf_view(&by), twice, to);
    else
        buf_str(to, cut_off(value, pattern.p, how.p[0] == '#', twice));
    return true;
}

/* The variable; one without a known value when only the build or the base image knows it. */
static const struct dockerfile_value *look_up(const struct expansion *x, struct str name)
{
    static const struct dockerfile_value unknown = { .known = false };
    const struct dockerfile_value *v = dockerfile_value(x->v, name);

    return v || !x->v->open || !name.n ? v : &unknown;
}

/* What stands in ${ }; `whole` as it is written. */
static void in_braces(struct expansion *x, struct str inner, struct str whole, struct buf *to, int depth)
{
    size_t n = name_length(inner);
    const struct dockerfile_value *v = look_up(x, str_first(inner, n));
    struct str how = str_skip(inner, n), value = v ? v->value : STR_NONE;
    bool colon = str_starts(how, STR(":")), is_set = v && v->known;

    how = str_skip(how, colon);
    is_set = is_set && (!colon || value.n);
    char op = how.n ? how.p[0] : '\0';
    if (n && op == '-' && !is_set && !(v && !v->known)) {
        expand(x, str_skip(how, 1), to, depth + 1);
    } else if (n && op == '+' && !(v && !v->known)) {
        if (is_set)
            expand(x, str_skip(how, 1), to, depth + 1);
    } else if (v && !v->known) {
        x->known = false;
        if (op == '-')
            expand(x, str_skip(how, 1), to, depth + 1); /* what it is unless somebody says otherwise */
        else
            buf_str(to, whole);
    } else if (n && (!op || op == '-' || op == '?')) {
        buf_str(to, value);
    } else if (!n || colon || !cut_pattern(x, value, how, to, depth)) {
        x->known = false;
        buf_str(to, whole);
    }
}

/* A variable at the "$" that `s` begins with; its length in s. */
static size_t variable(struct expansion *x, struct str s, struct buf *to, int depth)
{
    struct str behind = str_skip(s, 1);
    size_t n = name_length(behind);

    if (str_starts(behind, STR("{")) && depth < NESTED_MOST) {
        struct str inner = str_skip(behind, 1);
        size_t end = braced(inner);
        if (end < inner.n) {
            in_braces(x, str_first(inner, end), str_first(s, end + 3), to, depth);
            return end + 3;
        }
    }
    if (!n) {
        buf_char(to, '$');
        return 1;
    }
    const struct dockerfile_value *v = look_up(x, str_first(behind, n));
    if (v && !v->known) {
        x->known = false;
        buf_str(to, str_first(s, n + 1));
    } else if (v) {
        buf_str(to, v->value);
    }
    return n + 1;
}

static void expand(struct expansion *x, struct str word, struct buf *to, int depth)
{
    char quote = '\0';

    for (size_t i = 0; i < word.n;) {
        char c = word.p[i];
        if (c == x->escape && quote != '\'' && i + 1 < word.n) {
            if (quote == '"' && !strchr("\"$", word.p[i + 1] ? word.p[i + 1] : 'x') &&
                word.p[i + 1] != x->escape)
                buf_char(to, c);
            buf_char(to, word.p[i + 1]);
            i += 2;
        } else if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? '\0' : c;
            i++;
        } else if (c == '$' && quote != '\'') {
            i += variable(x, str_skip(word, i), to, depth);
        } else {
            buf_char(to, c);
            i++;
        }
    }
}

bool dockerfile_expand(struct str word, char escape, const struct dockerfile_values *v, struct buf *to)
{
    struct expansion x = { escape, v, true };

    expand(&x, word, to, 0);
    return x.known;
}
