/* decode.h - base64 (RFC 4648, both alphabets; line breaks within, as they are or written "\\n", are passed over) and
 * hex, read as far as they go. */
#pragma once
#include "core/buf.h"

/* Append what the text, up to the first other character, stands for; how many characters were read. Padding is one
 * of the others. */
size_t decode_base64(struct str text, struct buf *out);
size_t decode_hex(struct str text, struct buf *out);
