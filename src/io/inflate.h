/* inflate.h - decompression behind one verb; only stream.c calls it. */
#pragma once
#include "core/err.h"
#include "io/stream.h"

struct inflate; /* opaque */

struct inflate *inflate_open(enum stream_coding coding, struct err *e);
/* Take from *in (views move on), give a block of output (may be empty: wants more input).
 * 1: go on; 0: the compressed data has ended; -1: damaged, or cut off when in_ended. */
int inflate_next(struct inflate *z, struct str *in, bool in_ended, struct str *out, struct err *e) MUST_USE;
void inflate_close(struct inflate **z);
