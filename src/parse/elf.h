/* elf.h - sections and loaded bytes of an ELF file in memory (System V ABI, 32 and 64 bits, either byte
 * order). Every offset is checked against the file; views point into it. */
#pragma once
#include "core/str.h"

struct elf {
    struct str file;
    bool wide;                   /* 64 bits */
    bool big;                    /* big-endian */
    uint64_t sections, segments; /* offsets of the tables */
    uint32_t n_section, n_segment;
    uint32_t section_size, segment_size; /* of an entry */
    struct str names;                    /* of sections */
};

/* false: not an ELF file, or one without sound headers. The section table may be missing: n_section is 0
 * then. */
bool elf_open(struct str file, struct elf *out);
/* The contents of the first section of that name; false when there is none. */
bool elf_section(const struct elf *f, struct str name, struct str *out);
/* The n bytes that are loaded at `address`; false when no segment has them. */
bool elf_at(const struct elf *f, uint64_t address, uint64_t n, struct str *out);
/* A number of `size` (2, 4 or 8) bytes in the file's byte order; 0 beyond the end. */
uint64_t elf_number(const struct elf *f, struct str bytes, uint64_t at, unsigned size);
