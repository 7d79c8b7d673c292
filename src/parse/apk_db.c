/* apk_db.c - apk's database of installed packages: blocks of "X:value" lines, an empty line after each. P
 * name, V version, A architecture, L licence, o origin, m maintainer; D what
 * it needs, p what else it is called; then the files, F folder and R file in it. What else there is (checksums Z, modes a
 * and M ...) has no fact. */
#include "parse/needs.h"
#include "parse/owned.h"
#include "parse/parse.h"

/* A line of four bytes can stand for a path of four thousand: all paths together may be this many times as
 * long as the database. Real ones are not even once. */
enum { PATH_WORK = 16 };

struct reader {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct owned_list *files;
    bool damaged; /* *e has the first damage; reading goes on, for a damaged line must not hide the rest */
    uint32_t line;
    struct str folder;
    size_t path_left;
    char path[2 * ENTRY_PATH_MOST];
};

struct block {
    struct str name, version, arch, license, origin, maintainer, needs, provides;
    uint32_t line;
};

static void damage(struct reader *r, const char *reason)
{
    if (!r->damaged)
        err_set(r->e, ERR_FORMAT, "line %u: %s", r->line, reason);
    r->damaged = true;
}

static int add_file(struct reader *r, struct str name)
{
    struct str path = { r->path, r->folder.n + 1 + name.n };

    if (path.n > sizeof r->path) {
        damage(r, "path is too long");
        return 0;
    }
    if (path.n > r->path_left)
        return err_set(r->e, ERR_LIMIT, "the paths are more than %d times as long as the file", PATH_WORK);
    r->path_left -= path.n;
    if (r->folder.n)
        memcpy(r->path, r->folder.p, r->folder.n);
    r->path[r->folder.n] = '/';
    if (name.n)
        memcpy(r->path + r->folder.n + 1, name.p, name.n);
    return owned_add(r->files, path, r->in->path, r->out, r->e);
}

static int end_block(struct reader *r, struct block *b)
{
    struct block done = *b;

    *b = (struct block){ 0 };
    r->folder = (struct str){ 0 };
    if (!done.line)
        return 0;
    if (!done.name.n || !done.version.n) {
        facts_remark(r->out, NOTE_INCOMPLETE, r->in->path, "line %u: package \"" STR_FMT "\" has no %s",
                     done.line, STR_ARG(done.name), done.name.n ? "version" : "name");
        owned_begin(r->files, r->in->body.n * 5 + 64);
        return 0;
    }
    AUTO_NEEDS struct needs needs = NEEDS, provides = NEEDS;
    if (!needs_alpine(&needs, done.needs) || !needs_alpine(&provides, done.provides))
        damage(r, "a package with more relations than any has");
    struct package p = {
        .type = STR("apk"),
        .name = done.name,
        .version = done.version,
        .arch = done.arch,
        .source_name = done.origin,
        .source_version = done.origin.n ? done.version : (struct str){ 0 }, /* subpackages share it */
        .licenses = { &done.license, done.license.n ? 1 : 0 },
        .needs = needs_all(&needs),
        .provides = needs_all(&provides),
        .vendor = done.maintainer,
        .path = r->in->path,
        .line = done.line,
    };
    int bad = facts_add_package(r->out, &p, r->e) < 0 ||
              owned_end(r->files, p.type, p.name, r->in->path, r->out, r->e) < 0;
    owned_begin(r->files, r->in->body.n * 5 + 64); /* "R:x" is one byte of path, and five when encoded */
    return bad ? -1 : 0;
}

static int field(struct reader *r, struct block *b, struct str line)
{
    struct str value = str_skip(line, 2), *to = NULL;

    if (line.n < 2 || line.p[1] != ':') {
        damage(r, "not \"X:value\"");
        return 0;
    }
    switch (line.p[0]) { /* letters are case-sensitive: M is a folder's mode, m the maintainer */
    case 'P':
        to = &b->name;
        break;
    case 'V':
        to = &b->version;
        break;
    case 'A':
        to = &b->arch;
        break;
    case 'L':
        to = &b->license;
        break;
    case 'o':
        to = &b->origin;
        break;
    case 'm':
        to = &b->maintainer;
        break;
    case 'D':
        to = &b->needs;
        break;
    case 'p':
        to = &b->provides;
        break;
    case 'F':
        r->folder = value;
        return 0;
    case 'R':
        return add_file(r, value);
    default:
        return 0;
    }
    if (to->p)
        damage(r, "a field appears twice in one package");
    else
        *to = value;
    return 0;
}

static int read_blocks(struct reader *r)
{
    struct str rest = r->in->body, line;
    struct block b = { 0 };

    owned_begin(r->files, rest.n * 5 + 64);
    while (str_cut(&rest, '\n', &line)) {
        r->line++;
        if (!line.n) {
            if (end_block(r, &b) < 0)
                return -1;
            continue;
        }
        if (!b.line)
            b.line = r->line;
        if (field(r, &b, line) < 0)
            return err_wrap(r->e, "line %u", r->line);
    }
    return end_block(r, &b);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_OWNED struct owned_list *files = owned_new();
    struct reader r = { .in = in, .out = out, .e = e, .files = files, .path_left = in->body.n * PATH_WORK };

    if (!files)
        return err_set(e, ERR_LIMIT, "out of memory");
    return read_blocks(&r) < 0 || r.damaged ? -1 : 0;
}

const struct parser parser_apk_db = {
    .name = "apk_db",
    .what = "Alpine and Wolfi packages, and their files: apk's installed",
    .version = 2,
    .paths = PATHS("lib/apk/db/installed", "usr/lib/apk/db/installed"),
    .max_size = 64u << 20,
    .parse = parse,
};
