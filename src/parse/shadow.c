/* shadow.c - state of passwords, shadow(5): name:hash:changed:min:max:warn:inactive:expires: . The hash is
 * classified and forgotten. */
#include "parse/account.h"

enum { NAME, HASH, FIELDS };

static int account(const struct input *in, const struct account_line *l, struct facts *out, struct err *e)
{
    struct shadow s = {
        .name = l->field[NAME],
        .password = account_password(l->field[HASH]),
        .path = in->path,
        .line = l->line,
    };

    return facts_add_shadow(out, &s, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return account_lines(in, FIELDS, account, out, e);
}

const struct parser parser_shadow = {
    .name = "shadow",
    .what = "state of passwords; their hashes are never kept",
    .version = 1,
    .paths = PATHS("etc/shadow"),
    .max_size = 16u << 20,
    .parse = parse,
};
