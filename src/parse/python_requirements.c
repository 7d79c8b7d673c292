/* python_requirements.c - requirements files of pip. A requirement that allows several versions is a package
 * of unknown version: its lower bound is not what is installed. */
#include "parse/distinct.h"
#include "parse/parse.h"
#include "parse/requirement.h"

enum { LINE_MOST = 64 << 10 };

/* One line with those that a backslash at the end joins to it, without its comment. */
static bool next_line(struct str *rest, uint32_t *line, char *joined, struct str *out)
{
    struct str one;
    bool more = true;
    size_t n = 0;

    if (!str_cut(rest, '\n', &one))
        return false;
    for (++*line; more; more = more && str_cut(rest, '\n', &one)) {
        one = str_trim(one);
        more = one.n && one.p[one.n - 1] == '\\';
        size_t take = MIN(one.n - more, LINE_MOST - n);
        if (take)
            memcpy(joined + n, one.p, take);
        n += take;
        if (more && rest->p)
            ++*line;
    }
    *out = (struct str){ joined, n };
    for (size_t i = 0; i < n; i++)
        if (joined[i] == '#' && (!i || joined[i - 1] == ' ' || joined[i - 1] == '\t'))
            out->n = MIN(out->n, i);
    *out = str_trim(*out);
    return true;
}

static int read_lines(const struct input *in, char *joined, struct facts *out, struct err *e)
{
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    struct str rest = str_starts(in->body, STR("\xef\xbb\xbf")) ? str_skip(in->body, 3) : in->body, line;
    struct requirement r;

    for (uint32_t number = 0, first = 1; next_line(&rest, &number, joined, &line); first = number + 1) {
        if (!requirement_read(line, &r))
            continue;
        struct package p = {
            .type = STR("pypi"), .name = r.name, .version = r.version, .path = in->path, .line = first
        };
        if (distinct_package(&packages, &p, out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (str_starts(in->body, STR("\xff\xfe")) || str_starts(in->body, STR("\xfe\xff")))
        return err_set(e, ERR_UNSUPPORTED, "line 1: UTF-16");
    AUTO_FREE char *joined = malloc(LINE_MOST);
    return joined ? read_lines(in, joined, out, e) : err_set(e, ERR_LIMIT, "out of memory");
}

const struct parser parser_python_requirements = {
    .name = "python_requirements",
    .what = "Python packages: pip's requirements files",
    .version = 1,
    .paths = PATHS("**/requirements*.txt", "**/*requirements.txt"),
    .max_size = 4u << 20,
    .parse = parse,
};
