/* wordpress.c - WordPress itself (wp-includes/version.php), and its plugins and themes by what they say of
 * themselves: a plugin's readme.txt has "Stable tag:", a theme's style.css "Version:". The folder is what
 * advisories call them. */
#include "parse/plain.h"

enum { HEAD_MOST = 8192 }; /* WordPress reads no further for the header either */

static struct str field(struct str text, const char *key, uint32_t *at)
{
    struct str line, name, value;

    for (*at = 1; str_cut(&text, '\n', &line); ++*at)
        if (str_split(line, ':', &name, &value) && str_eq_nocase(str_trim(name), str_of(key)))
            return str_trim(value);
    return (struct str){ 0 };
}

/* $wp_version = '6.4.2'; */
static int read_core(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, version;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (!str_starts(str_trim(line), STR("$wp_version")) || !str_split(line, '\'', &line, &version) ||
            !str_split(version, '\'', &version, &line))
            continue;
        return plain_package(in, "generic", STR("wordpress"), version, number, out, e);
    }
    return err_set(e, ERR_FORMAT, "no $wp_version");
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str kind = path_part(in->path, -3), head = str_first(in->body, HEAD_MOST), version;
    struct package p = { .type = STR("wordpress"), .name = path_part(in->path, -2), .path = in->path };

    if (str_ends(in->path, STR("version.php")))
        return read_core(in, out, e);
    bool theme = str_eq(kind, STR("themes")), plugin = str_eq(kind, STR("plugins"));
    if (!str_eq(path_part(in->path, -4), STR("wp-content")) || !(theme || plugin))
        return 0;
    if (theme != str_ends(in->path, STR(".css")))
        return 0;
    version = field(head, theme ? "Version" : "Stable tag", &p.line);
    if (!version.n || version.p[0] < '0' || version.p[0] > '9') { /* "trunk" */
        facts_remark(out, NOTE_INCOMPLETE, in->path, "does not say which version it is");
        return 0;
    }
    p.ns = theme ? STR("themes") : STR("plugins");
    p.version = version;
    return facts_add_package(out, &p, e);
}

const struct parser parser_wordpress = {
    .name = "wordpress",
    .what = "WordPress, its plugins and themes",
    .version = 1,
    .paths = PATHS("**/wp-includes/version.php", "**/readme.txt", "**/style.css"),
    .max_size = 1u << 20,
    .parse = parse,
};
