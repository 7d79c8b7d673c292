/* layer_reader.h - a layer, or a source tree, while a confined job reads it: reader.c walks over its entries and hands in
 * the record; read_file.c reads one file, for the parsers that want it and for the search for secrets. */
#pragma once
#include "core/map.h"
#include "io/dir.h"
#include "io/tar.h"
#include "model/entries.h"
#include "scan/reader.h"
#include "scan/together.h"

enum { PARSERS_MOST = 8 /* for one file */ };

/* A layer being read, whatever it comes from. */
struct layer_reader {
    const struct limits *limits;
    struct facts facts;
    struct entries_writer list;
    struct buf body; /* of the file that parsers want */
    struct together together;
    struct map parsed; /* paths whose facts are in, to notice a second one */
    uint64_t bytes;
    struct tar *tar; /* one of these two */
    struct dir *dir;
    const struct read_layer *source; /* the folder is a source tree; NULL: it is none */
    uint32_t piece;                  /* of the walk over it */
    bool ours;                       /* to read; always, of what is no source tree */
    uint64_t walked, given;          /* names, ours or not; bytes that were handed in */
    struct facts late;               /* of files that are understood together */
    int fd;                          /* of the current file in a folder, once it is open; -1 */
    bool shared;                     /* the current file is one that is understood with others */
    struct secret_scanner *secrets;  /* sees every byte of every file on its way; NULL: not wanted */
};

/* Files that are understood together are the first reader's, in whoever's piece they lie. */
static inline bool reads_shared(const struct layer_reader *l)
{
    return !l->source || l->source->reader == 0;
}

/* Run the parsers that want the file at hand, and let all of its bytes pass the search for secrets. What cannot be read
 * of a folder's file is remarked. -1: the layer cannot be read further. */
int read_file(struct layer_reader *l, const struct entry *en, struct err *e) MUST_USE;
