#include "parse/variables.h"

enum { NESTED_MOST = 32, VALUE_MOST = 1 << 20 };

void variables_free(struct variables *v)
{
    map_free(&v->at);
}

const struct given *variables_get(const struct variables *v, struct str name)
{
    if (!v)
        return NULL;
    const struct given *g = variables_get(v->outer, name);
    const uint32_t *at = g ? NULL : map_get(&v->at, name);
    return at && *at ? &v->given[*at - 1] : g;
}

int variables_set(struct variables *v, const struct given *g, struct err *e)
{
    uint32_t *at = map_put(&v->at, g->name, NULL);

    if (!at || !arena_grow(v->arena, &v->given, v->n, &v->cap, sizeof *v->given))
        return err_set(e, ERR_LIMIT, "line %u: too many variables", g->line);
    v->given[v->n++] = *g;
    *at = (uint32_t)v->n;
    return 0;
}

/* --- interpolation --- */

static size_t name_length(struct str s)
{
    size_t n = 0;

    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
                       s.p[n] == '_' || (n && s.p[n] >= '0' && s.p[n] <= '9')))
        n++;
    return n;
}

/* Length of what stands before the "}" that closes; s.n when none does. */
static size_t braced(struct str s)
{
    size_t depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{')
            depth++;
        else if (s.p[i] == '}' && !depth--)
            return i;
    }
    return s.n;
}

static void substitute(const struct interpolation *of, struct str text, struct buf *to, int depth);

static void plain(const struct interpolation *of, struct str name, const struct given *g, struct buf *to)
{
    if (g && !g->unset)
        buf_str(to, g->value);
    else
        facts_remark(of->out, NOTE_UNUSUAL, of->path,
                     "line %u: variable " STR_FMT " is not set: it stands for nothing", of->line,
                     STR_ARG(str_first(name, 100)));
}

/* What stands in ${ }; false when it is none of the forms. */
static bool in_braces(const struct interpolation *of, struct str s, struct buf *to, int depth)
{
    size_t n = name_length(s);
    struct str name = str_first(s, n), rest = str_skip(s, n);
    const struct given *g = variables_get(of->variables, name);

    if (!n)
        return false;
    if (!rest.n) {
        plain(of, name, g, to);
        return true;
    }
    bool empty_counts = rest.p[0] == ':';
    rest = str_skip(rest, empty_counts);
    if (!rest.n)
        return false;
    bool is_set = g && !g->unset && (!empty_counts || g->value.n);
    char how = rest.p[0];
    rest = str_skip(rest, 1);
    if (how == '-') {
        if (is_set)
            buf_str(to, g->value);
        else
            substitute(of, rest, to, depth + 1);
    } else if (how == '+') {
        if (is_set)
            substitute(of, rest, to, depth + 1);
    } else if (how == '?') {
        if (is_set)
            buf_str(to, g->value);
        else
            facts_remark(of->out, NOTE_INCOMPLETE, of->path,
                         "line %u: variable " STR_FMT " has to be set: " STR_FMT, of->line,
                         STR_ARG(str_first(name, 100)), STR_ARG(str_first(rest, 200)));
    } else {
        return false;
    }
    return true;
}

static void substitute(const struct interpolation *of, struct str text, struct buf *to, int depth)
{
    struct str head, rest;

    while (str_split(text, '$', &head, &rest)) {
        size_t n = name_length(rest);
        buf_str(to, head);
        if (str_starts(rest, STR("$"))) {
            buf_char(to, '$');
            text = str_skip(rest, 1);
            continue;
        }
        if (n) {
            struct str name = str_first(rest, n);
            plain(of, name, variables_get(of->variables, name), to);
            text = str_skip(rest, n);
            continue;
        }
        struct str inner = str_skip(rest, 1);
        inner = str_first(inner, braced(inner));
        if (str_starts(rest, STR("{")) && inner.n + 1 < rest.n && depth < NESTED_MOST &&
            in_braces(of, inner, to, depth)) {
            text = str_skip(rest, inner.n + 2);
            continue;
        }
        facts_remark(of->out, NOTE_INCOMPLETE, of->path,
                     "line %u: \"$" STR_FMT "\" is no variable; a dollar is $$", of->line,
                     STR_ARG(str_first(rest, 60)));
        buf_char(to, '$');
        text = rest;
    }
    buf_str(to, text);
}

void interpolate(const struct interpolation *of, struct str text, struct buf *to)
{
    substitute(of, text, to, 0);
}

/* --- .env --- */

struct reader {
    struct str rest;
    uint32_t line;
    struct variables *to;
    struct interpolation of;
    struct str path;
    struct err *e;
};

