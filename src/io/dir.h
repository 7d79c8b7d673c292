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
/* 1 an entry, 0 end: a path and a kind; dir_describe tells the rest. What lies in a directory comes together: first
 * all but its directories, then each of those with what lies in it. A directory or file that cannot be read is an
 * entry all the same; *unread then says why its contents are missing (NULL otherwise): a directory may come a second
 * time, when a name in it turns out to be too long. Views are valid until the next call. */
int dir_next(struct dir *d, struct entry *en, const char **unread) MUST_USE;
/* Everything about the current entry. false: it is gone, or has become something else. */
bool dir_describe(struct dir *d, struct entry *en) MUST_USE;
/* The how-manieth directory of the walk, from 0, the current entry lies in; or is, when it is one. As long as nobody
 * changes the tree it is the same in every walk. */
uint32_t dir_number(const struct dir *d);
/* Do not go into the current entry, a directory. */
void dir_pass(struct dir *d);
/* Open the current entry, a regular file, for reading; -1 with the reason. */
int dir_open_file(struct dir *d, struct err *e);
void dir_close(struct dir **d);
