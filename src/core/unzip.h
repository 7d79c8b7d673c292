/* unzip.h - unpack a whole piece of deflated data that is in memory. Streams are io/stream.h's. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

enum unzip_form {
    UNZIP_RAW, /* deflate alone (RFC 1951), as within a ZIP */
    UNZIP_ZLIB /* with zlib's head and checksum (RFC 1950) */
};

/* Append what `packed` holds to *out, whose maximum bounds it (ERR_LIMIT). Damaged, cut off, or a wrong
 * checksum: ERR_FORMAT. What follows the packed data is passed over. */
int unzip(enum unzip_form form, struct str packed, struct buf *out, struct err *e) MUST_USE;
