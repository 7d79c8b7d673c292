/* elf.c - reading ELF headers. */
#include "parse/elf.h"

enum { SECTIONS_MOST = 65535, SEGMENTS_MOST = 4096, SEGMENT_LOAD = 1, SECTION_NOBITS = 8 };

uint64_t elf_number(const struct elf *f, struct str bytes, uint64_t at, unsigned size)
{
    uint64_t v = 0;

    if (at > bytes.n || bytes.n - at < size)
        return 0;
    for (unsigned i = 0; i < size; i++)
        v |= (uint64_t)(unsigned char)bytes.p[at + i] << 8 * (f->big ? size - 1 - i : i);
    return v;
}

/* A field that has one place in 32-bit files and another in 64-bit ones, and there twice the size. */
static uint64_t field(const struct elf *f, uint64_t entry, unsigned at_32, unsigned at_64)
{
    return elf_number(f, f->file, entry + (f->wide ? at_64 : at_32), f->wide ? 8 : 4);
}

static bool slice(struct str file, uint64_t at, uint64_t n, struct str *out)
{
    if (at > file.n || file.n - at < n)
        return false;
    *out = (struct str){ file.p + at, (size_t)n };
    return true;
}

static bool section_body(const struct elf *f, uint64_t i, struct str *out)
{
    uint64_t at = f->sections + i * f->section_size;

    if (elf_number(f, f->file, at + 4, 4) == SECTION_NOBITS)
        return false;
    return slice(f->file, field(f, at, 16, 24), field(f, at, 20, 32), out);
}

/* Tables that lie beyond the end, or whose entries are too small, are as good as none. */
static uint32_t sound(const struct elf *f, uint64_t at, uint64_t n, uint64_t size, uint64_t least,
                      uint32_t most)
{
    struct str table;

    return n <= most && size >= least && slice(f->file, at, n * size, &table) ? (uint32_t)n : 0;
}

bool elf_open(struct str file, struct elf *f)
{
    *f = (struct elf){ .file = file };
    if (file.n < 52 || !str_starts(file, STR("\177ELF")))
        return false;
    f->wide = file.p[4] == 2;
    f->big = file.p[5] == 2;
    if ((file.p[4] != 1 && !f->wide) || (file.p[5] != 1 && !f->big) || (f->wide && file.n < 64))
        return false;
    uint64_t tail = f->wide ? 54 : 42; /* where the 16-bit fields about the tables begin */
    f->segments = field(f, 0, 28, 32);
    f->sections = field(f, 0, 32, 40);
    f->segment_size = (uint32_t)elf_number(f, file, tail, 2);
    f->section_size = (uint32_t)elf_number(f, file, tail + 4, 2);
    f->n_segment = sound(f, f->segments, elf_number(f, file, tail + 2, 2), f->segment_size, f->wide ? 56 : 32,
                         SEGMENTS_MOST);
    f->n_section = sound(f, f->sections, elf_number(f, file, tail + 6, 2), f->section_size, f->wide ? 64 : 40,
                         SECTIONS_MOST);
    uint64_t names = elf_number(f, file, tail + 8, 2);
    if (!f->sections || names >= f->n_section || !section_body(f, names, &f->names))
        f->n_section = 0;
    return true;
}

bool elf_section(const struct elf *f, struct str name, struct str *out)
{
    for (uint64_t i = 0; i < f->n_section; i++) {
        uint64_t at = elf_number(f, f->file, f->sections + i * f->section_size, 4);
        struct str is = str_skip(f->names, (size_t)at);
        if (at < f->names.n && is.n > name.n && str_starts(is, name) && is.p[name.n] == '\0')
            return section_body(f, i, out);
    }
    return false;
}

bool elf_at(const struct elf *f, uint64_t address, uint64_t n, struct str *out)
{
    for (uint64_t i = 0; i < f->n_segment; i++) {
        uint64_t at = f->segments + i * f->segment_size;
        uint64_t offset = field(f, at, 4, 8), begin = field(f, at, 8, 16), size = field(f, at, 16, 32);
        if (elf_number(f, f->file, at, 4) != SEGMENT_LOAD || address < begin || address - begin > size ||
            size - (address - begin) < n || offset > f->file.n)
            continue;
        return slice(f->file, offset + (address - begin), n, out);
    }
    return false;
}
