/* entries.h - a long list of file-system entries in few bytes, in the order they came.
 *
 * A layer can hold millions of entries, and who needs them (the squash, ownership, drift) reads them in
 * order: so a path is stored as the number of bytes it shares with the path before (always up to a "/") and
 * the rest, and mode and owner as an index into the combinations met so far. An npm tree costs about 20 bytes
 * an entry.
 *
 *   entry := keep:varint rest_n:varint rest attr:varint [mode uid gid flags : varints, when attr is new]
 *            size:varint [link_n link, for ENTRY_SYMLINK and ENTRY_HARDLINK] [caps_n caps, when flagged]
 *            [major minor, for devices] */
#pragma once
#include "core/buf.h"
#include "core/err.h"

enum entry_kind {
    ENTRY_FILE,
    ENTRY_DIR,
    ENTRY_SYMLINK,
    ENTRY_HARDLINK,
    ENTRY_CHAR,
    ENTRY_BLOCK,
    ENTRY_FIFO,
    ENTRY_SOCKET,
    ENTRY_WHITEOUT, /* hides `path` of the layers below */
    ENTRY_OPAQUE,   /* hides everything that the layers below have in the directory `path` */
    ENTRY_KINDS
};

struct entry {
    struct str path; /* clean, see path_clean; "" is the root directory */
    enum entry_kind kind;
    uint32_t mode; /* permission bits: 07777 */
    uint32_t uid, gid;
    uint64_t size;
    struct str link; /* symlink: as written; hard link: clean path of the target */
    struct str caps; /* security.capability as stored, see linux/capability.h */
    uint32_t major, minor;
    uint16_t layer; /* in the list of a tree (tree_list): the layer that brought it, else 0 */
    bool implied;   /* likewise: a directory that no layer lists */
};

enum { ENTRY_PATH_MOST = 4096, ENTRY_ATTRS_MOST = 4096 };

/* A combination of kind, mode, owner and layer. */
struct entry_attr {
    uint32_t mode, uid, gid, flags; /* flags: kind, bits, layer */
};

struct entries_writer {
    struct buf out;
    char last[ENTRY_PATH_MOST];
    size_t last_n;
    uint64_t count;
    uint32_t n_attr;
    struct entry_attr attr[ENTRY_ATTRS_MOST]; /* the most recent ones win when there are more */
};
/* `most`: bytes. The writer is 70 KB: keep it off the stack. */
void entries_init(struct entries_writer *w, size_t most);
/* ERR_LIMIT when the budget is spent or a path is longer than ENTRY_PATH_MOST. */
int entries_add(struct entries_writer *w, const struct entry *en, struct err *e) MUST_USE;
void entries_free(struct entries_writer *w);

struct entries_reader {
    struct str rest;
    struct str
        tail; /* what the last path has behind `keep`: a view into the encoding, holds its last component */
    char path[ENTRY_PATH_MOST];
    size_t path_n, keep; /* `keep` bytes of the path are the same as before */
    uint32_t n_attr;
    struct entry_attr attr[ENTRY_ATTRS_MOST];
};
void entries_open(struct entries_reader *r, struct str encoded);
/* 1 an entry, 0 the end, -1 the bytes are not an encoding (the reader then stays at its end). en->path is a
 * view into the reader until the next call; link and caps are views into the encoding. Paths that are not
 * clean are refused: what comes from a confined worker is as hostile as what went in. */
int entries_next(struct entries_reader *r, struct entry *en) MUST_USE;

/* Make a path relative and clean: no "", "." or ".." components, no leading or trailing "/". ".." goes up but
 * never above the root. A NUL byte ends it. Into `to` (ENTRY_PATH_MOST bytes), length in *n.
 * Returns what had to be done; one "/" at the end, as tar writes folders, is not worth saying. */
enum path_state { PATH_CLEAN, PATH_TIDIED, PATH_ESCAPES, PATH_TOO_LONG };
enum path_state path_clean(struct str path, char *to, size_t *n);
/* Is it what path_clean makes? */
bool path_is_clean(struct str path);
/* The path of `file`, which a document at `from` names relative to its own folder, as a clean path from the
 * same root, into `to` (ENTRY_PATH_MOST bytes). false: it leads out of the root, or cannot be a path. */
bool path_beside(struct str from, struct str file, char *to, struct str *path);
