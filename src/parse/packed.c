/* packed.c - packages that lie in an image as the archives that they are distributed as, unpacked by nobody:
 * wheels and eggs of Python, extensions of editors. What is in them is read by the parsers that read it
 * unpacked, and says where it was. */
#include "core/zip.h"
#include "parse/parse.h"

enum { MEMBERS_MOST = 200000, DOCUMENT_MOST = 4 << 20, DOCUMENT_ROOM = 8 << 20 };

extern const struct parser parser_python_metadata, parser_npm_package;

static const struct kind {
    struct str archive, member; /* how their names end */
    const struct parser *parser;
} kinds[] = {
    { STR(".whl"), STR(".dist-info/METADATA"), &parser_python_metadata },
    { STR(".egg"), STR("EGG-INFO/PKG-INFO"), &parser_python_metadata },
    { STR(".vsix"), STR("/package.json"), &parser_npm_package },
};

/* The facts from the begin-th on are of a member: their file is the archive. */
static int place(struct facts *out, size_t begin, struct str path, struct str inside, struct err *e)
{
    size_t n;
    struct package *p = facts_package(out, &n);
    struct str own = arena_str(&out->arena, path), member = arena_str(&out->arena, inside);

    if (!own.p || !member.p)
        return err_set(e, ERR_LIMIT, "fact store is full");
    for (size_t i = begin; i < n; i++) {
        p[i].path = own;
        p[i].inside = member;
    }
    return 0;
}

static int read_member(const struct input *in, const struct kind *k, const struct zip *z,
                       const struct zip_member *m, struct facts *out, struct err *e)
{
    AUTO_BUF struct buf room = BUF(DOCUMENT_ROOM);
    struct input member = { .path = m->name };
    struct err why = { 0 };
    size_t begin;

    facts_package(out, &begin);
    if (m->size > DOCUMENT_MOST)
        err_set(&why, ERR_LIMIT, "is too large for what it is called");
    if (why.code || zip_read(z, m, &room, &member.body, &why) < 0 || k->parser->parse(&member, out, &why) < 0)
        facts_remark(out, NOTE_INCOMPLETE, in->path, STR_FMT ": %s", STR_ARG(str_first(m->name, 200)),
                     why.text);
    return place(out, begin, in->path, m->name, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct zip_member m;
    struct zip z;
    int r;

    if (!in->body.n || !str_starts(in->body, STR("PK")))
        return 0; /* an egg may be a folder's name or a link */
    if (zip_open(&z, in->body, e) < 0)
        return -1;
    for (size_t n = 0; (r = zip_next(&z, &m, e)) > 0; n++) {
        if (n == MEMBERS_MOST)
            return err_set(e, ERR_LIMIT, "more than %d members", MEMBERS_MOST);
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            if (str_ends(in->path, kinds[i].archive) && str_ends(m.name, kinds[i].member) &&
                read_member(in, &kinds[i], &z, &m, out, e) < 0)
                return -1;
    }
    return r;
}

const struct parser parser_packed = {
    .name = "packed",
    .what = "packages in the archives they are distributed as: Python's wheels and eggs, editors' extensions",
    .version = 1,
    .paths = PATHS("**/*.whl", "**/*.egg", "**/*.vsix"),
    .max_size = 512u << 20,
    .parse = parse,
};
