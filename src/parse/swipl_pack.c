/* swipl_pack.c - packs of SWI-Prolog: pack.pl, facts like name(hdt). version('0.5.2'). */
#include "parse/plain.h"

/* The argument of a line `functor(argument).`, without quotes. */
static struct str argument(struct str line, const char *functor)
{
    struct str name, rest;

    if (!str_split(line, '(', &name, &rest) || !str_eq(str_trim(name), str_of(functor)) ||
        !str_rsplit(rest, ')', &rest, &name))
        return (struct str){ 0 };
    rest = str_trim(rest);
    if (rest.n > 1 && (rest.p[0] == '\'' || rest.p[0] == '"') && rest.p[rest.n - 1] == rest.p[0])
        rest = (struct str){ rest.p + 1, rest.n - 2 };
    return rest;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, name = { 0 }, version = { 0 };

    while (str_cut(&rest, '\n', &line)) {
        name = name.n ? name : argument(line, "name");
        version = version.n ? version : argument(line, "version");
    }
    if (!name.n || !version.n)
        return err_set(e, ERR_FORMAT, "no %s(...)", name.n ? "version" : "name");
    return plain_package(in, "swiplpack", name, version, 0, out, e);
}

const struct parser parser_swipl_pack = {
    .name = "swipl_pack",
    .what = "packs of SWI-Prolog: pack.pl",
    .version = 1,
    .paths = PATHS("**/pack.pl"),
    .max_size = 1u << 18,
    .parse = parse,
};
