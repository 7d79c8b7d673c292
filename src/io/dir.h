/* dir.h - the entries of a directory tree, pulled one by one like those of a tar. Runs in a confined job:
 * links are never followed, other file systems that the kernel makes up (proc, sysfs, cgroup ...) are left
 * out and said. */
#pragma once
#include "core/err.h"
#include "io/blob.h"
#include "model/entries.h"

struct dir; /* opaque */

/* Of BLOB_DIR or BLOB_OVERLAY; overlay whiteouts become ENTRY_WHITEOUT and ENTRY_OPAQUE. */
struct dir *dir_open(const struct blob *b, struct err *e);
/* 1 an entry, 0 end. A directory or file that cannot be read is an entry all the same; *unread then
 * says why its contents are missing (NULL otherwise): a directory may come a second time, when a name in it
 * turns out to be too long. Views are valid until the next call. */
int dir_next(struct dir *d, struct entry *en, const char **unread) MUST_USE;
/* Do not go into the current entry, a directory. */
void dir_pass(struct dir *d);
/* Open the current entry, a regular file, for reading; -1 with the reason. */
int dir_open_file(struct dir *d, struct err *e);
void dir_close(struct dir **d);
