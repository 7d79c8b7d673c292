/* rpm_header.h - RPM headers as package databases store them; shared by the three database formats.
 *
 * A stored header is an index and a store, all numbers big-endian: il:u32 dl:u32, il entries of tag, type,
 * offset, count (u32 each), dl bytes. The format of header(8) without its magic; region tags need no care
 * because all offsets count from the start of the store, and entries behind a region replace those in it.
 *
 * A database parser opens a reader, hands it one header after the other, and closes it:
 *
 *     AUTO_RPM struct rpm_reader r = { 0 };
 *     if (rpm_open(&r, in, out, e) < 0) return -1;
 *     while (...) if (rpm_expect(&r, blob.n, e) < 0 || rpm_add(&r, blob, e) < 0) return -1;
 *     return rpm_close(&r, e); */
#pragma once
#include "parse/rpm_needs.h"

struct owned_list;

struct rpm_reader {
    const struct input *in;
    struct facts *out;
    struct owned_list *files;
    struct rpm_needs needs;
    size_t blob_left;   /* headers overlap in no honest database: together they fit into the file */
    size_t path_left;   /* bytes of path that may still be put together: stops quadratic file lists */
    uint32_t seen, bad; /* headers */
    struct err first;   /* what was wrong with the first bad one */
};
#define AUTO_RPM CLEANUP(rpm_free)

/* Both `in` and `out` must outlive the reader. ERR_LIMIT when memory is spent. */
int rpm_open(struct rpm_reader *r, const struct input *in, struct facts *out, struct err *e) MUST_USE;

/* A header of n bytes comes: to be asked before each one, and before memory is taken for it. Takes n off what
 * all headers together may have. ERR_FORMAT when that is spent, ERR_LIMIT for one of more than 64 MB. */
int rpm_expect(struct rpm_reader *r, uint64_t n, struct err *e) MUST_USE;

/* Add the package of one header, and the list of its files. Damage inside a header is counted and told by
 * rpm_close, so that one bad package does not hide the others; -1 only when a limit is reached. The pseudo
 * packages gpg-pubkey, which hold trusted keys, are no packages. `blob` may go away after the call. */
int rpm_add(struct rpm_reader *r, struct str blob, struct err *e) MUST_USE;

/* Count a header that is there but cannot be reached; *why says where. -1 when it is not worth going on. */
int rpm_lost(struct rpm_reader *r, const struct err *why, struct err *e) MUST_USE;

/* The end, when all is known that a package may need: ERR_FORMAT when some headers were damaged, with their number and the first reason. */
int rpm_close(struct rpm_reader *r, struct err *e) MUST_USE;
void rpm_free(struct rpm_reader *r);

/* Name and version-release out of the name of a source package ("bash-5.1.8-6.el9.src.rpm"); nothing happens
 * when it is not one. Views into `file`. */
void rpm_source(struct str file, struct str *name, struct str *version);
