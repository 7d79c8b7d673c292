/* toml_text.c - characters, texts, numbers and dates of TOML. */
#include "doc/toml.h"

int toml_bad(struct toml *r, const char *why)
{
    return err_set(r->e, ERR_FORMAT, "line %u: %s", r->line, why);
}

int toml_full(struct toml *r)
{
    return err_set(r->e, ERR_LIMIT, "line %u: document is too large", r->line);
}

int toml_peek(const struct toml *r)
{
    return r->rest.n ? (unsigned char)r->rest.p[0] : -1;
}

bool toml_take(struct toml *r, char c)
{
    if (toml_peek(r) != (unsigned char)c)
        return false;
    r->rest = str_skip(r->rest, 1);
    return true;
}

bool toml_take_str(struct toml *r, struct str s)
{
    if (!str_starts(r->rest, s))
        return false;
    r->rest = str_skip(r->rest, s.n);
    return true;
}

void toml_blanks(struct toml *r)
{
    while (toml_take(r, ' ') || toml_take(r, '\t'))
        ;
}

bool toml_newline(struct toml *r)
{
    if (!toml_take(r, '\n') && !toml_take_str(r, STR("\r\n")))
        return false;
    r->line++;
    return true;
}

/* Control characters have no place in comments and texts, the tab excepted. */
bool toml_is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static void add_utf8(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        buf_char(b, (char)(0xc0 | (c >> 6)));
        buf_char(b, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_char(b, (char)(0xe0 | (c >> 12)));
        buf_char(b, (char)(0x80 | ((c >> 6) & 0x3f)));
        buf_char(b, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_char(b, (char)(0xf0 | (c >> 18)));
        buf_char(b, (char)(0x80 | ((c >> 12) & 0x3f)));
        buf_char(b, (char)(0x80 | ((c >> 6) & 0x3f)));
        buf_char(b, (char)(0x80 | (c & 0x3f)));
    }
}

static int unicode(struct toml *r, size_t digits)
{
    uint64_t c;

    if (r->rest.n < digits || !str_u64(str_first(r->rest, digits), 16, &c) || c > 0x10ffff ||
        (c >= 0xd800 && c < 0xe000))
        return toml_bad(r, "not a Unicode escape");
    r->rest = str_skip(r->rest, digits);
    add_utf8(&r->text, (uint32_t)c);
    return 0;
}

/* A backslash at the end of a line of a multi-line text swallows all blanks up to the next character. */
static int line_continued(struct toml *r)
{
    toml_blanks(r);
    if (!toml_newline(r))
        return toml_bad(r, "unknown escape");
    do
        toml_blanks(r);
    while (toml_newline(r));
    return 0;
}

static int escape(struct toml *r, bool multi)
{
    static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
    int c = toml_peek(r);
    const char *at = c > 0 ? strchr(from, c) : NULL;

    if (at) {
        r->rest = str_skip(r->rest, 1);
        buf_char(&r->text, to[at - from]);
        return 0;
    }
    if (toml_take(r, 'u'))
        return unicode(r, 4);
    if (toml_take(r, 'U'))
        return unicode(r, 8);
    return multi ? line_continued(r) : toml_bad(r, "unknown escape");
}

/* At three or more quotes within a multi-line text: up to two of them belong to it. */
static bool multi_end(struct toml *r, char quote)
{
    size_t n = 0;

    while (n < r->rest.n && n < 5 && r->rest.p[n] == quote)
        n++;
    if (n < 3)
        return false;
    for (size_t i = 3; i < n; i++)
        buf_char(&r->text, quote);
    r->rest = str_skip(r->rest, n);
    return true;
}

static int multi_line(struct toml *r, char quote)
{
    toml_newline(r); /* a first one is not part of the text */
    while (r->rest.n) {
        char c = r->rest.p[0];
        if (c == quote && multi_end(r, quote))
            return 0;
        if (toml_newline(r)) {
            buf_char(&r->text, '\n');
            continue;
        }
        if (toml_is_control(c))
            return toml_bad(r, "control character in a text");
        r->rest = str_skip(r->rest, 1);
        if (c == '\\' && quote == '"') {
            if (escape(r, true) < 0)
                return -1;
        } else {
            buf_char(&r->text, c);
        }
    }
    return toml_bad(r, "text without an end");
}

static int one_line(struct toml *r, char quote)
{
    while (r->rest.n) {
        char c = r->rest.p[0];
        if (toml_is_control(c))
            break;
        r->rest = str_skip(r->rest, 1);
        if (c == quote)
            return 0;
        if (c != '\\' || quote != '"')
            buf_char(&r->text, c);
        else if (escape(r, false) < 0)
            return -1;
    }
    return toml_bad(r, "text without an end");
}

int toml_quoted(struct toml *r, bool may_be_multi)
{
    char quote = r->rest.p[0];
    struct str three = quote == '"' ? STR("\"\"\"") : STR("'''");

    buf_clear(&r->text);
    int result;
    if (may_be_multi && toml_take_str(r, three)) {
        result = multi_line(r, quote);
    } else {
        r->rest = str_skip(r->rest, 1);
        result = one_line(r, quote);
    }
    return result == 0 && !buf_ok(&r->text) ? toml_full(r) : result;
}

/* Digits of the base with single underscores between them. */
static bool is_digits(struct str s, const char *of)
{
    bool digit = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '_' ? !digit : !memchr(of, s.p[i], strlen(of)))
            return false;
        digit = s.p[i] != '_';
    }
    return digit;
}

