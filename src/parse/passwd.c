/* passwd.c - accounts, passwd(5): name:password:uid:gid:comment:home:shell */
#include "parse/account.h"

enum { NAME, PASSWORD, UID, GID, COMMENT, HOME, SHELL, FIELDS };

static int account(const struct input *in, const struct account_line *l, struct facts *out, struct err *e)
{
    struct user u = {
        .name = l->field[NAME],
        .home = l->field[HOME],
        .shell = l->field[SHELL],
        .password =
            str_eq(l->field[PASSWORD], STR("x")) ? PASSWORD_IN_SHADOW : account_password(l->field[PASSWORD]),
        .path = in->path,
        .line = l->line,
    };

    if (!account_id(l->field[UID], &u.uid) || !account_id(l->field[GID], &u.gid))
        return err_set(e, ERR_FORMAT, "uid or gid is no number");
    return facts_add_user(out, &u, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return account_lines(in, FIELDS, account, out, e);
}

const struct parser parser_passwd = {
    .name = "passwd",
    .what = "accounts",
    .version = 1,
    .paths = PATHS("etc/passwd", "usr/lib/passwd"),
    .max_size = 16u << 20,
    .parse = parse,
};
