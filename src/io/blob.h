/* blob.h - bytes that somebody else wrote, about to be read once by a confined process. */
#pragma once
#include "core/str.h"

enum blob_kind {
    BLOB_NONE,
    BLOB_FILE,   /* size bytes of a regular file from offset on */
    BLOB_STREAM, /* a pipe or socket, to its end */
    BLOB_DIR,    /* a directory: its tree is the layer */
    BLOB_OVERLAY /* a directory in overlayfs' own form: whiteouts are 0:0 devices, opaque is an attribute */
};
struct blob {
    enum blob_kind kind;
    int fd; /* owned by whoever holds the blob */
    uint64_t offset, size;
};

static inline void blob_close(struct blob *b)
{
    close_fd(&b->fd);
    b->fd = -1;
    b->kind = BLOB_NONE;
}
#define AUTO_BLOB CLEANUP(blob_close)
#define BLOB                \
    {                       \
        BLOB_NONE, -1, 0, 0 \
    }