bool toml_is_number(struct str s)
{
    static const char ten[] = "0123456789";
    struct str head, tail;

    if (str_starts(s, STR("0x")))
        return is_digits(str_skip(s, 2), "0123456789abcdefABCDEF");
    if (str_starts(s, STR("0o")))
        return is_digits(str_skip(s, 2), "01234567");
    if (str_starts(s, STR("0b")))
        return is_digits(str_skip(s, 2), "01");
    if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
        s = str_skip(s, 1);
    if (str_one_of(s, "inf nan"))
        return true;
    if (str_split(s, 'e', &head, &tail) || str_split(s, 'E', &head, &tail)) {
        if (tail.n && (tail.p[0] == '+' || tail.p[0] == '-'))
            tail = str_skip(tail, 1);
        if (!is_digits(tail, ten))
            return false;
        s = head;
    }
    if (str_split(s, '.', &head, &tail)) {
        if (!is_digits(tail, ten))
            return false;
        s = head;
    }
    return is_digits(s, ten) && (s.n == 1 || s.p[0] != '0');
}

/* The shape of `pattern`, in which 0 is any digit; *s moves behind it. */
static bool shape(struct str *s, const char *pattern)
{
    size_t n = strlen(pattern);

    for (size_t i = 0; i < n; i++)
        if (i >= s->n || (pattern[i] == '0' ? s->p[i] < '0' || s->p[i] > '9' : s->p[i] != pattern[i]))
            return false;
    *s = str_skip(*s, n);
    return true;
}

static bool is_time(struct str *s)
{
    if (!shape(s, "00:00:00"))
        return false;
    if (s->n && s->p[0] == '.') {
        *s = str_skip(*s, 1);
        if (!shape(s, "0"))
            return false;
        while (shape(s, "0"))
            ;
    }
    return true;
}

bool toml_is_date_or_time(struct str s)
{
    if (!shape(&s, "0000-00-00"))
        return is_time(&s) && !s.n;
    if (!s.n)
        return true;
    if (s.p[0] != 'T' && s.p[0] != 't' && s.p[0] != ' ')
        return false;
    s = str_skip(s, 1);
    if (!is_time(&s))
        return false;
    return !s.n || str_one_of(s, "Z z") || ((shape(&s, "+00:00") || shape(&s, "-00:00")) && !s.n);
}
