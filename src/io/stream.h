/* stream.h - the bytes of a blob: read, hashed, decompressed, counted. One pass, no copy that can be avoided.
 *
 * Broken stays broken: after an error every call fails with the same error. The first bytes say how the blob
 * is compressed (gzip by ISA-L or zlib, zstd, or not at all), not its media type. A decompression bomb dies
 * here. */
#pragma once
#include "core/err.h"
#include "io/blob.h"

struct stream_limits {
    uint64_t bytes; /* uncompressed, in all */
    uint32_t ratio; /* uncompressed:compressed, asked from 64 MiB on; 0: any */
};

enum stream_coding { CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

struct stream; /* opaque */

/* Where a stream's stored bytes come from when it is not a blob: a tar in a tar. Like stream_next. */
struct stream_feed {
    int (*next)(void *ctx, struct str *block, struct err *e);
    void *ctx;
};
/* What is to be known about the bytes at the end; empty texts are not asked. */
struct stream_want {
    struct str digest;  /* of the stored bytes */
    struct str diff_id; /* of the uncompressed ones */
    bool compute;       /* both are to be computed for stream_digest and stream_diff_id, whatever they are */
};

/* The blob stays the caller's. `feed` instead of it when `b` is NULL. NULL on error. */
struct stream *stream_open(const struct blob *b, const struct stream_feed *feed,
                           const struct stream_want *want, const struct stream_limits *limits, struct err *e);
/* The next block of uncompressed bytes, borrowed until the next call: 1, 0 at the end, -1. */
int stream_next(struct stream *s, struct str *block, struct err *e) MUST_USE;
/* Leave out up to n uncompressed bytes without looking at them; how many: 0 where every byte has to be seen,
 * because it is hashed, compressed or a pipe. */
uint64_t stream_skip(struct stream *s, uint64_t n);
/* Read what is left and verify the digests. ERR_FORMAT when they differ. */
int stream_finish(struct stream *s, struct err *e) MUST_USE;
/* Instead of all this: compare the digest of the stored bytes without unpacking them. */
int stream_verify_stored(struct stream *s, struct err *e) MUST_USE;
void stream_close(struct stream **s);
#define AUTO_STREAM CLEANUP(stream_close)

uint64_t stream_bytes(const struct stream *s); /* uncompressed, so far */
enum stream_coding stream_coding(const struct stream *s);
/* After stream_finish with `compute`: "sha256:...". */
struct str stream_digest(const struct stream *s);
struct str stream_diff_id(const struct stream *s);
