/* pacman.c - Arch Linux's packages: var/lib/pacman/local/<name>-<version>/desc, and the list "files" beside
 * it. Both have sections: a line %NAME%, its values one a line, an empty line. */
#include "parse/needs.h"
#include "parse/owned.h"
#include "parse/plain.h"

/* "%NAME%" is NAME; empty when the line is no heading. */
static struct str heading(struct str line)
{
    if (line.n < 3 || line.p[0] != '%' || line.p[line.n - 1] != '%')
        return (struct str){ 0 };
    return (struct str){ line.p + 1, line.n - 2 };
}

static int read_desc(const struct input *in, struct facts *out, struct err *e)
{
    enum { LICENSES_MOST = 32 };
    AUTO_NEEDS struct needs needs = NEEDS, provides = NEEDS;
    struct str rest = in->body, line, section = { 0 }, licenses[LICENSES_MOST];
    bool whole = true;
    struct package p = { .type = STR("alpm"), .licenses = { licenses, 0 }, .path = in->path, .line = 1 };

    while (str_cut(&rest, '\n', &line)) {
        if (!(line = str_trim(line)).n)
            section = line;
        else if (!section.n)
            section = heading(line);
        else if (str_eq(section, STR("NAME")))
            p.name = line;
        else if (str_eq(section, STR("VERSION")))
            p.version = line;
        else if (str_eq(section, STR("ARCH")))
            p.arch = line;
        else if (str_eq(section, STR("BASE")))
            p.source_name = line;
        else if (str_eq(section, STR("PACKAGER")))
            p.vendor = line;
        else if (str_eq(section, STR("DEPENDS"))) /* "glibc>=2.36", as Alpine writes it */
            whole &= needs_alpine(&needs, line);
        else if (str_eq(section, STR("PROVIDES")))
            whole &= needs_alpine(&provides, line);
        else if (str_eq(section, STR("LICENSE")) && p.licenses.n < LICENSES_MOST)
            licenses[p.licenses.n++] = line;
    }
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "no %%%s%%", p.name.n ? "VERSION" : "NAME");
    if (!whole)
        facts_remark(out, NOTE_INCOMPLETE, in->path, "more relations than any package has");
    p.needs = needs_all(&needs);
    p.provides = needs_all(&provides);
    if (p.source_name.n)
        p.source_version = p.version; /* split packages share it */
    return facts_add_package(out, &p, e);
}

static int read_files(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_OWNED struct owned_list *l = owned_new();
    struct str rest = in->body, line, section = { 0 }, name, version;

    if (!l)
        return err_set(e, ERR_LIMIT, "out of memory");
    str_rsplit(path_part(in->path, -2), '-', &name, &version); /* name-version-release */
    str_rsplit(name, '-', &name, &version);
    if (!name.n)
        return err_set(e, ERR_FORMAT, "not in a folder <name>-<version>-<release>");
    owned_begin(l, in->body.n * 3 + 64);
    while (str_cut(&rest, '\n', &line)) {
        if (!line.n)
            section = line;
        else if (!section.n)
            section = heading(line);
        else if (str_eq(section, STR("FILES")) && !str_ends(line, STR("/")) && /* folders are shared */
                 owned_add(l, line, in->path, out, e) < 0)
            return -1;
    }
    return owned_end(l, STR("alpm"), name, in->path, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (str_ends(in->path, STR("/files")))
        return read_files(in, out, e);
    return read_desc(in, out, e);
}

const struct parser parser_pacman = {
    .name = "pacman",
    .what = "Arch Linux's packages, and their files: pacman/local",
    .version = 2,
    .paths = PATHS("**/desc", "**/files"),
    .max_size = 64u << 20,
    .parse = parse,
};
