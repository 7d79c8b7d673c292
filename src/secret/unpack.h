/* unpack.h - what lies in a ZIP (jar, wheel, apk ...) or gzip file, one level deep, handed on in blocks as
 * the file passes: nothing is kept but a header and the inflater's window.
 *
 * Bounded: UNPACKED_MOST bytes of one file. Encrypted members are passed over; compiled classes, pictures and
 * fonts are not handed on; scanner.c leaves out archives below usr/ other than usr/local/. What cannot be
 * understood ends the unpacking: the file itself is searched anyway.
 */
#pragma once
#include "core/buf.h"

enum { UNPACKED_MOST = 256 << 20 };

struct unpack; /* opaque */

/* Called for a member's beginning (name, empty block), each block of it, and its end (block with p NULL). */
typedef void unpack_fn(void *ctx, struct str name, struct str block, bool begins, bool ends);

/* By the file's first bytes: is it one of them? */
bool unpack_knows(struct str start);
/* NULL: out of memory. */
struct unpack *unpack_open(unpack_fn *take, void *ctx);
/* The next block of the file. */
void unpack_block(struct unpack *u, struct str block);
/* The file has ended. false: more than UNPACKED_MOST was in it. */
bool unpack_close(struct unpack **u);
