/* fs.h - files of our own side: what the user named, the cache, results. Never for bytes inside an image. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

/* Read all of a file below directory `at` (AT_FDCWD: anywhere), following no link out of it when `beneath`.
 * More than `most` bytes is ERR_LIMIT. */
int fs_read(int at, const char *path, bool beneath, size_t most, struct buf *out, struct err *e);
/* The same without a copy, of a file that is only ever replaced as a whole, and not empty; unmapped by the caller. */
int fs_map(int at, const char *path, bool beneath, size_t most, struct str *out, struct err *e);
/* All of standard input, which can be read once; not a terminal's, and not empty. */
int fs_read_stdin(size_t most, struct buf *out, struct err *e);
/* Open for reading, never waiting for a pipe's writer; EXDEV in errno: a link leads out of the directory. */
int fs_open_beneath(int at, const char *path);
/* May a file take the place of what is there? Not of a device, a pipe, a socket or a directory: as root, writing to
 * /dev/null would leave the machine without it. */
int fs_replaceable(int at, const char *path, struct err *e) MUST_USE;
/* Write a file whole or not at all: a temporary one beside it, synced never, renamed at the end; mode 0600.
 */
int fs_write_atomic(int at, const char *path, struct str bytes, struct err *e);
/* mkdir -p with mode 0700. */
int fs_make_dirs(const char *path, struct err *e);
