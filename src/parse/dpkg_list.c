/* dpkg_list.c - which package brought which file: dpkg's info/<package>[:<arch>].list, one path a line, and
 * in distroless images status.d/<package>.md5sums, "md5  path". An image has thousands of them. */
#include "parse/owned.h"
#include "parse/parse.h"

enum { MD5_DIGITS = 32 };

/* "libc6:amd64.list" is of libc6 */
static struct str package_of(struct str path, struct str suffix)
{
    struct str folder, base, name, arch;

    str_rsplit(path, '/', &folder, &base);
    base.n -= suffix.n;
    str_split(base, ':', &name, &arch);
    return name;
}

/* dpkg lists a folder right before what is in it, and many packages list the same one: it is nobody's. */
static bool is_folder_of(struct str line, struct str next)
{
    return next.n > line.n && str_starts(next, line) && next.p[line.n] == '/';
}

/* The path of a line of md5sums; empty when it is none. */
static struct str path_of_sum(struct str line)
{
    uint64_t half;

    if (line.n < MD5_DIGITS + 3 || !str_u64(str_first(line, MD5_DIGITS / 2), 16, &half) ||
        !str_u64(str_first(str_skip(line, MD5_DIGITS / 2), MD5_DIGITS / 2), 16, &half) ||
        line.p[MD5_DIGITS] != ' ')
        return (struct str){ 0 };
    return str_skip(line, MD5_DIGITS + 2); /* a blank, and a blank or "*" for binary */
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    bool sums = str_ends(in->path, STR(".md5sums"));
    struct str suffix = sums ? STR(".md5sums") : STR(".list");
    AUTO_OWNED struct owned_list *l = NULL;
    struct str rest = in->body, line, path, name;
    uint32_t number = 0;

    if (!str_ends(in->path, suffix))
        return 0; /* of dpkg_status */
    name = package_of(in->path, suffix);
    l = owned_new();
    if (!l)
        return err_set(e, ERR_LIMIT, "out of memory");
    owned_begin(l, in->body.n * 3 + 64); /* a path of one byte takes five */
    while (str_cut(&rest, '\n', &line)) {
        number++;
        path = sums ? path_of_sum(line) : line;
        if (line.n && (!path.n || (!sums && path.p[0] != '/')))
            return err_set(e, ERR_FORMAT, "line %u: not %s", number,
                           sums ? "\"md5  path\"" : "an absolute path");
        if (!sums && rest.n && is_folder_of(line, rest))
            continue;
        if (path.n && owned_add(l, path, in->path, out, e) < 0)
            return err_wrap(e, "line %u", number);
    }
    return owned_end(l, STR("deb"), name, in->path, out, e);
}

const struct parser parser_dpkg_list = {
    .name = "dpkg_list",
    .what = "files of Debian packages: dpkg's .list, md5sums of distroless images",
    .version = 1,
    .paths = PATHS("var/lib/dpkg/info/*.list", "var/lib/dpkg/status.d/*"),
    .max_size = 64u << 20,
    .parse = parse,
};
