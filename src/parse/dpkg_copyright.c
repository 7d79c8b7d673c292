/* dpkg_copyright.c - licences of Debian packages: the License fields of a machine-readable copyright file
 * (DEP-5, copyright-format 1.0), else the common licences that a free-form one refers to. */
#include "parse/parse.h"

enum { LICENSES_MOST = 128 };

struct licenses {
    struct str p[LICENSES_MOST];
    size_t n;
};

static void add_once(struct licenses *l, struct str one)
{
    if (!one.n || l->n == LICENSES_MOST)
        return;
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->p[i], one))
            return;
    l->p[l->n++] = one;
}

/* "License: GPL-2+ or Artistic" at the start of a line; its text follows in indented lines. */
static void fields(struct str body, struct licenses *l)
{
    struct str rest = body, line, name, value;

    while (str_cut(&rest, '\n', &line))
        if (line.n > 8 && (line.p[0] == 'L' || line.p[0] == 'l') && str_split(line, ':', &name, &value) &&
            str_eq_nocase(name, STR("License")))
            add_once(l, str_trim(value));
}

static bool is_name(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '+';
}

/* "... can be found in `/usr/share/common-licenses/GPL-2'." */
static void references(struct str body, struct licenses *l)
{
    static const struct str folder = STR("/usr/share/common-licenses/");
    struct str rest = body, name;

    for (ptrdiff_t at; (at = str_find(rest, folder)) >= 0;) {
        rest = str_skip(rest, (size_t)at + folder.n);
        name = (struct str){ rest.p, 0 };
        while (name.n < rest.n && is_name(rest.p[name.n]))
            name.n++;
        while (name.n && name.p[name.n - 1] == '.') /* the end of a sentence */
            name.n--;
        add_once(l, name);
    }
}

/* usr/share/doc/<package>/copyright; empty for any other file of that name. */
static struct str package_of(struct str path)
{
    struct str folder, base, name = { 0 };

    str_rsplit(path, '/', &folder, &base);
    if (str_starts(folder, STR("usr/share/doc/")))
        name = str_skip(folder, sizeof "usr/share/doc/" - 1);
    return str_has(name, STR("/")) ? STR_NONE : name;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct license fact = { .type = STR("deb"), .name = package_of(in->path), .path = in->path };
    struct licenses l;
    struct str first;

    l.n = 0;
    if (!fact.name.n)
        return 0;
    str_split(in->body, '\n', &first, &(struct str){ 0 });
    if (str_starts(first, STR("Format"))) /* "Format:", in drafts of the standard "Format-Specification:" */
        fields(in->body, &l);
    else
        references(in->body, &l);
    fact.licenses = (struct strs){ l.p, l.n };
    return l.n ? facts_add_license(out, &fact, e) : 0;
}

const struct parser parser_dpkg_copyright = {
    .name = "dpkg_copyright",
    .what = "licences of Debian packages",
    .version = 1,
    .paths = PATHS("**/copyright"),
    .max_size = 4u << 20,
    .parse = parse,
};
