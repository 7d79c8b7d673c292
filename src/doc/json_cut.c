#include "doc/json_cut.h"

static void skip_blanks(struct str *s)
{
    while (s->n && memchr(" \t\r\n", s->p[0], 4))
        *s = str_skip(*s, 1);
}

static bool take(struct str *s, char c)
{
    skip_blanks(s);
    if (!s->n || s->p[0] != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

/* The length of a string with its quotes; 0 when it does not end. */
static size_t string_length(struct str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return 0;
}

/* The length of a value; 0 when it does not end. */
static size_t value_length(struct str s)
{
    size_t depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!depth && i && memchr(",]} \t\r\n", c, 7))
            return i;
        if (c == '"') {
            size_t n = string_length(str_skip(s, i));
            if (!n)
                return 0;
            i += n - 1;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (!depth)
                return 0;
            depth--;
        }
        if (!depth && memchr("\"}]", c, 3))
            return i + 1;
    }
    return 0;
}

bool json_cut_begin(struct json_cut *c, struct str text)
{
    *c = (struct json_cut){ .rest = text };
    c->object = take(&c->rest, '{');
    return c->object || take(&c->rest, '[');
}

bool json_cut_next(struct json_cut *c, struct str *key, struct str *value)
{
    *key = STR_NONE;
    take(&c->rest, ',');
    if (c->damaged || take(&c->rest, c->object ? '}' : ']'))
        return false;
    c->damaged = true;
    if (c->object) {
        skip_blanks(&c->rest);
        size_t n = c->rest.n && c->rest.p[0] == '"' ? string_length(c->rest) : 0;
        if (!n)
            return false;
        *key = (struct str){ c->rest.p + 1, n - 2 };
        c->rest = str_skip(c->rest, n);
        if (!take(&c->rest, ':'))
            return false;
    }
    skip_blanks(&c->rest);
    size_t n = value_length(c->rest);
    if (!n)
        return false;
    *value = str_first(c->rest, n);
    c->rest = str_skip(c->rest, n);
    skip_blanks(&c->rest);
    c->damaged = !c->rest.n || !memchr(",]}", c->rest.p[0], 3);
    return !c->damaged;
}
