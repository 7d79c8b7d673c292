/* dotnet_pe.c - assemblies of .NET as programs and libraries of Windows' format (PE), by their version
 * resource (VS_VERSIONINFO): which package an assembly is from it does not say, so the name is concluded.
 * Where a deps.json lies beside it, that says it, and assembly leaves these out.
 *
 * The resource is a tree of blocks, each with its length, the length of its value, a kind and a name in
 * UTF-16: VS_VERSION_INFO > StringFileInfo > a table for a language > one block for a text. */
#include "parse/plain.h"

enum { TEXT_MOST = 256, DIRECTORY_CLI = 14, FIXED_INFO = 52 };

static uint32_t number(struct str s, uint64_t at, unsigned size)
{
    uint32_t v = 0;

    if (at > s.n || s.n - at < size)
        return 0;
    for (unsigned i = 0; i < size; i++)
        v |= (uint32_t)(unsigned char)s.p[at + i] << 8 * i;
    return v;
}

/* Has it the header of .NET's runtime (PE/COFF specification, "Optional Header Data Directories")? */
static bool is_assembly(struct str file)
{
    uint32_t head = number(file, 0x3c, 4), optional = head + 24;
    bool wide = number(file, optional, 2) == 0x20b;

    if (!str_starts(file, STR("MZ")) || !str_starts(str_skip(file, head), STR("PE\0\0")))
        return false;
    uint32_t directories = optional + (wide ? 112 : 96);
    return number(file, directories - 4, 4) > DIRECTORY_CLI &&
           number(file, directories + (uint64_t)DIRECTORY_CLI * 8, 4);
}

/* Text of UTF-16 to its NUL; what is no ASCII becomes "?". How many bytes were taken. */
static size_t take_text(struct str s, char to[TEXT_MOST], struct str *out)
{
    size_t n = 0, at = 0;

    for (; at + 1 < s.n && (s.p[at] || s.p[at + 1]); at += 2)
        if (n < TEXT_MOST)
            to[n++] = s.p[at + 1] || (unsigned char)s.p[at] >= 0x7f ? '?' : s.p[at];
    *out = (struct str){ to, n };
    return MIN(at + 2, s.n);
}

struct block {
    struct str name, rest; /* rest: behind the name, whose alignment counts from `begin` */
    size_t value;          /* of its value: bytes, of a text characters */
    char text[TEXT_MOST];
};

static struct str aligned(struct str s, const char *begin)
{
    return str_skip(s, (4 - (size_t)(s.p - begin) % 4) % 4);
}

/* The next block of *list; false when none is left. */
static bool next_block(struct str *list, const char *begin, struct block *b)
{
    struct str all = aligned(*list, begin);
    size_t n = number(all, 0, 2);

    if (n < 8 || n > all.n)
        return false;
    *list = str_skip(all, n);
    all.n = n;
    b->value = number(all, 2, 2);
    struct str name = str_skip(all, 6);
    b->rest = aligned(str_skip(name, take_text(name, b->text, &b->name)), begin);
    return true;
}

struct version_info {
    char text[4][TEXT_MOST];
    struct str original, internal, product, file;
};

static void read_strings(struct version_info *v, struct str table, const char *begin)
{
    struct block b;

    while (next_block(&table, begin, &b)) {
        struct str *to = str_eq(b.name, STR("OriginalFilename")) ? &v->original
                         : str_eq(b.name, STR("InternalName"))   ? &v->internal
                         : str_eq(b.name, STR("ProductVersion")) ? &v->product
                         : str_eq(b.name, STR("FileVersion"))    ? &v->file
                                                                 : NULL;
        if (to && !to->n)
            take_text(b.rest, v->text[to - &v->original], to);
    }
}

static bool read_info(struct version_info *v, struct str file)
{
    static const char magic[] = "V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0\0";
    ptrdiff_t at = str_find(file, (struct str){ magic, sizeof magic });
    struct block info, child, table;

    if (at < 6)
        return false;
    struct str list = str_skip(file, (size_t)at - 6);
    const char *begin = list.p;
    if (!next_block(&list, begin, &info) || info.value != FIXED_INFO)
        return false;
    for (struct str children = str_skip(info.rest, FIXED_INFO); next_block(&children, begin, &child);)
        while (str_eq(child.name, STR("StringFileInfo")) && next_block(&child.rest, begin, &table))
            read_strings(v, table.rest, begin);
    return true;
}

/* "6.0.1+3af25a7": what is behind "+" is which commit it was built from. */
static struct str version_of(const struct version_info *v)
{
    struct str version, rest;

    str_split(v->product.n ? v->product : v->file, '+', &version, &rest);
    str_split(str_trim(version), ' ', &version, &rest);
    return version;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct version_info v = { 0 };
    struct str dir, base, name, extension;

    if (str_ends(in->path, STR(".resources.dll")) || !is_assembly(in->body) || !read_info(&v, in->body))
        return 0; /* translations, other compilers' programs */
    str_rsplit(in->path, '/', &dir, &base);
    base = v.original.n ? v.original : v.internal.n ? v.internal : base;
    if (!str_rsplit(base, '.', &name, &extension) || !str_one_of(extension, "dll exe DLL EXE"))
        name = base;
    struct package p = {
        .type = STR("nuget"),
        .name = name,
        .version = version_of(&v),
        .how = HOW_CONCLUDED,
        .path = in->path,
    };
    return name.n && p.version.n ? facts_add_package(out, &p, e) : 0;
}

const struct parser parser_dotnet_pe = {
    .name = "dotnet_pe",
    .what = "assemblies of .NET by their version resource, where no deps.json says more",
    .version = 1,
    .paths = PATHS("**/*.dll", "**/*.exe"),
    .starts = STARTS("MZ"),
    .max_size = 256u << 20,
    .parse = parse,
};
