/* tar.h - the entries of a tar (or another archive), pulled one by one from a stream, by libarchive, which is
 * loaded when it is first needed. */
#pragma once
#include "io/stream.h"
#include "model/entries.h"

struct tar; /* opaque */

/* Load libarchive now: for who cannot do so later (a confined job). */
int tar_load(struct err *e) MUST_USE;

/* The stream stays the caller's; after the last entry stream_finish reads what is left. NULL on error. */
struct tar *tar_open(struct stream *s, struct err *e);
/* The same for what people put documents into: a tar or a zip, also within xz or bzip2; a document alone is
 * an entry whose path is empty. */
struct tar *tar_open_any(struct stream *s, struct err *e);
/* 1 an entry, 0 end, -1 error. en->path is as written in the archive (not cleaned); views are valid until the
 * next call. Devices, links, capabilities and the size are filled. */
int tar_next(struct tar *t, struct entry *en, struct err *e) MUST_USE;
/* The next block of the current entry's body (fits struct stream_feed): 1, 0 at its end, -1. Holes of sparse
 * files read as zeros. */
int tar_body(void *tar, struct str *block, struct err *e) MUST_USE;
/* When a hole of a sparse file comes next, pass over it instead: *zeros of them. Return as above. */
int tar_pass_hole(struct tar *t, uint64_t *zeros, struct err *e) MUST_USE;
/* Position of the current entry's body in the uncompressed bytes. */
uint64_t tar_body_offset(const struct tar *t);
void tar_close(struct tar **t);
#define AUTO_TAR CLEANUP(tar_close)