static void skip_blanks(struct reader *r)
{
    while (r->rest.n && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t' || r->rest.p[0] == '\r'))
        r->rest = str_skip(r->rest, 1);
}

static void skip_line(struct reader *r)
{
    struct str line;

    str_cut(&r->rest, '\n', &line);
    r->line++;
}

/* The text between the quotes, which the reader stands at; -1: it does not end. */
static int quoted(struct reader *r, struct str *inner)
{
    char quote = r->rest.p[0];
    size_t i = 1;

    for (; i < r->rest.n && r->rest.p[i] != quote; i++) {
        if (r->rest.p[i] == '\\' && i + 1 < r->rest.n)
            i++;
        if (r->rest.p[i] == '\n')
            r->line++;
    }
    if (i >= r->rest.n)
        return err_set(r->e, ERR_FORMAT, "line %u: a quote that does not end", r->of.line);
    *inner = (struct str){ r->rest.p + 1, i - 1 };
    r->rest = str_skip(r->rest, i + 1);
    return 0;
}

/* Escapes within double quotes; "\$" stays one for the interpolation as "$$". */
static void unescape(struct str s, struct buf *to)
{
    static const char from[] = "nrtabfv\\\"", into[] = "\n\r\t\a\b\f\v\\\"";

    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] == '\\' && i + 1 < s.n ? strchr(from, s.p[i + 1]) : NULL;
        if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '$') {
            buf_str(to, STR("$$"));
            i++;
        } else if (at && *at) {
            buf_char(to, into[at - from]);
            i++;
        } else {
            buf_char(to, s.p[i]);
        }
    }
}

/* An unquoted value ends with the line or before a blank and "#". */
static struct str unquoted(struct reader *r)
{
    size_t n = 0;

    while (n < r->rest.n && r->rest.p[n] != '\n' &&
           !(r->rest.p[n] == '#' && (!n || r->rest.p[n - 1] == ' ' || r->rest.p[n - 1] == '\t')))
        n++;
    struct str value = str_trim(str_first(r->rest, n));
    r->rest = str_skip(r->rest, n);
    return value;
}

static int value(struct reader *r, struct str *out)
{
    AUTO_BUF struct buf text = BUF(VALUE_MOST), done = BUF(VALUE_MOST);
    char first = r->rest.n ? r->rest.p[0] : '\0';
    struct str inner;

    if (first == '\'') {
        if (quoted(r, &inner) < 0)
            return -1;
        for (size_t i = 0; i < inner.n; i++)
            if (inner.p[i] != '\\' || i + 1 >= inner.n || inner.p[i + 1] != '\'')
                buf_char(&done, inner.p[i]);
    } else {
        if (first == '"') {
            if (quoted(r, &inner) < 0)
                return -1;
            unescape(inner, &text);
        } else {
            buf_str(&text, unquoted(r));
        }
        interpolate(&r->of, buf_view(&text), &done);
    }
    *out = arena_str(r->to->arena, buf_view(&done));
    if (!buf_ok(&text) || !buf_ok(&done) || !out->p)
        return err_set(r->e, ERR_LIMIT, "line %u: value is too long", r->of.line);
    return 0;
}

static int one(struct reader *r)
{
    struct str s = r->rest;
    size_t n = 0;

    if (str_starts(s, STR("export ")) || str_starts(s, STR("export\t"))) {
        r->rest = str_skip(s, 7);
        skip_blanks(r);
        s = r->rest;
    }
    while (n < s.n && !strchr("=:\n#", s.p[n] ? s.p[n] : '\n'))
        n++;
    struct given g = { .name = str_trim(str_first(s, n)), .line = r->line, .path = r->path };
    if (!g.name.n || str_has_char(g.name, ' '))
        return err_set(r->e, ERR_FORMAT, "line %u: not a variable", r->line);
    r->of.line = r->line;
    r->rest = str_skip(s, n);
    g.unset = n >= s.n || (s.p[n] != '=' && s.p[n] != ':');
    if (!g.unset) {
        r->rest = str_skip(r->rest, 1);
        skip_blanks(r);
        if (value(r, &g.value) < 0)
            return -1;
    }
    return variables_set(r->to, &g, r->e);
}

/* Lines as they are: what --env-file and "format: raw" take. */
static int raw_line(struct reader *r)
{
    struct str line, name, rest = r->rest;

    str_cut(&rest, '\n', &line);
    struct given g = { .line = r->line, .path = r->path };
    g.unset = !str_split(line, '=', &name, &g.value);
    g.name = str_trim(name);
    if (str_ends(g.value, STR("\r")))
        g.value.n--;
    return g.name.n ? variables_set(r->to, &g, r->e) : 0;
}

int variables_read(struct variables *to, const struct input *in, bool raw, struct facts *out, struct err *e)
{
    struct reader r = { .rest = in->body, .line = 1, .to = to, .path = in->path, .e = e };

    r.of = (struct interpolation){ .variables = to, .out = out, .path = in->path };
    if (str_starts(r.rest, STR("\xef\xbb\xbf")))
        r.rest = str_skip(r.rest, 3);
    for (; r.rest.n; skip_line(&r)) {
        skip_blanks(&r);
        if (!r.rest.n || r.rest.p[0] == '\n' || r.rest.p[0] == '#')
            continue;
        if ((raw ? raw_line(&r) : one(&r)) < 0)
            return err_wrap(e, STR_FMT, STR_ARG(str_first(in->path, 200)));
    }
    return 0;
}
