/* python_setup.c - setup.py is a program; what can be read of it without running it are requirements with
 * versions, "name==1.0" and "name>=1.0", in its literals. A name alone may be anything. */
#include "parse/distinct.h"
#include "parse/parse.h"
#include "parse/requirement.h"

struct reader {
    const struct input *in;
    struct facts *out;
    struct distinct packages;
};

static int add(struct reader *r, struct str text, uint32_t line, struct err *e)
{
    struct requirement q;
    struct package p = { .type = STR("pypi"), .path = r->in->path, .line = line };

    if (!requirement_read(text, &q) || (!q.version.n && !q.constraint.n) ||
        (q.version.n && !strchr("0123456789v", q.version.p[0])))
        return 0;
    p.name = q.name;
    p.version = q.version;
    p.constraint = q.constraint;
    p.how = q.version.n ? HOW_DECLARED : HOW_ASKED;
    return distinct_package(&r->packages, &p, r->out, e);
}

/* A literal has one requirement, or, when it is to be split(), one a line. */
static int literal(struct reader *r, struct str text, uint32_t line, struct err *e)
{
    struct str one;

    for (; str_cut(&text, '\n', &one); line++)
        if (add(r, one, line, e) < 0)
            return -1;
    return 0;
}

/* Where the literal that begins at body[at] ends, and what it holds: "..." or three quotes on both sides. */
static size_t literal_end(struct str body, size_t at, struct str *text)
{
    char quote = body.p[at];
    size_t quotes = at + 2 < body.n && body.p[at + 1] == quote && body.p[at + 2] == quote ? 3 : 1;
    size_t i = at + quotes, run = 0;

    for (; i < body.n && run < quotes; i++) {
        run = body.p[i] == quote ? run + 1 : 0;
        if (body.p[i] == '\\')
            i++;
        else if (body.p[i] == '\n' && quotes == 1)
            break;
    }
    i = MIN(i, body.n);
    *text = (struct str){ body.p + at + quotes, i - at - quotes - run };
    return i;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = { .in = in, .out = out, .packages = DISTINCT };
    struct str body = in->body, text;
    uint32_t line = 1;
    int bad = 0;

    for (size_t i = 0; i < body.n && !bad;) {
        char c = body.p[i];
        size_t next = i + 1;
        if (c == '#') {
            const char *nl = memchr(body.p + i, '\n', body.n - i);
            next = nl ? (size_t)(nl - body.p) : body.n;
        } else if (c == '"' || c == '\'') {
            next = literal_end(body, i, &text);
            bad = literal(&r, text, line, e) < 0;
        }
        for (; i < next; i++)
            line += body.p[i] == '\n';
    }
    distinct_free(&r.packages);
    return bad ? -1 : 0;
}

const struct parser parser_python_setup = {
    .name = "python_setup",
    .what = "Python packages: requirements in setup.py",
    .version = 2,
    .paths = PATHS("**/setup.py"),
    .max_size = 1u << 20,
    .parse = parse,
};
