/* go_binary.c - what a program of Go says of itself (debug/buildinfo): the version of Go, and the modules in
 * it.
 *
 * The linker leaves a head of 32 bytes, "\xff Go buildinf:", at the start of the data. Since Go 1.18 the two
 * texts follow it, each behind its length; before, it had pointers to them. `strip` leaves all that; where
 * even the table of sections is gone, and in the formats of Windows and macOS, the head is looked for. */
#include "parse/among.h"
#include "parse/elf.h"
#include "parse/plain.h"

enum {
    HEAD = 32,
    ALIGNED = 16,
    TEXT_MOST = 16 << 20,
    GUARD = 16 /* random bytes around the list of modules */
};

#define MAGIC STR("\xff Go buildinf:")

struct texts {
    struct str go, modules;
};

/* Unsigned LEB128 and so many bytes. */
static bool take_text(struct str *s, struct str *out)
{
    uint64_t n = 0;

    for (unsigned shift = 0; s->n && shift < 35; shift += 7) {
        unsigned char c = (unsigned char)s->p[0];
        *s = str_skip(*s, 1);
        n |= (uint64_t)(c & 0x7f) << shift;
        if (c & 0x80)
            continue;
        *out = str_first(*s, (size_t)n);
        *s = str_skip(*s, (size_t)n);
        return out->n == n && n <= TEXT_MOST;
    }
    return false;
}

/* Before Go 1.18: a pointer to a string's own head, which is a pointer to its bytes and a length. */
static bool pointed_at(const struct elf *f, struct str head, unsigned which, struct str *out)
{
    unsigned size = (unsigned char)head.p[14];
    struct str header;

    if (size != 4 && size != 8)
        return false;
    uint64_t at = elf_number(f, head, 16 + (uint64_t)which * size, size);
    if (!elf_at(f, at, 2 * (uint64_t)size, &header))
        return false;
    uint64_t n = elf_number(f, header, size, size);
    return n <= TEXT_MOST && elf_at(f, elf_number(f, header, 0, size), n, out);
}

static bool read_texts(const struct elf *f, struct str head, struct texts *t)
{
    enum { BIG_ENDIAN_POINTERS = 1, INLINE = 2 };

    if (head.n < HEAD || !str_starts(head, MAGIC))
        return false;
    if (head.p[15] & INLINE) {
        struct str rest = str_skip(head, HEAD);
        return take_text(&rest, &t->go) && take_text(&rest, &t->modules);
    }
    struct elf in_its_order = *f;
    in_its_order.big = head.p[15] & BIG_ENDIAN_POINTERS;
    if (in_its_order.big != f->big || !pointed_at(f, head, 0, &t->go))
        return false;
    if (!pointed_at(f, head, 1, &t->modules))
        t->modules = STR_NONE;
    return true;
}

/* The text itself is in every program that looks for it, so what is found must also read well. */
static bool search(const struct elf *f, struct str file, struct texts *t)
{
    struct str rest = file;

    for (ptrdiff_t at; (at = str_find(rest, MAGIC)) >= 0; rest = str_skip(rest, (size_t)at + 1)) {
        struct str head = str_skip(rest, (size_t)at);
        if ((size_t)(head.p - file.p) % ALIGNED == 0 && read_texts(f, head, t) && str_has(t->go, STR("go1")))
            return true;
    }
    return false;
}

/* 1 found, 0 not a program of Go, -1 one whose information cannot be read. */
static int find(struct str file, struct texts *t)
{
    struct elf f;
    struct str section;

    if (!elf_open(file, &f) || !f.n_section)
        return search(&f, file, t);
    if (!elf_section(&f, STR(".go.buildinfo"), &section))
        return 0;
    /* some linkers give the section no more than its head */
    return read_texts(&f, str_skip(file, (size_t)(section.p - file.p)), t) && t->go.n ? 1 : -1;
}

/* "v1.2.3" of -ldflags="-X main.version=v1.2.3": how programs say their version when they are not built by
 * `go install`. Of several, one of package main. */
static struct str version_of_flags(struct str flags)
{
    struct str best = { 0 };

