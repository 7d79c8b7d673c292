/* group.c - groups and who is in them, group(5): name:password:gid:member,member */
#include "parse/account.h"

enum { NAME, PASSWORD, GID, MEMBERS, FIELDS };

static int group(const struct input *in, const struct account_line *l, struct facts *out, struct err *e)
{
    struct group g = { .name = l->field[NAME], .path = in->path, .line = l->line };
    struct str rest = l->field[MEMBERS], member, *list;

    if (!account_id(l->field[GID], &g.gid))
        return err_set(e, ERR_FORMAT, "gid is no number");
    list = arena_array(&out->arena, struct str, rest.n / 2 + 1);
    if (!list)
        return err_set(e, ERR_LIMIT, "fact store is full");
    g.members.p = list;
    while (str_cut(&rest, ',', &member))
        if (str_trim(member).n)
            list[g.members.n++] = str_trim(member);
    return facts_add_group(out, &g, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return account_lines(in, FIELDS, group, out, e);
}

const struct parser parser_group = {
    .name = "group",
    .what = "groups and their members",
    .version = 1,
    .paths = PATHS("etc/group", "usr/lib/group"),
    .max_size = 16u << 20,
    .parse = parse,
};
