/* portage.c - Gentoo's packages: var/db/pkg/<category>/<name>-<version>/, whose names say it all, with
 * CONTENTS, the list of files. A PF that lies elsewhere says name and version, and no category. */
#include "parse/owned.h"
#include "parse/plain.h"

/* A version begins behind the last "-" that a digit follows, but for a revision: "a-b-1.2-r3" (PMS 3.2). */
static bool split_version(struct str base, struct str *name, struct str *version)
{
    struct str head, tail;

    for (size_t n = base.n; str_rsplit(str_first(base, n), '-', &head, &tail); n = head.n) {
        bool revision = tail.n > 1 && tail.p[0] == 'r' && tail.p[1] >= '0' && tail.p[1] <= '9' && n == base.n;
        if (revision)
            continue;
        *name = head;
        *version = str_skip(base, head.n + 1);
        return tail.n && tail.p[0] >= '0' && tail.p[0] <= '9' && head.n;
    }
    return false;
}

/* "obj /path md5 time", "sym /path -> target time"; folders ("dir") are shared. Paths may have blanks. */
static struct str path_of(struct str line)
{
    struct str rest = str_skip(line, 4), path, tail;
    ptrdiff_t arrow;

    if (str_starts(line, STR("sym ")) && (arrow = str_find(rest, STR(" -> "))) > 0)
        return str_first(rest, (size_t)arrow);
    if (!str_starts(line, STR("obj ")) || !str_rsplit(rest, ' ', &path, &tail) ||
        !str_rsplit(path, ' ', &path, &tail))
        return (struct str){ 0 };
    return path;
}

static int read_contents(const struct input *in, struct package *p, struct facts *out, struct err *e)
{
    AUTO_OWNED struct owned_list *l = owned_new();
    struct str rest = in->body, line, path;

    if (!l)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (facts_add_package(out, p, e) < 0)
        return -1;
    owned_begin(l, in->body.n * 3 + 64);
    while (str_cut(&rest, '\n', &line)) {
        path = path_of(line);
        if (path.n && owned_add(l, path, in->path, out, e) < 0)
            return -1;
    }
    return owned_end(l, p->type, p->name, in->path, out, e);
}

static int read_pf(const struct input *in, struct package *p, struct facts *out, struct err *e)
{
    p->ns = STR_NONE;
    if (str_eq(path_part(in->path, -4), STR("pkg")))
        return 0; /* CONTENTS beside it says more */
    struct str text = str_trim(in->body), rest = text;
    bool one_word = next_word(&rest).n == text.n && !str_has_char(text, '\n');
    if (!one_word || !split_version(text, &p->name, &p->version))
        return 0; /* others call a file PF too */
    return facts_add_package(out, p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct package p = { .type = STR("ebuild"), .ns = path_part(in->path, -3), .path = in->path };

    if (str_ends(in->path, STR("PF")))
        return read_pf(in, &p, out, e);
    if (!str_eq(path_part(in->path, -4), STR("pkg")))
        return 0; /* others call a file CONTENTS too */
    if (!split_version(path_part(in->path, -2), &p.name, &p.version))
        return err_set(e, ERR_FORMAT, "not in a folder <category>/<name>-<version>");
    return read_contents(in, &p, out, e);
}

const struct parser parser_portage = {
    .name = "portage",
    .what = "Gentoo's packages, and their files: var/db/pkg",
    .version = 2,
    .paths = PATHS("**/CONTENTS", "**/PF"),
    .max_size = 64u << 20,
    .parse = parse,
};
