#include "parse/requirement.h"

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_name(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || one_of(c, "._-");
}

static bool is_version(char c)
{
    return is_name(c) || one_of(c, "+!*");
}

static struct str take(struct str *s, bool (*is)(char))
{
    struct str out = { s->p, 0 };

    while (out.n < s->n && is(s->p[out.n]))
        out.n++;
    *s = str_skip(*s, out.n);
    return out;
}

static bool is_operator(char c)
{
    return one_of(c, "=<>!~");
}

/* "==1.0" and "===1.0" allow one version; "==1.*", and all other relations, several. */
static bool relation(struct str *s, struct str *version)
{
    struct str op = take(s, is_operator);

    *s = str_trim(*s);
    struct str v = take(s, is_version);
    if (!str_one_of(op, "== === != <= >= < > ~=") || !v.n)
        return false;
    if (op.n > 1 && op.p[0] == '=' && !str_has_char(v, '*'))
        *version = v;
    return true;
}

struct str requirement_fold(struct str name, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
        if (n == REQUIREMENT_NAME_MOST)
            return STR_NONE;
        if (one_of(c, "._-"))
            c = '-';
        if (c != '-' || !n || to[n - 1] != '-')
            to[n++] = c;
    }
    return (struct str){ to, n };
}

/* What may stand behind the name and its relations. */
static bool may_end(struct str s)
{
    return !s.n || one_of(s.p[0], ";@#,)") || str_starts(s, STR("--"));
}

/* An archive's name is one word too. */
static bool is_file(struct str name)
{
    static const struct str end[] = { STR(".whl"), STR(".zip"), STR(".gz"), STR(".bz2"), STR(".txt") };

    for (size_t i = 0; i < ARRAY_LEN(end); i++)
        if (str_ends(name, end[i]))
            return true;
    return false;
}

bool requirement_read(struct str text, struct requirement *out)
{
    struct str s = str_trim(text), version = { 0 };
    struct str name = take(&s, is_name);

    if (!name.n || one_of(name.p[0], "._-") || is_file(name))
        return false;
    s = str_trim(s);
    if (s.n && s.p[0] == '[') {
        const char *end = memchr(s.p, ']', s.n);
        if (!end)
            return false;
        s = str_trim(str_skip(s, (size_t)(end - s.p) + 1));
    }
    if (s.n && s.p[0] == '(')
        s = str_trim(str_skip(s, 1));
    struct str constraint = { s.p, 0 };
    while (s.n && is_operator(s.p[0])) {
        if (!relation(&s, &version))
            return false;
        constraint.n = (size_t)(s.p - constraint.p);
        s = str_trim(s);
        if (s.n && s.p[0] == ',')
            s = str_trim(str_skip(s, 1));
    }
    *out = (struct requirement){ name, version, version.n ? STR_NONE : constraint };
    return may_end(s);
}