    for (ptrdiff_t at; (at = str_find(flags, STR("ersion="))) >= 0;) {
        struct str value = str_skip(flags, (size_t)at + strlen("ersion="));
        size_t begin = (size_t)at, n = 0;
        while (begin && !memchr(" \t\"'=", flags.p[begin - 1], 5))
            begin--;
        struct str name = { flags.p + begin, (size_t)at - begin };
        while (n < value.n && !memchr(" \t\"'\\", value.p[n], 5))
            n++;
        struct str version = str_first(value, n);
        bool number =
            version.n && (version.p[0] == 'v' ? version.n > 1 && version.p[1] >= '0' && version.p[1] <= '9'
                                              : version.p[0] >= '0' && version.p[0] <= '9');
        if (number && str_has(version, STR(".")) && (!best.n || str_starts(name, STR("main."))))
            best = version;
        flags = str_skip(value, n);
    }
    return best;
}

struct module {
    struct str path, version;
    bool is_main;
};

static int add_module(const struct input *in, const struct module *m, struct str flags_version,
                      struct facts *out, struct err *e)
{
    struct str version = m->version;

    if (!m->path.n)
        return 0;
    if (str_eq(version, STR("(devel)")))
        version = m->is_main ? flags_version : STR_NONE;
    return plain_package(in, "golang", m->path, version, 0, out, e);
}

/* A program needs all that was built into it; what of that needs what its build information does not say. */
static int relate(const struct input *in, uint32_t first, struct str main, struct facts *out, struct err *e)
{
    AUTO_AMONG struct among a = AMONG;
    uint32_t last = among_last(out), from = 0;
    size_t n;
    const struct package *all = facts_package(out, &n);

    for (uint32_t i = first; main.n && i <= last; i++)
        from = !from && str_eq(all[i - 1].name, main) ? i : from;
    for (uint32_t i = first; i <= last; i++)
        among_need(&a, from, i);
    return among_settle(&a, in, out, e);
}

/* Lines of words between tabs: "mod", "dep" and "=>" with a path, a version and a checksum. What a
 * replacement replaces is the line before it. */
static int add_modules(const struct input *in, struct str text, struct facts *out, struct err *e)
{
    struct str line, flags = { 0 }, rest = text, main = { 0 };
    uint32_t first = among_last(out); /* the standard library, which was added before */
    struct module last = { 0 };

    while (str_cut(&rest, '\n', &line))
        if (str_starts(line, STR("build\t-ldflags=")))
            flags = version_of_flags(str_skip(line, strlen("build\t-ldflags=")));
    while (str_cut(&text, '\n', &line)) {
        struct str kind, path = { 0 }, version = { 0 };
        str_cut(&line, '\t', &kind);
        str_cut(&line, '\t', &path);
        str_cut(&line, '\t', &version);
        bool is_main = str_eq(kind, STR("mod"));
        if (str_eq(kind, STR("=>"))) { /* with a folder in its place, the version is nobody's */
            last.version = version;
            last.path = version.n && !str_eq(version, STR("(devel)")) ? path : last.path;
        } else if (is_main || str_eq(kind, STR("dep"))) {
            if (add_module(in, &last, flags, out, e) < 0)
                return -1;
            last = (struct module){ path, version, is_main };
            main = is_main ? path : main;
        }
    }
    return add_module(in, &last, flags, out, e) < 0 ? -1 : relate(in, first, main, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct texts t = { 0 };

    int found = find(in->body, &t);
    if (found <= 0) /* most programs are not of Go */
        return found ? err_set(e, ERR_FORMAT, "a program of Go whose build information cannot be read") : 0;
    struct str go = str_starts(t.go, STR("go")) ? str_skip(t.go, 2) : t.go, flags;
    if (str_starts(t.go, STR("go")))
        str_split(go, ' ', &go, &flags); /* "1.22.1 X:boringcrypto" */
    if (plain_package(in, "golang", STR("stdlib"), str_first(go, 100), 0, out, e) < 0)
        return -1;
    if (t.modules.n < 2 * GUARD + 1)
        return 0;
    struct str modules = str_first(str_skip(t.modules, GUARD), t.modules.n - 2 * (size_t)GUARD);
    return add_modules(in, modules, out, e);
}

const struct parser parser_go_binary = {
    .name = "go_binary",
    .what = "modules in programs of Go, and its standard library",
    .version = 2,
    .starts = STARTS("\177ELF", "MZ", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe"),
    .max_size = 512u << 20,
    .parse = parse,
};
