/* cpanfile_snapshot.c - cpanfile.snapshot of Carton: the Perl distributions of a project
 *
 *   DISTRIBUTIONS
 *     Class-Tiny-1.008
 *       pathname: D/DA/DAGOLDEN/Class-Tiny-1.008.tar.gz */
#include "parse/parse.h"

/* The version is behind the last "-" that a digit or "v" and a digit follows: "Foo-v1.2", "Foo-1.0-TRIAL". */
static bool split_version(struct str text, struct package *p)
{
    for (size_t i = text.n; i-- > 1;) {
        struct str v = str_skip(text, i + 1);
        if (text.p[i] != '-' || !v.n)
            continue;
        if (v.n > 1 && v.p[0] == 'v')
            v = str_skip(v, 1);
        if (v.p[0] < '0' || v.p[0] > '9')
            continue;
        p->name = str_first(text, i);
        p->version = str_skip(text, i + 1);
        return true;
    }
    return false;
}

/* "D/DA/DAGOLDEN/...": who released it is part of a distribution's identity. */
static struct str author_of(struct str pathname)
{
    struct str part = { 0 }, rest = pathname;

    for (int i = 0; i < 3; i++)
        if (!str_cut(&rest, '/', &part))
            return (struct str){ 0 };
    return rest.p ? part : (struct str){ 0 };
}

static int flush(struct package *p, struct facts *out, struct err *e)
{
    int r = p->name.n ? facts_add_package(out, p, e) : 0;

    *p = (struct package){ .type = STR("cpan"), .path = p->path };
    return r;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct package p = { .type = STR("cpan"), .path = in->path };
    struct str rest = in->body, line, key, value;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        struct str text = str_trim(line);
        if (str_starts(line, STR("  ")) && line.n > 2 && line.p[2] != ' ') {
            if (flush(&p, out, e) < 0)
                return -1;
            if (!split_version(text, &p))
                return err_set(e, ERR_FORMAT, "line %u: a distribution without version", number);
            p.line = number;
        } else if (str_split(text, ':', &key, &value) && str_eq(key, STR("pathname"))) {
            p.ns = author_of(str_trim(value));
        }
    }
    return flush(&p, out, e);
}

const struct parser parser_cpanfile_snapshot = {
    .name = "cpanfile_snapshot",
    .what = "Perl distributions: cpanfile.snapshot",
    .version = 1,
    .paths = PATHS("**/cpanfile.snapshot"),
    .max_size = 16u << 20,
    .parse = parse,
};
