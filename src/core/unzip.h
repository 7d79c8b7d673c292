/* unzip.h - deflated data, whole or in pieces. ISA-L does the work where the build has it (three times as
 * fast as zlib), else zlib: only unzip.c knows which. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

enum unzip_form {
    UNZIP_RAW,  /* deflate alone (RFC 1951), as within a ZIP */
    UNZIP_ZLIB, /* with zlib's head and checksum (RFC 1950) */
    UNZIP_GZIP  /* with gzip's, which are verified (RFC 1952): one member */
};

/* Append what `packed`, which is in memory, holds to *out, whose maximum bounds it (ERR_LIMIT). Damaged, cut
 * off, or a wrong checksum: ERR_FORMAT. What follows the packed data is passed over. */
int unzip(enum unzip_form form, struct str packed, struct buf *out, struct err *e) MUST_USE;

struct unzipper; /* opaque */

/* NULL: out of memory. */
struct unzipper *unzipper_open(enum unzip_form form);
void unzipper_close(struct unzipper **u);
#define AUTO_UNZIPPER CLEANUP(unzipper_close)
/* Begin anew, in another form if need be. */
void unzipper_again(struct unzipper *u, enum unzip_form form);
/* Unpack from *in, which moves on, to `to`: *made bytes, `room` at most. 1: goes on, and when *made is less
 * than `room` more input is wanted; 0: has ended, and *in is what follows; -1: damaged. Where raw data end
 * within the first bytes of an input, up to seven of those behind them may be gone: ISA-L had read ahead. */
int unzipper_next(struct unzipper *u, struct str *in, char *to, size_t room, size_t *made) MUST_USE;

/* The checksum of gzip and ZIP (CRC-32 of ISO-HDLC). */
uint32_t crc32_of(struct str s);
