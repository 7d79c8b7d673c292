/* text.h - UTF-8, and untrusted text made fit for a terminal.
 *
 * File names, labels and build commands are written by whoever made the image. A terminal obeys what is in
 * them: escape sequences move the cursor and retitle windows, C1 bytes do the same in one byte, bidi
 * overrides show a line that was never written. So every such character is shown, not sent. */
#pragma once
#include "core/buf.h"

/* The character at the front of s: its length in bytes and, in *c, its code point. 0 when s is empty or what
 * stands there is not UTF-8 (overlong, surrogate, cut off, beyond U+10FFFF). c may be NULL. */
size_t utf8_at(struct str s, uint32_t *c);

/* Append s with all that a terminal would obey or hide written out: \n \t \xNN for controls and bytes that
 * are not UTF-8, \u202e for bidi controls, zero-width characters and line separators. `ascii`: for a terminal
 * that may not read UTF-8, everything beyond ASCII is written out too. */
void text_safe(struct buf *out, struct str s, bool ascii);

/* Columns that text which went through text_safe takes on a terminal: 2 for wide characters, 0 for combining
 * ones. */
size_t text_columns(struct str s);
